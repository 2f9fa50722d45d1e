import { Link } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import type { PersonRow } from '#modules/population/contract.ts';
import { count, percentOfPpm, wan } from '../../format.ts';
import { OutcomeTag } from '../../parts/outcome.tsx';
import { Portrait } from '../../parts/portrait.tsx';
import type { Column } from '../../parts/table.tsx';
import { Known, Unknown } from '../../parts/unknown.tsx';

/** The columns a list of people can show, in the order of reading. */
export function personColumns(t: TFunction): Column<PersonRow>[] {
  const money = (key: 'deposit_fen' | 'loan_fen', sort: string): Column<PersonRow> => ({
    key,
    head: t(`persons.column.${key}`),
    unit: t('unit.wan'),
    num: true,
    sort,
    cell: (row) => <Known value={row[key]} write={wan} />,
  });
  return [
    {
      key: 'name',
      head: t('persons.column.name'),
      fixed: true,
      sort: 'name',
      wrap: true,
      cell: (row) => (
        <span className={`who-cell ${row.hue === null ? 'hue-none' : `hue-${row.hue}`}`}>
          <Portrait of={row.portrait} size={32} />
          <span>
            <Link to="/persons/$id" params={{ id: row.person_id }} onClick={(event) => event.stopPropagation()}>
              {row.name}
            </Link>
            <small>{row.id_masked ?? <Unknown why="not_on_file" />}</small>
          </span>
        </span>
      ),
    },
    { key: 'sex', head: t('persons.column.sex'), cell: (row) => (row.sex === null ? <Unknown /> : t(`codes.sex.${row.sex}`)) },
    { key: 'age', head: t('persons.column.age'), num: true, sort: 'age', cell: (row) => <Known value={row.age} write={count} /> },
    {
      key: 'relation',
      head: t('persons.column.relation'),
      spare: true,
      cell: (row) => (row.relation === null ? <Unknown /> : t(`codes.relation.${row.relation}`)),
    },
    {
      key: 'trade',
      head: t('persons.column.trade'),
      cell: (row) => (row.trade === null ? <Unknown why="not_on_file" /> : t(`codes.trade.${row.trade}`)),
    },
    { key: 'place', head: t('persons.column.place'), sort: 'grid', wrap: true, className: 'where', cell: (row) => row.place },
    { key: 'phone', head: t('persons.column.phone'), spare: true, cell: (row) => row.phone_masked ?? <Unknown why="not_on_file" /> },
    money('deposit_fen', 'deposit'),
    money('loan_fen', 'loan'),
    {
      key: 'segment',
      head: t('persons.column.segment'),
      cell: (row) => (row.segment === null ? <Unknown why="not_screened" /> : t(`codes.segment.${row.segment}`)),
    },
    { key: 'outcome', head: t('persons.column.outcome'), cell: (row) => <OutcomeTag outcome={row.outcome} /> },
    {
      key: 'limit',
      head: t('persons.column.limit'),
      unit: t('unit.wan'),
      num: true,
      sort: 'limit',
      cell: (row) => (
        <b>
          <Known value={row.limit_fen} write={wan} why={row.outcome === null ? 'not_screened' : t('persons.noLimit')} />
        </b>
      ),
    },
    {
      key: 'rate',
      head: t('persons.column.rate'),
      unit: '%',
      num: true,
      cell: (row) => <Known value={row.rate_ppm} write={percentOfPpm} why={row.outcome === null ? 'not_screened' : t('persons.noLimit')} />,
    },
    {
      key: 'score',
      head: t('persons.column.score'),
      num: true,
      sort: 'score',
      cell: (row) => <Known value={row.score} write={count} why="not_screened" />,
    },
  ];
}
