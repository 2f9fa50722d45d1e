import type { TFunction } from 'i18next';
import { z } from 'zod';
import {
  amendmentBodies,
  amendmentKinds,
  eventId,
  fen,
  loanTerms,
  openFacility,
  publishLpr,
  requestDrawdown,
  facilityStates,
  type AmendmentKind,
  type LoanPage,
  type LprPage,
} from '#modules/servicing/contract.ts';
import type { CodeFamily } from '../../codes.ts';
import { percentOfPpm, yuan } from '../../format.ts';
import type { BeforeAfter } from '../../parts/before-after.tsx';

type Code = (family: CodeFamily, code: string | null | undefined) => string;

/** What the rows are told in, and what is known of the subject beside the proposal itself. */
export interface Telling {
  readonly t: TFunction;
  readonly code: Code;
  readonly loan?: LoanPage | undefined;
  readonly lpr?: LprPage | undefined;
  /** Nobody has decided yet: what stands now is what it would change. */
  readonly isOpen: boolean;
}

/** The loan as it stood when the change was proposed. */
const loanBefore = z.object({ rate_ppm: z.int(), maturity: z.string(), payoff_fen: fen, lpr_spread_ppm: z.int().nullish() });
const newSpread = z.object({ lpr_spread_ppm: z.int().nullish() });
const facilityTerms = z.object({ limit_fen: fen, state: z.enum(facilityStates) });
const reversal = z.object({ event_id: eventId });
const published = publishLpr.omit({ reason: true });
const opening = openFacility.omit({ key: true });
/** Who does not decide is shown the end of the account only. */
const draw = requestDrawdown.omit({ key: true }).extend({ account: z.string() });

const percent = (ppm: number): string => `${percentOfPpm(ppm)} %`;

/** What a proposal of servicing changes, line by line; null when it is none, or says something this screen does not know. */
export function servicingRows(kind: string, before: unknown, after: unknown, telling: Telling): BeforeAfter[] | null {
  const [family, name] = kind.split('.');
  if (family !== 'servicing') return null;
  if (name === 'facility')
    return read(facilityTerms, after, (wanted) => facilityRows(facilityTerms.safeParse(before).data, wanted, telling));
  if (name === 'opening') return read(opening, after, (wanted) => openingRows(wanted, telling));
  if (name === 'draw') return read(draw, after, (wanted) => drawRows(wanted, telling));
  if (name === 'lpr') return read(published, after, (wanted) => lprRows(wanted, telling));
  if (name === 'reversal') return read(reversal, after, (wanted) => reversalRows(wanted.event_id, telling));
  if (name === 'renewal') return read(loanTerms, after, (wanted) => renewalRows(loanBefore.safeParse(before).data, wanted, telling));
  const amendment = amendmentKinds.find((one) => one === name);
  const stood = loanBefore.safeParse(before).data;
  return amendment === undefined || stood === undefined ? null : amendmentRows(amendment, stood, after, telling);
}

function read<T>(schema: z.ZodType<T>, value: unknown, rows: (value: T) => BeforeAfter[]): BeforeAfter[] | null {
  const { data } = schema.safeParse(value);
  return data === undefined ? null : rows(data);
}

type Stood = z.output<typeof loanBefore>;

function amendmentRows(kind: AmendmentKind, stood: Stood, after: unknown, { t, code, loan, isOpen }: Telling): BeforeAfter[] | null {
  const rate = (ppm: number): BeforeAfter => ({ name: t('amend.row.rate'), before: percent(stood.rate_ppm), after: percent(ppm) });
  const maturity = (day: string): BeforeAfter => ({ name: t('amend.row.maturity'), before: stood.maturity, after: day });
  const floats = newSpread.safeParse(after).data?.lpr_spread_ppm ?? null;
  const spread: BeforeAfter[] =
    floats === null
      ? []
      : [
          {
            name: t('amend.row.spread'),
            before: stood.lpr_spread_ppm == null ? null : percent(stood.lpr_spread_ppm),
            after: percent(floats),
          },
        ];
  const payoff: BeforeAfter = { name: t('amend.row.payoff'), before: yuan(stood.payoff_fen), after: null };
  switch (kind) {
    case 'rate':
      return read(amendmentBodies.rate, after, ({ rate_ppm }) => [rate(rate_ppm), ...spread]);
    case 'extension':
      return read(amendmentBodies.extension, after, (body) => [maturity(body.maturity)]);
    case 'restructuring':
      return read(amendmentBodies.restructuring, after, (body) => [rate(body.rate_ppm), ...spread, maturity(body.maturity)]);
    case 'misuse':
      return read(amendmentBodies.misuse, after, ({ markup_ppm }) => [
        { name: t('amend.row.markup'), before: null, after: markup_ppm === null ? t('amend.row.none') : percent(markup_ppm) },
      ]);
    case 'cost':
      return read(amendmentBodies.cost, after, ({ amount_fen }) => [
        { name: t('amend.row.cost'), before: null, after: yuan(amount_fen) },
        { ...payoff, after: yuan(BigInt(stood.payoff_fen) + BigInt(amount_fen)) },
      ]);
    case 'waiver': {
      const given = loan === undefined || !isOpen ? null : BigInt(loan.penalty_fen) + BigInt(loan.compound_fen);
      const left = given === null ? null : yuan(BigInt(stood.payoff_fen) - given);
      return [
        { name: t('amend.row.penalty'), before: given === null ? null : yuan(given), after: t('amend.row.waived') },
        { ...payoff, after: left },
      ];
    }
    case 'write_off':
      return [
        { name: t('amend.row.state'), before: code('loanState', 'active'), after: code('loanState', 'written_off') },
        { name: t('amend.row.onBooks'), before: yuan(stood.payoff_fen), after: yuan(0n) },
      ];
  }
}

function facilityRows(stood: z.output<typeof facilityTerms> | undefined, wanted: z.output<typeof facilityTerms>, { t, code }: Telling) {
  const state = (one: string | undefined): string | null => (one === undefined ? null : code('facilityState', one));
  return [
    { name: t('amend.row.limit'), before: stood === undefined ? null : yuan(stood.limit_fen), after: yuan(wanted.limit_fen) },
    { name: t('amend.row.facilityState'), before: state(stood?.state), after: state(wanted.state) },
  ];
}

/** A line of something new. */
const line = (name: string, after: string): BeforeAfter => ({ name, before: null, after });

function openingRows(wanted: z.output<typeof opening>, { t, code }: Telling): BeforeAfter[] {
  return [
    line(t('facility.product'), wanted.product),
    line(t('facility.kind'), code('facilityKind', wanted.kind)),
    line(t('amend.row.limit'), yuan(wanted.limit_fen)),
    line(t('facility.valid'), t('facility.validOf', { from: wanted.valid_from, to: wanted.valid_to })),
  ];
}

function drawRows(wanted: z.output<typeof draw>, { t, code }: Telling): BeforeAfter[] {
  const { terms } = wanted;
  return [
    line(t('amend.row.amount'), yuan(wanted.amount_fen)),
    line(t('changes.account'), wanted.account.replaceAll(/(\d{4})(?=\d)/g, '$1 ')),
    line(t('changes.accountName'), wanted.account_name),
    line(t('changes.purpose'), wanted.purpose),
    line(t('amend.row.rate'), percent(terms.rate_ppm)),
    line(t('amend.row.months'), t('amend.row.monthsOf', { months: terms.months })),
    line(t('amend.row.method'), code('method', terms.method)),
    line(t('amend.row.dueDay'), t('amend.row.dayOf', { day: terms.due_day })),
    line(t('calculator.dayCount'), code('dayCount', terms.day_count)),
    ...otherTerms(terms, t),
    ...(wanted.auto_debit === false ? [line(t('terms.autoDebit'), t('terms.off'))] : []),
  ];
}

/** What of the terms most loans do not have: nothing that is agreed to stays unseen. */
function otherTerms(terms: z.output<typeof loanTerms>, t: TFunction): BeforeAfter[] {
  const { lpr_spread_ppm: spread, prepayment_fee_ppm: fee } = terms;
  const lines: readonly (BeforeAfter | false)[] = [
    spread !== undefined && line(t('amend.row.spread'), percent(spread)),
    terms.reprice_every !== 'never' && line(t('terms.reprice'), t(`terms.repriceEvery.${terms.reprice_every}`)),
    terms.subsidy_ppm > 0 && line(t('terms.subsidy'), percent(terms.subsidy_ppm)),
    fee !== undefined && line(t('terms.prepaymentFee'), percent(fee)),
    terms.penalty_markup_ppm !== usualPenalty && line(t('terms.penalty'), percent(terms.penalty_markup_ppm)),
    terms.grace_days > 0 && line(t('terms.grace'), t('amend.days', { days: terms.grace_days })),
    terms.interest_every === 3 && line(t('terms.interest'), t('terms.quarterly')),
    terms.interest_anchor === 'calendar' && line(t('terms.anchor'), t('terms.calendar')),
    terms.principal_first && line(t('terms.order'), t('terms.principalFirst')),
  ];
  return lines.filter((one) => one !== false);
}

/** The markup that terms have when nothing is said of it. */
const usualPenalty = loanTerms.shape.penalty_markup_ppm.parse(undefined);

/** Beside what was published last before it. */
function lprRows(wanted: z.output<typeof published>, { t, lpr }: Telling): BeforeAfter[] {
  const last = lpr?.items.find((one) => one.published_on < wanted.published_on);
  return [
    { name: t('lpr.published'), before: last?.published_on ?? null, after: wanted.published_on },
    { name: t('amend.row.oneYear'), before: last === undefined ? null : percent(last.one_year_ppm), after: percent(wanted.one_year_ppm) },
    {
      name: t('amend.row.fiveYear'),
      before: last === undefined ? null : percent(last.five_year_ppm),
      after: percent(wanted.five_year_ppm),
    },
  ];
}

function reversalRows(id: string, { t, loan }: Telling): BeforeAfter[] {
  const event = loan?.events.find((one) => one.event_id === id);
  const amount = event?.amount_fen ?? null;
  return [
    { name: t('amend.row.event'), before: event === undefined ? id : `${id} ${event.business_date}`, after: t('credit.loan.reversed') },
    { name: t('amend.row.amount'), before: amount === null ? null : yuan(amount), after: yuan(0n) },
  ];
}

function renewalRows(stood: Stood | undefined, wanted: z.output<typeof loanTerms>, { t, code, loan }: Telling): BeforeAfter[] {
  // Nothing but principal is left of a loan that can be renewed.
  const principal = stood === undefined ? null : yuan(stood.payoff_fen);
  return [
    {
      name: t('amend.row.rate'),
      before: stood === undefined ? null : percent(stood.rate_ppm),
      after: percent(wanted.rate_ppm),
    },
    { name: t('amend.row.maturity'), before: stood?.maturity ?? null, after: t('amend.row.monthsOf', { months: wanted.months }) },
    { name: t('amend.row.method'), before: loan === undefined ? null : code('method', loan.method), after: code('method', wanted.method) },
    { name: t('amend.row.dueDay'), before: null, after: t('amend.row.dayOf', { day: wanted.due_day }) },
    {
      name: t('calculator.dayCount'),
      before: loan === undefined ? null : code('dayCount', loan.day_count),
      after: code('dayCount', wanted.day_count),
    },
    { name: t('amend.row.principal'), before: principal, after: principal },
    ...otherTerms(wanted, t),
  ];
}
