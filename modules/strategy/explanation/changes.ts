/** The nearest single changes that would alter the answer. Each one shown was decided again with the changed value. */
import type { Decision, NearestChange, Stage } from '../contract.ts';
import { bordersOf } from '../definition/borders.ts';
import type { Answers, Inputs, Strategy } from '../definition/strategy.ts';
import { withScene } from '../definition/strategy.ts';
import { plain, read, unitOf } from '../definition/words.ts';

type Value = Inputs[string];
interface Candidate {
  name: string;
  to: Value;
  answers: Answers;
}

const shownEach = 4;
const rank: Record<Decision['outcome'], number> = { decline: 0, refer: 1, approve: 2 };
/** People think in hundreds of yuan. */
const stepFen = 10_000n;

export function nearestChanges(strategy: Strategy, person: Inputs, asOf: string, stage: Stage, now: Answers): NearestChange[] {
  const borders = bordersOf(strategy);
  const decide = (name: string, to: Value): Answers => strategy.answer(withScene({ ...person, [name]: to }, asOf, stage));
  const better: Candidate[] = [];
  const worse: Candidate[] = [];
  for (const { name, type } of strategy.inputs) {
    if (!strategy.definition.description.changeable.includes(name)) continue;
    const from = person[name] ?? null;
    const isMoney = unitOf(strategy, name) === 'fen';
    const tried = candidates(type.kind, borders.get(name) ?? [], from, isMoney, asOf).map((to) => ({
      name,
      to,
      answers: decide(name, to),
    }));
    const best = nearest(from, bestOf(tried.filter(({ answers }) => compare(answers, now) > 0)));
    if (best) better.push(isMoney ? tightened(best, from, (to) => decide(name, to)) : best);
    const worst = nearest(
      from,
      tried.filter(({ answers }) => rank[answers.outcome] < rank[now.outcome]),
    );
    if (worst && from !== null) worse.push(isMoney ? tightened(worst, from, (to) => decide(name, to)) : worst);
  }
  const gain = ({ answers }: Candidate): number =>
    (rank[answers.outcome] - rank[now.outcome]) * 1e12 + Number((answers.limit_fen ?? 0n) - (now.limit_fen ?? 0n));
  const shown = [
    ...better.toSorted((a, b) => gain(b) - gain(a)).slice(0, shownEach),
    ...worse.toSorted((a, b) => distance(person[a.name] ?? null, a.to) - distance(person[b.name] ?? null, b.to)).slice(0, shownEach),
  ];
  return shown.map((change) => described(strategy, person, change, now));
}

/** Positive when the first is better: outcome, then limit, then rate. */
function compare(a: Answers, b: Answers): number {
  if (a.outcome !== b.outcome) return rank[a.outcome] - rank[b.outcome];
  const limit = (a.limit_fen ?? 0n) - (b.limit_fen ?? 0n);
  if (limit !== 0n) return limit > 0n ? 1 : -1;
  return (b.rate_ppm ?? 0) - (a.rate_ppm ?? 0);
}

/** Values on and beside the borders of the tables; amounts also by proportion, since formulas have no borders. */
function candidates(kind: string, borders: readonly Value[], from: Value, isMoney: boolean, asOf: string): Value[] {
  switch (kind) {
    case 'boolean':
      return [true, false].filter((value) => value !== from);
    case 'string':
      return [...new Set(borders)].filter((value) => typeof value === 'string' && value !== from);
    case 'date':
      return [Temporal.PlainDate.from(asOf).add({ years: 1 }).toString()];
    default: {
      const numbers = borders.filter((value) => typeof value === 'number');
      const isShare = numbers.some((value) => !Number.isInteger(value));
      const near = numbers.flatMap((value) => (isShare ? [value, value - 0.01, value + 0.01] : [value - 1, value, value + 1]));
      const known = typeof from === 'number' || typeof from === 'bigint' ? Number(from) : null;
      const scaled = isMoney && known !== null ? [0, known / 2, known * 1.5, known * 2, known * 4].map(Math.round) : [];
      return [...new Set([...near, ...scaled])].filter((value) => value >= 0 && value !== known);
    }
  }
}

function bestOf(found: readonly Candidate[]): Candidate[] {
  return found.filter((one) => found.every((other) => compare(one.answers, other.answers) >= 0));
}

function nearest(from: Value, found: readonly Candidate[]): Candidate | undefined {
  return found.toSorted((a, b) => distance(from, a.to) - distance(from, b.to))[0];
}

/** In proportion to the value itself, so that months and yuan can be held against each other; 1 for words and flags. */
function distance(from: Value, to: Value): number {
  const [a, b] = [Number(from), Number(to)];
  if (from === null || typeof to === 'string' || typeof to === 'boolean' || Number.isNaN(a) || Number.isNaN(b)) return 1;
  return Math.abs(b - a) / Math.max(Math.abs(a), Math.abs(b), 1);
}

/** Halves the way between now and the change until it is within 100 yuan of where the answer turns into the one reached. */
function tightened(change: Candidate, from: Value, decide: (to: Value) => Answers): Candidate {
  if (from === null) return change;
  let [off, on] = [BigInt(from), BigInt(change.to ?? 0)];
  let answers = change.answers;
  while ((on > off ? on - off : off - on) > stepFen) {
    const middle = ((off + on) / 2n / stepFen) * stepFen;
    if (middle === off || middle === on) break;
    const tried = decide(Number(middle));
    if (sameAnswer(tried, change.answers)) [on, answers] = [middle, tried];
    else off = middle;
  }
  return { name: change.name, to: Number(on), answers };
}

function sameAnswer(a: Answers, b: Answers): boolean {
  return a.outcome === b.outcome && a.limit_fen === b.limit_fen && a.rate_ppm === b.rate_ppm;
}

function described(strategy: Strategy, person: Inputs, { name, to, answers }: Candidate, now: Answers): NearestChange {
  const fen = (amount: bigint | null): string | null => (amount === null ? null : String(amount));
  return {
    input: read(strategy, name, person[name]),
    to: plain(to, unitOf(strategy, name)),
    kind: compare(answers, now) > 0 ? 'better' : 'worse',
    outcome_before: now.outcome,
    outcome_after: answers.outcome,
    limit_fen_before: fen(now.limit_fen),
    limit_fen_after: fen(answers.limit_fen),
    rate_ppm_before: now.rate_ppm,
    rate_ppm_after: answers.rate_ppm,
  };
}
