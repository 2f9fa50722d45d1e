import { Link } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import type { LoanSummary } from '#modules/servicing/contract.ts';
import type { CodeFamily } from '../../codes.ts';
import { count, percentOfPpm, wan, yuan } from '../../format.ts';
import type { Column } from '../../parts/table.tsx';
import { Unknown } from '../../parts/unknown.tsx';
import { LoanTag } from './loan-tag.tsx';

type Code = (family: CodeFamily, code: string | null | undefined) => string;

const interestOwed = (loan: LoanSummary): bigint => BigInt(loan.due_interest_fen) + BigInt(loan.penalty_fen) + BigInt(loan.compound_fen);

/** What every list of loans may show; `person` is left out where all are one person's. */
export function loanColumns(t: TFunction, code: Code, { person }: { person: boolean }): Column<LoanSummary>[] {
  const late = (loan: LoanSummary): string => (loan.days_past_due > 0 ? 'bad strong' : 't3');
  const columns: Column<LoanSummary>[] = [
    { key: 'loan', head: t('credit.column.loan'), fixed: true, cell: (row) => <span className="mono">{row.loan_id}</span> },
    {
      key: 'person',
      head: t('credit.column.person'),
      cell: (row) => (
        <Link to="/persons/$id" params={{ id: row.person_id }} onClick={(event) => event.stopPropagation()}>
          {row.person_name ?? <Unknown why="not_on_file" />}
        </Link>
      ),
    },
    { key: 'product', head: t('credit.column.product'), cell: (row) => row.product },
    { key: 'principal', head: t('credit.column.principal'), unit: t('unit.wan'), num: true, cell: (row) => wan(row.principal_fen) },
    {
      key: 'left',
      head: t('credit.column.left'),
      unit: t('unit.yuan'),
      num: true,
      cell: (row) => <b>{yuan(BigInt(row.normal_principal_fen) + BigInt(row.overdue_principal_fen))}</b>,
    },
    {
      key: 'interest',
      head: t('credit.column.interest'),
      unit: t('unit.yuan'),
      num: true,
      cell: (row) => <span className={late(row)}>{yuan(interestOwed(row))}</span>,
    },
    { key: 'rate', head: t('credit.column.rate'), unit: '%', num: true, cell: (row) => percentOfPpm(row.rate_ppm) },
    { key: 'method', head: t('credit.column.method'), cell: (row) => code('method', row.method) },
    { key: 'start', head: t('credit.column.start'), cell: (row) => row.start_date },
    { key: 'maturity', head: t('credit.column.maturity'), cell: (row) => row.maturity },
    {
      key: 'days',
      head: t('credit.column.days'),
      num: true,
      cell: (row) => <span className={late(row)}>{row.state === 'active' ? count(row.days_past_due) : ''}</span>,
    },
    { key: 'state', head: t('credit.column.state'), cell: (row) => <LoanTag loan={row} /> },
  ];
  return person ? columns : columns.filter((column) => column.key !== 'person' && column.key !== 'product');
}
