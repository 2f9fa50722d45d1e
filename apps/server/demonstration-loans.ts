import { createChange } from '#modules/change/index.ts';
import { loanTerms } from '#modules/servicing/contract.ts';
import { createServicing } from '#modules/servicing/index.ts';
import type { Payments, Servicing } from '#modules/servicing/index.ts';
import { whitelistQuery } from '#modules/strategy/contract.ts';
import { bankTimeZone } from '#platform/clock/index.ts';
import type { Clock } from '#platform/clock/index.ts';
import type { Session } from '#platform/postgres/index.ts';
import type { Bank } from '../bank.ts';
import { demonstrationCounty } from './demonstration-bank.ts';
import { idleFacilities, stories } from './demonstration-stories.ts';
import type { Story } from './demonstration-stories.ts';

const { entity } = demonstrationCounty;
const as = (actorId: string): Session => ({ entityId: entity, actorId, roles: [], scopes: [entity] });
const [officer, counter, branch] = [as('D001'), as('A003'), as('B101')];

/** An account of which the core bank says that it has been closed. */
const closedAccount = '99902';
const product = '整村授信贷';
const leastLimitFen = 2_000_000n;
const thousandYuan = 100_000n;
const earliest = Math.max(...stories.map((story) => story.drawnBefore));

interface Person {
  readonly personId: string;
  readonly name: string;
  readonly limitFen: bigint;
  readonly ratePpm: number;
}

/** A loan of a story, and the days on which its borrower comes to the counter. */
interface Borrower {
  readonly story: Story;
  readonly key: string;
  readonly loanId: bigint;
  readonly paysOn: readonly string[];
  readonly earlyOn: string | null;
}

/**
 * Gives approved people facilities, and loans that are lived through day by day: drawn over the core bank's wire, repaid at the counter, closed each
 * night up to `asOf`, which stays open. Every act has a key and a day closes once, so that an interrupted start goes on where it was.
 */
export async function makeDemonstrationLoans(
  bank: Bank,
  paymentsOf: (entityId: string) => Payments,
  asOf: string,
): Promise<{ loans: number; days: number }> {
  const last = Temporal.PlainDate.from(asOf);
  const first = last.subtract({ days: earliest });
  const time = clockOfDay(first);
  const change = createChange({ db: bank.db, clock: time.clock });
  const servicing = createServicing({ db: bank.db, clock: time.clock, change, payments: paymentsOf });
  await servicing.begin(entity, first.toString());
  const { open_date: open } = await servicing.dayEnds(officer);
  const people = await approvedPeople(bank, stories.length + idleFacilities);
  const borrowers: Borrower[] = [];
  for (let date = first; ; date = date.add({ days: 1 })) {
    const day = date.toString();
    time.set(date);
    for (const [index, story] of stories.entries()) {
      const owner = story.on ?? index;
      const person = people[owner];
      if (person === undefined || last.subtract({ days: story.drawnBefore }).toString() !== day) continue;
      const borrower = await draw(servicing, person, story, {
        key: `demonstration-${index}`,
        facilityId: await facilityOf(servicing, person, owner, last),
        date,
        last,
      });
      if (borrower !== null) borrowers.push(borrower);
    }
    // Days that an interrupted start has closed are over.
    if (open !== null && day < open) continue;
    // What falls due on the open date is left for whoever looks at the demonstration.
    if (day === asOf) break;
    for (const borrower of borrowers) await repayOn(servicing, borrower, day);
    await servicing.dayEnd(entity, day);
  }
  for (const [index, person] of people.slice(stories.length).entries())
    await openFor(servicing, person, `demonstration-idle-${index}`, last);
  return { loans: borrowers.length, days: earliest };
}

/** Half past nine of the day that is set, and on from there as real time passes. */
function clockOfDay(first: Temporal.PlainDate): { clock: Clock; set(date: Temporal.PlainDate): void } {
  let [date, since] = [first, performance.now()];
  const now = (): Temporal.Instant => {
    const opening = date.toZonedDateTime({ timeZone: bankTimeZone, plainTime: '09:30' }).toInstant();
    return opening.add({ microseconds: Math.round((performance.now() - since) * 1000) });
  };
  return { clock: { now, today: () => date }, set: (next) => ([date, since] = [next, performance.now()]) };
}

/** Approved people of different households whose share of the household's room is worth a loan, spread over the scores. */
async function approvedPeople(bank: Bank, wanted: number): Promise<Person[]> {
  const query = whitelistQuery.parse({ outcome: 'approve', sort: 'score', direction: 'desc', limit: 200 });
  const { items } = await bank.strategies.whitelist(officer, query);
  const fit = items.flatMap(({ person_id, name, allocated_fen, rate_ppm }): Person[] =>
    allocated_fen === null || rate_ppm === null || BigInt(allocated_fen) < leastLimitFen
      ? []
      : [{ personId: person_id, name, limitFen: BigInt(allocated_fen), ratePpm: rate_ppm }],
  );
  const step = Math.max(1, Math.floor(fit.length / wanted));
  return fit.filter((_person, index) => index % step === 0).slice(0, wanted);
}

async function openFor(servicing: Servicing, person: Person, key: string, date: Temporal.PlainDate): Promise<bigint> {
  const { facility_id } = await servicing.openFacility(branch, {
    key: `${key}-facility`,
    person_id: person.personId,
    product,
    kind: 'revolving',
    limit_fen: String(person.limitFen),
    valid_from: date.toString(),
    valid_to: date.add({ years: 3 }).toString(),
  });
  return BigInt(facility_id.slice(1));
}

/** The facility of a story's owner, opened on the day of the owner's own draw. */
function facilityOf(servicing: Servicing, person: Person, owner: number, last: Temporal.PlainDate): Promise<bigint> {
  const opened = last.subtract({ days: stories[owner]?.drawnBefore ?? 0 });
  return openFor(servicing, person, `demonstration-${owner}`, opened);
}

/** The borrower, or null when the core bank did not take the payment. */
async function draw(
  servicing: Servicing,
  person: Person,
  story: Story,
  { key, facilityId, date, last }: { key: string; facilityId: bigint; date: Temporal.PlainDate; last: Temporal.PlainDate },
): Promise<Borrower | null> {
  const part = (person.limitFen * BigInt(story.share)) / 100n;
  const { drawdown_id } = await servicing.requestDrawdown(officer, facilityId, {
    key: `${key}-draw`,
    amount_fen: String(part - (part % thousandYuan)),
    terms: loanTerms.parse({
      method: story.method,
      day_count: '30/360',
      rate_ppm: person.ratePpm,
      months: story.months,
      due_day: story.due === 'today' ? last.day : date.day,
    }),
    account: `${story.isRefused ? closedAccount : '62240'}${entity}${person.personId.replaceAll(/\D/g, '').padStart(8, '0').slice(-8)}`,
    account_name: person.name,
    purpose: story.purpose,
  });
  const drawdownId = BigInt(drawdown_id.slice(1));
  await servicing.payOut(entity, drawdownId);
  const { loan_id } = await servicing.drawdown(officer, drawdownId);
  if (loan_id === null) return null;
  const loanId = BigInt(loan_id.slice(1));
  const { instalments } = await servicing.loan(officer, loanId);
  return {
    story,
    key,
    loanId,
    paysOn: instalments.slice(0, story.pays).map((line) => line.due_date),
    earlyOn: story.early === undefined ? null : date.add({ days: story.early.after }).toString(),
  };
}

async function repayOn(servicing: Servicing, { story, key, loanId, paysOn, earlyOn }: Borrower, day: string): Promise<void> {
  const isEarly = day === earlyOn;
  if (!isEarly && !paysOn.includes(day)) return;
  const loan = await servicing.loan(officer, loanId);
  if (loan.events.some((event) => event.kind === 'repayment' && event.business_date === day)) return;
  const part = story.early?.what === 'part' ? BigInt(loan.normal_principal_fen) / 2n : BigInt(loan.payoff_fen);
  const amount = isEarly ? part : BigInt(loan.due_fen);
  if (amount === 0n) return;
  await servicing.repay(counter, loanId, {
    key: `${key}-${day}`,
    amount_fen: String(amount),
    payer: 'borrower',
    ...(isEarly ? { prepayment: 'lower' as const } : {}),
  });
}
