import { Link } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { WhitelistRow } from '#modules/strategy/contract.ts';
import { count, percentOfPpm, wan } from '../../format.ts';
import { spoken } from '../../i18n.ts';
import { OutcomeTag } from '../../parts/outcome.tsx';
import type { Column } from '../../parts/table.tsx';
import { Known, Unknown } from '../../parts/unknown.tsx';

export function whitelistColumns(t: TFunction, wordings: ReadonlyMap<string, string>): Column<WhitelistRow>[] {
  const none = t('persons.noLimit');
  return [
    {
      key: 'name',
      head: t('persons.column.name'),
      fixed: true,
      wrap: true,
      cell: (row) => (
        <Link to="/persons/$id" params={{ id: row.person_id }} onClick={(event) => event.stopPropagation()}>
          {row.name}
        </Link>
      ),
    },
    { key: 'sex', head: t('persons.column.sex'), cell: (row) => (row.sex === null ? <Unknown /> : t(`codes.sex.${row.sex}`)) },
    { key: 'age', head: t('persons.column.age'), num: true, cell: (row) => <Known value={row.age} write={count} /> },
    { key: 'place', head: t('persons.column.place'), sort: 'grid', wrap: true, className: 'where', cell: (row) => row.place },
    { key: 'phone', head: t('persons.column.phone'), cell: (row) => row.phone_masked ?? <Unknown why="not_on_file" /> },
    { key: 'segment', head: t('persons.column.segment'), cell: (row) => t(`codes.segment.${row.segment}`) },
    { key: 'outcome', head: t('persons.column.outcome'), cell: (row) => <OutcomeTag outcome={row.outcome} /> },
    {
      key: 'limit',
      head: t('persons.column.limit'),
      unit: t('unit.wan'),
      num: true,
      sort: 'limit',
      cell: (row) => (
        <b>
          <Known value={row.limit_fen} write={wan} why={none} />
        </b>
      ),
    },
    { key: 'allocated', head: t('whitelist.allocated'), unit: t('unit.wan'), num: true, cell: (row) => <Allocated row={row} /> },
    {
      key: 'rate',
      head: t('persons.column.rate'),
      unit: '%',
      num: true,
      sort: 'rate',
      cell: (row) => <Known value={row.rate_ppm} write={percentOfPpm} why={none} />,
    },
    {
      key: 'score',
      head: t('persons.column.score'),
      num: true,
      sort: 'score',
      cell: (row) => <Known value={row.score} write={count} why={t('decision.noScore')} />,
    },
    {
      key: 'reasons',
      head: t('whitelist.reasons'),
      cell: (row) => (
        <span title={row.reasons.map((one) => `${one} ${wordings.get(one) ?? ''}`).join('\n')}>
          <span className="mono">{row.reasons.slice(0, 4).join(' ')}</span>
          {row.reasons.length > 4 && <span className="t3"> +{row.reasons.length - 4}</span>}
        </span>
      ),
    },
  ];
}

/** The share of the household's room; one that is less than the limit stands out and says why. */
function Allocated({ row }: { row: WhitelistRow }) {
  const { t } = useTranslation();
  const note = row.allocation_note?.[spoken()];
  if (row.allocated_fen === null) return <Unknown why={note ?? t('whitelist.notAllocated')} />;
  if (note === undefined) return <>{wan(row.allocated_fen)}</>;
  return (
    <span className="warn" title={note}>
      {wan(row.allocated_fen)}
      <span className="unseen">{note}</span>
    </span>
  );
}
