/** What a source tree is made of, and the values at which it changes its mind: the literals it holds. */
import type { Tree } from '#core/feel/syntax/tree.ts';

/** Every node, the root first. Entries, rules and unary tests are passed through. */
export function* nodesOf(tree: unknown): Generator<Tree> {
  if (Array.isArray(tree)) {
    for (const part of tree) yield* nodesOf(part);
    return;
  }
  if (typeof tree !== 'object' || tree === null) return;
  if (isTree(tree)) yield tree;
  for (const [key, part] of Object.entries(tree)) if (key !== 'at') yield* nodesOf(part);
}

function isTree(part: object): part is Tree {
  return 'kind' in part && 'at' in part;
}

export interface Literals {
  /** Each with its opposite. */
  readonly numbers: readonly number[];
  readonly texts: readonly string[];
  /** `YYYY-MM-DD` */
  readonly days: readonly string[];
}

export function literalsOf(trees: readonly unknown[]): Literals {
  const nodes = [...nodesOf(trees)];
  const numbers = nodes.flatMap((node) => (node.kind === 'number' ? [node.value, 0 - node.value] : []));
  const texts = nodes.flatMap((node) => (node.kind === 'string' ? [node.value] : node.kind === 'temporal' ? [node.text] : []));
  const isDay = (text: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(text);
  return {
    numbers: [...new Set(numbers)],
    texts: [...new Set(texts.filter((text) => !isDay(text)))],
    days: [...new Set(texts.filter(isDay))],
  };
}
