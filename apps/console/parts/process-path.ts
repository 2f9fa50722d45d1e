/** The way through a drawing that a person follows: what is done, where the case stands, what comes. Pure. */
import type { Definition, Node } from '#core/bpmn/index.ts';

export interface PathStep {
  readonly node: string;
  /** As it is drawn; empty where the drawing has no word. */
  readonly name: string;
  readonly kind: 'start' | 'task' | 'wait' | 'machine' | 'end';
  readonly state: 'done' | 'now' | 'ahead';
}

const shown: Partial<Record<Node['kind'], PathStep['kind']>> = {
  start: 'start',
  user: 'task',
  rule: 'machine',
  receive: 'wait',
  end: 'end',
  terminate_end: 'end',
};

/**
 * The longest way from the start to an end that leads through where the case has been and where it stands, and from there the shortest to the same end:
 * steps that only some cases take are not promised. Loops back are left out; services are shown only while the case stands at one.
 */
export function pathOf(definition: Definition, visited: ReadonlySet<string>, at: ReadonlySet<string>): PathStep[] {
  const top = definition.nodes.filter((node) => node.scope === undefined);
  const byId = new Map(top.map((node) => [node.id, node]));
  const begin = top.find((node) => node.kind === 'start');
  if (begin === undefined) return [];
  const stands = new Set([...at].map((id) => topOf(definition, id)));
  const been = new Set([...visited].map((id) => topOf(definition, id)));
  const onward = forwardFlows(definition, begin.id);
  const worth = (id: string): number =>
    (stands.has(id) ? 1_000_000 : 0) + (been.has(id) ? 1000 : 0) + (shown[byId.get(id)?.kind ?? 'service'] === undefined ? 0 : 1);
  const way = shortened(longest(begin.id, onward, worth), onward, stands);
  const last = Math.max(-1, ...way.map((id, index) => (stands.has(id) ? index : -1)));
  const isOver = stands.size === 0;
  return way.flatMap((id, index): PathStep[] => {
    const node = byId.get(id);
    if (node === undefined) return [];
    const isNow = stands.has(id);
    const kind = shown[node.kind] ?? (isNow ? 'machine' : undefined);
    const isPast = isOver ? been.has(id) : index < last;
    if (kind === undefined || (isPast && !isNow && kind !== 'start' && !been.has(id) && kind !== 'machine')) return [];
    return [{ node: id, name: node.name, kind, state: isNow ? 'now' : isPast || (isOver && kind !== 'task') ? 'done' : 'ahead' }];
  });
}

/** A node inside a subprocess stands where the subprocess does. */
function topOf({ nodes }: Definition, id: string): string {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  let here = byId.get(id);
  while (here?.scope !== undefined) here = byId.get(here.scope);
  return here?.id ?? id;
}

/** Flows by where they begin, without those that lead back; what an interrupting event starts follows its host. */
function forwardFlows({ nodes, flows }: Definition, begin: string): Map<string, string[]> {
  const out = new Map<string, string[]>();
  const lead = (from: string, to: string): void => void out.set(from, [...(out.get(from) ?? []), to]);
  for (const { from, to } of flows) lead(from, to);
  for (const node of nodes) if (node.kind === 'boundary') lead(node.host, node.id);
  const forward = new Map<string, string[]>();
  const state = new Map<string, 'open' | 'closed'>();
  const visit = (id: string): void => {
    state.set(id, 'open');
    const next = (out.get(id) ?? []).filter((to) => state.get(to) !== 'open');
    forward.set(id, next);
    for (const to of next) if (!state.has(to)) visit(to);
    state.set(id, 'closed');
  };
  visit(begin);
  return forward;
}

/** The same way up to where the case stands, and the fewest steps on to its end. */
function shortened(way: string[], onward: ReadonlyMap<string, readonly string[]>, stands: ReadonlySet<string>): string[] {
  const at = way.findLastIndex((id) => stands.has(id));
  const [here, end] = [way[at], way.at(-1)];
  if (here === undefined || end === undefined) return way;
  const from = new Map<string, string | null>([[here, null]]);
  for (const id of from.keys()) for (const to of onward.get(id) ?? []) if (!from.has(to)) from.set(to, id);
  const rest: string[] = [];
  for (let id: string | null | undefined = end; id != null && id !== here; id = from.get(id)) rest.unshift(id);
  return [...way.slice(0, at + 1), ...rest];
}

function longest(begin: string, onward: ReadonlyMap<string, readonly string[]>, worth: (id: string) => number): string[] {
  const known = new Map<string, { worth: number; next: string | null }>();
  const best = (id: string): { worth: number; next: string | null } => {
    const before = known.get(id);
    if (before !== undefined) return before;
    let found: { worth: number; next: string | null } = { worth: worth(id), next: null };
    for (const to of onward.get(id) ?? []) {
      const there = best(to).worth + worth(id);
      if (there > found.worth || found.next === null) found = { worth: there, next: to };
    }
    known.set(id, found);
    return found;
  };
  const way: string[] = [];
  for (let id: string | null = begin; id !== null; id = best(id).next) way.push(id);
  return way;
}
