/** Return, jump, take back: one token goes to another step, and what the move makes stale is cancelled. */
import type { NodeKind } from './definition.ts';
import type { Graph } from './graph.ts';
import type { Run } from './run.ts';
import type { Refusal, Token } from './state.ts';
import { refuse } from './words.ts';

const steps: ReadonlySet<NodeKind> = new Set([
  'user',
  'service',
  'rule',
  'send',
  'receive',
  'timer',
  'subprocess',
  'end',
  'terminate_end',
  'error_end',
]);

export function move(run: Run, token: Token, to: string, resume: boolean): Refusal | undefined {
  const target = run.graph.find(to);
  if (!target) return refuse('no_such_step');
  if (!steps.has(target.kind) || followsEventGateway(run.graph, to)) return refuse('not_a_step');
  if (token.watches !== undefined) return refuse('wrong_event');
  const chain = [...scopesAround(run.graph, to), to];
  const mover = climb(run, token.of === undefined ? token : run.token(token.of), chain);
  const [anchor = to, ...inner] = chain.slice(chain.indexOf(scopeNodeOf(run, mover)) + 1);
  if (resume && !steps.has(run.nodeOf(mover).kind)) return refuse('not_a_step');
  const stale = resume ? [] : staleBeside(run, mover, anchor);
  for (const each of [mover, ...stale]) run.drop(each);
  const back = resume ? { back: [mover.node, ...(mover.back ?? [])] } : {};
  let entered = run.spawn(anchor, mover.scope, back);
  if (!resume) fillJoins(run, entered);
  for (const node of inner) {
    run.visited('entered', entered);
    entered = run.spawn(node, entered.id);
    fillJoins(run, entered);
  }
  run.moving.push(entered.id);
  return undefined;
}

/**
 * A parallel join behind the target would wait for branches that are done already, or were jumped over: nothing is left that could bring
 * their tokens. They count as arrived.
 */
function fillJoins(run: Run, entered: Token): void {
  const { graph } = run;
  const places = run.inScope(entered.scope).map((token) => placeOf(run, token));
  const covered = new Set(places.flatMap((place) => [place, ...graph.downstream(place)]));
  for (const id of graph.downstream(entered.node)) {
    if (graph.node(id).kind !== 'parallel') continue;
    for (const flow of graph.incoming.get(id) ?? []) {
      if (!covered.has(flow.from)) run.spawn(id, entered.scope, { flow: flow.id });
    }
  }
}

function followsEventGateway(graph: Graph, id: string): boolean {
  return (graph.incoming.get(id) ?? []).some((flow) => graph.node(flow.from).kind === 'event_gateway');
}

/** '' for the process, then every subprocess around a node, from the outside. */
function scopesAround(graph: Graph, id: string): string[] {
  const scopes: string[] = [];
  for (let scope = graph.node(id).scope; scope !== undefined; scope = graph.node(scope).scope) scopes.unshift(scope);
  return ['', ...scopes];
}

function scopeNodeOf(run: Run, token: Token): string {
  return token.scope === undefined ? '' : run.token(token.scope).node;
}

/** The token itself, or the subprocess around it that stands in a scope of the target. */
function climb(run: Run, token: Token, chain: readonly string[]): Token {
  let mover = token;
  while (mover.scope !== undefined && !chain.slice(0, -1).includes(scopeNodeOf(run, mover))) mover = run.token(mover.scope);
  return mover;
}

/**
 * Tokens of the same scope that would be done again because they lie behind the target, and, on a jump ahead, those that have been
 * overtaken: they would reach the target a second time, or leave a join waiting.
 */
function staleBeside(run: Run, mover: Token, anchor: string): Token[] {
  const behind = run.graph.downstream(anchor);
  const isBehind = (place: string) => place === anchor || behind.has(place);
  const ahead = !isBehind(placeOf(run, mover)) && run.graph.downstream(placeOf(run, mover)).has(anchor);
  return run.inScope(mover.scope).filter((token) => {
    if (token.id === mover.id) return false;
    const place = placeOf(run, token);
    return isBehind(place) || (ahead && run.graph.downstream(place).has(anchor));
  });
}

/** A token before a join is still where it came from. */
function placeOf(run: Run, token: Token): string {
  return token.flow === undefined ? token.node : run.graph.flow(token.flow).from;
}
