/** One step while it is being made: the only mutable thing of the machine. It never leaves `advance`. */
import type { Node, Variables } from './definition.ts';
import { momentOf, type Moment } from './feel.ts';
import type { Graph } from './graph.ts';
import { faultWords } from './words.ts';
import { stateVersion, type Effect, type End, type FaultCode, type State, type Step, type Token, type Visit } from './state.ts';

export class Run {
  readonly graph: Graph;
  readonly at: string;
  readonly tokens: Map<number, Token>;
  /** Tokens that have not come to rest, in the order in which they set out. */
  readonly moving: number[] = [];
  variables: Variables;
  status: State['status'];
  private next: number;
  private end: End | undefined;
  private readonly effects: Effect[] = [];
  private readonly trail: Visit[] = [];

  constructor(graph: Graph, at: string, state: State) {
    this.graph = graph;
    this.at = at;
    this.tokens = new Map(state.tokens.map((token) => [token.id, token]));
    this.variables = state.variables;
    this.status = state.status;
    this.next = state.next;
    this.end = state.end;
  }

  result(): Step {
    const { status, next, variables, end } = this;
    const state: State = { version: stateVersion, status, next, tokens: [...this.tokens.values()], variables, ...(end && { end }) };
    return { state, effects: this.effects, trail: this.trail };
  }

  tell(effect: Effect): void {
    this.effects.push(effect);
  }

  visited(act: Visit['act'], token: Token): void {
    this.trail.push({ act, node: token.node, token: token.id });
  }

  spawn(node: string, scope: number | undefined, more: Partial<Token> = {}): Token {
    const token: Token = { id: this.next, node, ...(scope !== undefined && { scope }), ...more };
    this.next += 1;
    this.tokens.set(token.id, token);
    return token;
  }

  keep(token: Token): Token {
    this.tokens.set(token.id, token);
    return token;
  }

  token(id: number): Token {
    const token = this.tokens.get(id);
    if (!token) throw new Error(`令牌 ${id} 不存在 / there is no token ${id}`);
    return token;
  }

  nodeOf(token: Token): Node {
    return this.graph.node(token.node);
  }

  /** What watches for a token, in the order in which it was armed. */
  watchesOf(id: number): Token[] {
    return this.all((token) => token.watches === id);
  }

  instancesOf(id: number): Token[] {
    return this.all((token) => token.of === id);
  }

  /** Tokens that are on their way in a scope: watches only stand by. */
  inScope(scope: number | undefined): Token[] {
    return this.all((token) => token.scope === scope && token.watches === undefined && token.of === undefined);
  }

  private all(holds: (token: Token) => boolean): Token[] {
    return [...this.tokens.values()].filter(holds);
  }

  set(variables: Variables | undefined): void {
    if (variables) this.variables = { ...this.variables, ...variables };
  }

  fault(token: Token, code: FaultCode): void {
    this.keep({ ...token, fault: code });
    this.tell({ type: 'failed', token: token.id, node: token.node, code, ...faultWords(code, this.nodeOf(token)) });
  }

  /** FEEL's answer with the case's variables, and those given over them. */
  truth(expression: string, over: Variables = {}): boolean {
    return this.graph.expression(expression).evaluate({ ...this.variables, ...over }) === true;
  }

  moment(text: string): Moment | undefined {
    return momentOf(text.trim().startsWith('=') ? this.graph.expression(text).evaluate(this.variables) : text.trim());
  }

  /** The case is over: whatever still waits is taken back. */
  finish(end: End): void {
    this.status = 'ended';
    this.end = end;
    this.moving.length = 0;
    for (const token of this.inScope(undefined)) this.drop(token);
    this.tell({ type: 'ended', at: this.at, ...end });
  }

  /** Removes a token with everything that hangs on it, and takes back what was asked of the caller. */
  drop(token: Token): void {
    this.tokens.delete(token.id);
    if (token.watches === undefined) this.visited('cancelled', token);
    this.takeBack(token);
    for (const part of this.all((each) => each.scope === token.id || each.of === token.id || each.watches === token.id)) {
      if (this.tokens.has(part.id)) this.drop(part);
    }
  }

  /** Removes a token whose node is done; only its watches fall with it. */
  remove(token: Token): void {
    for (const watch of this.watchesOf(token.id)) this.drop(watch);
    this.tokens.delete(token.id);
    this.visited('left', token);
  }

  private takeBack(token: Token): void {
    const type = cancellationOf(this.nodeOf(token), token);
    if (type) this.tell({ type, token: token.id, node: token.node });
  }
}

function cancellationOf(
  node: Node,
  token: Token,
): 'cancel_task' | 'cancel_service' | 'cancel_decision' | 'cancel_timer' | 'cancel_message' | undefined {
  if (token.multi || token.flow !== undefined || (token.fault && token.fault !== 'service_failed')) return undefined;
  switch (node.kind) {
    case 'user':
      return 'cancel_task';
    case 'service':
      return 'cancel_service';
    case 'rule':
      return 'cancel_decision';
    case 'timer':
      return 'cancel_timer';
    case 'receive':
      return 'cancel_message';
    case 'boundary':
      return token.watches === undefined ? undefined : node.trigger.on === 'timer' ? 'cancel_timer' : 'cancel_message';
    default:
      return undefined;
  }
}
