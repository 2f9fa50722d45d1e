import type { RuleAnswer, Stage } from '../contract.ts';
import type { Rule, RuleRow } from '../definition/rules.ts';
import type { Inputs, Strategy } from '../definition/strategy.ts';
import type { Trace } from './tracing.ts';
import { labelOf, read } from '../definition/words.ts';

export interface Told {
  strategy: Strategy;
  inputs: Inputs;
  stage: Stage;
  trace: Trace;
  /** The codes the model gave. */
  given: ReadonlySet<string>;
}

/** What each rule answered, in the order of precedence. */
export function explainRules(told: Told): RuleAnswer[] {
  return told.strategy.rules.map((rule) => answerOf(rule, told));
}

function answerOf(rule: Rule, told: Told): RuleAnswer {
  const { strategy, inputs, trace } = told;
  const hits = rule.rows.filter((row) => !row.code.endsWith('U'));
  const state = stateOf(rule, told);
  const matched = rule.rows.filter((row) => told.given.has(row.code) && trace.rowsOf(row.decision).includes(row.index));
  const shown = (state === 'hit' ? matched.find((row) => hits.includes(row)) : undefined) ?? likeliest(hits, told) ?? rule.rows[0];
  const tests = (shown?.tests ?? []).filter(({ column }) => column !== 'STAGE');
  return {
    code: state === 'hit' ? (shown?.code ?? rule.id) : rule.id,
    family: rule.family,
    name: rule.name,
    state,
    effect: state === 'hit' && shown ? shown.effect : rule.effect,
    inputs: tests.map(({ column }) => read(strategy, column, valueOf(column, inputs, trace))),
    condition:
      tests.length === 1 ? (tests[0]?.test ?? '') : tests.map(({ column, test }) => `${labelOf(strategy, column).zh} ${test}`).join('；'),
    annotation: (matched[0] ?? shown)?.annotation ?? '',
    distance: state === 'pass' ? distanceOf(tests, told) : null,
  };
}

function stateOf(rule: Rule, { strategy, stage, given }: Told): RuleAnswer['state'] {
  if (rule.rows.some((row) => !row.code.endsWith('U') && given.has(row.code))) return 'hit';
  const isCovered = [...given].some((code) => strategy.wording.get(code)?.covers.includes(rule.id));
  if (isCovered || given.has(`${rule.id}U`)) return 'unknown';
  return rule.isForApplication && stage === 'screen' ? 'later' : 'pass';
}

/** Of several rows for different segments, the one whose words fit this person. */
function likeliest(rows: readonly RuleRow[], { inputs, trace }: Told): RuleRow | undefined {
  return rows.find((row) =>
    row.tests.every(({ column, test }) => {
      const value = valueOf(column, inputs, trace);
      return typeof value !== 'string' || !test.includes('"') || test.includes(`"${value}"`);
    }),
  );
}

/** How far a known number is from a single border. */
function distanceOf(tests: readonly { column: string; test: string }[], { inputs, trace }: Told): number | null {
  const bounds = tests.flatMap(({ column, test }) => {
    const border = /^(?:>=?|<=?)\s*(-?\d+(?:\.\d+)?)$/.exec(test)?.[1];
    const value = valueOf(column, inputs, trace);
    const isNumber = typeof value === 'number' || typeof value === 'bigint';
    return border === undefined || !isNumber ? [] : [Number(border) - Number(value)];
  });
  return bounds.length === 1 ? (bounds[0] ?? null) : null;
}

export function valueOf(name: string, inputs: Inputs, trace: Trace) {
  return name in trace.values ? trace.values[name] : inputs[name];
}
