/** Why the model answered as it did: rules, score, the way to limit and rate, and what would change it. */
import { createHash } from 'node:crypto';
import type { Explanation, RuleAnswer, Stage } from '../contract.ts';
import { nearestChanges } from './changes.ts';
import { explainRules } from './explain-rules.ts';
import { reasonOf } from '../definition/reasons.ts';
import { pointsOf } from './score-points.ts';
import type { ScoreMeans } from './score-mean.ts';
import type { Answers, Inputs, Strategy } from '../definition/strategy.ts';
import { withScene } from '../definition/strategy.ts';
import { createTracer } from './tracing.ts';
import type { Trace, Tracer } from './tracing.ts';
import { waterfallOf } from './waterfall.ts';
import { labelOf, plain, read, unitOf } from '../definition/words.ts';

export interface Explained {
  answers: Answers;
  explanation: Explanation;
  traceHash: string;
}

const tracers = new WeakMap<Strategy, Tracer>();

/** Compiled at the first explanation, then kept with the strategy. */
export function tracerOf(strategy: Strategy): Tracer {
  const known = tracers.get(strategy);
  if (known) return known;
  const tracer = createTracer(strategy.model);
  tracers.set(strategy, tracer);
  return tracer;
}

export function explain(strategy: Strategy, person: Inputs, asOf: string, stage: Stage, means: ScoreMeans): Explained {
  const inputs = withScene(person, asOf, stage);
  const answers = strategy.answer(inputs);
  const trace = tracerOf(strategy)(inputs);
  const rules = explainRules({ strategy, inputs, stage, trace, given: new Set(answers.reasons) });
  const { limit, price } = strategy.definition.description;
  const explanation: Explanation = {
    stage,
    reasons: answers.reasons.map((code) => reason(strategy, code)),
    families: familiesOf(strategy, rules),
    rules,
    to_verify: rules.filter((rule) => rule.state === 'later').map((rule) => reason(strategy, rule.code)),
    inputs: strategy.inputs.map(({ name }) => read(strategy, name, inputs[name])),
    score: scoreOf(strategy, inputs, trace, means),
    limit_model: modelOf(trace, limit),
    limit_steps: waterfallOf(limit.steps, trace),
    price_model: modelOf(trace, price),
    rate_steps: answers.rate_ppm === null ? [] : waterfallOf(price.steps, trace),
    changes: nearestChanges(strategy, person, asOf, stage, answers),
  };
  return { answers, explanation, traceHash: traceHash(trace) };
}

/** The answers and their reasons alone, with the hash of the reasoning: what somebody needs who waits for a decision and not for its explanation. */
export function judge(
  strategy: Strategy,
  person: Inputs,
  asOf: string,
  stage: Stage,
): { answers: Answers; reasons: Explanation['reasons']; traceHash: string } {
  const inputs = withScene(person, asOf, stage);
  const answers = strategy.answer(inputs);
  return { answers, reasons: answers.reasons.map((code) => reason(strategy, code)), traceHash: traceHash(tracerOf(strategy)(inputs)) };
}

/** Equal for equal reasoning: the value of every decision of the model, in the order of their names. */
export function traceHash(trace: Trace): string {
  const names = Object.keys(trace.values).toSorted();
  return createHash('sha256')
    .update(JSON.stringify(names.map((name) => [name, trace.values[name]])))
    .digest('hex');
}

function reason(strategy: Strategy, code: string) {
  const [wording, effect] = [strategy.wording.get(code), strategy.effectOf.get(code)];
  if (!wording || !effect) throw new Error(`reason ${code} has no wording`);
  return reasonOf(wording, effect);
}

function familiesOf(strategy: Strategy, rules: readonly RuleAnswer[]): Explanation['families'] {
  const names = new Map(strategy.rules.map((rule) => [rule.family, rule.familyName]));
  return [...Map.groupBy(rules, (rule) => rule.family)].map(([id, own]) => ({
    id,
    name: names.get(id) ?? { zh: id, en: id },
    rules: own.length,
    hit: own.filter((rule) => rule.state === 'hit').length,
    unknown: own.filter((rule) => rule.state === 'unknown').length,
    later: own.filter((rule) => rule.state === 'later').length,
  }));
}

function scoreOf(strategy: Strategy, inputs: Inputs, trace: Trace, means: ScoreMeans): Explanation['score'] {
  const points = pointsOf(strategy, trace);
  if (!points) return null;
  const name = strategy.definition.description.score.cards[points.card]?.name ?? { zh: points.card, en: points.card };
  return {
    card: points.card,
    card_name: name,
    score: points.score,
    band: points.band as NonNullable<Explanation['score']>['band'],
    base_points: points.base,
    mean_score: means.of(points.card, ''),
    contributions: points.contributions.map((contribution) => {
      const unit = unitOf(strategy, contribution.name);
      const mean = means.of(points.card, contribution.name);
      return {
        name: contribution.name,
        label: labelOf(strategy, contribution.name),
        value: plain(inputs[contribution.name], unit),
        unit,
        points: contribution.points,
        against_mean: mean === null ? null : Math.round((contribution.points - mean) * 10) / 10,
      };
    }),
  };
}

function modelOf(
  trace: Trace,
  { model, models }: { model: string; models: Record<string, { zh: string; en: string }> },
): Explanation['limit_model'] {
  const code = trace.values[model];
  if (typeof code !== 'string') return null;
  return { code, name: models[code] ?? { zh: code, en: code } };
}
