/** Joins: which waiting tokens go on together. */
import type { Flow, NodeOf } from './definition.ts';
import type { Run } from './run.ts';
import type { Token } from './state.ts';

/** Takes one token from every incoming flow of a parallel join; undefined when one is missing. */
export function joinParallel(run: Run, node: NodeOf<'parallel'>, scope: number | undefined): Token[] | undefined {
  const waiting = waitingAt(run, node.id, scope);
  const flows = run.graph.incoming.get(node.id) ?? [];
  return flows.every((flow) => waiting.has(flow.id)) ? take(run, waiting) : undefined;
}

/** The first token on each flow into a join. */
function waitingAt(run: Run, node: string, scope: number | undefined): Map<string, Token> {
  const waiting = new Map<string, Token>();
  for (const token of run.tokens.values()) {
    const { flow } = token;
    if (token.node === node && token.scope === scope && flow !== undefined && !waiting.has(flow)) waiting.set(flow, token);
  }
  return waiting;
}

function take(run: Run, waiting: ReadonlyMap<string, Token>): Token[] {
  const taken = [...waiting.values()];
  for (const token of taken) run.tokens.delete(token.id);
  return taken;
}

/** Takes the tokens of the first inclusive join for which nothing more can come. */
export function readyInclusiveJoin(run: Run): { node: string; scope: number | undefined } | undefined {
  for (const { node, scope, flow } of run.tokens.values()) {
    if (flow === undefined || run.graph.node(node).kind !== 'inclusive') continue;
    const waiting = waitingAt(run, node, scope);
    if (!isComplete(run, waiting, node, scope)) continue;
    take(run, waiting);
    return { node, scope };
  }
  return undefined;
}

/**
 * BPMN 2.0.2, table 13.3: the join waits as long as some token can reach an incoming flow that has none, by a path that does not visit
 * the join, unless that token can reach a flow that has one as well.
 */
function isComplete(run: Run, waiting: ReadonlyMap<string, Token>, node: string, scope: number | undefined): boolean {
  const flows = run.graph.incoming.get(node) ?? [];
  const full = flows.filter((flow) => waiting.has(flow.id));
  const empty = flows.filter((flow) => !waiting.has(flow.id));
  if (empty.length === 0) return true;
  return run.inScope(scope).every((token) => {
    if (token.node === node && token.flow !== undefined) return true;
    return !reaches(run, token, empty) || reaches(run, token, full);
  });
}

function reaches(run: Run, token: Token, flows: readonly Flow[]): boolean {
  return flows.some((flow) => run.graph.upstream(flow).has(token.node));
}
