import type { Span } from './source.ts';

/** The source tree: FEEL as written, boxed expressions included, nothing resolved. */
export type Tree =
  | { readonly kind: 'number'; readonly value: number; readonly at: Span }
  | { readonly kind: 'string'; readonly value: string; readonly at: Span }
  | { readonly kind: 'boolean'; readonly value: boolean; readonly at: Span }
  | { readonly kind: 'null'; readonly at: Span }
  | { readonly kind: 'temporal'; readonly text: string; readonly at: Span }
  | { readonly kind: 'name'; readonly name: string; readonly at: Span }
  | { readonly kind: 'negate'; readonly of: Tree; readonly at: Span }
  | { readonly kind: 'arithmetic'; readonly operator: ArithmeticOperator; readonly left: Tree; readonly right: Tree; readonly at: Span }
  | { readonly kind: 'compare'; readonly operator: CompareOperator; readonly left: Tree; readonly right: Tree; readonly at: Span }
  | { readonly kind: 'between'; readonly value: Tree; readonly low: Tree; readonly high: Tree; readonly at: Span }
  | { readonly kind: 'in'; readonly value: Tree; readonly tests: readonly Tree[]; readonly at: Span }
  | { readonly kind: 'and' | 'or'; readonly left: Tree; readonly right: Tree; readonly at: Span }
  | {
      readonly kind: 'if';
      readonly test: Tree;
      readonly consequent: Tree;
      readonly otherwise: Tree;
      readonly boxed?: true;
      readonly at: Span;
    }
  | { readonly kind: 'for'; readonly iterators: readonly Iterator[]; readonly body: Tree; readonly at: Span }
  | {
      readonly kind: 'quantified';
      readonly every: boolean;
      readonly iterators: readonly Iterator[];
      readonly body: Tree;
      readonly at: Span;
    }
  | { readonly kind: 'filter'; readonly list: Tree; readonly test: Tree; readonly at: Span }
  | { readonly kind: 'path'; readonly of: Tree; readonly name: string; readonly at: Span }
  | { readonly kind: 'call'; readonly callee: Tree; readonly args: readonly Argument[]; readonly at: Span }
  | { readonly kind: 'function'; readonly params: readonly Parameter[]; readonly body: Tree; readonly external: boolean; readonly at: Span }
  | { readonly kind: 'list'; readonly items: readonly Tree[]; readonly at: Span }
  | { readonly kind: 'context'; readonly entries: readonly Entry[]; readonly result?: Tree; readonly at: Span }
  | RangeTree
  | { readonly kind: 'instance'; readonly value: Tree; readonly type: TypeTree; readonly at: Span }
  | TestsTree
  | TableTree;

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '**';
export type CompareOperator = '=' | '!=' | '<' | '<=' | '>' | '>=';

/** `name in list` or, with `to`, `name in from..to`. */
export interface Iterator {
  readonly name: string;
  readonly list: Tree;
  readonly to?: Tree;
}

export interface Argument {
  readonly name?: string;
  readonly value: Tree;
}

export interface Parameter {
  readonly name: string;
  readonly type?: TypeTree;
}

export interface Entry {
  readonly name: string;
  readonly value: Tree;
  readonly type?: TypeTree;
  readonly at: Span;
}

/** `[low..high)`, or the unary `< high`, `>= low`, `= x`, `!= x` with one end absent. */
export interface RangeTree {
  readonly kind: 'range';
  readonly low: Tree | undefined;
  readonly high: Tree | undefined;
  readonly lowClosed: boolean;
  readonly highClosed: boolean;
  /** `=` and `!=` written as a unary test. */
  readonly equality?: '=' | '!=';
  readonly at: Span;
}

/** The unary tests of a cell. `any` is `-`. A test holds when one of `items` does; `negated` turns the answer around. */
export interface TestsTree {
  readonly kind: 'tests';
  readonly any: boolean;
  readonly negated: boolean;
  readonly items: readonly Tree[];
  readonly at: Span;
}

export interface TypeTree {
  readonly name: 'list' | 'range' | 'context' | 'function' | 'named';
  readonly text: string;
  readonly of: readonly TypeTree[];
  readonly entries: readonly { readonly name: string; readonly type: TypeTree }[];
  readonly at: Span;
}

export type HitPolicy = 'U' | 'A' | 'P' | 'F' | 'R' | 'O' | 'C' | 'C+' | 'C<' | 'C>' | 'C#';

export interface TableInput {
  readonly expression: Tree;
  readonly label: string;
  readonly values: TestsTree | undefined;
  readonly type: TypeTree | undefined;
}

export interface TableOutput {
  /** Absent when the table has one unnamed output. */
  readonly name: string | undefined;
  readonly values: TestsTree | undefined;
  readonly otherwise: Tree | undefined;
  readonly type: TypeTree | undefined;
}

export interface TableRule {
  readonly id: string;
  readonly tests: readonly TestsTree[];
  readonly outputs: readonly Tree[];
  readonly annotations: Readonly<Record<string, string>>;
  readonly at: Span;
}

export interface TableTree {
  readonly kind: 'table';
  readonly name: string;
  readonly policy: HitPolicy;
  readonly inputs: readonly TableInput[];
  readonly outputs: readonly TableOutput[];
  readonly rules: readonly TableRule[];
  readonly at: Span;
}
