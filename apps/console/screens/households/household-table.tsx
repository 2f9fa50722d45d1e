import { Link, useNavigate } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { householdList, type HouseholdList, type HouseholdRow } from '#modules/population/contract.ts';
import type { Query } from '../../api/client.ts';
import { useEndless } from '../../api/endless.ts';
import { count, wan } from '../../format.ts';
import { EndlessList } from '../../parts/endless-list.tsx';
import { Portrait } from '../../parts/portrait.tsx';
import { Table, type Column, type Order } from '../../parts/table.tsx';
import { Known } from '../../parts/unknown.tsx';

function headName(row: HouseholdRow, t: TFunction): string {
  return row.head === null ? t('households.noHead') : t('households.of', { name: row.head.name });
}

/** The columns a list of households can show, in the order of reading. */
export function householdColumns(t: TFunction): Column<HouseholdRow>[] {
  const money = (
    key: 'deposit_fen' | 'loan_fen' | 'guarantee_fen' | 'exposure_fen' | 'limit_fen',
    sort?: string,
  ): Column<HouseholdRow> => ({
    key,
    head: t(`households.column.${key}`),
    unit: t('unit.wan'),
    num: true,
    ...(sort === undefined ? {} : { sort }),
    cell: (row) => <Known value={row[key]} write={wan} />,
  });
  return [
    {
      key: 'head',
      head: t('households.column.head'),
      fixed: true,
      sort: 'head',
      wrap: true,
      cell: (row) => (
        <span className={`who-cell hue-${row.hue}`}>
          {row.head === null ? <i className="chip" /> : <Portrait of={row.head.portrait} size={32} />}
          <span>
            <Link to="/households/$id" params={{ id: row.household_id }} onClick={(event) => event.stopPropagation()}>
              {headName(row, t)}
            </Link>
            <small>{row.household_no}</small>
          </span>
        </span>
      ),
    },
    { key: 'place', head: t('households.column.place'), sort: 'grid', wrap: true, className: 'where', cell: (row) => row.place },
    { key: 'members', head: t('households.column.members'), num: true, sort: 'members', cell: (row) => count(row.members) },
    { key: 'adults', head: t('households.column.adults'), num: true, spare: true, cell: (row) => count(row.adults) },
    money('deposit_fen'),
    money('loan_fen'),
    money('guarantee_fen'),
    {
      ...money('exposure_fen', 'exposure'),
      cell: (row) => (
        <span className={row.over_cap === true ? 'warn strong' : ''}>
          <Known value={row.exposure_fen} write={wan} />
        </span>
      ),
    },
    {
      key: 'approved',
      head: t('households.column.approved'),
      num: true,
      cell: (row) => <Known value={row.approved} write={count} why="not_screened" />,
    },
    money('limit_fen', 'limit'),
  ];
}

/** Households page by page; used by the list and by the last level of the grid. */
export function HouseholdTable({
  filter,
  order,
  onOrder,
  empty,
  columns,
}: {
  filter: Query;
  order?: Order;
  onOrder?: (order: Order) => void;
  empty: ReactNode;
  /** Those the list has anyway when left out. */
  columns?: readonly Column<HouseholdRow>[];
}) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const list = useEndless<HouseholdRow, HouseholdList>('households', householdList, '/api/v1/households', filter);
  return (
    <EndlessList list={list} empty={empty}>
      {(rows) => (
        <Table
          label={t('shell.nav.households')}
          columns={columns ?? householdColumns(t).filter((column) => column.spare !== true)}
          rows={rows}
          rowKey={(row) => row.household_id}
          {...(order === undefined ? {} : { order })}
          {...(onOrder === undefined ? {} : { onOrder })}
          onOpen={(row) => void navigate({ to: '/households/$id', params: { id: row.household_id } })}
          tall
        />
      )}
    </EndlessList>
  );
}
