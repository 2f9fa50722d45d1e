/**
 * Steps that are read once move to where they are read, so that the branch of an `if` that is not taken costs nothing: of twelve scorecards
 * only the one of the segment is counted.
 */
import { partsOf, type Case, type Ir, type Program, type Step } from './ir.ts';

export interface InlinedProgram {
  readonly steps: readonly Step[];
  readonly results: readonly Ir[];
}

/** The steps the results need, those read once moved into their reader. */
export function inlineSteps(program: Program, used: ReadonlySet<number>, results: readonly Ir[]): InlinedProgram {
  const steps = program.steps.filter((step) => used.has(step.slot));
  const reads = new Map<number, number>();
  for (const ir of [...steps.map((step) => step.ir), ...results]) countReads(ir, reads);
  const moved = new Map<number, Ir>();
  const kept: Step[] = [];
  for (const step of steps) {
    const ir = replaceSlots(step.ir, moved);
    if (reads.get(step.slot) === 1) moved.set(step.slot, ir);
    else kept.push({ slot: step.slot, ir });
  }
  return { steps: kept, results: results.map((ir) => replaceSlots(ir, moved)) };
}

function countReads(ir: Ir, reads: Map<number, number>): void {
  if (ir.op === 'slot') reads.set(ir.slot, (reads.get(ir.slot) ?? 0) + 1);
  for (const part of partsOf(ir)) countReads(part, reads);
}

function replaceSlots(ir: Ir, by: ReadonlyMap<number, Ir>): Ir {
  const one = (part: Ir): Ir => replaceSlots(part, by);
  const all = (parts: readonly Ir[]): Ir[] => parts.map(one);
  const cases = (list: readonly Case[]): Case[] => list.map(({ test, value }) => ({ test: one(test), value: one(value) }));
  switch (ir.op) {
    case 'constant':
      return ir;
    case 'slot':
      return by.get(ir.slot) ?? ir;
    case 'call':
      return { ...ir, args: all(ir.args) };
    case 'compare':
      return { ...ir, left: one(ir.left), right: one(ir.right) };
    case 'isNull':
    case 'not':
    case 'holds':
    case 'count':
      return { ...ir, of: one(ir.of) };
    case 'and':
    case 'or':
    case 'list':
      return { ...ir, items: all(ir.items) };
    case 'oneOf':
      return { ...ir, value: one(ir.value) };
    case 'cases':
      return { ...ir, cases: cases(ir.cases), otherwise: one(ir.otherwise) };
    case 'hit':
    case 'rows':
      return { ...ir, rows: all(ir.rows) };
    case 'choose':
      return { ...ir, index: one(ir.index), options: all(ir.options), otherwise: one(ir.otherwise) };
    case 'aggregate':
      return { ...ir, groups: ir.groups.map(cases), otherwise: one(ir.otherwise) };
    case 'items':
      return { ...ir, rows: one(ir.rows), items: all(ir.items) };
    case 'concat':
      return { ...ir, lists: all(ir.lists) };
    case 'contains':
      return { ...ir, list: one(ir.list), item: one(ir.item) };
    case 'context': {
      const entries = Object.fromEntries(Object.entries(ir.entries).map(([name, entry]) => [name, one(entry)]));
      return { ...ir, entries, ...(ir.present && { present: one(ir.present) }) };
    }
  }
}
