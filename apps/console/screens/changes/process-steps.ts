/** What changes between two drawings, step by step: new ones, gone ones, and terms that differ. */
import type { Definition, Node } from '#core/bpmn/index.ts';

export interface TermDifference {
  readonly term: string;
  readonly before: string | null;
  readonly after: string | null;
}
export interface StepChange {
  readonly node: string;
  readonly name: string;
  readonly kind: 'added' | 'gone' | 'changed';
  readonly terms: readonly TermDifference[];
}

/** Drawings are read with the reader that the bank runs them by, which comes when it is needed. */
export async function stepChanges(before: string | null, after: string): Promise<StepChange[]> {
  const { parseProcess } = await import('#core/bpmn/index.ts');
  const read = async (xml: string): Promise<Definition> => {
    const { definition } = await parseProcess(xml);
    if (definition === undefined) throw new Error('the drawing cannot be read');
    return definition;
  };
  return differenceOf(before === null ? null : await read(before), await read(after));
}

export function differenceOf(before: Definition | null, after: Definition): StepChange[] {
  const was = new Map((before?.nodes ?? []).map((node) => [node.id, node]));
  const next = new Set(after.nodes.map(({ id }) => id));
  const added = after.nodes.flatMap((node): StepChange[] => {
    const old = was.get(node.id);
    if (old === undefined) return [{ node: node.id, name: node.name || node.id, kind: 'added', terms: [] }];
    const terms = termsBetween(said(old), said(node));
    return terms.length === 0 ? [] : [{ node: node.id, name: node.name || node.id, kind: 'changed', terms }];
  });
  const gone = (before?.nodes ?? [])
    .filter(({ id }) => !next.has(id))
    .map((node): StepChange => ({ node: node.id, name: node.name || node.id, kind: 'gone', terms: [] }));
  const flows = flowDifference(before, after);
  return [...added, ...gone, ...flows];
}

/** Conditions of flows, told at the step they leave. */
function flowDifference(before: Definition | null, after: Definition): StepChange[] {
  const was = new Map((before?.flows ?? []).map((flow) => [flow.id, flow]));
  const names = new Map(after.nodes.map(({ id, name }) => [id, name || id]));
  return after.flows.flatMap((flow): StepChange[] => {
    const old = was.get(flow.id);
    if (old === undefined || (old.condition === flow.condition && old.to === flow.to)) return [];
    const terms = termsBetween(
      new Map([
        ['condition', old.condition ?? ''],
        ['to', old.to],
      ]),
      new Map([
        ['condition', flow.condition ?? ''],
        ['to', flow.to],
      ]),
    );
    return [{ node: flow.from, name: `${names.get(flow.from) ?? flow.from} → ${names.get(flow.to) ?? flow.to}`, kind: 'changed', terms }];
  });
}

/** Everything a node says beside its place, one text a term. */
function said(node: Node): Map<string, string> {
  const terms = new Map<string, string>();
  const add = (name: string, value: unknown): void => {
    if (value === undefined || name === 'id') return;
    if (typeof value === 'string') terms.set(name, value);
    else if (Array.isArray(value)) terms.set(name, value.join(' '));
    else if (typeof value === 'object' && value !== null) for (const [inner, one] of Object.entries(value)) add(inner, one);
    else terms.set(name, JSON.stringify(value));
  };
  for (const [name, value] of Object.entries(node)) add(name, value);
  return terms;
}

function termsBetween(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): TermDifference[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((term) => {
    const [left, right] = [before.get(term) || null, after.get(term) || null];
    return left === right ? [] : [{ term, before: left, after: right }];
  });
}
