/** A definition with its look-ups and compiled expressions, made once a definition and kept as long as it lives. */
import type { Definition, Flow, Node, NodeKind, NodeOf } from './definition.ts';
import { compileFeel, type Expression } from './feel.ts';

export interface Graph {
  readonly definition: Definition;
  node(id: string): Node;
  find(id: string): Node | undefined;
  flow(id: string): Flow;
  readonly outgoing: ReadonlyMap<string, readonly Flow[]>;
  readonly incoming: ReadonlyMap<string, readonly Flow[]>;
  readonly boundaries: ReadonlyMap<string, readonly NodeOf<'boundary'>[]>;
  /** The start event of a subprocess, or with '' of the process. */
  startOf(scope: string): Node;
  expression(text: string): Expression;
  /** Nodes from which a path leads to the flow without visiting the gateway that the flow enters. */
  upstream(flow: Flow): ReadonlySet<string>;
  /** Nodes that lie behind this one when loops are not followed back. */
  downstream(node: string): ReadonlySet<string>;
}

const graphs = new WeakMap<Definition, Graph>();

export function graphOf(definition: Definition): Graph {
  let graph = graphs.get(definition);
  if (!graph) {
    graph = makeGraph(definition);
    graphs.set(definition, graph);
  }
  return graph;
}

function makeGraph(definition: Definition): Graph {
  const nodes = new Map(definition.nodes.map((node) => [node.id, node]));
  const flows = new Map(definition.flows.map((flow) => [flow.id, flow]));
  const outgoing = Map.groupBy(definition.flows, (flow) => flow.from);
  const incoming = Map.groupBy(definition.flows, (flow) => flow.to);
  const boundaries = Map.groupBy(ofKind(definition, 'boundary'), (node) => node.host);
  const starts = new Map(ofKind(definition, 'start').map((node) => [node.scope ?? '', node]));
  const successors = successorsOf(definition, outgoing, boundaries);
  const node = (id: string): Node => known(nodes.get(id), id);
  const forward = once(() => forwardEdges(definition, successors));
  return {
    definition,
    node,
    find: (id) => nodes.get(id),
    flow: (id) => known(flows.get(id), id),
    outgoing,
    incoming,
    boundaries,
    startOf: (scope) => known(starts.get(scope), `start of ${scope}`),
    expression: kept(compileFeel),
    upstream: keptBy(
      (flow: Flow) => flow.id,
      (flow) => upstreamOf(flow, incoming, nodes),
    ),
    downstream: kept((id) => reach(forward().get(id) ?? [], (each) => forward().get(each) ?? [])),
  };
}

export function ofKind<Kind extends NodeKind>(definition: Definition, kind: Kind): Extract<Node, { kind: Kind }>[] {
  const isOf = (node: Node): node is Extract<Node, { kind: Kind }> => node.kind === kind;
  return definition.nodes.filter(isOf);
}

function known<Value>(value: Value | undefined, id: string): Value {
  if (value === undefined) throw new Error(`流程中没有 ${id} / the process has no ${id}`);
  return value;
}

function once<Value>(make: () => Value): () => Value {
  let value: { made: Value } | undefined;
  return () => (value ??= { made: make() }).made;
}

function kept<Value>(make: (key: string) => Value): (key: string) => Value {
  return keptBy((key: string) => key, make);
}

function keptBy<Key, Value>(nameOf: (key: Key) => string, make: (key: Key) => Value): (key: Key) => Value {
  const values = new Map<string, Value>();
  return (key) => {
    const name = nameOf(key);
    const found = values.get(name);
    if (found !== undefined) return found;
    const value = make(key);
    values.set(name, value);
    return value;
  };
}

/** Where a token at a node may go next, within its scope; from a host also into its boundary events. */
function successorsOf(definition: Definition, outgoing: Graph['outgoing'], boundaries: Graph['boundaries']): Map<string, string[]> {
  return new Map(
    definition.nodes.map(({ id }) => [
      id,
      [...(outgoing.get(id) ?? []).map((flow) => flow.to), ...(boundaries.get(id) ?? []).map((boundary) => boundary.id)],
    ]),
  );
}

/** Where one comes to from some places, these included. */
export function reach(from: readonly string[], next: (id: string) => readonly string[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const open = [...from];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    open.push(...next(id));
  }
  return seen;
}

function upstreamOf(target: Flow, incoming: Graph['incoming'], nodes: ReadonlyMap<string, Node>): ReadonlySet<string> {
  const seen = new Set<string>();
  const open = [target.from];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (seen.has(id) || id === target.to) continue;
    seen.add(id);
    open.push(...(incoming.get(id) ?? []).map((flow) => flow.from));
    const node = nodes.get(id);
    if (node?.kind === 'boundary') open.push(node.host);
  }
  return seen;
}

/** The edges without those that lead back to a node still open in a walk from the starts: what is left has no loops. */
function forwardEdges(definition: Definition, successors: ReadonlyMap<string, readonly string[]>): Map<string, readonly string[]> {
  const edges = new Map<string, string[]>();
  const done = new Set<string>();
  const open = new Set<string>();
  const roots = [...ofKind(definition, 'start').map((node) => node.id), ...definition.nodes.map((node) => node.id)];
  for (const root of roots) {
    const path: { id: string; next: string[] }[] = [];
    const visit = (id: string): void => {
      open.add(id);
      edges.set(id, []);
      path.push({ id, next: [...(successors.get(id) ?? [])] });
    };
    if (!done.has(root)) visit(root);
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const next = top.next.shift();
      if (next === undefined) {
        done.add(top.id);
        open.delete(top.id);
        path.pop();
      } else if (!open.has(next)) {
        edges.get(top.id)?.push(next);
        if (!done.has(next)) visit(next);
      }
    }
  }
  return edges;
}
