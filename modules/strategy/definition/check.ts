/** What is wrong or doubtful in a strategy before anybody relies on it: the model's own findings, and what binds it to wording and screens. */
import { checkDmn } from '#core/dmn/index.ts';
import type { StrategyFinding } from '../contract.ts';
import type { Strategy } from './strategy.ts';
import { sceneInputs } from './strategy.ts';

/** An empty list means: nothing found. Findings of severity `error` keep a version from being proposed. */
export function checkStrategy(strategy: Strategy): StrategyFinding[] {
  const model = checkDmn(strategy.model).map(({ severity, code, place, zh, en }): StrategyFinding => ({
    severity,
    code,
    element: place.element,
    line: place.line,
    message: { zh, en },
  }));
  return [...model, ...wordingFindings(strategy), ...orderFindings(strategy), ...nameFindings(strategy), ...inputFindings(strategy)];
}

const error = (code: string, element: string, zh: string, en: string): StrategyFinding => ({
  severity: 'error',
  code,
  element,
  line: null,
  message: { zh, en },
});

/** Every code the model can give has wording, and no wording is left over. */
function wordingFindings({ rows, wording }: Strategy): StrategyFinding[] {
  const given = new Set(rows.map((row) => row.code));
  const silent = [...given].filter((code) => !wording.has(code));
  const unused = [...wording.keys()].filter((code) => !given.has(code));
  return [
    ...silent.map((code) => error('wording_missing', code, `原因码 ${code} 没有用语`, `reason ${code} has no wording`)),
    ...unused.map((code) => error('wording_unused', code, `模型不会给出原因码 ${code}`, `the model never gives reason ${code}`)),
  ];
}

/** A code does one thing wherever it is given: declines and refers must never share one. */
function orderFindings({ rows }: Strategy): StrategyFinding[] {
  return [...Map.groupBy(rows, (row) => row.code)].flatMap(([code, own]) => {
    const effects = new Set(own.map((row) => row.effect));
    if (effects.size === 1) return [];
    const list = [...effects].join('、');
    return [error('effect_ambiguous', code, `原因码 ${code} 的作用不唯一：${list}`, `reason ${code} has several effects: ${list}`)];
  });
}

/** What strategy.yaml names exists in the model. */
function nameFindings({ definition, model }: Strategy): StrategyFinding[] {
  const { score, limit, household, price } = definition.description;
  const decisions = new Set(model.decisions.map((decision) => decision.name));
  const cards = Object.values(score.cards).map((card) => card.decision);
  const steps = [...limit.steps, ...price.steps].flatMap((step) => [step.value, step.note, 'points' in step ? step.points : undefined]);
  const named = [score.band, score.card, limit.model, household?.room, household?.least, price.model, ...cards, ...steps];
  return [...new Set(named)]
    .filter((name) => name !== undefined && !decisions.has(name))
    .map((name) => error('decision_missing', name ?? '', `模型中没有决策“${name}”`, `the model has no decision "${name}"`));
}

/** Applicants' inputs and what may be changed are inputs of the model, and every input has a word for people. */
function inputFindings({ definition, inputs }: Strategy): StrategyFinding[] {
  const { application_inputs: applicants, changeable, words } = definition.description;
  const names = new Set(inputs.map((input) => input.name));
  const strange = [...applicants, ...changeable].filter((name) => !names.has(name));
  const wordless = [...names, ...sceneInputs].filter((name) => words[name] === undefined);
  return [
    ...strange.map((name) => error('input_missing', name, `模型不读输入 ${name}`, `the model does not read input ${name}`)),
    ...wordless.map((name) => error('word_missing', name, `输入 ${name} 没有名称`, `input ${name} has no word`)),
  ];
}
