import { canonicalName } from './syntax/names.ts';
import type { TableTree, TypeTree } from './syntax/tree.ts';
import type { FeelType } from './types.ts';
import type { FeelValue } from './values/value.ts';
import type { TableHit } from './interpret-table.ts';

/** What an evaluation may ask of the model around it. */
export interface Interpreter {
  typeOf(tree: TypeTree): FeelType | undefined;
  /** Told of every decision table that was evaluated. */
  readonly watch?: (table: TableTree, hit: TableHit) => void;
}

/** Names and their values, inner ones before outer ones. */
export class Environment {
  readonly interpreter: Interpreter;
  private readonly parent: Environment | undefined;
  private readonly values = new Map<string, FeelValue>();

  constructor(interpreter: Interpreter, parent?: Environment) {
    this.interpreter = interpreter;
    this.parent = parent;
  }

  with(values: readonly (readonly [string, FeelValue])[]): Environment {
    const inner = new Environment(this.interpreter, this);
    for (const [name, value] of values) inner.set(name, value);
    return inner;
  }

  set(name: string, value: FeelValue): void {
    this.values.set(canonicalName(name), value);
  }

  /** Undefined when nothing has that name; null is a value. */
  find(name: string): FeelValue | undefined {
    return this.lookUp(canonicalName(name));
  }

  private lookUp(name: string): FeelValue | undefined {
    const own = this.values.get(name);
    return own !== undefined || this.values.has(name) ? own : this.parent?.lookUp(name);
  }
}
