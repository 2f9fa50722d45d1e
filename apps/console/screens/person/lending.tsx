import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { addresses, facilityList, loanList, type Facility, type LoanSummary } from '#modules/servicing/contract.ts';
import { get, Problem } from '../../api/client.ts';
import { useMe } from '../../api/session.ts';
import { useCodes } from '../../codes.ts';
import { count, wan, yuan } from '../../format.ts';
import { FacilityTag } from '../facilities/facility-tag.tsx';
import { LimitBar } from '../facilities/limit-bar.tsx';
import { LoanTag } from '../loans/loan-tag.tsx';
import { Section } from '../../parts/page.tsx';
import { Failure } from '../../parts/states.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import './lending.css';

/** Whose facilities and loans: one person's, or those of all members of a household. */
export type Whose = { readonly person_id: string } | { readonly household_id: string };

const shown = 50;
const principalOf = (loan: LoanSummary): bigint => BigInt(loan.normal_principal_fen) + BigInt(loan.overdue_principal_fen);

/** What somebody may draw here and what they owe, each line leading to its page. Nothing where nothing has been lent. */
export function Lending({ whose }: { whose: Whose }) {
  const me = useMe();
  const mayRead = me.may('servicing.read');
  const facilities = useQuery({
    queryKey: ['facilities', 'of', whose],
    queryFn: () => get(facilityList, addresses.facilities, { ...whose, limit: shown }),
    enabled: mayRead,
  });
  const loans = useQuery({
    queryKey: ['loans', 'of', whose],
    queryFn: () => get(loanList, addresses.loans, { ...whose, limit: shown }),
    enabled: mayRead,
  });
  const problem = facilities.error ?? loans.error;
  // Before the first business date nobody has a facility.
  if (problem instanceof Problem && problem.code === 'not_open') return null;
  if (problem !== null) return <Failure problem={problem} inside />;
  const [limits, debts] = [facilities.data?.items ?? [], loans.data?.items ?? []];
  if (limits.length === 0 && debts.length === 0) return null;
  return (
    <div className="row lending">
      <Limits items={limits} named={'household_id' in whose} />
      <Debts items={debts} named={'household_id' in whose} hasMore={loans.data?.next_cursor !== null} asOf={loans.data?.as_of} />
    </div>
  );
}

function Limits({ items, named }: { items: readonly Facility[]; named: boolean }) {
  const { t } = useTranslation();
  const sum = (part: (facility: Facility) => string): bigint => items.reduce((total, facility) => total + BigInt(part(facility)), 0n);
  return (
    <Section
      title={t('credit.of.limits', { count: items.length, limit: wan(sum((row) => row.limit_fen)) })}
      note={t('credit.of.available', { available: wan(sum((row) => row.available_fen)) })}
    >
      <div className="scroll" tabIndex={0}>
        <Table
          label={t('shell.nav.facilities')}
          flush
          columns={limitColumns(t).filter(({ key }) => named || key !== 'person')}
          rows={items}
          rowKey={(row) => row.facility_id}
        />
      </div>
    </Section>
  );
}

function Debts({
  items,
  named,
  hasMore,
  asOf,
}: {
  items: readonly LoanSummary[];
  named: boolean;
  hasMore: boolean;
  asOf: string | undefined;
}) {
  const { t } = useTranslation();
  const code = useCodes();
  // What is owed comes before what is over.
  const rows = items.toSorted((a, b) => Number(b.state === 'active') - Number(a.state === 'active'));
  const active = items.filter((loan) => loan.state === 'active');
  const owed = active.reduce((total, loan) => total + principalOf(loan), 0n);
  const late = active.filter((loan) => loan.days_past_due > 0).length;
  return (
    <Section
      title={t(late > 0 ? 'credit.of.debtsLate' : 'credit.of.debts', { count: active.length, amount: yuan(owed), late })}
      note={[asOf === undefined ? '' : t('list.asOf', { at: asOf }), hasMore ? t('credit.of.newest', { count: shown }) : '']
        .filter(Boolean)
        .join(' · ')}
    >
      <div className="scroll" tabIndex={0}>
        <Table
          label={t('shell.nav.loans')}
          flush
          columns={debtColumns(t, code).filter(({ key }) => named || key !== 'person')}
          rows={rows}
          rowKey={(row) => row.loan_id}
        />
      </div>
    </Section>
  );
}

function limitColumns(t: TFunction): Column<Facility>[] {
  return [
    {
      key: 'facility',
      head: t('credit.column.facility'),
      cell: (row) => (
        <Link className="mono" to="/facilities/$id" params={{ id: row.facility_id }}>
          {row.facility_id}
        </Link>
      ),
    },
    { key: 'person', head: t('credit.column.person'), cell: (row) => row.person_name },
    { key: 'product', head: t('credit.column.product'), cell: (row) => row.product },
    { key: 'limit', head: t('credit.column.limit'), unit: t('unit.wan'), num: true, cell: (row) => wan(row.limit_fen) },
    { key: 'use', head: t('credit.column.use'), cell: (row) => <LimitBar facility={row} /> },
    { key: 'used', head: t('credit.column.used'), unit: t('unit.wan'), num: true, cell: (row) => <b>{wan(row.used_fen)}</b> },
    { key: 'validTo', head: t('credit.column.validTo'), cell: (row) => row.valid_to },
    { key: 'state', head: t('credit.column.state'), cell: (row) => <FacilityTag standing={row.standing} /> },
  ];
}

function debtColumns(t: TFunction, code: ReturnType<typeof useCodes>): Column<LoanSummary>[] {
  return [
    {
      key: 'loan',
      head: t('credit.column.loan'),
      cell: (row) => (
        <Link className="mono" to="/loans/$id" params={{ id: row.loan_id }}>
          {row.loan_id}
        </Link>
      ),
    },
    { key: 'person', head: t('credit.column.person'), cell: (row) => row.person_name },
    { key: 'method', head: t('credit.column.method'), cell: (row) => code('method', row.method) },
    { key: 'left', head: t('credit.column.left'), unit: t('unit.yuan'), num: true, cell: (row) => <b>{yuan(principalOf(row))}</b> },
    {
      key: 'days',
      head: t('credit.column.days'),
      num: true,
      cell: (row) => <span className={row.days_past_due > 0 ? 'bad strong' : 't3'}>{count(row.days_past_due)}</span>,
    },
    { key: 'next', head: t('credit.of.next'), cell: (row) => row.next_due?.date ?? '' },
    {
      key: 'nextAmount',
      head: t('credit.of.nextAmount'),
      unit: t('unit.yuan'),
      num: true,
      cell: (row) => (row.next_due === null ? '' : yuan(row.next_due.amount_fen)),
    },
    { key: 'state', head: t('credit.column.state'), cell: (row) => <LoanTag loan={row} /> },
  ];
}
