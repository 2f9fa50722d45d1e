import type { TypeTree } from './syntax/tree.ts';
import { any, listOf, typeNamed, type FeelType } from './types.ts';

/** The type a type expression names; `named` resolves the names of a model. Undefined when a name is not known. */
export function typeOfTree(tree: TypeTree, named: (name: string) => FeelType | undefined): FeelType | undefined {
  switch (tree.name) {
    case 'named':
      return named(tree.text) ?? typeNamed(tree.text);
    case 'list':
    case 'range': {
      const of = tree.of[0] ? typeOfTree(tree.of[0], named) : any;
      return of && (tree.name === 'list' ? listOf(of) : { kind: 'range', of });
    }
    case 'context': {
      const entries = tree.entries.map(({ name, type }) => [name, typeOfTree(type, named)] as const);
      if (entries.some(([, type]) => type === undefined)) return undefined;
      return { kind: 'context', entries: Object.fromEntries(entries.map(([name, type]) => [name, type ?? any])) };
    }
    case 'function': {
      const types = tree.of.map((of) => typeOfTree(of, named));
      if (types.includes(undefined)) return undefined;
      return { kind: 'function', params: types.slice(0, -1).map((type) => type ?? any), returns: types.at(-1) ?? any };
    }
  }
}
