/** What keeps a definition from being run: the machine relies on none of it happening. */
import type { Definition, Flow, Node, NodeKind, NodeOf, Timer } from './definition.ts';
import { feelFault, momentOf } from './feel.ts';
import { finding, type Finding, type FindingCode, type Words } from './findings.ts';

export function checkStructure(definition: Definition): Finding[] {
  const nodes = new Map(definition.nodes.map((node) => [node.id, node]));
  const outgoing = Map.groupBy(definition.flows, (flow) => flow.from);
  const incoming = Map.groupBy(definition.flows, (flow) => flow.to);
  const around: Around = {
    node: (id) => nodes.get(id),
    out: (id) => outgoing.get(id) ?? [],
    into: (id) => incoming.get(id) ?? [],
  };
  return [
    ...startFindings(definition),
    ...definition.flows.flatMap((flow) => flowFindings(flow, around)),
    ...definition.nodes.flatMap((node) => [...nodeFindings(node, around), ...textFindings(node)]),
  ];
}

interface Around {
  node(id: string): Node | undefined;
  out(id: string): readonly Flow[];
  into(id: string): readonly Flow[];
}

function startFindings(definition: Definition): Finding[] {
  const starts = Map.groupBy(
    definition.nodes.filter((node) => node.kind === 'start'),
    (node) => node.scope ?? '',
  );
  const scopes = [
    { id: definition.id, name: definition.name, starts: starts.get('') },
    ...definition.nodes.filter((node) => node.kind === 'subprocess').map(({ id, name }) => ({ id, name, starts: starts.get(id) })),
  ];
  return scopes.flatMap((scope) => {
    if (!scope.starts) return [finding('no_start', scope)];
    return scope.starts.slice(1).map((start) => finding('many_starts', start));
  });
}

function flowFindings(flow: Flow, around: Around): Finding[] {
  const [from, to] = [around.node(flow.from), around.node(flow.to)];
  if (!from || !to) return [finding('flow_without_end', flow)];
  const found: FindingCode[] = [];
  if (from.scope !== to.scope) found.push('flow_crosses_scope');
  const isBranch = from.kind === 'exclusive' || from.kind === 'inclusive';
  if (flow.condition !== undefined && !isBranch) found.push('condition_misplaced');
  if (flow.condition !== undefined && isBranch && from.default === flow.id) found.push('default_has_condition');
  return [...found.map((code) => finding(code, flow)), ...expressionFindings(flow, flow.condition)];
}

const hosts: ReadonlySet<NodeKind> = new Set(['user', 'service', 'rule', 'receive', 'subprocess']);
const errorHosts: ReadonlySet<NodeKind> = new Set(['service', 'rule', 'subprocess']);
const ends: ReadonlySet<NodeKind> = new Set(['end', 'terminate_end', 'error_end']);

function nodeFindings(node: Node, around: Around): Finding[] {
  const found: FindingCode[] = [];
  if (node.kind === 'start' && around.into(node.id).length > 0) found.push('start_has_incoming');
  if (ends.has(node.kind) && around.out(node.id).length > 0) found.push('end_has_outgoing');
  if (node.kind === 'boundary' && around.into(node.id).length > 0) found.push('boundary_has_incoming');
  if ((node.kind === 'exclusive' || node.kind === 'inclusive') && hasBadDefault(node, around)) found.push('bad_default');
  if (node.kind === 'event_gateway' && hasBadEvents(node, around)) found.push('bad_event_gateway');
  return [...found.map((code) => finding(code, node)), ...(node.kind === 'boundary' ? hostFindings(node, around) : [])];
}

function hasBadDefault(node: NodeOf<'exclusive' | 'inclusive'>, around: Around): boolean {
  return node.default !== undefined && !around.out(node.id).some((flow) => flow.id === node.default);
}

function hasBadEvents(gateway: Node, around: Around): boolean {
  const flows = around.out(gateway.id);
  return flows.length === 0 || !flows.every((flow) => isEventOf(around.node(flow.to), around));
}

function isEventOf(node: Node | undefined, around: Around): boolean {
  return (node?.kind === 'timer' || node?.kind === 'receive') && around.into(node.id).length === 1;
}

function hostFindings(boundary: NodeOf<'boundary'>, around: Around): Finding[] {
  const host = around.node(boundary.host);
  const allowed = boundary.trigger.on === 'error' ? errorHosts : hosts;
  const fits = host && allowed.has(host.kind) && host.scope === boundary.scope;
  return fits ? [] : [finding('bad_host', boundary, boundary.trigger.on)];
}

function textFindings(node: Node): Finding[] {
  if (node.kind === 'timer') return timerFindings(node, node.timer, false);
  if (node.kind === 'boundary' && node.trigger.on === 'timer') return timerFindings(node, node.trigger.timer, !node.interrupting);
  if (node.kind !== 'user') return [];
  const { terms, multi } = node;
  const texts = [terms.assignee, multi?.collection, multi?.completion, multi?.result];
  return [
    ...texts.flatMap((text) => expressionFindings(node, text)),
    ...(terms.sla !== undefined && !isDuration(terms.sla) ? [finding('bad_term', node, `sla="${terms.sla}"`)] : []),
    ...(multi?.mode === 'vote' && multi.completion === undefined ? [finding('missing_term', node, 'completionCondition')] : []),
  ];
}

function expressionFindings(place: { id: string; name: string }, text: string | undefined): Finding[] {
  const fault: Words | undefined = text === undefined ? undefined : feelFault(text);
  return fault ? [finding('bad_expression', place, fault)] : [];
}

function isDuration(text: string): boolean {
  const moment = momentOf(text);
  return moment !== undefined && 'after' in moment && !moment.after.startsWith('-');
}

/** A text that is no FEEL must say when by itself. A cycle needs a boundary event that does not interrupt. */
function timerFindings(node: Node, timer: Timer, mayRepeat: boolean): Finding[] {
  const value = timer.value.trim();
  const bad = finding('bad_timer', node, value);
  if (timer.form === 'cycle') {
    const cycle = /^R(\d*)\/(.+)$/.exec(value);
    const times = cycle?.[1] === '' ? Infinity : Number(cycle?.[1] ?? 0);
    return mayRepeat && times > 0 && isDuration(cycle?.[2] ?? '') && !isInstantly(cycle?.[2] ?? '') ? [] : [bad];
  }
  if (value.startsWith('=')) return expressionFindings(node, value);
  if (timer.form === 'duration') return isDuration(value) ? [] : [bad];
  const moment = momentOf(value);
  if (!moment || !('due' in moment)) return [bad];
  return [finding('fixed_date', node, value)];
}

/** A cycle without a pause would never end. */
function isInstantly(text: string): boolean {
  const moment = momentOf(text);
  return moment !== undefined && 'after' in moment && /^P(T?0[A-Z])+$/.test(moment.after);
}
