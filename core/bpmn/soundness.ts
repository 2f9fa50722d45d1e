/**
 * How the tokens of a process can run, whatever its conditions say: every scope is walked through all markings it can reach. A marking is
 * the flows that hold a token; a node fires as a whole. Finds waits that never end, and places that two tokens can reach at once.
 */
import type { Definition, Flow, Node } from './definition.ts';
import { finding, type Finding } from './findings.ts';
import { graphOf, ofKind, reach, type Graph } from './graph.ts';

/** Markings looked at in one scope; a process with six tasks on each of four parallel branches has 2,401. */
const mostMarkings = 20_000;
/** Flows out of an inclusive gateway of which all choices are tried; with more, each alone and all together. */
const mostChoices = 5;

type Marking = readonly string[];

export function checkSoundness(definition: Definition): Finding[] {
  const graph = graphOf(definition);
  const reachable = reachability(definition, graph);
  if (reachable.length > 0) return reachable;
  const scopes = [undefined, ...ofKind(definition, 'subprocess').map((node) => node.id)];
  return scopes.flatMap((scope) => new Walk(graph, scope).findings());
}

function reachability(definition: Definition, graph: Graph): Finding[] {
  const next = successors(definition);
  const start = graph.startOf('').id;
  const reached = reach([start], (id) => next.get(id) ?? []);
  const previous = reversed(next);
  const isEnd = (node: Node) => node.kind === 'end' || node.kind === 'terminate_end' || node.kind === 'error_end';
  const ends = reach(
    definition.nodes.filter(isEnd).map((node) => node.id),
    (id) => previous.get(id) ?? [],
  );
  return definition.nodes.flatMap((node) => {
    if (!reached.has(node.id)) return [finding('unreachable', node)];
    return ends.has(node.id) ? [] : [finding('no_way_to_end', node)];
  });
}

/** Where a token may go, into subprocesses and out of them as well. */
function successors(definition: Definition): Map<string, string[]> {
  const next = new Map<string, string[]>(definition.nodes.map((node) => [node.id, []]));
  const add = (from: string, to: string): void => {
    next.get(from)?.push(to);
  };
  for (const flow of definition.flows) add(flow.from, flow.to);
  for (const node of definition.nodes) {
    if (node.kind === 'boundary') add(node.host, node.id);
    if (node.kind === 'start' && node.scope !== undefined) add(node.scope, node.id);
  }
  return next;
}

class Walk {
  private readonly graph: Graph;
  private readonly scope: string | undefined;
  private readonly seen = new Map<string, { readonly marking: Marking; readonly next: string[]; readonly final: boolean }>();
  private readonly crowded = new Set<string>();
  private readonly stuck = new Map<string, string>();
  private isWhole = true;

  constructor(graph: Graph, scope: string | undefined) {
    this.graph = graph;
    this.scope = scope;
  }

  findings(): Finding[] {
    this.walk();
    const { graph } = this;
    const whole = this.scope === undefined ? { id: graph.definition.id, name: graph.definition.name } : graph.node(this.scope);
    return [
      ...[...this.stuck].map(([node, missing]) => finding('deadlock', graph.node(node), missing)),
      ...[...this.crowded].map((flow) => finding('unsynchronised', graph.node(graph.flow(flow).to))),
      ...(this.isWhole ? this.endless() : [finding('too_large_to_prove', whole, String(mostMarkings))]),
    ].filter((each, index, all) => all.findIndex((other) => other.code === each.code && other.element === each.element) === index);
  }

  private walk(): void {
    const start = this.graph.startOf(this.scope ?? '');
    const open: Marking[] = this.followed(start, []);
    for (let marking = open.pop(); marking; marking = open.pop()) {
      const key = marking.join(' ');
      if (this.seen.has(key)) continue;
      if (this.seen.size >= mostMarkings) {
        this.isWhole = false;
        return;
      }
      const steps = this.stepsFrom(marking);
      this.seen.set(key, { marking, next: steps.map((step) => step.join(' ')), final: marking.length === 0 });
      if (steps.length === 0 && marking.length > 0) this.noteStuck(marking);
      open.push(...steps.filter((step) => !this.isCrowded(step)));
    }
  }

  /** A flow with two tokens is reported, and not followed: it could go on without end. */
  private isCrowded(marking: Marking): boolean {
    const twice = marking.filter((flow, index) => marking.indexOf(flow) !== index);
    for (const flow of twice) this.crowded.add(flow);
    return twice.length > 0;
  }

  private noteStuck(marking: Marking): void {
    for (const id of marking) {
      const { to } = this.graph.flow(id);
      const missing = (this.graph.incoming.get(to) ?? []).filter((flow) => !marking.includes(flow.id));
      this.stuck.set(to, missing.map((flow) => flow.id).join(', '));
    }
  }

  /** Markings from which an end is out of reach though they go on: a loop without a way out. */
  private endless(): Finding[] {
    const previous = reversed([...this.seen].map(([key, { next }]) => [key, next]));
    const ending = [...this.seen].filter(([, { final, next }]) => final || next.length === 0 || next.some((key) => !this.seen.has(key)));
    const endings = ending.map(([key]) => key);
    const ends = reach(endings, (key) => previous.get(key) ?? []);
    const lost = [...this.seen].find(([key]) => !ends.has(key));
    const [flow] = lost?.[1].marking ?? [];
    return flow === undefined ? [] : [finding('endless', this.graph.node(this.graph.flow(flow).to))];
  }

  private stepsFrom(marking: Marking): Marking[] {
    const targets = new Set(marking.map((flow) => this.graph.flow(flow).to));
    return [...targets].flatMap((id) => this.firings(this.graph.node(id), marking));
  }

  private firings(node: Node, marking: Marking): Marking[] {
    const incoming = (this.graph.incoming.get(node.id) ?? []).map((flow) => flow.id);
    const held = incoming.filter((flow) => marking.includes(flow));
    if (node.kind === 'parallel') return held.length < incoming.length ? [] : this.followed(node, without(marking, incoming));
    if (node.kind !== 'inclusive') return held.flatMap((flow) => this.followed(node, without(marking, [flow])));
    return this.mayStillCome(node, held, marking) ? [] : this.followed(node, without(marking, held));
  }

  /** The same rule as the machine's, over flows in place of tokens. */
  private mayStillCome(node: Node, held: readonly string[], marking: Marking): boolean {
    const flows = this.graph.incoming.get(node.id) ?? [];
    const reaches = (place: string, targets: readonly Flow[]) =>
      targets.some((flow) => this.graph.upstream(flow).has(this.graph.flow(place).to));
    const full = flows.filter((flow) => held.includes(flow.id));
    const empty = flows.filter((flow) => !held.includes(flow.id));
    return marking.some((place) => this.graph.flow(place).to !== node.id && reaches(place, empty) && !reaches(place, full));
  }

  /** Tokens on their way to an end are gone at once: it does not matter when they arrive. */
  private followed(node: Node, rest: Marking): Marking[] {
    if (node.kind === 'terminate_end' || node.kind === 'error_end') return [[]];
    const lasting = (flow: string) => this.graph.node(this.graph.flow(flow).to).kind !== 'end';
    return this.choices(node).map((flows) => [...rest, ...flows.filter(lasting)].toSorted());
  }

  /** The sets of flows by which a node may be left. */
  private choices(node: Node): string[][] {
    const flows = (this.graph.outgoing.get(node.id) ?? []).map((flow) => flow.id);
    if (node.kind === 'exclusive') return flows.map((flow) => [flow]);
    if (node.kind === 'event_gateway') return flows.map((flow) => [flow]);
    if (node.kind === 'inclusive') return flows.length <= mostChoices ? subsets(flows) : [...flows.map((flow) => [flow]), flows];
    const boundaries = this.graph.boundaries.get(node.id) ?? [];
    return [
      flows,
      ...boundaries.map((boundary) => {
        const own = (this.graph.outgoing.get(boundary.id) ?? []).map((flow) => flow.id);
        return boundary.interrupting ? own : [...flows, ...own];
      }),
    ];
  }
}

function without(marking: Marking, taken: readonly string[]): string[] {
  const rest = [...marking];
  for (const flow of taken) rest.splice(rest.indexOf(flow), 1);
  return rest;
}

function subsets(flows: readonly string[]): string[][] {
  if (flows.length === 0) return [[]];
  const all = Array.from({ length: 2 ** flows.length - 1 }, (_, bits) => flows.filter((_flow, index) => ((bits + 1) >> index) & 1));
  return all;
}

function reversed(edges: Iterable<readonly [from: string, to: readonly string[]]>): Map<string, string[]> {
  const previous = new Map<string, string[]>();
  for (const [from, tos] of edges) {
    for (const to of tos) {
      const known = previous.get(to);
      if (known) known.push(from);
      else previous.set(to, [from]);
    }
  }
  return previous;
}
