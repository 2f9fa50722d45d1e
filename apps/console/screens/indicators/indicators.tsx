import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { useWords } from '../../address.ts';
import { indicatorList, type IndicatorSummary } from '#modules/indicators/contract.ts';
import { get } from '../../api/client.ts';
import { count, decimal } from '../../format.ts';
import { spoken } from '../../i18n.ts';
import { Docked } from '../../parts/drawer.tsx';
import { plainValue } from '../../parts/indicator-value.tsx';
import { PageHead } from '../../parts/page.tsx';
import { Choice, Sentence, Word } from '../../parts/sentence.tsx';
import { Bones, Empty, Failure } from '../../parts/states.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { Unknown } from '../../parts/unknown.tsx';
import { CoverageBar, Drift } from './drift.tsx';
import { IndicatorDrawer } from './indicator-drawer.tsx';
import './indicators.css';

interface Search {
  class?: string | undefined;
  search?: string | undefined;
  open?: string | undefined;
}

/** The catalogue: what each number means, for how many people it is known, and whether it has moved. */
export function Indicators() {
  const { t } = useTranslation();
  const search = useWords('class', 'search', 'open');
  const navigate = useNavigate();
  const language = spoken();
  const list = useQuery({
    queryKey: ['indicators', search.class, search.search],
    queryFn: () => get(indicatorList, '/api/v1/indicators', { class: search.class, search: search.search }),
  });
  const change = (next: Search): void => void navigate({ to: '/indicators', search: { ...search, ...next }, replace: true });
  const run = list.data?.run ?? null;
  return (
    <>
      <PageHead
        title={t('shell.nav.indicators')}
        notes={
          list.data !== undefined && (
            <>
              <span className="t2">{t('indicators.count', { count: list.data.total })}</span>
              {run === null ? (
                <span className="warn sm">{t('indicators.neverRun')}</span>
              ) : (
                <span className="t3 sm">
                  {t('indicators.run', { day: run.as_of, persons: count(run.persons), seconds: decimal(run.seconds, 1) })}
                </span>
              )}
            </>
          )
        }
      />
      <Sentence>
        {t('indicators.sentence.class')}
        <Choice
          label={t('sources.class')}
          value={search.class ?? ''}
          options={[
            { value: '', text: t('list.all') },
            ...(list.data?.classes ?? []).map((one) => ({ value: one.class, text: `${one.name[language]} ${one.indicators}` })),
          ]}
          onChange={(next) => change({ class: next, open: undefined })}
        />
        {t('indicators.sentence.search')}
        <Word
          label={t('person.findIndicator')}
          value={search.search ?? ''}
          placeholder={t('list.any')}
          onChange={(next) => change({ search: next })}
        />
      </Sentence>
      <Docked
        list={
          list.isError ? (
            <Failure problem={list.error} retry={() => void list.refetch()} />
          ) : list.data === undefined ? (
            <Bones rows={18} />
          ) : list.data.items.length === 0 ? (
            <Empty title={t('person.noIndicator')} />
          ) : (
            <Table
              label={t('shell.nav.indicators')}
              columns={columnsOf(t)}
              rows={list.data.items}
              rowKey={(row) => row.code}
              openKey={search.open}
              onOpen={(row) => change({ open: row.code })}
            />
          )
        }
        drawer={
          search.open === undefined ? null : (
            <IndicatorDrawer
              key={search.open}
              code={search.open}
              onClose={() => change({ open: undefined })}
              onOpen={(open) => change({ open })}
            />
          )
        }
      />
    </>
  );
}

function columnsOf(t: TFunction): Column<IndicatorSummary>[] {
  const language = spoken();
  return [
    {
      key: 'name',
      head: t('indicators.name'),
      wrap: true,
      cell: (row) => (
        <>
          <b>{row.name[language]}</b> <span className="mono t3">{row.code}</span>
        </>
      ),
    },
    { key: 'class', head: t('sources.class'), cell: (row) => row.class_name[language] },
    { key: 'type', head: t('sources.type'), cell: (row) => t(`codes.indicatorType.${row.type}`) },
    { key: 'window', head: t('indicators.window'), cell: (row) => <span className="mono">{row.window}</span> },
    { key: 'source', head: t('loads.source'), className: 'spare', cell: (row) => <span className="mono t3">{row.source}</span> },
    {
      key: 'coverage',
      head: t('indicators.coverage'),
      unit: '%',
      num: true,
      cell: (row) =>
        row.coverage === null ? (
          <Unknown why="not_computed" />
        ) : (
          <span className={row.coverage === 0 ? 'warn' : ''}>{(row.coverage * 100).toFixed(1)}</span>
        ),
    },
    {
      key: 'coverage-bar',
      head: '',
      className: 'barcell',
      cell: (row) => <CoverageBar share={row.coverage} before={row.coverage_before} />,
    },
    {
      key: 'middle',
      head: t('indicators.middle'),
      num: true,
      cell: (row) =>
        row.middle === null ? (
          <Unknown why={t('indicators.noMiddle')} />
        ) : row.type === 'flag' ? (
          `${(row.middle * 100).toFixed(1)} %`
        ) : (
          plainValue(row.middle, row.unit, t)
        ),
    },
    { key: 'psi', head: t('indicators.drift'), num: true, cell: (row) => <Drift psi={row.drift_psi} /> },
  ];
}
