import { monthEndsBefore, type Day } from './calendar.ts';
import { digits } from './byte-text.ts';
import type { Adult, Livelihood } from './livelihoods.ts';
import { parameters } from './parameters.ts';
import { Random } from './random.ts';
import type { Village } from './places.ts';
import type { Setting } from './setting.ts';

export const classes = ['normal', 'special_mention', 'substandard', 'doubtful', 'loss'] as const;
export type Class5 = (typeof classes)[number];

export type LoanMonth = { end: Day; balance: number; worstDpd: number; interest: number; class5: Class5 };

/** A due bill. Amounts are whole fen, the rate is percent a year with four decimals. */
export type Loan = {
  number: string;
  adult: Adult;
  product: string;
  start: Day;
  end: Day;
  principal: number;
  balance: number;
  limit: number;
  rate: string;
  status: 'active' | 'settled' | 'written_off';
  guarantee: 'credit' | 'guarantee' | 'mortgage' | 'pledge';
  dpd: number;
  class5: Class5;
  extended: Day | null;
  renewed: boolean;
  relief: boolean;
  settled: Day | null;
  months: LoanMonth[];
};

export const loanMonths = 24;

/** Own-bank due bills of the village's customers, with 24 months of repayment. */
export function drawLoans(setting: Setting, village: Village, livelihoods: readonly Livelihood[]): Map<Adult, Loan[]> {
  const random = new Random(setting.seed, village.code, 'loans');
  const ends = monthEndsBefore(setting.businessDay, loanMonths);
  const loans = new Map<Adult, Loan[]>();
  for (const { adults } of livelihoods) {
    for (const adult of adults) {
      if (adult.customer === null || adult.person.age < 20 || adult.person.age > 65) continue;
      const own = borrow(adult, setting, ends, random);
      if (own.length > 0) loans.set(adult, own);
    }
  }
  return loans;
}

/** Months in arrears of each loan of the adult come out of the same risk, so an old record foretells a new one. */
function borrow(adult: Adult, setting: Setting, ends: readonly Day[], random: Random): Loan[] {
  const { active, settledOnly } = parameters.loan;
  const u = random.next();
  if (u >= active + settledOnly) return [];
  const count = u < active ? 1 + (random.chance(0.12) ? 1 : 0) + (random.chance(0.35) ? 1 : 0) : 1 + (random.chance(0.3) ? 1 : 0);
  const running = u < active ? (random.chance(0.12) ? 2 : 1) : 0;
  return Array.from({ length: count }, (_, i) => drawLoan(adult, i, i < running, setting, ends, random));
}

function drawLoan(adult: Adult, place: number, running: boolean, setting: Setting, ends: readonly Day[], random: Random): Loan {
  const today = setting.fullDay - 1;
  const term = random.chance(0.7) ? 365 : random.int(24, 36) * 30;
  const longest = Math.min(term - 15, setting.fullDay - adult.customer!.since - 30);
  const start = running ? today - Math.max(5, Math.floor(longest * random.next())) : today - term - random.int(30, 1_400);
  const end = start + term;
  const priceGroup =
    adult.segment === 'public_post'
      ? 'public'
      : adult.segment === 'resident'
        ? 'wage'
        : adult.segment === 'villager'
          ? 'villager'
          : 'micro';
  const { medianYuan, sigma } = parameters.loan;
  const size = medianYuan * Math.exp(sigma * random.normal()) * Math.min(2, Math.max(0.5, adult.householdIncome / 6_000_000));
  const principal = Math.min(1_000_000, Math.max(5_000, Math.round(size / 1_000) * 1_000)) * 100;
  const spread = priceSpread(priceGroup) + Math.round(25 * adult.person.risk) + random.int(-30, 30);
  const ratePercent = parameters.lprPercent + Math.max(30, spread) / 100;
  const loan: Loan = {
    number: `L${digits(adult.person.number, 7)}${place + 1}`,
    adult,
    product: { public: 'public_credit', wage: 'consumer_credit', villager: 'farmer_credit', micro: 'business_credit' }[priceGroup],
    start,
    end,
    principal,
    balance: principal,
    limit: Math.round((principal * (1 + random.next())) / 100_000) * 100_000 + 100_000,
    rate: ratePercent.toFixed(4),
    status: running ? 'active' : 'settled',
    guarantee: random.chance(0.7) ? 'credit' : random.chance(0.6) ? 'guarantee' : random.chance(0.85) ? 'mortgage' : 'pledge',
    dpd: 0,
    class5: 'normal',
    extended: running && today - start > 200 && random.chance(0.03) ? today - random.int(5, 180) : null,
    renewed: random.chance(0.18),
    relief: random.chance(0.004),
    settled: null,
    months: [],
  };
  repay(loan, running, ends, ratePercent, random);
  return loan;
}

function priceSpread(group: 'public' | 'wage' | 'villager' | 'micro'): number {
  return parameters.loan.rateOverLprBp[group];
}

/**
 * Walks the loan through the months in which it was open: it may enter arrears, be cured, sink a stage, and be written off. A loan that
 * should be settled stays open while it is in arrears.
 */
function repay(loan: Loan, running: boolean, ends: readonly Day[], ratePercent: number, random: Random): void {
  const { entry, loading, cure, writeOffAfterMonths } = parameters.arrears;
  const enter = entry * Math.exp(loading * loan.adult.person.risk - (loading * loading) / 2);
  const instalments = loan.end - loan.start > 400;
  let stage = 0;
  for (const end of ends) {
    if (end < loan.start || loan.status === 'written_off') continue;
    if (!running && end > loan.end && stage === 0) break;
    if (stage === 0) stage = random.chance(enter) ? 1 : 0;
    else if (stage > cure.length || !random.chance(cure[stage - 1]!)) stage++;
    else stage = 0;
    if (stage > cure.length + writeOffAfterMonths) loan.status = 'written_off';
    if (stage === 0 && instalments)
      loan.balance = Math.max(0, loan.principal - Math.floor((loan.principal * (end - loan.start)) / (loan.end - loan.start + 31)));
    const worstDpd = stage === 0 ? 0 : (stage - 1) * 30 + random.int(1, 29);
    const interest = stage > 0 ? 0 : Math.round((loan.balance * ratePercent) / 1_200);
    loan.dpd = worstDpd;
    loan.class5 = classOf(worstDpd);
    loan.months.push({ end, balance: loan.status === 'written_off' ? 0 : loan.balance, worstDpd, interest, class5: loan.class5 });
  }
  if (loan.status === 'written_off') {
    loan.balance = 0;
    loan.class5 = 'loss';
  } else if (!running && stage === 0) {
    loan.status = 'settled';
    loan.balance = 0;
    loan.dpd = 0;
    loan.class5 = 'normal';
    loan.settled = loan.end - random.int(0, 20);
  } else loan.status = 'active';
}

/** Days past due to the five categories, by days alone (2023 order on risk classification: over 90 days at least substandard, 270 doubtful, 360 loss). */
function classOf(dpd: number): Class5 {
  if (dpd > 360) return 'loss';
  if (dpd > 270) return 'doubtful';
  if (dpd > 90) return 'substandard';
  return dpd > 0 ? 'special_mention' : 'normal';
}
