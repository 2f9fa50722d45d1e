/** A user task done by several: 会签 all, 或签 any, 票签 vote; together or one after another. */
import type { Json, Multi, NodeOf, Variables } from './definition.ts';
import { toJson } from './feel.ts';
import { leave } from './leave.ts';
import { askTask } from './task.ts';
import type { Run } from './run.ts';
import type { Counters, Refusal, Token } from './state.ts';
import { refuse } from './words.ts';

/** Who signs one task at most. A committee has a dozen members. */
export const mostSigners = 100;

export function openInstances(run: Run, node: NodeOf<'user'>, token: Token): void {
  const multi = multiOf(node);
  const list = toJson(run.graph.expression(multi.collection).evaluate(run.variables));
  const items: readonly Json[] = Array.isArray(list) ? list : [];
  if (items.length === 0) return run.fault(token, 'no_signers'); // nobody to sign must never mean that it is signed
  if (items.length > mostSigners) return run.fault(token, 'too_many_signers');
  const counters = { total: items.length, done: 0, removed: 0, ...(multi.results !== undefined && { results: [] }) };
  const [first = null, ...pending] = items;
  const whole = run.keep({ ...token, multi: multi.sequential ? { ...counters, pending } : counters });
  for (const item of multi.sequential ? [first] : items) openInstance(run, node, whole, item);
}

function multiOf(node: NodeOf<'user'>): Multi {
  if (!node.multi) throw new Error(`${node.id} 不是会签 / is not signed by several`);
  return node.multi;
}

function openInstance(run: Run, node: NodeOf<'user'>, whole: Token, item: Json): void {
  const multi = multiOf(node);
  const scope = whole.scope;
  const token = run.spawn(node.id, scope, { of: whole.id, item });
  askTask(run, node, token, { of: whole.id, item, mode: multi.mode }, { [multi.item]: item });
}

export function completeInstance(run: Run, node: NodeOf<'user'>, instance: Token, whole: Token, given: Variables): void {
  const multi = multiOf(node);
  const counters = countersOf(whole);
  const done = counters.done + 1;
  if (multi.results === undefined) run.set(given);
  const results = counters.results && [...counters.results, resultOf(run, multi, instance, given)];
  run.tokens.delete(instance.id);
  proceed(run, node, run.keep({ ...whole, multi: { ...counters, done, ...(results && { results }) } }));
}

function resultOf(run: Run, multi: Multi, instance: Token, given: Variables): Json {
  if (multi.result === undefined) return given;
  const variables = { ...run.variables, [multi.item]: instance.item ?? null, ...given };
  return toJson(run.graph.expression(multi.result).evaluate(variables));
}

function countersOf(whole: Token): Counters {
  if (!whole.multi) throw new Error(`令牌 ${whole.id} 没有计数 / token ${whole.id} has no counters`);
  return whole.multi;
}

/** Closes the whole when enough is done, or opens the next of a sequence. */
function proceed(run: Run, node: NodeOf<'user'>, whole: Token): void {
  const counters = countersOf(whole);
  const [next, ...pending] = counters.pending ?? [];
  const active = run.instancesOf(whole.id).length;
  if (isEnough(run, multiOf(node), counters, active)) return close(run, multiOf(node), whole);
  if (active > 0) return;
  if (next === undefined) return close(run, multiOf(node), whole);
  openInstance(run, node, run.keep({ ...whole, multi: { ...counters, pending } }), next);
}

function isEnough(run: Run, multi: Multi, counters: Counters, active: number): boolean {
  if (multi.completion === undefined) return multi.mode === 'any' && counters.done > 0;
  if (counters.done === 0) return false;
  return run.truth(multi.completion, {
    numberOfInstances: counters.total,
    numberOfActiveInstances: active,
    numberOfCompletedInstances: counters.done,
    numberOfTerminatedInstances: counters.removed,
    ...(counters.results && { results: counters.results, ...(multi.results !== undefined && { [multi.results]: counters.results }) }),
  });
}

function close(run: Run, multi: Multi, whole: Token): void {
  const { results } = countersOf(whole);
  for (const instance of run.instancesOf(whole.id)) run.drop(instance);
  if (results && multi.results !== undefined) run.set({ [multi.results]: results });
  leave(run, whole);
}

/** 加签 */
export function addSigner(run: Run, token: Token, item: Json): Refusal | undefined {
  const whole = token.of === undefined ? token : run.token(token.of);
  const node = run.nodeOf(whole);
  if (node.kind !== 'user' || !whole.multi) return refuse('not_multi');
  const { multi } = whole;
  if (multi.total >= mostSigners) return refuse('too_many_signers');
  const grown = { ...multi, total: multi.total + 1, ...(multi.pending && { pending: [...multi.pending, item] }) };
  const kept = run.keep({ ...whole, multi: grown });
  if (!multi.pending) openInstance(run, node, kept, item);
  return undefined;
}

/** 减签 */
export function removeSigner(run: Run, token: Token, item: Json | undefined): Refusal | undefined {
  const whole = token.of === undefined ? token : run.token(token.of);
  const node = run.nodeOf(whole);
  if (node.kind !== 'user' || !whole.multi) return refuse('not_multi');
  if (whole.multi.total === 1) return refuse('last_signer');
  const counters = { ...whole.multi, total: whole.multi.total - 1, removed: whole.multi.removed + 1 };
  const instance = token.of === undefined ? run.instancesOf(whole.id).find((each) => sameJson(each.item, item)) : token;
  if (instance) {
    run.drop(instance);
    proceed(run, node, run.keep({ ...whole, multi: counters }));
    return undefined;
  }
  const place = counters.pending?.findIndex((each) => sameJson(each, item)) ?? -1;
  if (!counters.pending || place < 0) return refuse('no_such_signer');
  run.keep({ ...whole, multi: { ...counters, pending: counters.pending.toSpliced(place, 1) } });
  return undefined;
}

function sameJson(left: Json | undefined, right: Json | undefined): boolean {
  return left !== undefined && JSON.stringify(left) === JSON.stringify(right);
}
