import type { Tx } from '#platform/postgres/index.ts';
import { refuse } from '#platform/http/index.ts';
import { assessmentsOf } from '../documents/assessments.ts';
import { balanceSheetOf } from '../documents/balance-sheet.ts';
import { refusals } from '../contract.ts';
import type { PersonPage, UnknownReason } from '../contract.ts';
import type { PersonDetail } from '../documents/detail.ts';
import { maskAddress, maskNumber } from './mask.ts';
import { creditStrip, flowMonths } from '../documents/months.ts';
import { decisionOf, readRecords } from './person-record.ts';
import type { PersonRecord } from './person-record.ts';
import { fenText, personRowOf } from './person-row.ts';
import { pathTo, readPlaces } from '../grid/place.ts';
import { currentReading } from '../publication/reading.ts';
import type { Reading } from '../publication/reading.ts';
import { readGraph } from './relation-graph.ts';
import { timelineOf } from '../documents/timeline.ts';

/** What is known of one person; refused alike when there is no such person and when the reader may not see it. */
export async function readPersonPage(
  tx: Tx,
  personId: string,
  maySeeSensitive: boolean,
  readTags: (personId: string) => Promise<PersonPage['tags']>,
): Promise<PersonPage> {
  const reading = await currentReading(tx);
  const [record] = reading ? await readRecords(tx, [await canonicalId(tx, personId)]) : [];
  if (!reading || !record) throw refuse(refusals, 'not_found');
  const { row, detail } = record;
  const places = await readPlaces(tx, [row.grid_code]);
  const decision = decisionOf(row, reading);
  return {
    person: personRowOf(row, reading.asOf, places),
    path: pathTo(row.grid_code, places),
    facts: factsOf(record, reading),
    balance_sheet: balanceSheetOf(detail, reading),
    months: flowMonths(detail, reading.asOf),
    credit: creditStrip(detail, reading.asOf),
    loans: detail.loans.map(loanOf),
    ...pbocOf(detail, reading),
    lists: listsOf(detail, reading, maySeeSensitive),
    properties: detail.property.map(propertyOf),
    enterprises: detail.enterprises.map(enterpriseOf),
    ...assessmentsOf(detail, decision, maySeeSensitive),
    decision,
    decision_reason: decision ? null : 'not_screened',
    tags: await readTags(row.person_id),
    graph: await readGraph(tx, new Map([[row.person_id, detail]]), row.household_id, reading.asOf),
    timeline: timelineOf(row.person_id, detail, decision, maySeeSensitive),
    as_of: reading.asOf,
  };
}

/** An id that was merged into another one leads to that one. */
async function canonicalId(tx: Tx, personId: string): Promise<string> {
  const [alias] = await tx.query<{ canonical_person_id: string }>('select canonical_person_id from population.alias where person_id = $1', [
    personId,
  ]);
  return alias?.canonical_person_id ?? personId;
}

function factsOf({ roll, detail }: PersonRecord, { sourceDays }: Reading): PersonPage['facts'] {
  const [customer] = detail.customer;
  const [social] = detail.social;
  const [sunshine] = detail.sunshine;
  const [civil] = detail.civil;
  return {
    education: roll.education ?? customer?.education ?? null,
    occupation: roll.occupation ?? customer?.occupation ?? null,
    marital: roll.marital ?? civil?.marital ?? null,
    health: roll.health,
    reside_type: roll.reside_type,
    hukou_local: roll.hukou_local,
    address_masked: maskAddress(roll.address),
    id_expiry: customer?.id_expiry ?? null,
    customer_since: customer?.since ?? null,
    social_security: social ? { type: social.type, base_fen: fenText(social.base), months_24: social.months } : null,
    employer: detail.employer[0]?.name ?? null,
    ebank: sourceDays.ebank_user === undefined ? null : (detail.ebank[0]?.mobile ?? false),
    qr_merchant: sourceDays.qr_month === undefined ? null : detail.qr.length > 0,
    sunshine_2017: sunshine ? { limit_fen: fenText(sunshine.limit), grade: sunshine.grade } : null,
  };
}

function loanOf(loan: PersonDetail['loans'][number]): PersonPage['loans'][number] {
  return {
    loan_no_masked: maskNumber(loan.number),
    product: loan.product,
    start_day: loan.start,
    end_day: loan.end,
    principal_fen: String(loan.principal),
    balance_fen: String(loan.balance),
    limit_fen: fenText(loan.limit),
    rate_ppm: loan.rate_ppm,
    class5: loan.class5,
    status: loan.status,
    guarantee_type: loan.guarantee,
    dpd: loan.dpd,
  };
}

function pbocOf(detail: PersonDetail, { sourceDays }: Reading): Pick<PersonPage, 'pboc' | 'pboc_reason'> {
  const [report] = detail.pboc;
  if (!report) return { pboc: null, pboc_reason: missing(sourceDays.pboc_report) };
  const {
    day,
    loans,
    unsecured,
    lenders,
    small_loans,
    monthly_due,
    card_limit,
    card_use,
    overdue,
    class5,
    age_months,
    guarantee,
    ...counts
  } = report;
  return {
    pboc: {
      ...counts,
      report_day: day,
      loan_fen: fenText(loans),
      unsecured_fen: fenText(unsecured),
      lender_count: lenders,
      small_loan_count: small_loans,
      monthly_due_fen: fenText(monthly_due),
      card_limit_fen: fenText(card_limit),
      card_utilisation: card_use,
      overdue_fen: fenText(overdue),
      worst_class5: class5,
      credit_age_months: age_months,
      guarantee_fen: fenText(guarantee),
    },
    pboc_reason: null,
  };
}

const missing = (day: string | undefined): UnknownReason => (day === undefined ? 'source_missing' : 'not_on_file');

/** Hits are told to those who decide; to everyone else not even whether there are any. */
function listsOf(detail: PersonDetail, reading: Reading, maySeeSensitive: boolean): PersonPage['lists'] {
  if (!maySeeSensitive) return { hits: null, reason: 'need_to_know' };
  if (reading.sourceDays.name_list === undefined) return { hits: null, reason: 'source_missing' };
  const hits = detail.lists.map(({ kind, type, from, to }) => ({
    kind,
    type,
    from_day: from,
    to_day: to,
    active: from <= reading.asOf && (to === null || to >= reading.asOf),
  }));
  return { hits, reason: null };
}

function propertyOf({ area, value, ...shown }: PersonDetail['property'][number]): PersonPage['properties'][number] {
  return { ...shown, area_m2: area, value_fen: fenText(value) };
}

function enterpriseOf({ founded, share, tax, invoices, ...shown }: PersonDetail['enterprises'][number]): PersonPage['enterprises'][number] {
  return { ...shown, founded_day: founded, share_percent: share, tax_12m_fen: fenText(tax), invoice_12m_fen: fenText(invoices) };
}
