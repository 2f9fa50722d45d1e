import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { LeagueRow, ProgressPage } from '#modules/village/contract.ts';
import { count, percentOne } from '../../format.ts';
import { Section } from '../../parts/page.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { Bar } from './funnel.tsx';
import { dayText, isBehind, nameOf, permillePercent, points, rateOf } from './words.ts';

/** Who is how far, against the target, the best and the mean. */
export function League({ page, onOpen }: { page: ProgressPage; onOpen: ((row: LeagueRow) => void) | null }) {
  const { t } = useTranslation();
  const granted = rateOf(page, 'granted');
  const unit = t(`progress.unit.${page.by}`);
  const reached = page.league.filter(({ forecast }) => forecast.kind === 'reached').length;
  const hint = onOpen === null ? undefined : page.by === 'group' ? t('progress.league.households') : t('progress.league.open');
  return (
    <Section
      title={t('progress.league.title', { count: page.league.length, unit, reached, percent: permillePercent(granted.target) })}
      note={t('progress.league.rule')}
      right={hint}
      className="league-sec"
    >
      <div className="scroll">
        <Table
          label={t('progress.league.label')}
          columns={columnsOf(t, page)}
          rows={page.league}
          rowKey={({ code }) => code}
          {...(onOpen === null ? {} : { onOpen })}
          foot={<Against page={page} />}
        />
      </div>
    </Section>
  );
}

/** Outside the component, so that cells are functions of their row and no components of their own. */
function columnsOf(t: TFunction, page: ProgressPage): readonly Column<LeagueRow>[] {
  const [filed, granted, used] = [rateOf(page, 'filed'), rateOf(page, 'granted'), rateOf(page, 'used')];
  return [
    { key: 'rank', head: t('progress.column.rank'), num: true, cell: ({ rank }) => <span className="t3">{rank}</span> },
    { key: 'name', head: t(`progress.unit.${page.by}`), wrap: true, className: 'where', cell: ({ name, code }) => nameOf(t, name, code) },
    ...(page.by === 'village' || page.by === 'group'
      ? [{ key: 'households', head: t('progress.column.households'), num: true, cell: (row: LeagueRow) => count(row.households[0]) }]
      : [{ key: 'villages', head: t('progress.column.villages'), num: true, cell: (row: LeagueRow) => count(row.villages) }]),
    {
      key: 'filed',
      head: t('progress.column.filed'),
      num: true,
      cell: ({ filed_ppm }) => <span className={(filed_ppm ?? 0) < filed.target * 1000 ? 'warn' : undefined}>{percentOne(filed_ppm)}</span>,
    },
    { key: 'granted', head: t('progress.column.granted'), num: true, cell: ({ granted_ppm }) => <b>{percentOne(granted_ppm)}</b> },
    {
      key: 'grantedBar',
      head: '',
      className: 'bar',
      cell: ({ granted_ppm }) => <Bar part={granted_ppm ?? 0} whole={1_000_000} stage="granted" target={granted.target / 10} />,
    },
    { key: 'used', head: t('progress.column.used'), num: true, cell: ({ used_ppm }) => percentOne(used_ppm) },
    {
      key: 'usedBar',
      head: '',
      className: 'bar',
      cell: ({ used_ppm }) => <Bar part={used_ppm ?? 0} whole={1_000_000} stage="used" target={used.target / 10} />,
    },
    { key: 'week', head: t('progress.column.week'), num: true, cell: ({ week_change_ppm }) => points(week_change_ppm) },
    {
      key: 'day',
      head: t('progress.column.day'),
      num: true,
      cell: ({ forecast, days_late }) => (
        <span className={forecast.kind === 'reached' ? 't3' : isBehind(forecast, days_late) ? 'warn' : undefined}>
          {dayText(t, forecast, days_late)}
        </span>
      ),
    },
  ];
}

/** The best line and the mean of all, to read every other against. */
function Against({ page }: { page: ProgressPage }) {
  const { t } = useTranslation();
  const best = page.league[0];
  if (best === undefined) return null;
  return (
    <tr>
      <td colSpan={10} className="wrap">
        {`${t('progress.league.best')} ${nameOf(t, best.name, best.code)} ${percentOne(best.granted_ppm)} % · ${t('progress.league.mean')} ${percentOne(page.mean_granted_ppm)} %`}
      </td>
    </tr>
  );
}
