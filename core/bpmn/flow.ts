/** How tokens travel: into a node, out of it, through gateways and joins, until all of them rest. */
import { closeScope, depart, leave } from './leave.ts';
import type { Flow, Node, NodeOf, Timer } from './definition.ts';
import { joinParallel, readyInclusiveJoin } from './join.ts';
import { openInstances } from './signing.ts';
import { askTask } from './task.ts';
import type { Run } from './run.ts';
import type { Token } from './state.ts';

/** Visits that one step may make. The longest sensible step, a fan of services behind gateways, makes a few dozen. */
export const longestStep = 1000;

/** Lets all tokens travel until each waits for something outside, or for another token. */
export function settle(run: Run): void {
  for (let visits = 0; run.status === 'running'; visits += 1) {
    const id = run.moving.shift();
    if (id !== undefined && visits >= longestStep) return stop(run, [id, ...run.moving.splice(0)]);
    if (id !== undefined) enter(run, id);
    else if (!passInclusiveJoin(run)) break;
  }
  if (run.status === 'running') reportStuck(run);
}

function stop(run: Run, left: readonly number[]): void {
  for (const id of left) {
    const token = run.tokens.get(id);
    if (token) run.fault(token, 'no_rest');
  }
}

function enter(run: Run, id: number): void {
  const token = run.tokens.get(id);
  if (!token) return; // taken back by what another token did meanwhile
  const node = run.nodeOf(token);
  if (token.flow === undefined) return act(run, node, token);
  if (!isJoin(run, node)) {
    const { flow: _, ...arrived } = token;
    return act(run, node, run.keep(arrived));
  }
  if (node.kind !== 'parallel') return; // inclusive joins are looked at when all else rests
  const taken = joinParallel(run, node, token.scope);
  if (taken) pass(run, node.id, token.scope);
}

function isJoin(run: Run, node: Node): boolean {
  return (node.kind === 'parallel' || node.kind === 'inclusive') && (run.graph.incoming.get(node.id)?.length ?? 0) > 1;
}

function passInclusiveJoin(run: Run): boolean {
  const ready = readyInclusiveJoin(run);
  if (!ready) return false;
  pass(run, ready.node, ready.scope);
  return true;
}

/** A new token does what its node does, at once. */
export function pass(run: Run, node: string, scope: number | undefined): void {
  act(run, run.graph.node(node), run.spawn(node, scope));
}

/** Does what a node does when a token comes to it. Also how a token that stood still tries again. */
export function act(run: Run, node: Node, token: Token): void {
  run.visited('entered', token);
  switch (node.kind) {
    case 'start':
    case 'parallel':
    case 'boundary':
      return leave(run, token);
    case 'end':
    case 'terminate_end':
    case 'error_end':
      return reachEnd(run, node, token);
    case 'exclusive':
    case 'inclusive':
      return branch(run, node, token);
    case 'send':
      run.tell({ type: 'send_message', token: token.id, node: node.id, message: node.message });
      return leave(run, token);
    case 'event_gateway':
      return armEvents(run, node, token);
    case 'subprocess':
      armBoundaries(run, token);
      run.moving.push(run.spawn(run.graph.startOf(node.id).id, token.id).id);
      return;
    case 'user':
      armBoundaries(run, token);
      return node.multi ? openInstances(run, node, token) : askTask(run, node, token);
    case 'timer':
      return armTimer(run, node.timer, token);
    default:
      armBoundaries(run, token);
      return ask(run, node, token);
  }
}

export function ask(run: Run, node: NodeOf<'service' | 'rule' | 'receive'>, token: Token): void {
  const at = { token: token.id, node: node.id };
  if (node.kind === 'service') run.tell({ type: 'call_service', ...at, service: node.service });
  else if (node.kind === 'rule') run.tell({ type: 'decide', ...at, decision: node.decision });
  else run.tell({ type: 'await_message', ...at, message: node.message });
}

function branch(run: Run, node: NodeOf<'exclusive' | 'inclusive'>, token: Token): void {
  const flows = run.graph.outgoing.get(node.id) ?? [];
  const holds = (flow: Flow) => flow.id !== node.default && (flow.condition === undefined || run.truth(flow.condition));
  const first = node.kind === 'exclusive' ? flows.find(holds) : undefined;
  const held = node.kind === 'exclusive' ? (first ? [first] : []) : flows.filter(holds);
  const chosen = held.length > 0 ? held : flows.filter((flow) => flow.id === node.default);
  if (chosen.length === 0 && flows.length > 0) run.fault(token, 'no_branch');
  else depart(run, token, chosen);
}

function reachEnd(run: Run, node: NodeOf<'end' | 'terminate_end' | 'error_end'>, token: Token): void {
  run.remove(token);
  if (node.kind === 'end') return closeScope(run, token);
  if (node.kind === 'terminate_end') {
    if (token.scope === undefined) return run.finish({ outcome: 'terminated', node: node.id });
    for (const other of run.inScope(token.scope)) run.drop(other);
    return closeScope(run, token);
  }
  const enclosing = token.scope === undefined ? undefined : run.token(token.scope);
  if (!enclosing || !raise(run, enclosing, node.error)) run.finish({ outcome: 'error', node: node.id, error: node.error });
}

/** Gives an error to the nearest boundary event that takes it, from the token outwards; false when there is none. */
export function raise(run: Run, from: Token, error: string): boolean {
  for (let token: Token | undefined = from; token; token = token.scope === undefined ? undefined : run.token(token.scope)) {
    const boundaries = run.graph.boundaries.get(token.node) ?? [];
    const taker = boundaries.find(({ trigger }) => trigger.on === 'error' && trigger.error === error);
    const anyTaker = boundaries.find(({ trigger }) => trigger.on === 'error' && trigger.error === undefined);
    const found = taker ?? anyTaker;
    if (!found) continue;
    run.drop(token);
    pass(run, found.id, token.scope);
    return true;
  }
  return false;
}

/** Arms what is not armed yet: a token that tries again keeps its watches. */
function armBoundaries(run: Run, host: Token): void {
  const armed = new Set(run.watchesOf(host.id).map((watch) => watch.node));
  for (const boundary of run.graph.boundaries.get(host.node) ?? []) {
    if (boundary.trigger.on === 'error' || armed.has(boundary.id)) continue;
    armWatch(run, run.spawn(boundary.id, host.scope, { watches: host.id, ...repetitions(boundary) }));
  }
}

function repetitions(boundary: NodeOf<'boundary'>): { left?: number } {
  if (boundary.trigger.on !== 'timer' || boundary.trigger.timer.form !== 'cycle') return {};
  const times = /^R(\d+)\//.exec(boundary.trigger.timer.value.trim())?.[1];
  return times === undefined ? {} : { left: Number(times) };
}

function armEvents(run: Run, node: Node, gateway: Token): void {
  for (const { to } of run.graph.outgoing.get(node.id) ?? []) {
    armWatch(run, run.spawn(to, gateway.scope, { watches: gateway.id }));
  }
}

export function armWatch(run: Run, watch: Token): void {
  const node = run.nodeOf(watch);
  const trigger = node.kind === 'boundary' ? node.trigger : node.kind === 'timer' ? { on: 'timer' as const, timer: node.timer } : undefined;
  if (trigger?.on === 'timer') return armTimer(run, trigger.timer, watch);
  if (trigger?.on === 'message') return run.tell({ type: 'await_message', token: watch.id, node: node.id, message: trigger.message });
  if (node.kind === 'receive') return ask(run, node, watch);
}

function armTimer(run: Run, timer: Timer, token: Token): void {
  const text = timer.form === 'cycle' ? timer.value.trim().replace(/^R\d*\//, '') : timer.value;
  const moment = run.moment(text);
  const fits = moment && (timer.form === 'date' ? 'due' in moment : 'after' in moment);
  if (!fits) return run.fault(token, 'bad_timer');
  const at = { token: token.id, node: token.node };
  if ('due' in moment) run.tell({ type: 'set_timer', ...at, due: moment.due });
  else run.tell({ type: 'set_timer', ...at, after: moment.after, from: run.at });
}

/** What a watch watched for has happened. */
export function fireWatch(run: Run, watch: Token, watched: number): void {
  const host = run.token(watched);
  const node = run.nodeOf(watch);
  run.tokens.delete(watch.id);
  if (node.kind !== 'boundary' || node.interrupting) run.drop(host);
  else if (watch.left !== 1 && repeats(node)) rearm(run, watch, host);
  const fired = run.spawn(watch.node, watch.scope);
  run.visited('entered', fired);
  leave(run, fired);
}

function repeats(node: NodeOf<'boundary'>): boolean {
  return node.trigger.on === 'message' || (node.trigger.on === 'timer' && node.trigger.timer.form === 'cycle');
}

function rearm(run: Run, watch: Token, host: Token): void {
  const left = watch.left === undefined ? {} : { left: watch.left - 1 };
  armWatch(run, run.spawn(watch.node, watch.scope, { watches: host.id, ...left }));
}

/** When nothing waits for the outside, nothing can ever move again. */
function reportStuck(run: Run): void {
  const tokens = [...run.tokens.values()];
  const waits = tokens.some((token) => token.flow === undefined && run.nodeOf(token).kind !== 'subprocess');
  if (waits) return;
  for (const token of tokens) if (token.flow !== undefined && !token.fault) run.fault(token, 'stuck');
}
