/** Runs a decision model by the reference interpreter: all of FEEL, any types, with an account of what was decided and why. */
import { Environment, type Interpreter } from '#core/feel/environment.ts';
import { DmnError } from '#core/feel/error.ts';
import { evaluate, makeFunction } from '#core/feel/interpret.ts';
import type { TableHit } from '#core/feel/interpret-table.ts';
import { canonicalName } from '#core/feel/syntax/names.ts';
import type { HitPolicy, TableTree, TypeTree } from '#core/feel/syntax/tree.ts';
import { typeOfTree } from '#core/feel/types-of-trees.ts';
import type { FeelType } from '#core/feel/types.ts';
import { coerce } from '#core/feel/values/conform.ts';
import { FeelFunction, type FeelContext, type FeelValue } from '#core/feel/values/value.ts';
import { itemTypeOf } from './item-types.ts';
import type { BusinessKnowledge, Decision, DecisionService, DmnModel, Requirement } from './model.ts';

/** How a decision came about: every decision it needed, in the order they were made, itself last. */
export interface Trace {
  readonly decision: string;
  readonly value: FeelValue;
  readonly steps: readonly DecisionTrace[];
}

export interface DecisionTrace {
  readonly id: string;
  readonly decision: string;
  readonly value: FeelValue;
  /** The inputs and decisions it read. */
  readonly read: readonly { readonly name: string; readonly value: FeelValue }[];
  readonly tables: readonly TableTrace[];
}

export interface TableTrace {
  readonly table: string;
  readonly policy: HitPolicy;
  readonly inputs: readonly { readonly label: string; readonly value: FeelValue }[];
  readonly rules: readonly {
    /** From 1, as people count. */
    readonly number: number;
    readonly id: string;
    readonly annotations: Readonly<Record<string, string>>;
    readonly output: FeelValue;
  }[];
}

export interface InterpretedModel {
  /** @throws DmnError when there is no such decision; DecisionError when a UNIQUE or ANY table is violated. */
  decision(name: string, input: FeelContext): FeelValue;
  explain(name: string, input: FeelContext): Trace;
  /** Calls a decision service with its inputs by name. */
  service(name: string, input: FeelContext): FeelValue;
  function(name: string, args: FeelContext): FeelValue;
}

export function interpretDmn(model: DmnModel): InterpretedModel {
  const named = <T extends { name: string }>(kind: string, all: readonly T[], name: string): T => {
    const found = all.find((each) => canonicalName(each.name) === canonicalName(name));
    if (found) return found;
    throw new DmnError(
      { file: model.file, line: 1, column: 1, element: model.name },
      `模型里没有${kind}“${name}”`,
      `the model has no ${kind} "${name}"`,
      'unknown_name',
    );
  };
  return {
    decision: (name, input) => new Run(model, input).decide(named('decision', model.decisions, name)),
    explain: (name, input) => {
      const run = new Run(model, input);
      const decision = named('decision', model.decisions, name);
      return { decision: decision.name, value: run.decide(decision), steps: run.steps };
    },
    service: (name, input) => new Run(model, input).serve(named('service', model.services, name), input),
    function: (name, args) => {
      const callee = new Run(model, {}).functionOf(named('function', model.functions, name));
      return callee.call(callee.params.map((param) => args[param] ?? null));
    },
  };
}

/** One evaluation: decisions are made once each. */
class Run {
  readonly steps: DecisionTrace[] = [];
  private readonly model: DmnModel;
  private readonly input: FeelContext;
  private readonly made = new Map<string, FeelValue>();
  private readonly imported = new Map<string, Run>();
  private tables: TableTrace[] = [];
  private readonly interpreter: Interpreter;

  constructor(model: DmnModel, input: FeelContext) {
    this.model = model;
    this.input = input;
    this.interpreter = {
      typeOf: (tree: TypeTree) => typeOfTree(tree, (name) => this.namedType(name)),
      watch: (table, hit) => this.tables.push(traceOf(table, hit)),
    };
  }

  decide(decision: Decision): FeelValue {
    const known = this.made.get(decision.id);
    if (known !== undefined) return known;
    const env = new Environment(this.interpreter);
    const read = decision.requires
      .filter((each) => each.kind === 'input' || each.kind === 'decision')
      .map((each) => ({ name: each.name, value: this.required(each) }));
    this.supply(env, decision.requires);
    const outer = this.tables;
    this.tables = [];
    const raw = decision.expression ? evaluate(decision.expression, env) : null;
    const value = decision.type ? coerce(raw, decision.type) : raw;
    this.steps.push({ id: decision.id, decision: decision.name, value, read, tables: this.tables });
    this.tables = outer;
    this.made.set(decision.id, value);
    return value;
  }

  private supply(env: Environment, requires: readonly Requirement[]): void {
    const prefixed = new Map<string, Record<string, FeelValue>>();
    for (const each of requires) {
      const value = this.required(each);
      if (each.from === undefined || each.from === '') {
        env.set(each.name, value);
        continue;
      }
      const inside = prefixed.get(each.from) ?? {};
      inside[each.name.slice(each.from.length + 1)] = value;
      prefixed.set(each.from, inside);
    }
    for (const [prefix, inside] of prefixed) env.set(prefix, inside);
  }

  private required(requirement: Requirement): FeelValue {
    if (requirement.from !== undefined)
      return this.importedRun(requirement.from).required({
        ...requirement,
        from: undefined,
        name: requirement.name.slice(requirement.from === '' ? 0 : requirement.from.length + 1),
      });
    switch (requirement.kind) {
      case 'input':
        return this.inputValue(requirement);
      case 'decision': {
        const decision = this.model.decisions.find((each) => each.id === requirement.id);
        return decision ? this.decide(decision) : null;
      }
      case 'function': {
        const found = this.model.functions.find((each) => each.id === requirement.id);
        return found ? this.functionOf(found) : null;
      }
      case 'service': {
        const found = this.model.services.find((each) => each.id === requirement.id);
        return found ? this.serviceFunction(found) : null;
      }
    }
  }

  private importedRun(prefix: string): Run {
    const model = this.model.imports.get(prefix);
    if (!model) throw new Error(`import "${prefix}" was resolved while parsing`);
    let run = this.imported.get(prefix);
    if (!run) {
      const given = this.input[prefix];
      const inside = typeof given === 'object' && given !== null && !Array.isArray(given) ? (given as FeelContext) : {};
      run = new Run(model, { ...this.input, ...inside });
      this.imported.set(prefix, run);
    }
    return run;
  }

  private inputValue(requirement: Requirement): FeelValue {
    const input = this.model.inputs.find((each) => each.id === requirement.id);
    const key = Object.keys(this.input).find((each) => canonicalName(each) === canonicalName(requirement.name));
    const value = key === undefined ? null : (this.input[key] ?? null);
    return input ? this.allowed(coerce(value, input.type), input.typeRef) : value;
  }

  /** An input outside the allowed values of its type is null. */
  private allowed(value: FeelValue, typeRef: string | undefined): FeelValue {
    const allowed = itemTypeOf(typeRef, { own: this.model.types, imports: this.model.imports })?.allowed;
    if (!allowed || value === null) return value;
    const env = new Environment(this.interpreter).with([['?', value]]);
    const items = Array.isArray(value) ? value : [value];
    return items.every((item) => evaluate(allowed, env.with([['?', item as FeelValue]])) === true) ? value : null;
  }

  functionOf(bkm: BusinessKnowledge): FeelFunction {
    const env = new Environment(this.interpreter);
    const self = bkm.body ? makeFunction(bkm.params, bkm.body, env, bkm.external) : new FeelFunction([], () => null);
    const callee = new FeelFunction(self.params, (args) => {
      const result = self.call(args);
      return bkm.type ? coerce(result, bkm.type) : result;
    });
    env.set(bkm.name, callee);
    this.supply(env, bkm.requires);
    return callee;
  }

  private serviceFunction(service: DecisionService): FeelFunction {
    const params = this.serviceParams(service);
    return new FeelFunction(params, (args) => {
      const input: Record<string, FeelValue> = {};
      for (const [index, param] of params.entries()) input[param] = args[index] ?? null;
      return new Run(this.model, input).serve(service, input);
    });
  }

  private serviceParams(service: DecisionService): string[] {
    const nameOf = (all: readonly { id: string; name: string }[], id: string): string => all.find((each) => each.id === id)?.name ?? id;
    return [
      ...service.inputData.map((id) => nameOf(this.model.inputs, id)),
      ...service.inputDecisions.map((id) => nameOf(this.model.decisions, id)),
    ];
  }

  serve(service: DecisionService, input: FeelContext): FeelValue {
    for (const id of service.inputDecisions) {
      const decision = this.model.decisions.find((each) => each.id === id);
      if (!decision) continue;
      const given = input[decision.name] ?? null;
      this.made.set(id, decision.type ? coerce(given, decision.type) : given);
    }
    const outputs = service.outputDecisions.flatMap((id) => this.model.decisions.filter((each) => each.id === id));
    const [only] = outputs;
    const value =
      outputs.length === 1 && only
        ? this.decide(only)
        : Object.fromEntries(outputs.map((decision) => [decision.name, this.decide(decision)]));
    const type = service.type?.kind === 'function' ? service.type.returns : service.type;
    return type ? coerce(value, type) : value;
  }

  private namedType(name: string): FeelType | undefined {
    return itemTypeOf(name, { own: this.model.types, imports: this.model.imports })?.type;
  }
}

function traceOf(table: TableTree, hit: TableHit): TableTrace {
  return {
    table: table.name,
    policy: table.policy,
    inputs: table.inputs.map((input, index) => ({ label: input.label, value: hit.inputs[index] ?? null })),
    rules: hit.rules.map(({ index, rule, output }) => ({ number: index + 1, id: rule.id, annotations: rule.annotations, output })),
  };
}
