import { digits, gb18030, yuan } from '../byte-text.ts';
import { compactText, monthEndsBefore, type Day } from '../calendar.ts';
import type { Extracts, Sink } from '../extracts.ts';
import type { Adult, Customer } from '../livelihoods.ts';
import { parameters } from '../parameters.ts';
import type { Random } from '../random.ts';
import { adultsOf, type Town } from '../village.ts';
import { addressOf } from './address.ts';

const openEnd = '99991231';
const idYears = [10, 20] as const;

/** Customer master: the full file, and today's changed customers as a delta. */
export function writeCustomers(town: Town, extracts: Extracts): void {
  const random = town.random('customer');
  const { fullDay, businessDay, entity } = town.setting;
  const full = extracts.of('customer', fullDay);
  const delta = extracts.of('customer', businessDay, 'I');
  for (const adult of adultsOf(town)) {
    const { person, customer, work } = adult;
    if (customer === null) continue;
    const expiry = person.age > 46 ? openEnd : compactText(fullDay + random.int(-90, random.pick(idYears) * 365));
    const fields = (phone: string, day: Day) => [
      entity,
      customer.number,
      person.nameGb,
      '10',
      person.id,
      person.sex,
      compactText(person.birth),
      phone,
      gb18030(addressOf(town, person.household.group, person.household.number)),
      adult.education,
      work === 'public_post' || work === 'wage' || work === 'farm' || work === 'student' || work === 'none' ? work : 'business',
      expiry,
      compactText(customer.since),
      work === 'public_post' && person.number % 40 === 0 ? 'Y' : 'N',
      person.number % 400 === 7 ? 'Y' : 'N',
      compactText(day),
    ];
    full.row(fields(adult.phone, fullDay));
    if (random.chance(0.004)) delta.row(fields(adult.phone === '' ? '' : `139${digits(random.int(0, 99_999_999), 8)}`, businessDay));
  }
}

/** Deposit accounts, their months and today's changes. */
export function writeDeposits(town: Town, extracts: Extracts): void {
  const random = town.random('deposit');
  const { fullDay, businessDay, entity } = town.setting;
  const full = extracts.of('deposit_account', fullDay);
  const delta = extracts.of('deposit_account', businessDay, 'I');
  const ends = monthEndsBefore(businessDay, 13);
  const months = ends.map((day) => extracts.of('deposit_month', day));
  const tails = ends.map((day) => `|@|${compactText(day)}`);
  const branch = `${parameters.county.code}${town.village.townshipCode.slice(6)}`;
  for (const adult of adultsOf(town)) {
    if (adult.customer === null) continue;
    for (const account of splitBalance(adult.customer, random)) {
      const { number, kind, since, balance, status } = account;
      const fields = (amount: number, day: Day) => [
        entity,
        number,
        adult.customer!.number,
        kind,
        compactText(since),
        openEnd,
        status,
        account.controlled ? 'Y' : 'N',
        yuan(amount),
        branch,
        compactText(day),
      ];
      full.row(fields(balance, fullDay));
      if (kind === 'demand' && random.chance(0.03)) delta.row(fields(Math.floor(balance * (0.7 + 0.6 * random.next())), businessDay));
      writeAccountMonths(account, `${entity}|@|${number}`, ends, tails, months, random);
    }
  }
}

type Account = { number: string; kind: 'demand' | 'term' | 'wealth'; since: Day; balance: number; status: string; controlled: boolean };

/** The customer's balance over a demand account and, for savers, term and wealth accounts. */
function splitBalance(customer: Customer, random: Random): Account[] {
  const { balance, since } = customer;
  const account = (place: number, kind: Account['kind'], amount: number, from: Day): Account => ({
    number: `6230${customer.number}${place}`,
    kind,
    since: from,
    balance: amount,
    status: kind === 'demand' && amount < 1_000 && random.chance(0.3) ? 'dormant' : 'active',
    controlled: random.chance(0.003),
  });
  const term = balance > 1_000_000 && random.chance(0.6) ? Math.floor(balance * (0.4 + 0.4 * random.next())) : 0;
  const wealth = balance > 5_000_000 && random.chance(0.12) ? Math.floor((balance - term) * 0.5) : 0;
  const accounts = [account(0, 'demand', balance - term - wealth, since)];
  if (term > 0) accounts.push(account(1, 'term', term, since + random.int(0, 30)));
  if (wealth > 0) accounts.push(account(2, 'wealth', wealth, since + 31));
  return accounts;
}

/** Walks back from today's balance, so that every month's flows explain the change of its balance to the fen. */
function writeAccountMonths(
  account: Account,
  head: string,
  ends: readonly Day[],
  tails: readonly string[],
  sinks: readonly Sink[],
  random: Random,
): void {
  let balance = account.kind === 'demand' ? Math.floor(account.balance * (0.8 + 0.4 * random.next())) : account.balance;
  for (let m = ends.length - 1; m >= 0 && ends[m]! >= account.since; m--) {
    const still = account.kind !== 'demand' || account.status === 'dormant';
    const opened = m === 0 || ends[m - 1]! < account.since;
    const before = opened && account.since > ends[0]! ? 0 : still ? balance : Math.floor(balance * (0.72 + 0.56 * random.next()));
    const through = still ? 0 : Math.floor((balance + 20_000) * (0.1 + 0.9 * random.next()));
    const inflow = through + Math.max(0, balance - before);
    const outflow = inflow - (balance - before);
    const average = Math.floor((balance + before) / 2);
    const count = inflow === 0 && outflow === 0 ? 0 : 1 + Math.floor(14 * random.next() ** 2);
    const night = count > 3 && random.chance(0.12) ? random.int(1, 2) : 0;
    sinks[m]!.line(
      `${head}${tails[m]!}|@|${yuan(balance)}|@|${yuan(average)}|@|${yuan(inflow)}|@|${yuan(outflow)}|@|${count}|@|${night}${tails[m]!}`,
    );
    balance = before;
  }
}

/** Mobile banking: who signed up, and use by month. */
export function writeEbanking(town: Town, extracts: Extracts): void {
  const random = town.random('ebank');
  const { fullDay, businessDay, entity } = town.setting;
  const full = extracts.of('ebank_user', fullDay);
  const delta = extracts.of('ebank_user', businessDay, 'I');
  const ends = monthEndsBefore(businessDay, 7);
  const months = ends.map((day) => extracts.of('ebank_month', day));
  for (const { customer, person } of adultsOf(town)) {
    if (customer === null || person.age > 75) continue;
    const mobile = random.chance(mobileShare(person.age));
    if (!mobile && !random.chance(0.08)) continue;
    const since = Math.max(customer.since, fullDay - random.int(10, 2_900));
    const fields = (day: Day, devices: number) => [
      entity,
      customer.number,
      mobile ? 'Y' : 'N',
      compactText(since),
      random.chance(0.62) ? 'Y' : 'N',
      String(devices),
      String(random.chance(0.985) ? 1 : random.int(2, 6)),
      random.chance(0.97) ? 'low' : random.chance(0.8) ? 'medium' : 'high',
      compactText(day),
    ];
    full.row(fields(fullDay, random.chance(0.8) ? 1 : random.int(2, 4)));
    if (random.chance(0.005)) delta.row(fields(businessDay, 2));
    if (!mobile) continue;
    const habit = 1 + Math.floor(25 * random.next() ** 2);
    ends.forEach((day, m) => {
      if (day < since) return;
      const logins = Math.floor(habit * (0.6 + 0.8 * random.next()));
      const count = Math.floor(logins * 0.6);
      const text = compactText(day);
      const amount = yuan(count * random.int(2_000, 60_000));
      months[m]!.line(`${entity}|@|${customer.number}|@|${text}|@|${logins}|@|${count}|@|${amount}|@|${text}`);
    });
  }
}

/** Younger customers use the mobile bank more; over all customers the share is the parameter's. */
function mobileShare(age: number): number {
  const factor = age <= 35 ? 1.65 : age <= 50 ? 1.25 : age <= 60 ? 0.85 : age <= 70 ? 0.35 : 0.1;
  return Math.min(1, parameters.mobileBank * factor);
}

/** Takings by QR code of trading customers. */
export function writeQrCollections(town: Town, extracts: Extracts): void {
  const random = town.random('qr');
  const { businessDay, entity } = town.setting;
  const ends = monthEndsBefore(businessDay, 12);
  const months = ends.map((day) => extracts.of('qr_month', day));
  for (const adult of adultsOf(town)) {
    const { customer, person } = adult;
    if (customer === null || !trades.has(adult.work) || !random.chance(parameters.qrMerchant)) continue;
    const level = Math.exp(8.4 - 0.3 * person.risk + 0.9 * random.normal());
    const merchant = `M${digits(person.number, 7)}`;
    const active = random.int(3, 12);
    ends.forEach((day, m) => {
      if (day < customer.since || m < 12 - active) return;
      const count = Math.max(1, Math.floor((level / 25) * (0.7 + 0.6 * random.next())));
      const text = compactText(day);
      months[m]!.line(
        `${entity}|@|${merchant}|@|${customer.number}|@|${text}|@|${count}|@|${yuan(count * random.int(900, 6_000))}|@|${text}`,
      );
    });
  }
}

const trades: ReadonlySet<string> = new Set(['shop', 'transport', 'building', 'ecommerce', 'factory', 'aquaculture', 'livestock', 'grain']);
const employers: readonly (readonly [name: string, type: string])[] = [
  ['灌云县财政局', 'government'],
  ['灌云县教育局', 'institution'],
  ['灌云县人民医院', 'institution'],
  ['灌云供电服务站', 'state_firm'],
];
const firms: readonly (readonly [name: string, type: string])[] = [
  ['灌云宏达制衣有限公司', 'private_firm'],
  ['灌云临港化工有限公司', 'private_firm'],
  ['灌云顺丰粮食加工厂', 'private_firm'],
  ['灌云恒信建筑劳务有限公司', 'private_firm'],
  ['灌云县家庭农场联合社', 'other'],
];

/** Wages by month, and the year's two farm subsidies of customer households. */
export function writePayroll(town: Town, extracts: Extracts): void {
  const random = town.random('payroll');
  const { businessDay, entity } = town.setting;
  const ends = monthEndsBefore(businessDay, 12);
  const sinks = ends.map((day) => extracts.of('payroll', day));
  const { publicPostOfAdults, wageOfAdults } = parameters.derived;
  const wageEarners = (parameters.payroll - publicPostOfAdults) / wageOfAdults;
  for (const { adults, land } of town.livelihoods) {
    const first = adults.find((adult) => adult.customer !== null);
    if (first === undefined) continue;
    for (const adult of adults) {
      if (adult.customer === null || (adult.work !== 'public_post' && !(adult.work === 'wage' && random.chance(wageEarners)))) continue;
      writeWages(adult, adult.customer, ends, sinks, entity, random);
    }
    if (land === 0 || !random.chance(parameters.subsidyAccount)) continue;
    for (const m of [3, 8]) {
      const sink = sinks[m]!;
      const text = compactText(ends[m]!);
      const amount = yuan(Math.round(land * (m === 3 ? 4_500 : 7_200)));
      const paid = compactText(ends[m]! - random.int(5, 20));
      sink.row([
        entity,
        `S${digits(first.person.number, 7)}${text.slice(2, 6)}`,
        first.customer!.number,
        paid,
        'subsidy',
        amount,
        subsidyPayer,
        'government',
        text,
      ]);
    }
  }
}

const subsidyPayer = gb18030('灌云县财政局');
function writeWages(adult: Adult, customer: Customer, ends: readonly Day[], sinks: readonly Sink[], entity: string, random: Random): void {
  const [name, type] = random.pick(adult.work === 'public_post' ? employers : firms);
  const employer = gb18030(name);
  const wage = Math.max(200_000, adult.income / 12);
  const spread = adult.work === 'public_post' ? 0.04 : 0.15;
  const steady = random.chance(0.85);
  ends.forEach((day, m) => {
    if (day < customer.since || (!steady && random.chance(0.25))) return;
    const text = compactText(day);
    const amount = Math.round(wage * Math.max(0.4, 1 + spread * random.normal()));
    const paid = compactText(day - random.int(0, 15));
    sinks[m]!.row([
      entity,
      `W${digits(adult.person.number, 7)}${text.slice(2, 6)}`,
      customer.number,
      paid,
      'salary',
      yuan(amount),
      employer,
      type,
      text,
    ]);
  });
}
