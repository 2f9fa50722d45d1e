import { readerFor } from '#core/feel/syntax/parse.ts';
import { any, listOf, typeNamed, type FeelType } from '#core/feel/types.ts';
import type { DmnModel, ItemType } from './model.ts';
import { child, childrenNamed, refuseElement, sourceOf, type Element } from './xml.ts';

/** The types an element may name: those of its model and, as `prefix.name`, those of imported models. */
export interface TypeScope {
  readonly own: ReadonlyMap<string, ItemType>;
  readonly imports: ReadonlyMap<string, DmnModel>;
}

export function typeOfRef(ref: string | undefined, scope: TypeScope, element: Element): FeelType {
  if (ref === undefined || ref.trim() === '') return any;
  const found = itemTypeOf(ref, scope)?.type ?? typeNamed(ref.trim());
  if (!found)
    throw refuseElement(element, element.attributes['name'] ?? element.name, `未定义的类型“${ref}”`, `the type "${ref}" is not defined`);
  return found;
}

export function itemTypeOf(ref: string | undefined, scope: TypeScope): ItemType | undefined {
  if (ref === undefined) return undefined;
  const name = ref.trim();
  const own = scope.own.get(name) ?? scope.imports.get('')?.types.get(name);
  if (own) return own;
  const dot = name.indexOf('.');
  return dot < 0 ? undefined : scope.imports.get(name.slice(0, dot))?.types.get(name.slice(dot + 1));
}

/** Item definitions, each resolved once; they may name one another in any order. */
export function readItemTypes(elements: readonly Element[], scope: TypeScope): ItemType[] {
  const byName = new Map(elements.map((each) => [each.attributes['name'] ?? '', each]));
  const resolved = new Map<string, ItemType>();
  const resolving = new Set<string>();

  function named(name: string, element: Element): FeelType {
    const known = resolved.get(name);
    if (known) return known.type;
    const own = byName.get(name);
    if (!own) return typeOfRef(name, { ...scope, own: resolved }, element);
    if (resolving.has(name)) return any; // a type that contains itself: its depth is not checked
    resolving.add(name);
    const item: ItemType = { name, type: typeOf(own), allowed: allowedOf(own) };
    resolving.delete(name);
    resolved.set(name, item);
    return item.type;
  }

  function typeOf(element: Element): FeelType {
    const base = baseOf(element);
    return element.attributes['isCollection'] === 'true' ? listOf(base) : base;
  }

  function baseOf(element: Element): FeelType {
    const components = childrenNamed(element, 'itemComponent');
    if (components.length > 0) {
      return { kind: 'context', entries: Object.fromEntries(components.map((each) => [each.attributes['name'] ?? '', typeOf(each)])) };
    }
    const callable = child(element, 'functionItem');
    if (callable) {
      const params = childrenNamed(callable, 'parameters').map((each) => refType(each.attributes['typeRef'], each));
      return { kind: 'function', params, returns: refType(callable.attributes['outputTypeRef'], callable) };
    }
    return refType(child(element, 'typeRef')?.text, element);
  }

  function refType(ref: string | undefined, element: Element): FeelType {
    return ref === undefined || ref.trim() === '' ? any : named(ref.trim(), element);
  }

  function allowedOf(element: Element): ItemType['allowed'] {
    const text = child(child(element, 'allowedValues') ?? element, 'text');
    if (!text || text.text.trim() === '') return undefined;
    return readerFor({}).tests(sourceOf(text, `itemDefinition "${element.attributes['name'] ?? ''}"`));
  }

  for (const [name, element] of byName) named(name, element);
  return [...resolved.values()];
}
