/** Two of something for one of something, many times over on a real bank: what each side is told must be one of the few pairs that can be true. */
import type { LoanTermsRequest, Repaid } from '#modules/servicing/contract.ts';
import { loanTerms } from '#modules/servicing/contract.ts';
import { Problem } from '#platform/http/index.ts';
import type { Told } from './bank/act.ts';
import type { Box } from './bank/box.ts';
import { rollOf } from './bank/borrower.ts';
import { firstDay, tellerOf } from './bank/entity.ts';
import { isBroken, wordsOf } from './bank/fault.ts';

export interface Race {
  readonly name: string;
  /** What both sides are told, in one line, sorted: nothing else can be true. */
  readonly allowed: readonly string[];
  /** Prepares what is raced for; answers what each try, or each of several at once, came to. */
  readonly begin: (lane: Lane) => Promise<(attempt: number) => Promise<string | readonly string[]>>;
}

/** Banks with a race on them. */
export interface RaceGround {
  readonly box: Box;
  /** Tells this ground's things from those of others. */
  readonly name: string;
  readonly told: Map<bigint, Told>;
  /** The open date of each legal entity, which the races of the end of day move. */
  readonly days: Map<string, string>;
}

/** One of the tries that go on at the same time, in a legal entity of its own. */
interface Lane extends RaceGround {
  readonly entityId: string;
}

export const lanes = 6;

const terms = loanTerms.parse({ method: 'bullet', day_count: 'actual/365', rate_ppm: 1_000, months: 360, due_day: 15 });
const largestFen = 4_000_000_000n;
const opening = '2066-01-15';

export const races: readonly Race[] = [
  { name: 'two draws for one limit', allowed: ['done over_limit'], begin: twoDraws },
  { name: 'the same draw twice', allowed: ['done same'], begin: sameDraw },
  { name: 'two repayments of everything', allowed: ['done not_active'], begin: twoRepayments },
  { name: 'the same repayment twice', allowed: ['done same'], begin: sameRepayment },
  { name: 'a reversal against a repayment', allowed: ['done done', 'done not_reversible'], begin: reversalAgainstRepayment },
  { name: 'two reversals of one repayment', allowed: ['done event_unknown', 'done not_reversible'], begin: twoReversals },
  { name: 'a repayment against the end of day', allowed: ['done done'], begin: repaymentAgainstDayEnd },
  { name: 'the end of day in two processes', allowed: ['done done'], begin: twoDayEnds },
];

/** Races `tries` times at least, in lanes side by side; answers how often each pair of answers came. */
export async function run(race: Race, ground: RaceGround, tries: number): Promise<Map<string, number>> {
  const seen = new Map<string, number>();
  let begun = 0;
  const lane = async (entityId: string): Promise<void> => {
    const attempt = await race.begin({ ...ground, entityId });
    for (let number = 1; begun < tries; number += 1) {
      begun += 1;
      const outcomes = [await attempt(number)].flat();
      begun += outcomes.length - 1;
      for (const outcome of outcomes) seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
    }
  };
  await Promise.all(ground.box.entities.map(lane));
  return seen;
}

type Said<Answer> = { readonly word: 'done'; readonly answer: Answer } | { readonly word: string; readonly answer: null };

/** The code of a refusal, or what went wrong. */
function said<Answer>(work: Promise<Answer>): Promise<Said<Answer>> {
  return work.then(
    (answer): Said<Answer> => ({ word: 'done', answer }),
    (error: unknown) => ({ word: error instanceof Problem ? error.code : wordsOf(error), answer: null }),
  );
}

const pair = (...words: string[]): string => words.toSorted((a, b) => (a < b ? -1 : 1)).join(' ');

const [borrower = ''] = rollOf(1, 1);

async function facility({ box, name, entityId }: Lane, limitFen: bigint, which = ''): Promise<bigint> {
  const { facility_id } = await box.servicing.openFacility(tellerOf(entityId), {
    key: `facility-${name}${which}`,
    person_id: borrower,
    product: '整村授信贷',
    kind: 'revolving',
    limit_fen: String(limitFen),
    valid_from: firstDay,
    valid_to: opening,
  });
  return BigInt(facility_id.slice(1));
}

/** A draw on an account to which the core pays, or refuses to. */
function draw({ box, entityId }: Lane, facilityId: bigint, key: string, amountFen: bigint, account: string): Promise<bigint> {
  const request = {
    key,
    amount_fen: String(amountFen),
    terms: terms satisfies LoanTermsRequest,
    account,
    account_name: '借款人',
    purpose: '购买化肥',
  };
  return box.servicing.requestDrawdown(tellerOf(entityId), facilityId, request).then(({ drawdown_id }) => BigInt(drawdown_id.slice(1)));
}
const closedAccount = '9990200000000001';
const openAccount = '6228480000000001';

/** Until its end is known: on a busy machine the core's answer may come too late, and is asked for again. */
async function paidOut({ box, entityId }: Lane, drawdownId: bigint): Promise<void> {
  for (;;) {
    const state = await box.servicing.payOut(entityId, drawdownId);
    if (state === 'confirmed' || state === 'failed') return;
  }
}

/** A loan of its own. */
async function loan(lane: Lane, which = ''): Promise<bigint> {
  const drawdownId = await draw(lane, await facility(lane, largestFen, which), `draw-${lane.name}${which}`, largestFen, openAccount);
  const { servicing } = lane.box;
  await paidOut(lane, drawdownId);
  const { loan_id } = await servicing.drawdown(tellerOf(lane.entityId), drawdownId);
  if (loan_id === null) throw new Error(`D${drawdownId} made no loan`);
  return BigInt(loan_id.slice(1));
}

/** A minute of waiting for one of the server's connections, which hundreds of requests at once want on a busy machine. */
const patience = 6;

/** As callers do who got no connection: asks again for the same. */
async function connected<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  for (let left = patience; ; left -= 1) {
    try {
      return await ask();
    } catch (error) {
      if (left === 0 || !isBroken(error)) throw error;
    }
  }
}

/** Notes what was told, so that the examiner can ask the ledger. */
async function repay(ground: Lane, loanId: bigint, key: string, amountFen: bigint): Promise<Said<Repaid>> {
  const request = { key, amount_fen: String(amountFen), prepayment: 'lower', payer: 'borrower' } as const;
  const answer = await said(connected(() => ground.box.servicing.repay(tellerOf(ground.entityId), loanId, request)));
  if (answer.answer) note(ground, { kind: 'repayment', eventId: numberOf(answer.answer.event_id), loanId, amountFen, prepayment: 'lower' });
  return answer;
}

async function reverse(ground: Lane, loanId: bigint, paid: Said<Repaid>, key: string): Promise<string> {
  if (!paid.answer) throw new Error(`nothing was repaid: ${paid.word}`);
  const { event_id, amount_fen } = paid.answer;
  const answer = await said(ground.box.servicing.reverse(tellerOf(ground.entityId), loanId, numberOf(event_id), { key, reason: '误操作' }));
  if (answer.answer)
    note(ground, {
      kind: 'repayment.reverse',
      eventId: numberOf(answer.answer.event_id),
      loanId,
      amountFen: -BigInt(amount_fen),
      prepayment: null,
    });
  return answer.word;
}

const numberOf = (id: string): bigint => BigInt(id.slice(1));

function note({ told }: RaceGround, one: Told): void {
  told.set(one.eventId, one);
}

async function twoDraws(ground: Lane): Promise<(attempt: number) => Promise<string>> {
  const facilityId = await facility(ground, 1_000_000n);
  return async (attempt) => {
    const both = await Promise.all(
      ['a', 'b'].map((side) => said(draw(ground, facilityId, `draw-${ground.name}-${attempt}-${side}`, 600_000n, closedAccount))),
    );
    // The core refuses the account, which gives the limit back for the next try.
    for (const { answer } of both) if (answer !== null) await paidOut(ground, answer);
    return pair(...both.map(({ word }) => word));
  };
}

async function sameDraw(ground: Lane): Promise<(attempt: number) => Promise<string>> {
  const facilityId = await facility(ground, 1_000_000n);
  return async (attempt) => {
    const ask = (): Promise<Said<bigint>> => said(draw(ground, facilityId, `draw-${ground.name}-${attempt}`, 600_000n, closedAccount));
    const [first, second] = await Promise.all([ask(), ask()]);
    if (first.answer !== null) await paidOut(ground, first.answer);
    return pair(first.word, second.answer === first.answer ? 'same' : `another ${second.word}`);
  };
}

async function twoRepayments(ground: Lane): Promise<(attempt: number) => Promise<string>> {
  const loanId = await loan(ground);
  return async (attempt) => {
    const both = await Promise.all(['a', 'b'].map((side) => repay(ground, loanId, `pay-${ground.name}-${attempt}-${side}`, largestFen)));
    for (const paid of both) if (paid.answer) await reverse(ground, loanId, paid, `back-${ground.name}-${attempt}`);
    return pair(...both.map(({ word }) => word));
  };
}

async function sameRepayment(ground: Lane): Promise<(attempt: number) => Promise<string>> {
  const loanId = await loan(ground);
  return async (attempt) => {
    const [first, second] = await Promise.all([1, 2].map(() => repay(ground, loanId, `pay-${ground.name}-${attempt}`, 1_000n)));
    const isSame = first?.answer?.event_id === second?.answer?.event_id;
    return pair(first?.word ?? '', isSame ? 'same' : `another ${second?.word}`);
  };
}

async function reversalAgainstRepayment(ground: Lane): Promise<(attempt: number) => Promise<string>> {
  const loanId = await loan(ground);
  return async (attempt) => {
    const first = await repay(ground, loanId, `pay-${ground.name}-${attempt}`, 10_000n);
    const [back, next] = await Promise.all([
      reverse(ground, loanId, first, `back-${ground.name}-${attempt}`),
      repay(ground, loanId, `next-${ground.name}-${attempt}`, 10_000n),
    ]);
    return pair(back, next.word);
  };
}

async function twoReversals(ground: Lane): Promise<(attempt: number) => Promise<string>> {
  const loanId = await loan(ground);
  return async (attempt) => {
    const first = await repay(ground, loanId, `pay-${ground.name}-${attempt}`, 10_000n);
    return pair(...(await Promise.all(['a', 'b'].map((side) => reverse(ground, loanId, first, `back-${ground.name}-${attempt}-${side}`)))));
  };
}

/** Loans of one lane on which people pay while the day is closed over all of them. */
const loansAtOnce = 25;

async function repaymentAgainstDayEnd(lane: Lane): Promise<(attempt: number) => Promise<readonly string[]>> {
  const loans: bigint[] = [];
  for (let number = 0; number < loansAtOnce; number += 1) loans.push(await loan(lane, `-${number}`));
  return async (attempt) => {
    const [closed, ...paid] = await Promise.all([
      said(lane.box.closeDays(openOf(lane), 5, [lane.entityId])),
      ...loans.map((loanId, number) => repay(lane, loanId, `pay-${lane.name}-${attempt}-${number}`, 1_000_000n)),
    ]);
    nextDay(lane);
    return paid.map(({ word }) => pair(closed.word, word));
  };
}

async function twoDayEnds(lane: Lane): Promise<(attempt: number) => Promise<string>> {
  for (let number = 0; number < 3; number += 1) await loan(lane, `-${number}`);
  return async () => {
    const [there, here] = await Promise.all([
      said(lane.box.closeDays(openOf(lane), 1, [lane.entityId])),
      said(lane.box.servicing.dayEnd(lane.entityId, openOf(lane), { chunk: 1 })),
    ]);
    nextDay(lane);
    return pair(there.word, here.word);
  };
}

const openOf = ({ days, entityId }: Lane): string => days.get(entityId) ?? firstDay;

/** The clock is the box's and goes with the lane that is furthest. */
function nextDay(lane: Lane): void {
  lane.days.set(lane.entityId, Temporal.PlainDate.from(openOf(lane)).add({ days: 1 }).toString());
  lane.box.setDay([...lane.days.values()].reduce((latest, day) => (day > latest ? day : latest), firstDay));
}
