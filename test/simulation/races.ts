/** Two of something for one of something, many times over on a real bank: what each side is told must be one of the few pairs that can be true. */
import type { LoanTermsRequest, Repaid } from '#modules/servicing/contract.ts';
import { loanTerms } from '#modules/servicing/contract.ts';
import { Problem } from '#platform/http/index.ts';
import type { Told } from './bank/act.ts';
import type { Box } from './bank/box.ts';
import { personIdOf } from './bank/borrower.ts';
import { entityId, firstDay, teller } from './bank/entity.ts';
import { wordsOf } from './bank/fault.ts';

export interface Race {
  readonly name: string;
  /** What both sides are told, in one line, sorted: nothing else can be true. */
  readonly allowed: readonly string[];
  /** Prepares what is raced for; answers one try. */
  readonly begin: (ground: RaceGround) => Promise<(attempt: number) => Promise<string>>;
}

/** A bank with one lane of races on it. */
export interface RaceGround {
  readonly box: Box;
  /** Tells this ground's things from those of others. */
  readonly name: string;
  readonly told: Told[];
  /** The open date, which the races of the end of day move. */
  day: string;
}

const terms = loanTerms.parse({ method: 'interest_only', day_count: 'actual/365', rate_ppm: 1_000, months: 240, due_day: 15 });
const largestFen = 4_000_000_000n;

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

/** Races `tries` times; answers how often each pair of answers came. */
export async function run(race: Race, ground: RaceGround, tries: number): Promise<Map<string, number>> {
  const attempt = await race.begin(ground);
  const seen = new Map<string, number>();
  for (let number = 1; number <= tries; number += 1) {
    const outcome = await attempt(number);
    seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
  }
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

async function facility({ box, name }: RaceGround, limitFen: bigint): Promise<bigint> {
  const { facility_id } = await box.servicing.openFacility(teller, {
    key: `facility-${name}`,
    person_id: personIdOf(1),
    product: '整村授信贷',
    kind: 'revolving',
    limit_fen: String(limitFen),
    valid_from: firstDay,
    valid_to: '2066-01-15',
  });
  return BigInt(facility_id.slice(1));
}

/** A draw on an account to which the core pays, or refuses to. */
function draw({ box }: RaceGround, facilityId: bigint, key: string, amountFen: bigint, account: string): Promise<bigint> {
  const request = {
    key,
    amount_fen: String(amountFen),
    terms: terms satisfies LoanTermsRequest,
    account,
    account_name: '借款人',
    purpose: '购买化肥',
  };
  return box.servicing.requestDrawdown(teller, facilityId, request).then(({ drawdown_id }) => BigInt(drawdown_id.slice(1)));
}
const closedAccount = '9990200000000001';
const openAccount = '6228480000000001';

/** A loan of its own. */
async function loan(ground: RaceGround): Promise<bigint> {
  const drawdownId = await draw(ground, await facility(ground, largestFen), `draw-${ground.name}`, largestFen, openAccount);
  await ground.box.servicing.payOut(entityId, drawdownId);
  const { loan_id } = await ground.box.servicing.drawdown(teller, drawdownId);
  if (loan_id === null) throw new Error(`D${drawdownId} made no loan`);
  return BigInt(loan_id.slice(1));
}

/** Notes what was told, so that the examiner can ask the ledger. */
async function repay(ground: RaceGround, loanId: bigint, key: string, amountFen: bigint): Promise<Said<Repaid>> {
  const request = { key, amount_fen: String(amountFen), prepayment: 'lower', payer: 'borrower' } as const;
  const answer = await said(ground.box.servicing.repay(teller, loanId, request));
  if (answer.answer) note(ground, { kind: 'repayment', eventId: numberOf(answer.answer.event_id), loanId, amountFen, prepayment: 'lower' });
  return answer;
}

async function reverse(ground: RaceGround, loanId: bigint, paid: Said<Repaid>, key: string): Promise<string> {
  if (!paid.answer) throw new Error(`nothing was repaid: ${paid.word}`);
  const { event_id, amount_fen } = paid.answer;
  const answer = await said(ground.box.servicing.reverse(teller, loanId, numberOf(event_id), { key, reason: '误操作' }));
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
  if (!told.some(({ eventId }) => eventId === one.eventId)) told.push(one);
}

async function twoDraws(ground: RaceGround): Promise<(attempt: number) => Promise<string>> {
  const facilityId = await facility(ground, 1_000_000n);
  return async (attempt) => {
    const both = await Promise.all(
      ['a', 'b'].map((side) => said(draw(ground, facilityId, `draw-${ground.name}-${attempt}-${side}`, 600_000n, closedAccount))),
    );
    // The core refuses the account, which gives the limit back for the next try.
    for (const { answer } of both) if (answer !== null) await ground.box.servicing.payOut(entityId, answer);
    return pair(...both.map(({ word }) => word));
  };
}

async function sameDraw(ground: RaceGround): Promise<(attempt: number) => Promise<string>> {
  const facilityId = await facility(ground, 1_000_000n);
  return async (attempt) => {
    const ask = (): Promise<Said<bigint>> => said(draw(ground, facilityId, `draw-${ground.name}-${attempt}`, 600_000n, closedAccount));
    const [first, second] = await Promise.all([ask(), ask()]);
    if (first.answer !== null) await ground.box.servicing.payOut(entityId, first.answer);
    return pair(first.word, second.answer === first.answer ? 'same' : `another ${second.word}`);
  };
}

async function twoRepayments(ground: RaceGround): Promise<(attempt: number) => Promise<string>> {
  const loanId = await loan(ground);
  return async (attempt) => {
    const both = await Promise.all(['a', 'b'].map((side) => repay(ground, loanId, `pay-${ground.name}-${attempt}-${side}`, largestFen)));
    for (const paid of both) if (paid.answer) await reverse(ground, loanId, paid, `back-${ground.name}-${attempt}`);
    return pair(...both.map(({ word }) => word));
  };
}

async function sameRepayment(ground: RaceGround): Promise<(attempt: number) => Promise<string>> {
  const loanId = await loan(ground);
  return async (attempt) => {
    const [first, second] = await Promise.all([1, 2].map(() => repay(ground, loanId, `pay-${ground.name}-${attempt}`, 1_000n)));
    const isSame = first?.answer?.event_id === second?.answer?.event_id;
    return pair(first?.word ?? '', isSame ? 'same' : `another ${second?.word}`);
  };
}

async function reversalAgainstRepayment(ground: RaceGround): Promise<(attempt: number) => Promise<string>> {
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

async function twoReversals(ground: RaceGround): Promise<(attempt: number) => Promise<string>> {
  const loanId = await loan(ground);
  return async (attempt) => {
    const first = await repay(ground, loanId, `pay-${ground.name}-${attempt}`, 10_000n);
    return pair(...(await Promise.all(['a', 'b'].map((side) => reverse(ground, loanId, first, `back-${ground.name}-${attempt}-${side}`)))));
  };
}

async function repaymentAgainstDayEnd(ground: RaceGround): Promise<(attempt: number) => Promise<string>> {
  const loanId = await loan(ground);
  return async (attempt) => {
    const [closed, paid] = await Promise.all([
      said(ground.box.closeDays(ground.day)),
      repay(ground, loanId, `pay-${ground.name}-${attempt}`, 400_000n),
    ]);
    nextDay(ground);
    return pair(closed.word, paid.word);
  };
}

async function twoDayEnds(ground: RaceGround): Promise<(attempt: number) => Promise<string>> {
  await loan(ground);
  return async () => {
    const [there, here] = await Promise.all([
      said(ground.box.closeDays(ground.day)),
      said(ground.box.servicing.dayEnd(entityId, ground.day, { chunk: 1 })),
    ]);
    nextDay(ground);
    return pair(there.word, here.word);
  };
}

function nextDay(ground: RaceGround): void {
  ground.day = Temporal.PlainDate.from(ground.day).add({ days: 1 }).toString();
  ground.box.setDay(ground.day);
}
