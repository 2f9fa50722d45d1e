/** How a token leaves a node: on by the outgoing flows, back to where it came from, or out of a scope that is done. */
import type { Flow } from './definition.ts';
import type { Run } from './run.ts';
import type { Token } from './state.ts';

/** The node is done: the token goes back to where it came from, or on by every outgoing flow. */
export function leave(run: Run, token: Token): void {
  const [back, ...later] = token.back ?? [];
  if (back !== undefined) {
    run.remove(token);
    run.moving.push(run.spawn(back, token.scope, later.length > 0 ? { back: later } : {}).id);
    return;
  }
  depart(run, token, run.graph.outgoing.get(token.node) ?? []);
}

export function depart(run: Run, token: Token, flows: readonly Flow[]): void {
  run.remove(token);
  for (const flow of flows) run.moving.push(run.spawn(flow.to, token.scope, { flow: flow.id }).id);
  if (flows.length === 0) closeScope(run, token);
}

/** A scope is done when no token is left in it. */
export function closeScope(run: Run, last: Token): void {
  if (run.inScope(last.scope).length > 0) return;
  if (last.scope === undefined) run.finish({ outcome: 'completed', node: last.node });
  else leave(run, run.token(last.scope));
}
