import type { Names } from '#core/feel/syntax/names.ts';
import type { Tree } from '#core/feel/syntax/tree.ts';
import { namesIn, type FeelType } from '#core/feel/types.ts';

/** The names a later expression may find inside a value, from its declared type or, without one, from how it is built. */
export function shapeOf(type: FeelType | undefined, tree: Tree | undefined): Names | 1 {
  if (type && type.kind !== 'any') return namesIn(type);
  switch (tree?.kind) {
    case 'context':
      if (tree.result) return shapeOf(undefined, tree.result);
      return Object.fromEntries(tree.entries.map((entry) => [entry.name, shapeOf(undefined, entry.value)]));
    case 'table':
      if (tree.outputs.length < 2) return 1;
      return Object.fromEntries(tree.outputs.map((output) => [output.name ?? '', 1 as const]));
    case 'list':
      return shapeOf(undefined, tree.items[0]);
    case 'for':
    case 'function':
      return shapeOf(undefined, tree.body);
    case 'if':
      return shapeOf(undefined, tree.consequent);
    case 'filter':
      return shapeOf(undefined, tree.list);
    default:
      return 1;
  }
}
