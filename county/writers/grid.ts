import { digits, utf8, yuan } from '../byte-text.ts';
import { dashText, dayOf } from '../calendar.ts';
import type { Extracts, Sink } from '../extracts.ts';
import { strikes, type Adult, type Livelihood } from '../livelihoods.ts';
import { parameters } from '../parameters.ts';
import { drawFrom, type Random } from '../random.ts';
import { adultsOf, type Town } from '../village.ts';
import { addressOf } from './address.ts';

/** The village roll: every registered person. */
export function writeRoll(town: Town, extracts: Extracts): void {
  const random = town.random('roll');
  const { setting, village } = town;
  const sink = extracts.ofTownship(
    'grid_roll',
    setting.fullDay,
    village.townshipCode,
    setting.workbookTownships.includes(village.townshipCode),
  );
  const villageName = utf8(village.name);
  for (const { household, everyone } of town.livelihoods) {
    const group = digits(household.group, 2);
    const address = utf8(addressOf(town, household.group, household.number));
    const rollDate = dashText(setting.fullDay - random.int(30, 300));
    const local = random.chance(parameters.hukouLocal) ? 'Y' : 'N';
    for (const { person, phone, education, work, reside, health } of everyone) {
      sink.row([
        setting.entity,
        village.code,
        villageName,
        group,
        household.number,
        String(person.member),
        person.nameUtf,
        person.id,
        dashText(person.birth),
        person.sex,
        person.relation,
        phone,
        address,
        education,
        work,
        reside,
        health,
        local,
        rollDate > dashText(person.birth) ? rollDate : dashText(setting.fullDay),
      ]);
    }
  }
}

const drawReviewers = drawFrom(parameters.review.reviewers);
const exclusions = ['X01', 'X04', 'X05', 'X10', 'X11', 'X12', 'X08'] as const;
const channels = ['electronic', 'electronic', 'electronic', 'paper', 'meeting', 'wechat'] as const;

/** Back-to-back reviews, and visits to some of the reviewed. */
export function writeReviews(town: Town, extracts: Extracts): void {
  const random = town.random('review');
  const { fullDay } = town.setting;
  const visits = extracts.of('visit', fullDay);
  const reviews = extracts.of('review', fullDay);
  for (const adult of chooseReviewed(town, random)) {
    writeReviewsOf(adult, town, reviews, random);
    if (random.chance(parameters.visit.ofReviewed)) writeVisit(adult, town, visits, random);
  }
}

/** The answers of all reviewers about one person; whoever does not know the person leaves the rest empty. */
function writeReviewsOf(adult: Adult, town: Town, sink: Sink, random: Random): void {
  const { person } = adult;
  const { fullDay, entity } = town.setting;
  const limit = fairLimit(adult);
  const flagged = drawFlag(adult, random);
  const reviewers = Number(drawReviewers(random));
  const first = random.int(1, 9);
  for (let r = 0; r < reviewers; r++) {
    const knows = random.chance(parameters.review.knows);
    const suggested = Math.max(0, limit * (1 + parameters.review.noiseCv * random.normal()));
    const flag = knows && (flagged === 'true' ? random.chance(0.75) : flagged === 'false' && r === 0);
    const reputation = Math.min(5, Math.max(0, Math.round(3.6 - 0.7 * person.risk + 0.6 * random.normal())));
    sink.row([
      entity,
      `V${digits(person.number, 7)}${r + 1}`,
      `${town.village.code}${digits(((first + r) % 9) + 1, 2)}`,
      String(r < 2 ? 1 : 2),
      person.id,
      person.nameUtf,
      knows ? 'Y' : 'N',
      knows ? yuan(Math.round(suggested / 100_000) * 100_000) : '',
      flag ? random.pick(exclusions) : '',
      knows ? String(reputation) : '',
      knows ? (strikes(person.risk, 0.02, 0.5, random) ? 'Y' : 'N') : '',
      random.pick(channels),
      String(random.int(3, 60)),
      dashText(fullDay - random.int(20, 330)),
    ]);
  }
}

/** A manager's visit: who is away is found away, some rolls are corrected, and not every visit is near, long and photographed enough to count. */
function writeVisit(adult: Adult, town: Town, sink: Sink, random: Random): void {
  const { person, reside } = adult;
  const { setting, village } = town;
  const found = random.chance(parameters.visit.overturned) ? 'corrected' : random.chance(0.02) ? 'refused' : 'confirmed';
  const result = reside === 'empty' ? 'empty_registration' : reside === 'unreachable' ? 'unreachable' : found;
  const surveyed = result === 'confirmed' || result === 'corrected';
  const survey = Math.max(500_000, Math.round((fairLimit(adult) * (0.85 + 0.3 * random.next())) / 100_000) * 100_000);
  sink.row([
    setting.entity,
    `T${digits(person.number, 7)}`,
    person.id,
    person.nameUtf,
    dashText(setting.fullDay - random.int(1, 360)),
    result,
    surveyed ? yuan(survey) : '',
    String(random.chance(0.94) ? random.int(2, 280) : random.int(301, 4_000)),
    String(random.chance(0.95) ? random.int(3, 40) : random.int(0, 2)),
    String(random.int(1, 5)),
    `G${village.townshipCode.slice(6)}${digits((village.index % 8) + 1, 2)}`,
  ]);
}

/** One member of most households, and second members until the share of all persons is reached. */
function chooseReviewed(town: Town, random: Random): Adult[] {
  const wanted = Math.round(town.village.people * parameters.review.persons);
  const able = (adult: Adult) => adult.person.age <= 60 && adult.work !== 'student';
  const byHousehold = town.livelihoods.map((livelihood: Livelihood) => livelihood.adults.filter(able));
  const firsts = byHousehold.flatMap((adults) => adults.slice(0, 1));
  const seconds = byHousehold.flatMap((adults) => adults.slice(1, 3));
  return [...random.shuffle(firsts), ...random.shuffle(seconds)].slice(0, wanted);
}

/** The limit that fits a household's borrower: most of its year's income, less where the risk is higher. Whole fen. */
export function fairLimit(adult: Adult): number {
  return Math.min(30_000_000, Math.max(1_000_000, adult.householdIncome * (0.8 - 0.15 * adult.person.risk)));
}

/** A flag is true when the person's risk stands behind it, false when it is a reviewer's grudge or error. */
function drawFlag(adult: Adult, random: Random): 'none' | 'true' | 'false' {
  const { flagged, flagTrue } = parameters.review;
  if (strikes(adult.person.risk, flagged * flagTrue, 0.8, random)) return 'true';
  return random.chance(flagged * (1 - flagTrue)) ? 'false' : 'none';
}

const crops: Record<string, readonly string[]> = {
  grain: ['rice_wheat'],
  farm: ['rice_wheat', 'rice_wheat', 'maize', 'vegetable'],
  ecommerce: ['fruit', 'flower', 'vegetable'],
};

/** Household economy as surveyed. */
export function writeFarmers(town: Town, extracts: Extracts): void {
  const random = town.random('farmer');
  const { fullDay, entity } = town.setting;
  const sink = extracts.of('farmer', fullDay);
  for (const livelihood of town.livelihoods) {
    if (!random.chance(parameters.register.farmer)) continue;
    const { household, trade, income, land, everyone, adults } = livelihood;
    const debt = adults.flatMap((adult) => town.loans.get(adult) ?? []).reduce((sum, loan) => sum + loan.balance, 0);
    const labour = everyone.filter(({ person, health }) => person.age >= 18 && person.age <= 65 && health !== 'disabled').length;
    const surveyed = Math.round((income * (0.85 + 0.3 * random.next())) / 10_000) * 10_000;
    const house = random.int(3, 18) * 1_000_000;
    sink.row([
      entity,
      town.village.code,
      household.number,
      household.members[0]!.id,
      land.toFixed(1),
      (trade === 'grain' ? land * 0.8 : 0).toFixed(1),
      land === 0 ? 'none' : random.pick(crops[trade] ?? crops.farm!),
      String(trade === 'livestock' ? random.int(20, 600) : random.chance(0.2) ? random.int(1, 15) : 0),
      yuan(trade === 'grain' ? random.int(3, 40) * 1_000_000 : random.chance(0.25) ? random.int(1, 15) * 100_000 : 0),
      random.chance(0.45) ? 'Y' : 'N',
      yuan(surveyed),
      yuan(Math.round(surveyed * (0.45 + 0.25 * random.next() + 0.05 * Math.max(-1, Math.min(2, household.risk))))),
      String(labour),
      String(household.members.length),
      String(adults.filter(({ reside }) => reside !== 'village' && reside !== 'empty' && reside !== 'unreachable').length),
      String(everyone.filter(({ work }) => work === 'student').length),
      random.chance(0.08) ? 'Y' : 'N',
      yuan(house + (livelihood.deposits ?? 0) + Math.round(surveyed * random.next())),
      yuan(debt + (strikes(household.risk, 0.1, 0.5, random) ? random.int(1, 20) * 1_000_000 : 0)),
      dashText(fullDay - random.int(30, 700)),
    ]);
  }
}

/** The grading of 2017, and contacts of the last ninety days. */
export function writeHistory(town: Town, extracts: Extracts): void {
  const random = town.random('history');
  const { fullDay, entity } = town.setting;
  const sunshine = extracts.of('sunshine_2017', fullDay);
  const contacts = extracts.of('contact', fullDay);
  const firstDay = dayOf(2017, 3, 1);
  for (const adult of adultsOf(town)) {
    const { person } = adult;
    if (person.age >= 28 && person.age <= 72 && random.chance(parameters.sunshine2017 / 0.72)) {
      const score = -person.risk + 0.9 * random.normal();
      const grade = score > 2 ? 'AAA' : score > 1 ? 'AA' : score > -0.5 ? 'A' : score > -1.5 ? 'B' : 'C';
      const limit = grade === 'C' ? 0 : Math.max(1, Math.round(fairLimit(adult) / 2_000_000)) * 1_000_000;
      sunshine.row([entity, person.id, person.nameUtf, yuan(limit), grade, dashText(firstDay + random.int(0, 290))]);
    }
    if (!random.chance(parameters.contact90d)) continue;
    const times = random.chance(0.8) ? 1 : random.int(2, 4);
    const friend = random.chance(0.3) ? 'Y' : 'N';
    for (let i = 0; i < times; i++) {
      const u = random.next();
      contacts.row([
        entity,
        `K${digits(person.number, 7)}${i + 1}`,
        person.id,
        person.nameUtf,
        dashText(fullDay - random.int(0, 89)),
        random.pick(['sms', 'call', 'visit', 'wecom', 'popup']),
        u < 0.6 ? 'none' : u < 0.88 ? 'interest' : u < 0.985 ? 'refuse' : 'opt_out',
        friend,
      ]);
    }
  }
}
