/** The benchmark's rule families and scorecards as a decision graph of zen-engine: one collecting table each, results under the table's name. */
import type { BenchModel, RuleTable } from './dmn-model.ts';

export function zenGraph(model: BenchModel): object {
  const tables = [
    ...model.families.map((table) => ({ table, field: 'code' })),
    ...model.scorecards.map((table) => ({ table, field: 'points' })),
  ];
  const nodes = tables.map(({ table, field }) => ({
    id: table.name,
    type: 'decisionTableNode',
    name: table.name,
    content: tableContent(table, field),
  }));
  const ends = [
    { id: 'in', type: 'inputNode', name: 'in' },
    { id: 'out', type: 'outputNode', name: 'out' },
  ];
  const edges = tables.flatMap(({ table }) => [
    { id: `in-${table.name}`, sourceId: 'in', targetId: table.name, type: 'edge' },
    { id: `${table.name}-out`, sourceId: table.name, targetId: 'out', type: 'edge' },
  ]);
  return { nodes: [...ends, ...nodes], edges };
}

function tableContent(table: RuleTable, field: string): object {
  return {
    hitPolicy: 'collect',
    outputPath: table.name,
    inputs: table.inputs.map((name) => ({ id: name, name, field: name })),
    outputs: [{ id: 'out', name: field, field }],
    rules: table.rules.map((rule, index) => ({
      _id: `${table.name}-${index}`,
      ...Object.fromEntries(table.inputs.map((name, column) => [name, cellOf(rule.tests[column] ?? '-')])),
      out: rule.output,
    })),
  };
}

/** Empty means any; the tests of the benchmark are written alike otherwise. */
function cellOf(test: string): string {
  return test === '-' ? '' : test;
}
