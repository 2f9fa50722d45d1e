/** Answers as rows of the file source they stand for, under its column names. What an answer does not tell has no column here. */
import type { CourtAnswer, CourtCase, Dishonest, Enforcement } from '#connectors/court/contract.ts';
import type { ReportRow } from '#connectors/credit-bureau/contract.ts';
import type { CivilStatus, RealEstate, SocialSecurity } from '#connectors/government-data/contract.ts';
import type { Row } from './evaluate.ts';

/** What the answers tell of each file source. An indicator that reads anything else cannot be taken from an answer. */
export const toldColumns: Readonly<Record<string, readonly string[]>> = {
  court_record: ['record_no', 'kind', 'amount', 'record_date', 'status'],
  social_security: ['base', 'last_paid_month'],
  real_estate: ['certificate_no', 'kind', 'mortgage_flag', 'seal_flag', 'registered_date'],
  civil_status: ['marital', 'death_flag'],
  pboc_report: [
    'report_no',
    'report_date',
    'thin_flag',
    'loan_balance',
    'loan_balance_6m_ago',
    'unsecured_balance',
    'lender_count',
    'small_loan_count',
    'monthly_due',
    'card_limit',
    'card_utilisation',
    'overdue_current',
    'overdue_max_terms_24m',
    'overdue_count_24m',
    'overdue_count_60m',
    'dpd90_count_24m',
    'worst_class5',
    'query_loan_1m',
    'query_loan_3m',
    'query_loan_6m',
    'credit_age_months',
    'guarantee_balance',
    'guarantee_bad_flag',
    'special_flag',
    'public_bad_flag',
    'dispute_flag',
    'score',
  ],
};

/** `pboc_report` */
export function reportRows(row: ReportRow): Row[] {
  return [{ ...row, report_date: row.report_date.toString() }];
}

/** `court_record`: what stands against the person; suits that they brought themselves say nothing about them. */
export function courtRows({
  dishonest,
  enforcements,
  cases,
}: Pick<Extract<CourtAnswer, { outcome: 'answered' }>, 'dishonest' | 'enforcements' | 'cases'>): Row[] {
  return [
    ...dishonest.map(dishonestRow),
    ...enforcements.map(enforcementRow),
    ...cases.filter(({ role }) => role === 'defendant').map(suitRow),
  ];
}

const dishonestRow = ({ caseNo, publishedOn, removedOn }: Dishonest): Row => ({
  record_no: caseNo,
  kind: 'dishonest',
  amount: null,
  record_date: publishedOn.toString(),
  status: removedOn === null ? 'open' : 'closed',
});

/** Enforcement that was terminated for want of assets is owed all the same. */
const enforcementRow = ({ caseNo, amountFen, filedOn, status }: Enforcement): Row => ({
  record_no: caseNo,
  kind: 'enforced',
  amount: amountFen,
  record_date: filedOn.toString(),
  status: status === 'closed' ? 'closed' : 'open',
});

const suitRow = ({ caseNo, cause, amountFen, filedOn, closedOn }: CourtCase): Row => ({
  record_no: caseNo,
  kind: /借款|借贷|信用卡|担保/.test(cause) ? 'loan_suit' : 'suit',
  amount: amountFen,
  record_date: filedOn.toString(),
  status: closedOn === null ? 'open' : 'closed',
});

/** `social_security`, without the kind of insurance, which the register does not tell of those who pay in for themselves. */
export function socialSecurityRows(found: SocialSecurity | null): Row[] {
  return found === null ? [] : [{ base: found.baseFen, last_paid_month: found.paidThrough === null ? null : lastDayOf(found.paidThrough) }];
}

/** The file dates a month by its last day. */
const lastDayOf = (month: string): string => {
  const first = Temporal.PlainYearMonth.from(month);
  return first.toPlainDate({ day: first.daysInMonth }).toString();
};

const propertyKinds = { residential: 'town_flat', homestead: 'village_house', commercial: 'shop', industrial: null, other: null } as const;

/** `real_estate`, without valuation and grade, which the register does not have. */
export function propertyRows(found: RealEstate | null): Row[] {
  return (found?.properties ?? []).map(({ certificateNo, use, mortgaged, sealed, registeredOn }) => ({
    certificate_no: certificateNo,
    kind: propertyKinds[use],
    mortgage_flag: mortgaged,
    seal_flag: sealed,
    registered_date: registeredOn.toString(),
  }));
}

const maritalCodes = { unmarried: 'single', married: 'married', divorced: 'divorced', widowed: 'widowed' } as const;

/** `civil_status`, without the subsistence allowance. */
export function civilRows(found: CivilStatus | null): Row[] {
  return found === null ? [] : [{ marital: maritalCodes[found.marriage], death_flag: !found.alive }];
}
