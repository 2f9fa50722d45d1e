/** A strategy ready to decide: its model compiled once, its rules and wording at hand. */
import { compileDmn, DmnError, parseDmn } from '#core/dmn/index.ts';
import type { CompiledModel, DmnModel, FeelValue, InputColumn } from '#core/dmn/index.ts';
import { outcomes, segments } from '#modules/population/contract.ts';
import type { Decision, ReasonEffect, Stage } from '../contract.ts';
import type { StrategyDefinition } from './definition.ts';
import { wordingOf } from './reasons.ts';
import type { ReasonWording } from './reasons.ts';
import { missingDecision, ruleRows, rulesOf } from './rules.ts';
import type { Rule, RuleRow } from './rules.ts';
import { StrategyError } from './strategy-error.ts';

/** Values by input name: BIGINT as bigint or number, dates `YYYY-MM-DD`, absent = unknown. */
export type Inputs = Readonly<Record<string, bigint | number | string | boolean | null>>;

/** What the model answers, before it belongs to a person. */
export interface Answers {
  segment: Decision['segment'];
  outcome: Decision['outcome'];
  limit_fen: bigint | null;
  rate_ppm: number | null;
  score: number | null;
  reasons: string[];
}

export interface Strategy {
  name: string;
  version: string;
  definition: StrategyDefinition;
  model: DmnModel;
  compiled: CompiledModel;
  /** The columns the model reads, without AS_OF and STAGE. */
  inputs: readonly InputColumn[];
  rows: readonly RuleRow[];
  rules: readonly Rule[];
  wording: ReadonlyMap<string, ReasonWording>;
  effectOf: ReadonlyMap<string, ReasonEffect>;
  /** One pass over the model. `AS_OF` and `STAGE` are part of the inputs. */
  answer(inputs: Inputs): Answers;
}

/** The two inputs that no source delivers: the day and whether somebody applies. */
export const sceneInputs = ['AS_OF', 'STAGE'] as const;
export const withScene = (inputs: Inputs, asOf: string, stage: Stage): Inputs => ({ ...inputs, AS_OF: asOf, STAGE: stage });

/** The inputs that screening reads from indicators. */
export function screenedInputs(strategy: Strategy): string[] {
  const applicants = new Set(strategy.definition.description.application_inputs);
  return strategy.inputs.map((input) => input.name).filter((name) => !applicants.has(name));
}

/** @throws StrategyError naming file, line and reason. */
export function compileStrategy(definition: StrategyDefinition): Strategy {
  const model = parsed(definition);
  const compiled = compileDmn(model);
  const [refused] = compiled.refused.values();
  if (refused) throw modelError(refused);
  const wording = wordingOf(definition.reasons, `${definition.origin}/reasons.yaml`);
  const rows = ruleRows(model, definition);
  const { answers } = definition.description;
  const names = Object.values(answers);
  for (const name of names) if (!model.decisions.some((decision) => decision.name === name)) throw missingDecision(definition, name);
  const evaluate = compiled.evaluator(names);
  return {
    name: definition.description.name,
    version: definition.version,
    definition,
    model,
    compiled,
    inputs: compiled.program.inputs.filter((column) => !sceneInputs.some((scene) => scene === column.name)),
    rows,
    rules: rulesOf(rows, wording),
    wording,
    effectOf: new Map(rows.map((row) => [row.code, row.effect])),
    answer: (inputs) => answersOf(evaluate(inputs), answers),
  };
}

function parsed(definition: StrategyDefinition): DmnModel {
  try {
    return parseDmn(definition.files.dmn, { file: `${definition.origin}/${definition.description.model}` });
  } catch (error) {
    throw error instanceof DmnError ? modelError(error) : error;
  }
}

function modelError(error: DmnError): StrategyError {
  const place = error.expression === undefined ? error.element : `${error.element}: ${error.expression}`;
  return new StrategyError({ file: error.file, line: error.line }, `${place} ${error.zh}`, `${place} ${error.en}`, { cause: error });
}

function answersOf(values: Record<string, FeelValue>, names: StrategyDefinition['description']['answers']): Answers {
  const value = (key: keyof typeof names): FeelValue => values[names[key]] ?? null;
  return {
    segment: wordOf(value('segment'), segments, names.segment),
    outcome: wordOf(value('outcome'), outcomes, names.outcome),
    limit_fen: amountOf(value('limit_fen'), names.limit_fen),
    rate_ppm: wholeOf(value('rate_ppm'), names.rate_ppm),
    score: wholeOf(value('score'), names.score),
    reasons: value('reasons') as string[],
  };
}

function wordOf<Word extends string>(value: FeelValue, words: readonly Word[], decision: string): Word {
  const found = words.find((word) => word === value);
  if (found === undefined) throw new Error(`${decision} gave ${JSON.stringify(value)}, not one of ${words.join(', ')}`);
  return found;
}

function wholeOf(value: FeelValue, decision: string): number | null {
  if (value === null || (typeof value === 'number' && Number.isSafeInteger(value))) return value;
  throw new Error(`${decision} gave ${JSON.stringify(value)}, not a whole number`);
}

function amountOf(value: FeelValue, decision: string): bigint | null {
  const whole = wholeOf(value, decision);
  return whole === null ? null : BigInt(whole);
}
