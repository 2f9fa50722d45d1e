/** What the answers about one person come to, by the project's own DMN. Pure: the order of answers does not matter. */
import { compileDmn, parseDmn } from '#core/dmn/index.ts';
import type { Exclusion, VillageConfiguration } from '../configuration.ts';
import type { Outcome } from './contract.ts';
import { outcomes } from './contract.ts';

/** One answer that counts towards a person: of the present attempt of its round. */
export interface Vote {
  readonly reviewerId: string;
  readonly round: number;
  readonly knows: 'yes' | 'no' | 'recused';
  readonly suggestedFen: bigint | null;
  readonly kinds: readonly string[];
  /** 1 unless the project weighs its reviewers. */
  readonly weight: number;
}

export interface Asked {
  readonly votes: readonly Vote[];
  /** Rows that somebody has still to answer. */
  readonly open: number;
  /** Whether a public record stands behind one of the kinds named. */
  readonly hasRecord: boolean;
  readonly settled: { readonly as: 'cleared' | 'excluded'; readonly votes: number } | null;
}

type Value = string | number | boolean | null;
export interface ComesTo {
  readonly round: number;
  readonly answers: number;
  readonly valid: number;
  readonly evaluatedFen: bigint | null;
  readonly dispersion: number | null;
  readonly outcome: Outcome;
  readonly method: string | null;
  /** Kind → votes, over all rounds. */
  readonly kinds: Readonly<Record<string, number>>;
  /** Votes for a kind that a person has to decide on. */
  readonly deciding: number;
  readonly inputs: Readonly<Record<string, Value>>;
  readonly steps: Readonly<Record<string, Value>>;
}

const steps = ['method', 'amount', 'evaluated', 'dispersion', 'flagged', 'outcome'] as const;
type Decide = (inputs: Record<string, Value>) => Record<(typeof steps)[number], Value>;
const models = new Map<string, Decide>();

/** Parsed and compiled once for a configuration. */
function modelOf({ hash, formulas }: VillageConfiguration): Decide {
  const known = models.get(hash);
  if (known) return known;
  const evaluate = compileDmn(parseDmn(formulas.aggregate, { file: 'aggregate.dmn' })).evaluator(steps);
  const decide: Decide = (inputs) => {
    const made = evaluate(inputs);
    return {
      method: plain(made['method']),
      amount: plain(made['amount']),
      evaluated: plain(made['evaluated']),
      dispersion: plain(made['dispersion']),
      flagged: plain(made['flagged']),
      outcome: plain(made['outcome']),
    };
  };
  models.set(hash, decide);
  return decide;
}

function plain(value: unknown): Value {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  throw new Error('aggregate.dmn: a step is neither text, number nor flag');
}

/** A kind that decides nothing by itself is kept for the visit. */
export const decides = (exclusion: Exclusion | undefined): boolean => exclusion !== undefined && exclusion.treatment !== 'advisory';
/** A public record behind the kind needs no vote of a person any more. */
export const isHardOnRecord = (exclusion: Exclusion | undefined): boolean =>
  exclusion !== undefined && (exclusion.treatment === 'hard' || exclusion.record_makes_hard);

export function comeTo(configuration: VillageConfiguration, asked: Asked): ComesTo {
  const votes = onceEach(asked.votes);
  const round = Math.max(1, ...votes.map((vote) => vote.round));
  const ofRound = votes.filter((vote) => vote.round === round);
  const valid = ofRound.filter((vote) => vote.knows === 'yes' && vote.suggestedFen !== null).toSorted(bySuggestion);
  const deciding = votes.filter((vote) => vote.kinds.some((kind) => decides(configuration.exclusions[kind]))).length;
  const inputs = {
    ANSWERS: ofRound.length,
    OPEN: asked.open,
    VALID: valid.length,
    ...figures(valid),
    VOTES: deciding,
    RECORD: asked.hasRecord,
    SETTLED: settledAs(asked, deciding),
  };
  const made = modelOf(configuration)(inputs);
  const outcome = outcomes.find((name) => name === made.outcome);
  if (outcome === undefined) throw new Error(`aggregate.dmn: ${String(made.outcome)} is no outcome`);
  return {
    round,
    answers: ofRound.length,
    valid: valid.length,
    evaluatedFen: typeof made.evaluated === 'number' ? BigInt(made.evaluated) : null,
    dispersion: typeof made.dispersion === 'number' ? made.dispersion : null,
    outcome,
    method: typeof made.method === 'string' ? made.method : null,
    kinds: countKinds(votes),
    deciding,
    inputs,
    steps: made,
  };
}

/** Votes that came after somebody looked ask for another look; an exclusion that was settled stands. */
function settledAs({ settled }: Asked, deciding: number): string | null {
  if (settled === null) return null;
  return settled.as === 'excluded' || deciding <= settled.votes ? settled.as : null;
}

/** One answer a reviewer and round, whatever was handed in twice. */
function onceEach(votes: readonly Vote[]): Vote[] {
  const seen = new Map<string, Vote>();
  for (const vote of votes) {
    const key = `${vote.round} ${vote.reviewerId}`;
    if (!seen.has(key)) seen.set(key, vote);
  }
  return [...seen.values()];
}

/** By amount, then by reviewer: which of two equal answers is left out of a trimmed mean must not depend on who came first. */
function bySuggestion(a: Vote, b: Vote): number {
  const [first, second] = [a.suggestedFen ?? 0n, b.suggestedFen ?? 0n];
  if (first !== second) return first < second ? -1 : 1;
  return a.reviewerId < b.reviewerId ? -1 : 1;
}

/** Of all, of those within the highest and the lowest, and of those that are believed in full: that somebody who does not look stands apart says nothing. */
function figures(valid: readonly Vote[]): Record<string, number> {
  const inner = valid.length >= 5 ? valid.slice(1, -1) : [];
  const whole = valid.filter((vote) => vote.weight === 1);
  const believed = whole.length >= 2 ? whole : valid;
  return { ...sums(valid), ...prefixed('INNER_', sums(inner)), BELIEVED: believed.length, ...prefixed('BELIEVED_', sums(believed)) };
}

const prefixed = (prefix: string, values: Record<string, number>): Record<string, number> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}${name}`, value]));

/** Amounts are whole fen far below 2^53, so that sums of them are exact. */
function sums(sorted: readonly Vote[]): Record<string, number> {
  const amounts = sorted.map((vote) => Number(vote.suggestedFen ?? 0n));
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  return {
    SMALLEST: amounts.at(0) ?? 0,
    LARGEST: amounts.at(-1) ?? 0,
    SUM: sum(amounts),
    TOTAL: sum(sorted.map((vote, index) => (amounts[index] ?? 0) * vote.weight)),
    WEIGHT: sum(sorted.map((vote) => vote.weight)),
  };
}

function countKinds(votes: readonly Vote[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const kind of votes.flatMap((vote) => [...new Set(vote.kinds)]).toSorted()) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}
