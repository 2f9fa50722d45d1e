/** The rules a model holds, read from its decision tables: what each asks, when it hits, when it is unknown, and what that does. */
import type { Decision as DmnDecision, DmnModel } from '#core/dmn/index.ts';
import type { TableTree } from '#core/feel/syntax/tree.ts';
import type { ReasonEffect, Text } from '../contract.ts';
import type { StrategyDefinition } from './definition.ts';
import type { ReasonWording } from './reasons.ts';
import { StrategyError } from './strategy-error.ts';

/** One row of a rule table. */
export interface RuleRow {
  code: string;
  decision: string;
  /** Number of the row in its table, from 0. */
  index: number;
  effect: ReasonEffect;
  /** The columns the row tests, with the text of each test. */
  tests: { column: string; test: string }[];
  annotation: string;
}

export interface Rule {
  /** `P08`; variants such as `B04M` and the unknown `P08U` belong to it. */
  id: string;
  family: string;
  familyName: Text;
  name: Text;
  effect: ReasonEffect;
  rows: RuleRow[];
  /** Its unknown is asked for at the stage `apply` only. */
  isForApplication: boolean;
}

/** All rows of all tables whose results end up among the reasons, in the order of precedence. */
export function ruleRows(model: DmnModel, definition: StrategyDefinition): RuleRow[] {
  const byName = new Map(model.decisions.map((decision) => [decision.name, decision]));
  const { effects } = definition.description;
  const found: RuleRow[] = [];
  for (const effect of ['decline', 'refer', 'wait', 'cap', 'price'] as const) {
    for (const name of effects[effect]) {
      const decision = byName.get(name);
      if (!decision) throw missingDecision(definition, name);
      for (const table of tablesOf(decision, byName)) found.push(...rowsOf(table, effect));
    }
  }
  return found;
}

export function missingDecision({ origin }: StrategyDefinition, name: string): StrategyError {
  return new StrategyError(
    { file: `${origin}/strategy.yaml`, line: null },
    `模型中没有决策“${name}”`,
    `the model has no decision "${name}"`,
  );
}

/** The decision itself when it is a table, else the tables it requires. */
function tablesOf(decision: DmnDecision, byName: ReadonlyMap<string, DmnDecision>): DmnDecision[] {
  if (decision.expression?.kind === 'table') return [decision];
  return decision.requires.flatMap((required) => {
    const found = byName.get(required.name);
    return found?.expression?.kind === 'table' ? [found] : [];
  });
}

function rowsOf(decision: DmnDecision, effect: ReasonEffect): RuleRow[] {
  const tree = decision.expression as TableTree;
  const notes = annotationsOf(decision);
  const columns = tree.inputs.map(({ expression }) => (expression.kind === 'name' ? expression.name : textAt(expression.at)));
  return tree.rules.map((rule, index) => {
    const [output] = rule.outputs;
    if (output?.kind !== 'string') throw new Error(`${decision.name}: a rule table gives codes, each a string literal`);
    const tests = rule.tests.flatMap((test, column) => (test.any ? [] : [{ column: columns[column] ?? '', test: textAt(test.at) }]));
    return { code: output.value, decision: decision.name, index, effect, tests, annotation: notes[index] ?? '' };
  });
}

/** The annotation column of the table, row by row. */
export function annotationsOf(decision: DmnDecision): string[] {
  const table = decision.element.children.find((each) => each.name === 'decisionTable');
  const rules = table?.children.filter((each) => each.name === 'rule') ?? [];
  return rules.map((rule) => rule.children.find((each) => each.name === 'description')?.text.trim() ?? '');
}

function textAt(span: { source: { text: string }; from: number; to: number }): string {
  return span.source.text.slice(span.from, span.to).trim();
}

/** Rules are the codes that know an unknown; bands of the score, caps and price notes are results, not rules. */
export function rulesOf(rows: readonly RuleRow[], wording: ReadonlyMap<string, ReasonWording>): Rule[] {
  const byRule = Map.groupBy(rows, (row) => row.code.slice(0, 3));
  return [...wording.values()]
    .filter((entry) => !entry.isUnknown && wording.has(`${entry.code}U`))
    .flatMap((entry): Rule[] => {
      const own = byRule.get(entry.code) ?? [];
      const effect = own.find((row) => row.code === entry.code)?.effect;
      if (!effect) return [];
      const isForApplication = own
        .filter((row) => row.code === `${entry.code}U`)
        .every((row) => row.tests.some(({ column, test }) => column === 'STAGE' && test === '"apply"'));
      return [
        { id: entry.code, family: entry.family, familyName: entry.familyName, name: entry.staff, effect, rows: own, isForApplication },
      ];
    });
}
