import type { ZenDecision } from '@gorules/zen-engine';
import { ZenDecisionContent, ZenEngine } from '@gorules/zen-engine';
import type { TableTree } from '#core/feel/syntax/tree.ts';
import type { Inputs, Strategy } from '#modules/strategy/index.ts';

/** Rule tables and score cards of a strategy as a gorules graph: what both engines are timed on. Rows that only an application asks are left out. */
export interface ZenTables {
  decision: ZenDecision;
  /** The decisions translated, in the order of their results. */
  tables: readonly string[];
  /** Values of the columns, under names gorules can read. */
  columns: readonly { column: string; field: string }[];
  close(): void;
}

const isApplication = (column: string, test: string): boolean => column === 'STAGE' && test === '"apply"';

export function translateTables(strategy: Strategy): ZenTables {
  const fields = new Map<string, string>();
  const fieldOf = (column: string): string => {
    const known = fields.get(column) ?? `c${fields.size}`;
    fields.set(column, known);
    return known;
  };
  const found = strategy.model.decisions.flatMap(({ name, expression }) =>
    expression?.kind === 'table' && (expression.policy === 'C' || expression.policy === 'C+') ? [{ name, tree: expression }] : [],
  );
  const translated = found.flatMap(({ name, tree }) => {
    const content = tableOf(tree, fieldOf);
    return content && content.rules.length > 0 ? [{ name, content }] : [];
  });
  const nodes = translated.map(({ content }, index) => ({
    id: `t${index}`,
    name: `t${index}`,
    type: 'decisionTableNode',
    content: { ...content, hitPolicy: 'collect', passThrough: false, inputField: null, outputPath: `t${index}`, executionMode: 'single' },
  }));
  const edges = nodes.flatMap(({ id }) => [
    { id: `${id}-in`, sourceId: 'in', targetId: id, type: 'edge' },
    { id: `${id}-out`, sourceId: id, targetId: 'out', type: 'edge' },
  ]);
  const graph = {
    contentType: 'application/vnd.gorules.decision',
    nodes: [{ id: 'in', name: 'in', type: 'inputNode' }, ...nodes, { id: 'out', name: 'out', type: 'outputNode' }],
    edges,
  };
  const engine = new ZenEngine();
  return {
    decision: engine.createDecision(new ZenDecisionContent(graph)),
    tables: translated.map(({ name }) => name),
    columns: [...fields].map(([column, field]) => ({ column, field })),
    close: () => engine.dispose(),
  };
}

/** Undefined when a column is a formula, which a gorules table column cannot hold. */
function tableOf(tree: TableTree, fieldOf: (column: string) => string) {
  const names = tree.inputs.map(({ expression }) => (expression.kind === 'name' ? expression.name : undefined));
  if (names.includes(undefined)) return undefined;
  const columns = names.map((name) => name ?? '');
  const rows = tree.rules.map((rule) => ({
    tests: rule.tests.map((test) => (test.any ? '' : test.at.source.text.slice(test.at.from, test.at.to).trim())),
    output: rule.outputs[0],
  }));
  const asked = rows.filter(({ tests }) => !tests.some((test, index) => isApplication(columns[index] ?? '', test)));
  if (asked.some(({ tests }) => tests.some((test) => /[\u4e00-\u9fff]|AS_OF|duration/.test(test)))) return undefined;
  return {
    inputs: columns.map((column, index) => ({ id: `i${index}`, name: column, field: fieldOf(column) })),
    outputs: [{ id: 'o', name: 'out', field: 'out' }],
    rules: asked.map(({ tests, output }, index) => ({
      _id: `r${index}`,
      ...Object.fromEntries(tests.map((test, column) => [`i${column}`, unaryOf(test)])),
      o: output?.at.source.text.slice(output.at.from, output.at.to).trim() ?? 'null',
    })),
  };
}

/** `null,"a","b"` → `$ == null or $ in ["a","b"]`; ranges and comparisons are written the same, with equality as `==`. */
function unaryOf(test: string): string {
  if (test === '') return '';
  const parts = test.split(/,(?![^[\](]*[\])])/).map((part) => part.trim());
  const words = parts.filter((part) => part.startsWith('"'));
  const others = parts.filter((part) => !part.startsWith('"'));
  const list = words.length > 0 ? [`$ in [${words.join(', ')}]`] : [];
  const tests = others.map((part) => {
    if (part === 'null') return '$ == null';
    if (part === '!= null') return '$ != null';
    if (/^(?:[<>]=?)/.test(part)) return `$ ${part}`;
    const range = /^\[(.+)\.\.(.+)([\])])$/.exec(part);
    if (range) return `$ >= ${range[1]} and $ ${range[3] === ']' ? '<=' : '<'} ${range[2]}`;
    return `$ == ${part}`;
  });
  return [...tests, ...list].join(' or ');
}

/** What gorules gives for one person, table by table: codes or points in the order of the rows. */
export async function evaluateTables(zen: ZenTables, values: Inputs): Promise<unknown[][]> {
  const context = Object.fromEntries(zen.columns.map(({ column, field }) => [field, readable(values[column])]));
  const { result } = (await zen.decision.evaluate(context)) as { result: Record<string, { out: unknown }[]> };
  return zen.tables.map((_, index) => (result[`t${index}`] ?? []).map(({ out }) => out));
}

/** gorules takes JSON values only. */
function readable(value: Inputs[string] | undefined): number | string | boolean | null {
  return typeof value === 'bigint' ? Number(value) : (value ?? null);
}
