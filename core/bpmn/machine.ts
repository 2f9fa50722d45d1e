/** The machine: a definition, a state and an event give the next state and what the caller must do. Pure; the same again for the same. */
import type { Definition, Variables } from './definition.ts';
import { act, ask, armWatch, fireWatch, raise, settle } from './flow.ts';
import { graphOf } from './graph.ts';
import { leave } from './leave.ts';
import { move } from './move.ts';
import { Run } from './run.ts';
import { addSigner, completeInstance, removeSigner } from './signing.ts';
import { stateVersion, type Event, type Refusal, type State, type Step, type Token } from './state.ts';
import { fitVariables } from './variables.ts';
import { refuse } from './words.ts';

export function start(definition: Definition, given: { variables: Variables; at: string }): Step | Refusal {
  if (!fitVariables(given.variables)) return refuse('bad_variables');
  const graph = graphOf(definition);
  const run = new Run(graph, given.at, { version: stateVersion, status: 'running', next: 1, tokens: [], variables: given.variables });
  run.moving.push(run.spawn(graph.startOf('').id, undefined).id);
  settle(run);
  return run.result();
}

export function advance(definition: Definition, state: State, event: Event, at: string): Step | Refusal {
  const refusal = refusalOf(state, event);
  if (refusal) return refusal;
  const run = new Run(graphOf(definition), at, state);
  const refused = apply(run, event);
  if (refused) return refused;
  settle(run);
  return run.result();
}

export function isRefusal(answer: Step | Refusal): answer is Refusal {
  return 'refused' in answer;
}

function refusalOf(state: State, event: Event): Refusal | undefined {
  if (state.status === 'ended') return refuse('ended');
  if (event.type === 'resumed' && state.status !== 'suspended') return refuse('not_suspended');
  if (state.status === 'suspended' && event.type !== 'resumed' && event.type !== 'cancelled') return refuse('suspended');
  const variables = 'variables' in event ? event.variables : undefined;
  if (variables && !fitVariables({ ...state.variables, ...variables })) return refuse('bad_variables');
  if ('item' in event && event.item !== undefined && !fitVariables({ item: event.item })) return refuse('bad_variables');
  return undefined;
}

function apply(run: Run, event: Event): Refusal | undefined {
  switch (event.type) {
    case 'suspended':
      run.status = 'suspended';
      return undefined;
    case 'resumed':
      run.status = 'running';
      return undefined;
    case 'cancelled':
      run.finish({ outcome: 'cancelled' });
      return undefined;
    case 'message_received':
      return receive(run, event);
    default:
      return applyTo(run, event);
  }
}

type TokenEvent = Exclude<Event, { type: 'suspended' | 'resumed' | 'cancelled' | 'message_received' }>;

function applyTo(run: Run, event: TokenEvent): Refusal | undefined {
  const token = run.tokens.get(event.token);
  if (!token) return refuse('no_such_token');
  switch (event.type) {
    case 'task_completed':
      return completeTask(run, token, event.variables ?? {});
    case 'service_done':
      return finishWork(run, token, 'service', event.variables);
    case 'decided':
      return finishWork(run, token, 'rule', event.variables);
    case 'service_failed':
      return failWork(run, token, event);
    case 'timer_fired':
      return fireTimer(run, token);
    case 'signer_added':
      return addSigner(run, token, event.item);
    case 'signer_removed':
      return removeSigner(run, token, event.item);
    case 'moved':
      run.set(event.variables);
      return move(run, token, event.to, event.resume === true);
    case 'retried':
      return retry(run, token, event.variables);
  }
}

function completeTask(run: Run, token: Token, variables: Variables): Refusal | undefined {
  const node = run.nodeOf(token);
  if (node.kind !== 'user' || token.multi || (node.multi && token.of === undefined)) return refuse('wrong_event');
  if (token.of !== undefined) completeInstance(run, node, token, run.token(token.of), variables);
  else {
    run.set(variables);
    leave(run, token);
  }
  return undefined;
}

function finishWork(run: Run, token: Token, kind: 'service' | 'rule', variables: Variables | undefined): Refusal | undefined {
  if (run.nodeOf(token).kind !== kind) return refuse('wrong_event');
  run.set(variables);
  leave(run, token);
  return undefined;
}

function failWork(run: Run, token: Token, event: { error: string; variables?: Variables }): Refusal | undefined {
  const { kind } = run.nodeOf(token);
  if (kind !== 'service' && kind !== 'rule') return refuse('wrong_event');
  run.set(event.variables);
  if (!raise(run, token, event.error)) run.fault(token, 'service_failed');
  return undefined;
}

function fireTimer(run: Run, token: Token): Refusal | undefined {
  const node = run.nodeOf(token);
  const isTimer = node.kind === 'timer' || (node.kind === 'boundary' && node.trigger.on === 'timer');
  if (!isTimer || token.fault) return refuse('wrong_event');
  if (token.watches === undefined) leave(run, token);
  else fireWatch(run, token, token.watches);
  return undefined;
}

function receive(run: Run, event: Extract<Event, { type: 'message_received' }>): Refusal | undefined {
  const waiting = [...run.tokens.values()].filter(
    (token) => awaits(run, token, event.message) && (event.token === undefined || event.token === token.id),
  );
  const first = waiting[0];
  if (!first) return refuse('nobody_waits');
  run.set(event.variables);
  if (first.watches === undefined) leave(run, first);
  else fireWatch(run, first, first.watches);
  return undefined;
}

function awaits(run: Run, token: Token, message: string): boolean {
  const node = run.nodeOf(token);
  if (node.kind === 'receive') return node.message === message;
  return node.kind === 'boundary' && node.trigger.on === 'message' && node.trigger.message === message;
}

/** The cause is removed: the token does again what it could not do. A service keeps its token, and so its idempotency key. */
function retry(run: Run, token: Token, variables: Variables | undefined): Refusal | undefined {
  if (!token.fault) return refuse('wrong_event');
  run.set(variables);
  const { fault: _, ...freed } = token;
  run.keep(freed);
  const node = run.nodeOf(freed);
  if (freed.flow !== undefined) run.moving.push(freed.id);
  else if (freed.watches !== undefined) armWatch(run, freed);
  else if (node.kind === 'service' || node.kind === 'rule') ask(run, node, freed);
  else act(run, node, freed);
  return undefined;
}
