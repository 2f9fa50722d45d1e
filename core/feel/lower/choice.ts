/** `if` over values, lists and contexts. */
import type { Ir } from '../ir.ts';
import type { Span } from '../syntax/source.ts';
import { boolean, listOf, number, type FeelType } from '../types.ts';
import { commonType, isNullConstant, nullIr, truthConstant, typeClash, typed, type Lowering } from './lowering.ts';

/** `if`: anything but true takes the other branch. */
export function choice(test: Ir, then: Ir, otherwise: Ir, at: Span, into: Lowering): Ir {
  if (then.op !== 'context' && otherwise.op !== 'context') {
    const type = commonType([then, otherwise], at);
    if (then.op === 'list' && otherwise.op === 'list') return chosenItems(test, then, otherwise, type, into);
    return { op: 'cases', type, cases: [{ test, value: typed(then, type) }], otherwise: typed(otherwise, type) };
  }
  const bound = into.bind(test);
  const names = Object.keys((then.op === 'context' ? then : (otherwise as Extract<Ir, { op: 'context' }>)).entries);
  const entry = (of: Ir, name: string): Ir => {
    if (of.op !== 'context') {
      if (isNullConstant(of)) return nullIr;
      throw typeClash(at, 'context', of.type);
    }
    const found = of.entries[name];
    if (!found || Object.keys(of.entries).length !== names.length) throw typeClash(at, `context<${names.join(', ')}>`, of.type);
    return found;
  };
  const entries = Object.fromEntries(
    names.map((name) => [name, into.bind(choice(bound, entry(then, name), entry(otherwise, name), at, into))]),
  );
  const present = into.bind(choice(bound, presence(then), presence(otherwise), at, into));
  return { op: 'context', type: contextType(entries), entries, present };
}

/** `if` between written lists: a rule list, whose rows are the test and its opposite. */
function chosenItems(
  test: Ir,
  then: Extract<Ir, { op: 'list' }>,
  otherwise: Extract<Ir, { op: 'list' }>,
  type: FeelType,
  into: Lowering,
): Ir {
  const taken: Ir = into.bind({ op: 'holds', type: boolean, of: test });
  const rows: Ir[] = [...then.items.map(() => taken), ...otherwise.items.map((): Ir => ({ op: 'not', type: boolean, of: taken }))];
  const items = [...then.items, ...otherwise.items].map((item) => into.bind(item));
  const chosen: Ir = {
    op: 'items',
    type,
    rows: into.bind({ op: 'rows', type: listOf(number), rows, groups: rows.map((_, index) => [index]) }),
    items,
  };
  return typed(chosen, type);
}

function presence(of: Ir): Ir {
  return of.op === 'context' ? (of.present ?? truthConstant(true)) : truthConstant(false);
}

export function contextType(entries: Readonly<Record<string, Ir>>): FeelType {
  return { kind: 'context', entries: Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, entry.type])) };
}
