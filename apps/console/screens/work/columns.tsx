import type { TFunction } from 'i18next';
import type { ReactNode } from 'react';
import type { ApplicationSummary } from '#modules/lending/contract.ts';
import type { TaskSummary } from '#modules/process/contract.ts';
import { instant, wan } from '../../format.ts';
import { spoken } from '../../i18n.ts';
import type { Column } from '../../parts/table.tsx';
import { TimeLeft } from '../../parts/time-left.tsx';
import { Known, Unknown } from '../../parts/unknown.tsx';

/** What a row needs beside itself. */
export interface Beside {
  readonly t: TFunction;
  readonly applicants: ReadonlyMap<string, ApplicationSummary>;
  readonly placeOf: (code: string) => string | null;
  readonly reasonOf: (code: string) => string;
  readonly isDone: boolean;
  /** A phone shows the first columns: what is waited for stands with the customer there. */
  readonly isNarrow: boolean;
}

export function columnsOf({ t, applicants, placeOf, reasonOf, isDone, isNarrow }: Beside): Column<TaskSummary>[] {
  const language = spoken();
  const awaitedOf = (row: TaskSummary): ReactNode => {
    const awaited = isDone ? null : (applicants.get(row.subject_id)?.awaited ?? null);
    if (awaited === null) return null;
    const sources = awaited.map((name) => name[language]).join(t('work.join'));
    return <small className="warn">{t('work.awaited', { sources })}</small>;
  };
  return [
    {
      key: 'left',
      head: t('work.column.left'),
      className: 'slc',
      fixed: true,
      cell: (row) => (isDone ? <span className="t3">{t('work.tab.done')}</span> : <TimeLeft task={row} />),
    },
    {
      key: 'customer',
      head: t('work.column.customer'),
      fixed: true,
      className: 'cust',
      cell: (row) => (
        <>
          <b>{row.title}</b>
          <small>{applicants.get(row.subject_id)?.id_no_masked ?? row.case_id}</small>
          {isNarrow && awaitedOf(row)}
        </>
      ),
    },
    {
      key: 'product',
      head: t('work.column.product'),
      cell: (row) => (
        <>
          {row.product ?? <Unknown />}
          <small>{placeOf(row.grid_code) ?? row.grid_code}</small>
        </>
      ),
    },
    {
      key: 'asked',
      head: t('work.column.asked'),
      unit: t('unit.wan'),
      num: true,
      cell: (row) => <Known value={row.amount_fen} write={wan} />,
    },
    {
      key: 'proposed',
      head: t('work.column.proposed'),
      unit: t('unit.wan'),
      num: true,
      cell: (row) => <Known value={row.proposed_fen} write={wan} why={t('work.notProposed')} />,
    },
    {
      key: 'why',
      head: t('work.column.why'),
      className: 'rs',
      cell: (row) => (
        <>
          {row.note === null ? <Unknown why={t('work.noReason')} /> : reasonOf(row.note)}
          {!isNarrow && awaitedOf(row)}
        </>
      ),
    },
    {
      key: 'step',
      head: t('work.column.step'),
      cell: (row) => (
        <>
          {row.name}
          {row.urged > 0 && <small className="warn">{t('work.urged', { count: row.urged })}</small>}
        </>
      ),
    },
    {
      key: 'assignee',
      head: t('work.column.assignee'),
      cell: (row) =>
        row.assignee === null ? (
          <span className={row.unassigned === 'pool' || row.unassigned === null ? 't3' : 'warn'}>
            {t(`work.nobody.${row.unassigned ?? 'pool'}`)}
          </span>
        ) : (
          row.assignee.name
        ),
    },
    {
      key: 'created',
      head: t('work.column.created'),
      spare: true,
      cell: (row) => <span className="t3">{instant(row.created_at).slice(5)}</span>,
    },
    { key: 'case', head: t('work.column.case'), spare: true, cell: (row) => <span className="mono">{row.case_id}</span> },
  ];
}
