/** Accounts as they would stand with the bureau: every month that one ran has its mark, and its last month its amounts. */
import { strikes } from '#platform/simulator/index.ts';
import type { Draw } from '#platform/simulator/index.ts';
import type { Account, MonthMark, MonthState, PaymentState } from '../report.ts';

const lenders = [
  ['11', '灌云农村商业银行'],
  ['11', '邮储银行灌云县支行'],
  ['11', '农业银行灌云县支行'],
  ['12', '灌云民丰村镇银行'],
  ['24', '江海消费金融有限公司'],
] as const;
const smallLenders = [
  ['51', '连云港市惠民小额贷款有限公司'],
  ['51', '江苏江海网络小额贷款有限公司'],
] as const;

const yuanFen = (yuan: number): bigint => BigInt(Math.round(yuan)) * 100n;

export function makeAccounts(draw: Draw, risk: number, today: Temporal.PlainDate): Account[] {
  const loans = draw.int(0, 2) + (strikes(draw, 0.25, 0.4, risk) ? draw.int(1, 3) : 0);
  const cards = draw.chance(0.31) ? draw.int(1, 2) : 0;
  const count = Math.max(1, loans + cards);
  return Array.from({ length: count }, (_, index) => {
    const number = String(90_000 + index + 1);
    return index < Math.max(loans, 1) ? loan(draw, risk, today, number) : card(draw, risk, today, number);
  });
}

function loan(draw: Draw, risk: number, today: Temporal.PlainDate, number: string): Account {
  const isSmall = strikes(draw, 0.15, 0.5, risk);
  const [lenderKind, lender] = isSmall ? draw.pick(smallLenders) : draw.pick(lenders);
  const termMonths = isSmall ? 12 : draw.pick([12, 24, 36, 60]);
  const ageMonths = draw.int(1, 70);
  const openedOn = today.subtract({ months: ageMonths, days: draw.int(0, 27) });
  const amount = isSmall ? draw.int(2, 30) * 1_000 : draw.int(2, 40) * 10_000;
  const isOver = ageMonths > termMonths;
  const arrears = isOver ? 0 : arrearsOf(draw, risk, ageMonths);
  const balance = isOver ? 0 : Math.round((amount * (termMonths - Math.min(ageMonths, termMonths - 1) + arrears)) / termMonths);
  const due = Math.round(amount / termMonths + (amount * 0.06) / 12);
  return {
    ...blank,
    number,
    type: 'D1',
    lenderKind,
    lender,
    business: isSmall ? '91' : draw.pick(['51', '52', '53', '41', '91']),
    openedOn,
    endsOn: openedOn.add({ months: termMonths }),
    amountFen: yuanFen(amount),
    method: '11',
    frequency: '03',
    terms: termMonths,
    guarantee: isSmall ? '4' : draw.pick(['4', '4', '3', '2', '7']),
    latest: isOver ? settled(openedOn.add({ months: termMonths })) : null,
    month: isOver ? null : monthOf(today, { balance, due, arrears, termsLeft: Math.max(1, termMonths - ageMonths) }),
    ...historyOf(draw, risk, today, {
      ageMonths: isOver ? termMonths : ageMonths,
      endedMonthsAgo: isOver ? ageMonths - termMonths : 0,
      arrears,
      due,
    }),
  };
}

function card(draw: Draw, risk: number, today: Temporal.PlainDate, number: string): Account {
  const [lenderKind, lender] = draw.pick([lenders[0], lenders[1], lenders[2]]);
  const ageMonths = draw.int(4, 90);
  const limit = draw.int(1, 8) * 5_000;
  const use = Math.min(1.1, Math.max(0, 0.35 + 0.18 * risk + 0.25 * draw.normal()));
  const used = Math.round(limit * use);
  const arrears = used > 0 ? arrearsOf(draw, risk, ageMonths) : 0;
  const due = Math.round(used * 0.1);
  return {
    ...blank,
    number,
    type: 'R2',
    lenderKind,
    lender,
    business: '81',
    openedOn: today.subtract({ months: ageMonths }),
    limitFen: yuanFen(limit),
    guarantee: '4',
    month: {
      ...monthOf(today, { balance: used, due, arrears, termsLeft: null }),
      class5: null,
      usedFen: yuanFen(used),
      averageUsed6mFen: yuanFen(used * 0.95),
      highestUsedFen: yuanFen(Math.max(used, limit * 0.6)),
    },
    ...historyOf(draw, risk, today, { ageMonths, endedMonthsAgo: 0, arrears, due }),
  };
}

const blank = {
  agreementNo: null,
  endsOn: null,
  currency: 'CNY',
  amountFen: null,
  limitFen: null,
  sharedLimitFen: null,
  method: null,
  frequency: null,
  terms: null,
  transferredState: null,
  latest: null,
  specialTrades: [],
  specialEvents: [],
  instalments: [],
  notes: [],
} satisfies Partial<Account>;

/** Terms overdue now. */
function arrearsOf(draw: Draw, risk: number, ageMonths: number): number {
  return strikes(draw, 0.03, 0.65, risk) ? Math.min(ageMonths, draw.int(1, 5)) : 0;
}

function settled(on: Temporal.PlainDate): Account['latest'] {
  return {
    status: '3',
    closedOn: on,
    transferredMonth: null,
    balanceFen: 0n,
    paidOn: on,
    paidFen: null,
    class5: '1',
    payment: 'C',
    reportedOn: on,
  };
}

function monthOf(today: Temporal.PlainDate, now: { balance: number; due: number; arrears: number; termsLeft: number | null }): MonthState {
  const { balance, due, arrears, termsLeft } = now;
  const overdue = Math.min(balance, due * arrears);
  const bucket = (from: number, to: number): bigint => yuanFen(Math.min(overdue, due * Math.max(0, Math.min(arrears, to) - from)));
  const dueOn = today.subtract({ days: today.day }).with({ day: 20 });
  return {
    month: dueOn.toPlainYearMonth().toString(),
    status: arrears > 0 ? '2' : '1',
    balanceFen: yuanFen(balance),
    usedFen: null,
    unbilledInstalmentFen: null,
    class5: arrears >= 4 ? '3' : arrears > 0 ? '2' : '1',
    termsLeft,
    dueOn,
    dueFen: yuanFen(due),
    paidFen: arrears > 0 ? 0n : yuanFen(due),
    paidOn: arrears > 0 ? null : dueOn,
    overdueTerms: arrears,
    overdueFen: yuanFen(overdue),
    overdue31Fen: bucket(1, 2),
    overdue61Fen: bucket(2, 3),
    overdue91Fen: bucket(3, 6),
    overdue181Fen: bucket(6, 99),
    overdrawn181Fen: null,
    averageUsed6mFen: null,
    averageOverdrawn6mFen: null,
    highestUsedFen: null,
    highestOverdrawnFen: null,
    reportedOn: dueOn.add({ days: 5 }),
  };
}

interface Run {
  ageMonths: number;
  endedMonthsAgo: number;
  arrears: number;
  due: number;
}

/** Marks of every month that the account ran, newest first: those of today's arrears lead up to them. */
function historyOf(draw: Draw, risk: number, today: Temporal.PlainDate, run: Run): Pick<Account, 'months24' | 'months60'> {
  const last = today.subtract({ days: today.day }).toPlainYearMonth();
  const ran = Math.min(60, run.ageMonths);
  const slips = new Set(Array.from({ length: ran }, (_, back) => back).filter(() => strikes(draw, 0.006, 0.65, risk)));
  const stateAt = (back: number): PaymentState => {
    const terms = Math.max(0, run.arrears - back);
    if (terms > 0) return terms >= 7 ? '7' : stateOf(terms);
    if (back === 0 && run.endedMonthsAgo > 0) return 'C';
    return slips.has(back) && back > run.arrears ? '1' : 'N';
  };
  const months60 = Array.from({ length: ran }, (_, back) => {
    const state = stateAt(back);
    const month = last.subtract({ months: back + run.endedMonthsAgo }).toString();
    return { month, state, overdueFen: /^[1-7]$/.test(state) ? yuanFen(run.due * Number(state)) : 0n };
  }).filter((mark) => mark.month > last.subtract({ months: 60 }).toString());
  const months24: MonthMark[] = run.endedMonthsAgo > 0 ? [] : months60.slice(0, 24).map(({ month, state }) => ({ month, state }));
  return { months24, months60 };
}

const termStates = ['1', '2', '3', '4', '5', '6', '7'] as const;
const stateOf = (terms: number): PaymentState => termStates[terms - 1] ?? '7';
