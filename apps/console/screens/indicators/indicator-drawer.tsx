import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { indicatorPage, quantileShares, type Bar, type IndicatorPage } from '#modules/indicators/contract.ts';
import { get } from '../../api/client.ts';
import { useCodes } from '../../codes.ts';
import { count, decimal } from '../../format.ts';
import { spoken } from '../../i18n.ts';
import { Chart } from '../../parts/chart.tsx';
import { Drawer } from '../../parts/drawer.tsx';
import type { ChartOption } from '../../parts/echarts.ts';
import { Histogram } from '../../parts/histogram.tsx';
import { plainValue } from '../../parts/indicator-value.tsx';
import { Bones, Empty, Failure } from '../../parts/states.tsx';
import { token } from '../../theme/tokens.ts';
import { Drift } from './drift.tsx';

type Definition = IndicatorPage['definition'];

export function IndicatorDrawer({ code, onClose, onOpen }: { code: string; onClose: () => void; onOpen: (code: string) => void }) {
  const { t } = useTranslation();
  const page = useQuery({ queryKey: ['indicator', code], queryFn: () => get(indicatorPage, `/api/v1/indicators/${code}`) });
  return (
    <Drawer title={page.data?.definition.name[spoken()] ?? code} notes={<span className="mono t3">{code}</span>} onClose={onClose}>
      {page.isError && <Failure problem={page.error} retry={() => void page.refetch()} inside />}
      {page.isPending && <Bones rows={10} />}
      {page.data !== undefined && (
        <>
          <Statistic page={page.data} />
          <Meaning definition={page.data.definition} />
          <Lineage page={page.data} onOpen={onOpen} />
          {page.data.history.length > 1 && (
            <>
              <h3>{t('indicators.history')}</h3>
              <History history={page.data.history} />
            </>
          )}
        </>
      )}
    </Drawer>
  );
}

function edge(value: Bar['from'], unit: string): string {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  return unit === 'fen' ? decimal(value / 1e6) : decimal(value, 2);
}

function Statistic({ page }: { page: IndicatorPage }) {
  const { t } = useTranslation();
  const { statistic, definition } = page;
  const language = spoken();
  if (statistic === null) {
    return (
      <Empty title={t('indicators.neverRun')} inside>
        {t('indicators.neverRunNext')}
      </Empty>
    );
  }
  const unit =
    definition.unit === 'fen'
      ? t('unit.wan')
      : definition.unit === '-'
        ? ''
        : t(`codes.unit.${definition.unit as 'month'}`, { defaultValue: definition.unit });
  const coded = definition.type === 'code' || definition.type === 'flag';
  const nameOf = (value: string | null): string => {
    if (value === null) return t('indicators.otherValues');
    if (definition.type === 'flag') return value === 'true' ? t('list.yes') : t('list.no');
    return definition.values?.find((one) => one.value === value)?.name[language] ?? value;
  };
  return (
    <>
      <dl className="three stat">
        <div>
          <dt>{t('indicators.coverage')}</dt>
          <dd>
            {(statistic.coverage * 100).toFixed(1)}
            <small>%</small>
          </dd>
        </div>
        <div>
          <dt>{t('indicators.known')}</dt>
          <dd>
            {count(statistic.known)}
            <small>/ {count(statistic.persons)}</small>
          </dd>
        </div>
        <div>
          <dt>{t('indicators.drift')}</dt>
          <dd>
            <Drift psi={statistic.drift_psi} />
          </dd>
        </div>
      </dl>
      <h3>
        {t('indicators.distribution')}
        <small>
          {unit} {t('list.asOf', { at: statistic.as_of })} {t('indicators.lineIsBefore')}
        </small>
      </h3>
      {statistic.bars.length === 0 ? (
        <p className="t3">{t('indicators.noneKnown')}</p>
      ) : coded ? (
        <CodeBars bars={statistic.bars} nameOf={nameOf} />
      ) : (
        <Histogram
          label={t('indicators.distribution')}
          height={110}
          unit={t('unit.people')}
          bars={statistic.bars.map((bar, index) => ({
            key: `${String(bar.from)}-${index}`,
            count: bar.count,
            before: bar.before,
            label: `${edge(bar.from, definition.unit)}–${edge(bar.to, definition.unit)} ${unit}`,
            ...(index % Math.max(1, Math.ceil(statistic.bars.length / 6)) === 0 ? { tick: edge(bar.from, definition.unit) } : {}),
          }))}
        />
      )}
      {statistic.quantiles !== null && (
        <table className="dt flush quantiles">
          <thead>
            <tr>
              {quantileShares.map((share) => (
                <th key={share} className="num">
                  P{Math.round(share * 100)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <tr>
              {statistic.quantiles.map((value, index) => (
                <td key={quantileShares[index]} className="num">
                  {edge(value, definition.unit)}
                </td>
              ))}
            </tr>
          </tbody>
        </table>
      )}
    </>
  );
}

function CodeBars({ bars, nameOf }: { bars: readonly Bar[]; nameOf: (value: string | null) => string }) {
  const most = Math.max(1, ...bars.map((bar) => bar.count));
  return (
    <ol className="code-bars">
      {bars.map((bar) => (
        <li key={bar.value ?? 'rest'}>
          <span>{nameOf(bar.value)}</span>
          <span className="track" aria-hidden="true">
            <i style={{ width: `${(bar.count / most) * 100}%` }} />
            {bar.before !== null && <b style={{ left: `${(bar.before / most) * 100}%` }} />}
          </span>
          <span className="num">{count(bar.count)}</span>
        </li>
      ))}
    </ol>
  );
}

function Meaning({ definition }: { definition: Definition }) {
  const { t } = useTranslation();
  const code = useCodes();
  const language = spoken();
  const absent = definition.absent === null ? t('indicators.absentUnknown') : plainValue(definition.absent, definition.unit, t);
  return (
    <>
      <h3>{t('indicators.definition')}</h3>
      <pre className="formula">
        {definition.expression}
        {definition.where !== null && `\nwhere ${definition.where}`}
        {definition.over !== null && `\nover ${definition.over}`}
      </pre>
      <dl className="kv">
        <dt>{t('indicators.nullMeaning')}</dt>
        <dd>{definition.null_meaning[language]}</dd>
        <dt>{t('indicators.absent')}</dt>
        <dd>{absent}</dd>
        <dt>{t('indicators.grain')}</dt>
        <dd className="mono">
          {definition.grain} · {definition.window}
        </dd>
        <dt>{t('indicators.owner')}</dt>
        <dd>
          {definition.owner[language]}{' '}
          <span className={definition.sensitivity === 'restricted' ? 'tag warn' : 'tag'}>
            {code('sensitivity', definition.sensitivity)}
          </span>
        </dd>
      </dl>
    </>
  );
}

function Lineage({ page, onOpen }: { page: IndicatorPage; onOpen: (code: string) => void }) {
  const { t } = useTranslation();
  const code = useCodes();
  const { lineage } = page;
  const language = spoken();
  const links = (codes: readonly string[]) =>
    codes.map((one) => (
      <button key={one} type="button" className="link mono" onClick={() => onOpen(one)}>
        {one}
      </button>
    ));
  return (
    <>
      <h3>{t('indicators.lineage')}</h3>
      <dl className="kv lineage">
        <dt>{t('loads.source')}</dt>
        <dd>
          {lineage.source === null
            ? '—'
            : `${lineage.source.name[language]} (${lineage.source.source}) · ${code('channel', lineage.source.channel)}`}
        </dd>
        {lineage.columns.length > 0 && (
          <>
            <dt>{t('indicators.columns')}</dt>
            <dd className="mono">{lineage.columns.map((column) => `${column.field} → ${column.name}`).join('，')}</dd>
          </>
        )}
        {lineage.reads.length > 0 && (
          <>
            <dt>{t('indicators.reads')}</dt>
            <dd>{links(lineage.reads)}</dd>
          </>
        )}
        {lineage.read_by.length > 0 && (
          <>
            <dt>{t('indicators.readBy')}</dt>
            <dd>{links(lineage.read_by)}</dd>
          </>
        )}
        {lineage.tags.length > 0 && (
          <>
            <dt>{t('indicators.tags')}</dt>
            <dd>{lineage.tags.join('、')}</dd>
          </>
        )}
      </dl>
    </>
  );
}

function History({ history }: { history: IndicatorPage['history'] }) {
  const { t } = useTranslation();
  const option = useMemo((): ChartOption => {
    const runs = history.toReversed();
    return {
      grid: { left: 36, right: 12, top: 10, bottom: 20 },
      tooltip: { trigger: 'axis', valueFormatter: (value) => `${Number(value).toFixed(1)} %` },
      xAxis: { type: 'category', data: runs.map((run) => run.as_of) },
      yAxis: { type: 'value', min: 0, max: 100 },
      series: [
        {
          name: t('indicators.coverage'),
          type: 'line',
          data: runs.map((run) => run.coverage * 100),
          symbolSize: 4,
          lineStyle: { color: token('chart-plus') },
          itemStyle: { color: token('chart-plus') },
        },
      ],
    };
  }, [history, t]);
  return <Chart label={t('indicators.history')} option={option} height={120} />;
}
