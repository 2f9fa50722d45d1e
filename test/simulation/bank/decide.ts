/** What people do to a bank on a day, from the seed and what they see in the morning. Pure. */
import { afterPrepayment } from '#core/loan/index.ts';
import type { Amend } from '#modules/servicing/contract.ts';
import type { Chance } from '../chance.ts';
import { manners } from './act.ts';
import type { Act, ActOf, Manner } from './act.ts';
import { borrowerOf, numberOfPerson, personIdOf, termsOf } from './borrower.ts';
import type { Character, Stay } from './borrower.ts';
import type { FacilityFact, LoanFact, Morning } from './morning.ts';

export interface Situation {
  /** Of the legal entity. */
  readonly chance: Chance;
  readonly entityId: string;
  readonly stays: readonly Stay[];
  /** Days since the bank's first. */
  readonly dayNumber: number;
  /** On a day off people pay over the telephone, and nothing else is done. */
  readonly isCounterOpen: boolean;
  readonly isPublishingDay: boolean;
  readonly morning: Morning;
  /** Of another legal entity in the box. */
  readonly neighbour: Morning | null;
}

const runningAtMost = 2;
const reason = '与借款人协商一致';

export function decide(situation: Situation): Act[] {
  const { stays, dayNumber, morning, isCounterOpen } = situation;
  const present = stays.filter(({ from, to }) => from <= dayNumber && dayNumber < to).map(({ number }) => number);
  const running = Map.groupBy(morning.loans, (loan) => loan.facility_id);
  if (!isCounterOpen) return morning.loans.flatMap((loan) => byTelephone(situation, loan));
  return [
    ...publishing(situation),
    ...newcomers(situation, present),
    ...morning.facilities.flatMap((facility) => useOf(situation, present, facility, running.get(facility.facility_id)?.length ?? 0)),
    ...morning.loans.flatMap((loan) => serviceOf(situation, loan)),
    ...trespassing(situation),
  ];
}

function publishing({ chance, entityId, morning: { day }, isPublishingDay }: Situation): Act[] {
  if (!isPublishingDay) return [];
  return [{ kind: 'lpr', name: `lpr-${day}`, entityId, publishedOn: day, oneYearPpm: 5_000 * chance.whole(5, 9, 'lpr', day) }];
}

/** Everybody comes once, and again when what they had has run out. */
function newcomers({ chance, entityId, morning: { day, facilities } }: Situation, present: readonly number[]): Act[] {
  const served = new Set(facilities.map((facility) => facility.person_id));
  return present
    .filter((number) => !served.has(personIdOf(number)))
    .map((number) => {
      const name = `open-${number}-${day}`;
      const months = chance.pick([6, 12, 24, 36], 'validity', name);
      const facility = {
        person_id: personIdOf(number),
        product: '整村授信贷',
        kind: chance.happens(0.75, 'kind', name) ? ('revolving' as const) : ('single_use' as const),
        limit_fen: String(100_00 * chance.whole(50, 5_000, 'limit', name)),
        valid_from: day,
        valid_to: Temporal.PlainDate.from(day).add({ months }).toString(),
      };
      return { kind: 'open' as const, name, entityId, facility };
    });
}

function useOf(
  { chance, entityId, morning: { day } }: Situation,
  present: readonly number[],
  facility: FacilityFact,
  running: number,
): Act[] {
  const number = numberOfPerson(facility.person_id);
  const name = `${number}-${facility.draws + 1}-${day}`;
  const { facility_id: facilityId, limit_fen: limitFen } = facility;
  const about = { name, entityId, facilityId };
  if (facility.state === 'frozen') return chance.happens(0.1, 'thaw', name) ? [{ kind: 'thaw', ...about }] : [];
  if (chance.happens(0.001, 'freeze', name)) return [{ kind: 'freeze', ...about }];
  if (chance.happens(0.001, 'limit', name))
    return [{ kind: 'limit', ...about, limitFen: (limitFen * BigInt(chance.whole(40, 160, 'new limit', name))) / 100n + 1n }];
  if (running >= runningAtMost || !present.includes(number) || !chance.happens(0.06, 'draws', name)) return [];
  // Some ask for more than there is.
  const share = BigInt(chance.happens(0.05, 'too much', name) ? 1_001 : chance.whole(100, 1_000, 'share', name));
  const amountFen = (facility.left_fen * share) / 1_000n + (share > 1_000n ? 1n : 0n);
  if (amountFen <= 0n) return [];
  const manner = chance.pick(['once', 'once', 'once', 'once', 'twice_at_once', 'contradicted'], 'draw manner', name);
  const { account, accountName, isCollected: autoDebit } = borrowerOf(chance, number);
  return [{ kind: 'draw', ...about, account, accountName, amountFen, terms: termsOf(chance, name), autoDebit, manner }];
}

/** Ids of the database do not decide: they depend on the order in which others were served. */
const lifeOf = ({ person_id, start_date, principal_fen }: LoanFact): string =>
  `${numberOfPerson(person_id)}-${start_date}-${principal_fen}`;

function serviceOf(situation: Situation, loan: LoanFact): Act[] {
  const { chance, entityId, morning } = situation;
  const name = `${lifeOf(loan)}-${morning.day}`;
  const about = { name, entityId, loanId: loan.loan_id };
  if (loan.state === 'written_off') return recovering(chance, about, loan);
  const renewal = renewing(chance, about, morning.day, loan);
  if (renewal) return [renewal];
  if (loan.is_collected !== null && chance.happens(0.002, 'mandate', name))
    return [{ kind: 'mandate', ...about, isOn: !loan.is_collected }];
  const amendment = amending(chance, name, morning.day, loan);
  if (amendment) return [{ kind: 'amend', ...about, payFirstFen: firstPaid(amendment, loan), amendment }];
  return paying(situation, loan);
}

interface About {
  readonly name: string;
  readonly entityId: string;
  readonly loanId: bigint;
}

/** Now and then a claim brings something in, and now and then more is offered than is owed. */
function recovering(chance: Chance, about: About, { payoff_fen }: LoanFact): Act[] {
  if (payoff_fen === 0n || !chance.happens(0.01, 'recovers', about.name)) return [];
  return [{ kind: 'recover', ...about, amountFen: (payoff_fen * BigInt(chance.whole(50, 1_050, 'recovered', about.name))) / 1_000n + 1n }];
}

/** Without repayment of principal, on a due day: interest is paid, and a new loan takes the old one's place. */
function renewing(chance: Chance, about: About, day: string, loan: LoanFact): ActOf<'renew'> | null {
  if (loan.since !== day || loan.accrued_interest_fen > 0n || loan.days_past_due > 0 || loan.method.startsWith('equal')) return null;
  if (daysBetween(day, loan.maturity) > 40 || !chance.happens(0.3, 'renewed', about.name)) return null;
  return { kind: 'renew', ...about, payFirstFen: loan.charges_fen, terms: termsOf(chance, `renewed ${about.name}`) };
}

/** Interest must be paid before new terms are agreed; some come without. */
const firstPaid = ({ kind }: Amend, loan: LoanFact): bigint => (kind === 'restructuring' ? loan.charges_fen : 0n);

function amending(chance: Chance, name: string, day: string, loan: LoanFact): Amend | null {
  const later = (most: number): string =>
    Temporal.PlainDate.from(loan.maturity)
      .add({ months: chance.whole(1, most, 'months', name) })
      .toString();
  const rate_ppm = chance.whole(20_000, 150_000, 'new rate', name);
  if (loan.days_past_due > 150 && chance.happens(0.02, 'written off', name)) return { kind: 'write_off', reason };
  if (loan.days_past_due > 5 && chance.happens(0.01, 'cost', name))
    return { kind: 'cost', amount_fen: String(chance.whole(1_000, 50_000, 'cost', name)), reason };
  if (loan.penalties_fen > 0n && chance.happens(0.01, 'waived', name)) return { kind: 'waiver', reason };
  if (loan.days_past_due > 20 && chance.happens(0.01, 'restructured', name))
    return { kind: 'restructuring', rate_ppm, maturity: later(24), reason };
  if (chance.happens(0.001, 'rate changed', name)) return { kind: 'rate', rate_ppm, reason };
  if (chance.happens(0.001, 'misused', name))
    return {
      kind: 'misuse',
      markup_ppm: chance.happens(0.3, 'cleared', name) ? null : chance.whole(500_000, 1_000_000, 'markup', name),
      reason,
    };
  const left = daysBetween(day, loan.maturity);
  if (left > 0 && left < 20 && chance.happens(0.02, 'extended', name)) return { kind: 'extension', maturity: later(12), reason };
  return null;
}

/** What is due is taken as arranged on any day; of the others some pay without coming. */
function byTelephone(situation: Situation, loan: LoanFact): Act[] {
  if (loan.state !== 'active') return [];
  return paying(situation, loan)
    .filter(({ name, payer }) => payer === 'scheduled' || situation.chance.happens(0.4, 'by telephone', name))
    .map((act) => ({ ...act, manner: 'once' }));
}

function paying({ chance, entityId, morning: { day } }: Situation, loan: LoanFact): ActOf<'repay'>[] {
  const life = lifeOf(loan);
  const name = `${life}-${day}`;
  const pay = (amountFen: bigint, payer: ActOf<'repay'>['payer'] = 'borrower', isEarly = false): ActOf<'repay'>[] => {
    if (amountFen <= 0n) return [];
    const prepayment = isEarly ? chance.pick(afterPrepayment, 'after prepayment', name) : null;
    const about = { name: `pay-${name}`, entityId, loanId: loan.loan_id };
    return [{ kind: 'repay', ...about, amountFen, prepayment, payer, manner: mannerOf(chance, name) }];
  };
  const share = (fen: bigint, low: number, high: number): bigint => (fen * BigInt(chance.whole(low, high, 'paid', name))) / 1_000n;
  // On time, the bank takes it; some come all the same, and what is left undone after some days they bring.
  const isTaken = loan.is_collected === true && loan.days_past_due < 4 && chance.happens(0.8, 'lets the bank collect', name);
  const since = loan.since === null || isTaken ? -1 : daysBetween(loan.since, day);
  const lateness = (low: number, high: number): number => chance.whole(low, high, 'lateness', life, loan.since ?? '');
  const character: Character = borrowerOf(chance, numberOfPerson(loan.person_id)).character;
  switch (character) {
    case 'early':
      if (chance.happens(0.005, 'pays off', name)) return pay(loan.payoff_fen, 'borrower', true);
      if (chance.happens(0.02, 'prepays', name))
        return pay(loan.due_fen + share(loan.payoff_fen - loan.due_fen, 20, 700), 'borrower', true);
      return since >= 0 ? pay(loan.due_fen, 'scheduled') : [];
    case 'prompt':
      // More than is due, and no early repayment: refused.
      if (since >= 0 && chance.happens(0.02, 'too much', name)) return pay(loan.due_fen + 1n);
      return since >= 0 ? pay(loan.due_fen, 'scheduled') : [];
    case 'late':
      return since >= lateness(1, 35) ? pay(loan.due_fen) : [];
    case 'helped':
      return since >= lateness(5, 60) ? pay(loan.due_fen, 'third_party') : [];
    case 'partial':
      return since >= 0 && chance.happens(0.3, 'pays in part', name) ? pay(share(loan.due_fen, 10, 1_000)) : [];
    case 'failing':
      return failing(chance, name, day, loan) && since >= 0 ? pay(loan.due_fen) : [];
  }
}

/** Whether a borrower who fails pays all the same on this day. */
function failing(chance: Chance, name: string, day: string, loan: LoanFact): boolean {
  const holds = chance.whole(20, 200, 'holds', loan.person_id);
  if (daysBetween(loan.start_date, day) < holds) return true;
  return loan.days_past_due > chance.whole(60, 200, 'comes back', loan.person_id) && chance.happens(0.02, 'pays after all', name);
}

function mannerOf(chance: Chance, name: string): Manner {
  return chance.happens(0.75, 'plainly', name) ? 'once' : chance.pick(manners, 'manner', name);
}

function trespassing({ chance, entityId, morning: { day }, neighbour }: Situation): Act[] {
  const loan = neighbour?.loans.at(chance.whole(0, neighbour.loans.length - 1, 'trespasses on', day));
  if (!loan || !chance.happens(0.05, 'trespasses', day)) return [];
  return [{ kind: 'trespass', name: `trespass-${day}`, entityId, facilityId: loan.facility_id, loanId: loan.loan_id }];
}

const daysBetween = (from: string, to: string): number =>
  Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to), { largestUnit: 'day' }).days;
