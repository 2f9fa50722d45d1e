import { ageCells } from './ages.ts';
import type { Day } from './calendar.ts';
import { parameters } from './parameters.ts';
import type { Household, Person } from './people.ts';
import type { Village } from './places.ts';
import { drawFrom, normalShare, Random } from './random.ts';
import type { Setting } from './setting.ts';

export type Trade = keyof typeof parameters.trade;
export type Work = Trade | 'public_post' | 'student';
export type Segment = keyof typeof parameters.default12m;
export type Reside = 'village' | 'empty' | 'unreachable' | keyof typeof parameters.workOut.to;
export type Education = keyof typeof parameters.education;

/** One person with what he or she does and owns. Amounts are whole fen. */
export type Adult = {
  person: Person;
  work: Work;
  education: Education | '';
  segment: Segment;
  reside: Reside;
  health: keyof typeof parameters.health;
  phone: string;
  /** What the person, and the whole household, earn a year. */
  income: number;
  householdIncome: number;
  customer: Customer | null;
};

export type Customer = { number: string; since: Day; balance: number };

export type Livelihood = {
  household: Household;
  trade: Trade;
  /** Net income a year of the whole household. */
  income: number;
  empty: boolean;
  land: number;
  everyone: Adult[];
  adults: Adult[];
  /** Balance of all members at the bank; null without an account. */
  deposits: number | null;
};

const mobilePrefixes = [
  '130',
  '131',
  '132',
  '133',
  '135',
  '136',
  '137',
  '138',
  '139',
  '150',
  '151',
  '152',
  '157',
  '158',
  '159',
  '177',
  '178',
  '180',
  '182',
  '187',
  '188',
  '189',
  '191',
  '198',
];
const drawPlace = drawFrom(parameters.workOut.to);
const business = new Set<Work>(['grain', 'livestock', 'aquaculture', 'shop', 'transport', 'building', 'ecommerce', 'factory']);

/** Whether an event of the given share strikes someone of this risk; the loading says how much of it is the risk and how much luck. */
export function strikes(risk: number, share: number, loading: number, random: Random): boolean {
  return normalShare(-(loading * risk + Math.sqrt(1 - loading * loading) * random.normal())) < share;
}

/** What the households of a village live on. */
export function drawLivelihoods(setting: Setting, village: Village, households: readonly Household[]): Livelihood[] {
  const random = new Random(setting.seed, village.code, 'livelihood');
  const drawTrade = tradeDrawer(households);
  return households.map((household) => {
    const trade = drawTrade(household, random);
    const income = drawIncome(household, trade, random);
    const empty = random.chance(parameters.emptyHousehold);
    const everyone = household.members.map((person) => drawAdult(person, trade, empty, random));
    const livelihood: Livelihood = {
      household,
      trade,
      income,
      empty,
      land:
        trade === 'grain'
          ? 30 + random.int(0, 170)
          : random.chance(0.85)
            ? Math.round(household.members.length * (1 + random.next()) * 10) / 10
            : 0,
      everyone,
      adults: everyone.filter((adult) => adult.person.age >= 18),
      deposits: null,
    };
    shareIncome(livelihood, random);
    openAccounts(livelihood, setting, random);
    return livelihood;
  });
}

/** Trades over a village: households without anyone of working age farm or rest, the others make up the rest of each share. */
function tradeDrawer(households: readonly Household[]): (household: Household, random: Random) => Trade {
  const idle = households.filter((household) => !hasLabour(household)).length / households.length;
  const { farm, none, ...others } = parameters.trade;
  const restWithoutLabour = idle === 0 ? 0 : Math.min(1, none / idle);
  const drawAble = drawFrom<Trade>({ ...others, farm: Math.max(0, farm + none - idle), none: Math.max(0, none - idle) });
  return (household, random) => {
    if (hasLabour(household)) return drawAble(random);
    return random.chance(restWithoutLabour) ? 'none' : 'farm';
  };
}

function hasLabour(household: Household): boolean {
  return household.members.some((person) => person.age >= 18 && person.age <= 65);
}

/** Lognormal, lower where the risk is higher. Trading households earn more, those without labour less; the median stays the parameter's. */
function drawIncome(household: Household, trade: Trade, random: Random): number {
  const { median, sigma, loading } = parameters.income;
  const x = -loading * household.risk + Math.sqrt(1 - loading * loading) * random.normal();
  const shift = trade === 'none' ? -0.9 : trade === 'farm' ? -0.25 : business.has(trade) ? 0.3 : trade === 'wage' ? -0.14 : 0.03;
  return Math.round(median * Math.exp(sigma * 0.93 * x + shift)) * 100;
}

function drawAdult(person: Person, trade: Trade, empty: boolean, random: Random): Adult {
  const work = drawWork(person, trade, random);
  const adult = person.age >= 18;
  return {
    person,
    work,
    education: adult
      ? drawEducation(person, random)
      : person.age < 7
        ? ''
        : person.age < 13
          ? 'primary'
          : person.age < 16
            ? 'junior'
            : 'senior',
    segment: segmentOf(person, work, trade),
    reside: drawReside(person, work, empty, random),
    health: drawHealth(person, random),
    phone: adult && random.chance(parameters.phone) ? random.pick(mobilePrefixes) + String(random.int(0, 99_999_999)).padStart(8, '0') : '',
    income: 0,
    householdIncome: 0,
    customer: null,
  };
}

function drawWork(person: Person, trade: Trade, random: Random): Work {
  if (person.age < 18) return person.age >= 6 ? 'student' : 'none';
  if (person.age < 22 && random.chance(0.45)) return 'student';
  if (person.age > 75) return 'none';
  const main = person.relation === 'head' || person.relation === 'spouse' || person.relation === 'son' || person.relation === 'in_law';
  if (person.age > 65) return main && business.has(trade) ? trade : random.chance(0.5) ? 'farm' : 'none';
  if (trade === 'wage') return random.chance(parameters.publicPostOfWage) ? 'public_post' : random.chance(0.8) ? 'wage' : 'farm';
  if (business.has(trade)) return main && random.chance(0.8) ? trade : 'wage';
  return trade === 'farm' ? (random.chance(0.75) ? 'farm' : 'wage') : 'none';
}

function segmentOf(person: Person, work: Work, trade: Trade): Segment {
  if (work === 'public_post') return 'public_post';
  if (work === 'factory' || work === 'ecommerce') return 'micro_owner';
  if ((work === 'shop' || work === 'transport' || work === 'building') && person.relation === 'head') return 'sole_trader';
  return trade === 'wage' && person.age <= 40 ? 'resident' : 'villager';
}

/** Schooling leans on youth and, a little, on the risk; the rest is luck. The bounds keep the shares of the parameters. */
const schooling = { youth: 0.75, risk: 0.15, luck: 0.6 };
const educationBounds = findEducationBounds();

function drawEducation(person: Person, random: Random): Education {
  const x = schooling.youth * youthOf(person.age) - schooling.risk * person.risk + schooling.luck * random.normal();
  if (x < educationBounds.junior) return 'primary';
  if (x < educationBounds.senior) return 'junior';
  return x < educationBounds.college || person.age < 20 ? 'senior' : 'college';
}

function youthOf(age: number): number {
  return (47 - age) / 18;
}

/** Quantiles of the schooling score over all adults, whose ages are known: each age is a normal distribution of its own. */
function findEducationBounds(): { junior: number; senior: number; college: number } {
  const adults = ageCells.filter((cell) => cell.age >= 18);
  const all = adults.reduce((sum, cell) => sum + cell.share, 0);
  const spread = Math.hypot(schooling.risk, schooling.luck);
  const below = (x: number) =>
    adults.reduce((sum, cell) => sum + cell.share * normalShare((x - schooling.youth * youthOf(cell.age)) / spread), 0) / all;
  const quantile = (share: number) => {
    let [low, high] = [-5, 5];
    for (let i = 0; i < 40; i++) {
      const middle = (low + high) / 2;
      if (below(middle) < share) low = middle;
      else high = middle;
    }
    return low;
  };
  const { primary, junior, college } = parameters.education;
  return { junior: quantile(primary), senior: quantile(primary + junior), college: quantile(1 - college) };
}

function drawReside(person: Person, work: Work, empty: boolean, random: Random): Reside {
  if (empty) return 'empty';
  const mayLeave = person.age >= 18 && person.age <= 60;
  if (person.age >= 18 && random.chance(parameters.unreachable / (1 - parameters.emptyHousehold))) return 'unreachable';
  const leaves = mayLeave && (work === 'wage' || work === 'farm' || work === 'none' || work === 'student');
  return leaves && random.chance(parameters.workOut.share / parameters.derived.fitToLeave) ? drawPlace(random) : 'village';
}

function drawHealth(person: Person, random: Random): keyof typeof parameters.health {
  const { good, fair, ill } = parameters.health;
  const u = random.next() ** (person.age > 60 ? 0.5 : person.age < 40 ? 2 : 1);
  return u < good ? 'good' : u < good + fair ? 'fair' : u < good + fair + ill ? 'ill' : 'disabled';
}

/** Splits the household's income over those who earn; a public post pays its own wage, whatever the household had. */
function shareIncome(livelihood: Livelihood, random: Random): void {
  const weights = livelihood.adults.map(({ person, work }) => {
    if (work === 'student' || work === 'none') return 0.05;
    return (person.age > 60 ? 0.4 : 1) * (work === 'farm' ? 0.5 : 1) * (0.6 + 0.8 * random.next());
  });
  const sum = weights.reduce((a, b) => a + b, 0);
  const { median, sigma } = parameters.publicWage;
  livelihood.adults.forEach((adult, i) => {
    const own = Math.round((livelihood.income * weights[i]!) / sum / 100) * 100;
    adult.income = adult.work === 'public_post' ? Math.round(median * Math.exp(sigma * random.normal())) * 100 : own;
  });
  livelihood.income = Math.max(
    livelihood.income,
    livelihood.adults.reduce((total, adult) => total + adult.income, 0),
  );
  for (const adult of livelihood.adults) adult.householdIncome = livelihood.income;
}

/** Opens accounts for a share of households; their balance is lognormal above 1,000 yuan, small change otherwise. */
function openAccounts(livelihood: Livelihood, setting: Setting, random: Random): void {
  const { household: share, above1000, median, sigma, loading, adultOfHousehold } = parameters.deposit;
  if (livelihood.adults.length === 0 || !random.chance(share)) return;
  const x = -loading * livelihood.household.risk + Math.sqrt(1 - loading * loading) * random.normal();
  const rich = random.chance(above1000 / share);
  const balance = rich ? Math.max(1_001, median * Math.exp(sigma * x)) : 1_000 * random.next() ** 2;
  livelihood.deposits = Math.round(balance * 100);
  const holders = livelihood.adults.filter((_, i) => i === 0 || random.chance(adultOfHousehold));
  const weights = holders.map(() => 0.1 + random.next() ** 2);
  const sum = weights.reduce((a, b) => a + b, 0);
  let rest = livelihood.deposits;
  holders.forEach((holder, i) => {
    const own = i === holders.length - 1 ? rest : Math.floor((livelihood.deposits! * weights[i]!) / sum);
    rest -= own;
    const longest = Math.min(20 * 365, (holder.person.age - 16) * 365);
    holder.customer = {
      number: customerNumber(holder.person.number),
      since: setting.fullDay - 2 - Math.floor(longest * Math.sqrt(random.next())),
      balance: own,
    };
  });
}

/** Ten digits that jump about as persons are counted on: 7,368,787 has no factor in common with ten millions. */
function customerNumber(person: number): string {
  return `320${String((person * 7_368_787 + 1_234_567) % 10_000_000).padStart(7, '0')}`;
}
