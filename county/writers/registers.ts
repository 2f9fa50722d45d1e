import { organisationCheckCharacter, usccCheckCharacter } from '#core/identifiers/index.ts';
import { digits, gb18030, utf8, yuan } from '../byte-text.ts';
import { compactText, dashText, monthEndsBefore } from '../calendar.ts';
import type { Extracts, Sink } from '../extracts.ts';
import { strikes, type Adult, type Livelihood } from '../livelihoods.ts';
import { parameters } from '../parameters.ts';
import type { Random } from '../random.ts';
import { adultsOf, type Town } from '../village.ts';

/** Civil status, social security, and the court's records of adults. */
export function writePersonRegisters(town: Town, extracts: Extracts): void {
  const random = town.random('person registers');
  const { fullDay, businessDay, entity } = town.setting;
  const civil = extracts.of('civil_status', fullDay);
  const insured = extracts.of('social_security', fullDay);
  const courts = extracts.of('court_record', fullDay);
  const paidMonths = monthEndsBefore(businessDay, 13);
  const { register } = parameters;
  for (const adult of adultsOf(town)) {
    const { person } = adult;
    if (random.chance(register.civil)) {
      const dead = random.chance(register.dead * (person.age > 70 ? 4 : 0.6)) ? 'Y' : 'N';
      const dibao = strikes(person.risk, register.dibao, 0.3, random) ? 'Y' : 'N';
      const capacity = random.chance(0.996) ? 'full' : random.chance(0.8) ? 'limited' : 'none';
      civil.row([entity, person.id, person.nameUtf, maritalOf(adult, random), dead, dibao, capacity]);
    }
    writeInsured(adult, insured, entity, paidMonths, random);
    writeCourt(adult, courts, entity, fullDay, random);
  }
}

function maritalOf({ person }: Adult, random: Random): string {
  if (person.married) return 'married';
  if (person.age < 32) return random.chance(0.97) ? 'single' : 'divorced';
  if (person.age < 55) return random.chance(0.5) ? 'single' : 'divorced';
  return random.chance(0.8) ? 'widowed' : 'single';
}

function writeInsured(adult: Adult, sink: Sink, entity: string, months: readonly number[], random: Random): void {
  const { person, work } = adult;
  const { socialEmployee, socialResident } = parameters.register;
  const { publicPostOfAdults, wageOfAdults } = parameters.derived;
  const employee =
    work === 'public_post' || (work === 'wage' && person.age <= 60 && random.chance((socialEmployee - publicPostOfAdults) / wageOfAdults));
  if (!employee && !random.chance(socialResident / (1 - socialEmployee))) return;
  const stopped = strikes(person.risk, 0.12, 0.35, random);
  const last = months[stopped ? random.int(2, 10) : 12]!;
  const base = Math.round(Math.max(350_000, adult.income / 12) / 10_000) * 10_000;
  const fund = work === 'public_post' || (employee && random.chance(0.4));
  const paid = stopped ? random.int(3, 20) : random.int(18, 24);
  sink.row([
    entity,
    person.id,
    person.nameGb,
    employee ? 'employee' : 'resident',
    employee ? yuan(base) : '',
    String(paid),
    compactText(last),
    fund ? yuan(base) : '',
    fund ? String(paid) : '',
  ]);
}

/** Court and penalty records. A suit is three years back at most; enforcement and dishonesty mostly follow suits of the same risk. */
function writeCourt(adult: Adult, sink: Sink, entity: string, day: number, random: Random): void {
  const { person } = adult;
  const { dishonest, enforced, suit36m, penalty, loading } = parameters.court;
  let place = 0;
  const record = (kind: string, amount: number, daysBack: number, open: boolean) =>
    sink.row([
      entity,
      `F${digits(person.number, 7)}${++place}`,
      person.id,
      person.nameUtf,
      kind,
      yuan(amount),
      compactText(day - daysBack),
      open ? 'open' : 'closed',
    ]);
  if (person.age > 80) return;
  const amount = () => random.int(5, 400) * 100_000;
  if (strikes(person.risk, dishonest, loading, random)) record('dishonest', amount(), random.int(20, 1_800), true);
  if (strikes(person.risk, enforced, loading, random)) record('enforced', amount(), random.int(20, 1_800), random.chance(0.7));
  if (strikes(person.risk, suit36m, loading, random))
    record(random.chance(0.45) ? 'loan_suit' : 'suit', amount(), random.int(10, 1_090), random.chance(0.35));
  if (strikes(person.risk, penalty, loading, random)) {
    record(
      random.pick(['penalty_gambling', 'penalty_other', 'penalty_other', 'penalty_drug']),
      random.int(2, 50) * 10_000,
      random.int(20, 1_780),
      false,
    );
  }
}

/** The bank's own black, grey and fraud lists, and the money-laundering levels of customers. */
export function writeLists(town: Town, extracts: Extracts): void {
  const random = town.random('lists');
  const { fullDay, entity } = town.setting;
  const sink = extracts.of('name_list', fullDay);
  const { black, grey, fraud, amlMedium, amlHigh, loading } = parameters.lists;
  for (const adult of adultsOf(town)) {
    const { person } = adult;
    let place = 0;
    const list = (kind: string, type: string) => {
      const number = `B${digits(person.number, 7)}${++place}`;
      const from = fullDay - random.int(30, 1_500);
      sink.row([
        entity,
        number,
        person.id,
        person.nameUtf,
        kind,
        type,
        dashText(from),
        random.chance(0.9) ? '9999-12-31' : dashText(fullDay + random.int(-30, 700)),
      ]);
    };
    const defaulted = (town.loans.get(adult) ?? []).some((loan) => loan.status === 'written_off' || loan.dpd > 90);
    if (defaulted || strikes(person.risk, black, loading, random))
      list('black', defaulted ? 'default' : random.pick(['default', 'court', 'evasion', 'gang', 'other']));
    if (strikes(person.risk, grey, loading, random)) list('grey', random.pick(['other', 'name_lending', 'court', 'default']));
    if (random.chance(fraud)) list('fraud', 'fraud');
    if (adult.customer === null) continue;
    if (random.chance(amlHigh)) list('aml', 'high');
    else if (random.chance(amlMedium)) list('aml', 'medium');
  }
}

/** Registered houses, flats and shops, and vehicles. */
export function writeProperty(town: Town, extracts: Extracts): void {
  const random = town.random('property');
  const { fullDay, entity } = town.setting;
  const estates = extracts.of('real_estate', fullDay);
  const vehicles = extracts.of('vehicle', fullDay);
  const { villageHouse, townFlat, shop, car } = parameters.register;
  const drawing = { townFlat: richerShare(townFlat), car: richerShare(car) };
  for (const livelihood of town.livelihoods) {
    const owner = livelihood.adults[0];
    if (owner === undefined) continue;
    const own = (place: number, kind: string, grade: string, area: number, value: number) =>
      writeEstate(livelihood, owner, { place, kind, grade, area, value }, estates, town, random);
    if (!livelihood.empty && random.chance(villageHouse / (1 - parameters.emptyHousehold))) {
      const u = random.next();
      own(1, 'village_house', u < 0.35 ? 'good' : u < 0.8 ? 'fair' : 'poor', random.int(60, 260), random.int(3, 18) * 1_000_000);
    }
    if (drawing.townFlat(livelihood, random)) own(2, 'town_flat', '', random.int(70, 150), random.int(35, 95) * 1_000_000);
    if (random.chance(livelihood.trade === 'shop' ? 0.25 : shop * 0.7))
      own(3, 'shop', '', random.int(25, 120), random.int(20, 120) * 1_000_000);
    if (!drawing.car(livelihood, random)) continue;
    const { person } = owner;
    vehicles.row([
      entity,
      gb18030(`苏G${digits(person.number, 7)}`),
      person.id,
      person.nameGb,
      yuan(Math.round(2_500_000 * Math.exp(0.8 * random.normal()))),
      compactText(fullDay - random.int(30, 4_000)),
    ]);
  }
}

type Estate = { place: number; kind: string; grade: string; area: number; value: number };

/** One row an owner: couples often own together, under one certificate. */
function writeEstate(livelihood: Livelihood, owner: Adult, estate: Estate, sink: Sink, town: Town, random: Random): void {
  const { entity, fullDay } = town.setting;
  const certificate = gb18030(`苏(2019)灌云县不动产权第${digits(owner.person.number, 7)}${estate.place}号`);
  const mortgaged = estate.kind === 'village_house' ? random.chance(0.01) : random.chance(0.35);
  const sealed = strikes(owner.person.risk, 0.006, 0.6, random);
  const registered = compactText(fullDay - random.int(60, 3_600));
  const spouse = livelihood.adults[1];
  const owners = spouse?.person.relation === 'spouse' && random.chance(0.2) ? [owner, spouse] : [owner];
  for (const { person } of owners) {
    sink.row([
      entity,
      certificate,
      person.id,
      person.nameGb,
      estate.kind,
      estate.grade,
      estate.area.toFixed(2),
      yuan(estate.value),
      mortgaged ? 'Y' : 'N',
      sealed ? 'Y' : 'N',
      registered,
    ]);
  }
}

/** Draws so that richer households own more often, with the given share over all. */
function richerShare(share: number): (livelihood: Livelihood, random: Random) => boolean {
  const { median, sigma } = parameters.income;
  return (livelihood, random) => strikes(Math.log(livelihood.income / 100 / median) / sigma, share, 0.4, random);
}

const industries: Record<string, string> = {
  grain: '粮食种植',
  livestock: '畜禽养殖',
  aquaculture: '水产养殖',
  shop: '零售',
  transport: '道路运输',
  building: '房屋建筑',
  ecommerce: '网络零售',
  factory: '加工制造',
};

/** Registered businesses of trading households with their owners. */
export function writeEnterprises(town: Town, extracts: Extracts): void {
  const random = town.random('enterprise');
  const { fullDay, entity } = town.setting;
  const enterprises = extracts.of('enterprise', fullDay);
  const persons = extracts.of('enterprise_person', fullDay);
  for (const livelihood of town.livelihoods) {
    const { trade, adults, household } = livelihood;
    const owner = adults.find((adult) => adult.work === trade);
    const industry = industries[trade];
    if (owner === undefined || industry === undefined || !random.chance(parameters.register.enterpriseOfTrade)) continue;
    const kind =
      trade === 'factory' || random.chance(0.06)
        ? 'company'
        : random.chance(trade === 'grain' || trade === 'livestock' ? 0.15 : 0.01)
          ? 'cooperative'
          : 'individual';
    const uscc = creditCode(kind, owner.person.number);
    const turnover = Math.round(livelihood.income * (1 + 2 * random.next()));
    const invoicing = random.chance(0.45);
    const bad = strikes(owner.person.risk, 0.05, 0.5, random);
    const name = `${town.village.townshipName.slice(0, 2)}${owner.person.name}${industry}${kind === 'individual' ? '经营部' : kind === 'company' ? '有限公司' : '专业合作社'}`;
    enterprises.row([
      entity,
      uscc,
      utf8(`灌云县${name}`),
      kind,
      compactText(fullDay - random.int(60, 4_500)),
      yuan(kind === 'individual' ? random.int(1, 20) * 1_000_000 : random.int(10, 300) * 1_000_000),
      bad ? random.pick(['abnormal', 'revoked', 'cancelled']) : 'open',
      String(bad ? random.int(1, 3) : 0),
      utf8(industry),
      yuan(Math.round(turnover * 0.02 * random.next())),
      kind === 'company' ? random.pick(['A', 'B', 'B', 'M', 'M', 'C']) : '',
      invoicing ? yuan(turnover) : '',
      invoicing ? String(bad ? random.int(60, 300) : random.int(0, 50)) : '',
      (trade === 'factory' ? random.int(20_000, 200_000) : random.int(800, 12_000)).toFixed(1),
    ]);
    const own = (adult: Adult, role: string, share: string) =>
      persons.row([entity, uscc, adult.person.id, adult.person.nameUtf, role, share]);
    const spouse = household.members[1]?.relation === 'spouse' && owner === adults[0] ? adults[1] : undefined;
    if (kind === 'individual') own(owner, 'owner', '100');
    else {
      own(owner, 'legal_representative', '60');
      if (spouse !== undefined) own(spouse, 'shareholder', '40');
    }
  }
}

/** A credit code of the never-assigned area with both check characters right; the body is the owner's number in base 31 letters' digits. */
function creditCode(kind: string, number: number): string {
  const organisation = `MA${digits(number % 1_000_000, 6)}`;
  const series = kind === 'company' ? '91' : kind === 'individual' ? '92' : '93';
  const body = `${series}${parameters.idArea}${number >= 1_000_000 ? organisation.replace('MA', 'MB') : organisation}`;
  const withOrganisation = body + organisationCheckCharacter(body.slice(8));
  return withOrganisation + usccCheckCharacter(withOrganisation);
}
