/** A report about anybody, the same for the same seed, person and day, and consistent in itself. Shares are those of the synthetic county. */
import { Draw, strikes } from '#platform/simulator/index.ts';
import type { BureauRequest } from '../message.ts';
import type { Account, CreditReport, CreditSummary, Liability, PublicRecord, Query } from '../report.ts';
import { makeAccounts } from './make-accounts.ts';

/** Adults with a credit file, of those who are queried. */
const fileShare = 0.68;

export interface Person {
  seed: number;
  /** Latent risk, standard normal. */
  risk: number;
  now: Temporal.PlainDateTime;
}

export function makeReport(request: BureauRequest, { seed, risk, now }: Person, earlier: readonly Query[]): CreditReport {
  const draw = new Draw(`${seed}|bureau|${request.idNo}`);
  const today = now.toPlainDate();
  const isKnown = draw.chance(fileShare);
  const accounts = isKnown ? makeAccounts(draw, risk, today).map((account) => labelled(account, draw, today)) : [];
  const queries = [...earlier, ...(isKnown || draw.chance(0.1) ? madeQueries(draw, risk, today) : [])];
  const liabilities = isKnown && draw.chance(0.04) ? [liability(draw, risk, today)] : [];
  const publicRecords = isKnown && strikes(draw, 0.006, 0.5, risk) ? [enforcement(draw, today)] : [];
  const points = Math.min(1_000, Math.max(0, Math.round(640 - 75 * risk + 35 * draw.normal())));
  return {
    head: {
      reportNo: `${now.toString({ smallestUnit: 'second' }).replaceAll(/\D/g, '')}${request.idNo.slice(-8, -1)}1`,
      reportedAt: now.round('second'),
      name: request.name,
      idType: request.idType,
      idNo: request.idNo,
      organisation: request.organisation,
      reason: request.reason,
      otherIds: [],
      fraudAlert: null,
      disputes: accounts.some(({ notes }) => notes.some(({ kind }) => kind === '1')) ? 1 : 0,
    },
    identity: isKnown ? identity(request.idNo, draw, today) : null,
    spouse: null,
    residences: isKnown ? [{ kind: '1', address: '江苏省连云港市灌云县', phone: null, updatedOn: today.subtract({ months: 5 }) }] : [],
    occupations: [],
    score:
      isKnown && draw.chance(0.8)
        ? { points, position: `>${Math.round(points / 10)}%`, factors: points < 560 ? ['01', '10'] : ['00'] }
        : null,
    summary: accounts.length > 0 ? summaryOf(accounts, liabilities) : null,
    postpaidSummary: [],
    publicSummary: publicRecords.map(({ amountFen }) => ({ kind: '3', count: 1, amountFen })),
    querySummary: queries.length > 0 ? querySummaryOf(queries, today) : null,
    accounts,
    agreements: [],
    liabilities,
    postpaid: [],
    publicRecords,
    notes: [],
    queries,
  };
}

function labelled(account: Account, draw: Draw, today: Temporal.PlainDate): Account {
  const on = today.subtract({ days: 30 });
  if (draw.chance(0.002)) return { ...account, notes: [{ kind: '1', text: '信息主体对该账户信息有异议，正在核查', on }] };
  if (draw.chance(0.003)) return { ...account, notes: [{ kind: '2', text: '受自然灾害影响', on }] };
  return account;
}

function identity(idNo: string, draw: Draw, today: Temporal.PlainDate): CreditReport['identity'] {
  const birth = /^\d{6}(\d{4})(\d{2})(\d{2})/.exec(idNo);
  return {
    sex: Number(idNo[16]) % 2 === 1 ? '1' : '2',
    birth: birth ? Temporal.PlainDate.from(`${birth[1]}-${birth[2]}-${birth[3]}`) : null,
    education: draw.pick(['60', '70', '80']),
    degree: null,
    employment: draw.pick(['24', '31', '37']),
    email: null,
    address: '江苏省连云港市灌云县',
    nationality: 'CHN',
    registeredAddress: null,
    phones: [{ number: `138${String(draw.int(0, 99_999_999)).padStart(8, '0')}`, updatedOn: today.subtract({ months: 3 }) }],
  };
}

function madeQueries(draw: Draw, risk: number, today: Temporal.PlainDate): Query[] {
  const hunger = 0.25 * Math.exp(0.5 * risk);
  const queries: Query[] = [];
  for (let back = 1; back <= 720; back += 30) {
    if (draw.chance(Math.min(0.9, hunger)))
      queries.push(query(today.subtract({ days: back + draw.int(0, 28) }), draw.pick(['02', '02', '03'])));
    if (draw.chance(0.2)) queries.push(query(today.subtract({ days: back + draw.int(0, 28) }), '01'));
  }
  return queries.toSorted((a, b) => Temporal.PlainDate.compare(b.on, a.on));
}

export const query = (on: Temporal.PlainDate, reason: string, organisation = '灌云农村商业银行'): Query => ({
  on,
  organisationKind: '11',
  organisation,
  reason,
});

function liability(draw: Draw, risk: number, today: Temporal.PlainDate): Liability {
  const amountFen = BigInt(draw.int(2, 30)) * 1_000_000n;
  const from = today.subtract({ months: draw.int(2, 30) });
  return {
    of: '1',
    lenderKind: '11',
    lender: '灌云农村商业银行',
    business: '51',
    from,
    to: from.add({ months: 36 }),
    kind: '2',
    contractNo: `BZ${draw.int(10_000, 99_999)}`,
    amountFen,
    balanceFen: amountFen / 2n,
    class5: strikes(draw, 0.03, 0.4, risk) ? '3' : '1',
    payment: null,
    overdueMonths: 0,
    reportedOn: today.subtract({ days: today.day }),
    notes: [],
  };
}

function enforcement(draw: Draw, today: Temporal.PlainDate): PublicRecord {
  return {
    kind: 'enforcement',
    authority: '灌云县人民法院',
    on: today.subtract({ days: draw.int(60, 900) }).toString(),
    subject: '民间借贷纠纷',
    amountFen: BigInt(draw.int(8, 300)) * 100_000n,
    status: '已立案',
    endedOn: null,
    notes: [],
  };
}

function summaryOf(accounts: readonly Account[], liabilities: readonly Liability[]): CreditSummary {
  const open = accounts.filter(({ month }) => month !== null);
  const loans = open.filter(({ type }) => type === 'D1');
  const cards = open.filter(({ type }) => type === 'R2');
  const sum = (list: readonly Account[], of: (account: Account) => bigint | null | undefined): bigint =>
    list.reduce((total, account) => total + (of(account) ?? 0n), 0n);
  const lendersOf = (list: readonly Account[]): number => new Set(list.map(({ lender }) => lender)).size;
  const limits = cards.map(({ limitFen }) => limitFen ?? 0n).toSorted((a, b) => (a < b ? -1 : 1));
  const first = (list: readonly Account[]): string | null =>
    list.map(({ openedOn }) => openedOn?.toPlainYearMonth().toString() ?? '').toSorted()[0] ?? null;
  const kinds = [
    { list: accounts.filter(({ type }) => type === 'D1'), kind: '19', group: '1' },
    { list: accounts.filter(({ type }) => type === 'R2'), kind: '21', group: '2' },
  ].filter(({ list }) => list.length > 0);
  return {
    prompts: kinds.map(({ list, kind, group }) => ({ kind, group, accounts: list.length, firstMonth: first(list) })),
    recovered: [],
    badDebt: null,
    overdue: [],
    nonRevolving:
      loans.length === 0
        ? null
        : {
            lenders: lendersOf(loans),
            accounts: loans.length,
            limitFen: sum(loans, ({ amountFen }) => amountFen),
            balanceFen: sum(loans, ({ month }) => month?.balanceFen),
            average6mDueFen: sum(loans, ({ month }) => month?.dueFen),
          },
    subAccounts: null,
    revolving: null,
    creditCard:
      cards.length === 0
        ? null
        : {
            lenders: lendersOf(cards),
            accounts: cards.length,
            limitFen: sum(cards, ({ limitFen }) => limitFen),
            highestLimitFen: limits.at(-1) ?? null,
            lowestLimitFen: limits[0] ?? null,
            usedFen: sum(cards, ({ month }) => month?.usedFen),
            average6mFen: sum(cards, ({ month }) => month?.averageUsed6mFen),
          },
    quasiCard: null,
    liabilities: liabilities.map(({ amountFen, balanceFen }) => ({ of: '1', kind: '1', accounts: 1, amountFen, balanceFen })),
  };
}

function querySummaryOf(queries: readonly Query[], today: Temporal.PlainDate): CreditReport['querySummary'] {
  const since = (months: number) => queries.filter(({ on }) => Temporal.PlainDate.compare(on, today.subtract({ months })) > 0);
  const by = (list: readonly Query[], reason: string): Query[] => list.filter((each) => each.reason === reason);
  const organisations = (list: readonly Query[]): number => new Set(list.map(({ organisation }) => organisation)).size;
  const [month, years] = [since(1), since(24)];
  return {
    lastOn: queries[0]?.on ?? null,
    lastOrganisation: queries[0]?.organisation ?? null,
    lastReason: queries[0]?.reason ?? null,
    organisationsLoan1m: organisations(by(month, '02')),
    organisationsCard1m: organisations(by(month, '03')),
    loan1m: by(month, '02').length,
    card1m: by(month, '03').length,
    self1m: 0,
    postLoan24m: by(years, '01').length,
    guarantor24m: by(years, '08').length,
    merchant24m: 0,
  };
}
