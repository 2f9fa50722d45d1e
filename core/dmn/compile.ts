/** A decision model → one straight-line program, run as closures or written as SQL. */
import { admit, doorOf, leave, reader, type Door, type InputValue } from '#core/feel/door.ts';
import { DmnError } from '#core/feel/error.ts';
import { inlineSteps } from '#core/feel/inline.ts';
import type { InputColumn, Ir, Program } from '#core/feel/ir.ts';
import { lower } from '#core/feel/lower/expression.ts';
import { Lowering, outside, Scope, typeClash, type LoweredTable } from '#core/feel/lower/lowering.ts';
import { canonicalName } from '#core/feel/syntax/names.ts';
import { compile, type Evaluate, type Slots } from '#core/feel/to-closures.ts';
import { toSelect, usedSlots } from '#core/feel/to-sql.ts';
import { sameType, typeText, type FeelType } from '#core/feel/types.ts';
import type { FeelContext, FeelValue } from '#core/feel/values/value.ts';
import { interpretDmn, type Trace } from './interpret.ts';
import type { BusinessKnowledge, Decision, DmnModel, InputData } from './model.ts';

export interface CompileOptions {
  /** Types for inputs whose model gives none, or other ones. */
  readonly inputs?: Readonly<Record<string, FeelType>>;
}

export type Input = Readonly<Record<string, InputValue>>;

export interface CompiledDecision {
  readonly name: string;
  /** Only the inputs it reads, directly or through other decisions. */
  readonly inputs: readonly InputColumn[];
  readonly evaluate: (input: Input) => FeelValue;
  /** The same value with how it came about, by the reference interpreter. */
  readonly explain: (input: Input) => Trace;
}

export interface RowEvaluator {
  /** The inputs a row must bring, in this order. */
  readonly columns: readonly InputColumn[];
  /** One value a decision, in the order of the names asked for. */
  readonly evaluate: (row: readonly InputValue[]) => FeelValue[];
}

export interface SqlOptions {
  /** Decisions to show, one column each, named as they are. */
  readonly decisions: readonly string[];
  readonly from: string;
  readonly keep: readonly string[];
}

export interface CompiledModel {
  readonly model: DmnModel;
  readonly program: Program;
  /** Decisions outside the compilable profile, with the reason. */
  readonly refused: ReadonlyMap<string, DmnError>;
  decision(name: string): CompiledDecision;
  /** Several decisions in one pass over shared intermediate results. */
  evaluator(names: readonly string[]): (input: Input) => Record<string, FeelValue>;
  rowEvaluator(names: readonly string[]): RowEvaluator;
  toSql(options: SqlOptions): string;
  /** Any decision, in or outside the profile, by the reference interpreter. */
  interpret(name: string, input: Input): FeelValue;
  explain(name: string, input: Input): Trace;
}

export function compileDmn(model: DmnModel, options: CompileOptions = {}): CompiledModel {
  const { program, refused, inexact } = lowerModel(model, options);

  function resultOf(name: string): { name: string; ir: Ir } {
    const decision = model.decisions.find((each) => canonicalName(each.name) === canonicalName(name));
    if (!decision) {
      throw new DmnError(
        { file: model.file, line: 1, column: 1, element: model.name },
        `模型里没有决策“${name}”`,
        `the model has no decision "${name}"`,
        'unknown_name',
      );
    }
    const error = refused.get(decision.name);
    if (error) throw error;
    const ir = program.results.get(decision.name);
    if (!ir) throw new Error('every decision is lowered or refused');
    return { name: decision.name, ir };
  }

  function rowEvaluator(names: readonly string[]): RowEvaluator {
    const results = names.map(resultOf);
    const used = usedSlots(
      program,
      results.map(({ ir }) => ir),
    );
    const columns = program.inputs.flatMap((column, slot) => (used.has(slot) ? [{ column, slot }] : []));
    const inlined = inlineSteps(
      program,
      used,
      results.map(({ ir }) => ir),
    );
    const steps = inlined.steps.map((step) => ({ slot: step.slot, run: compile(step.ir) }));
    const outputs = inlined.results.map(leave);
    const slots: Slots = Array.from({ length: Math.max(-1, ...used) + 1 }, () => null);
    const doors = columns.map(({ column }) => doorOf(column));
    const inputSlots = columns.map(({ slot }) => slot);
    const stepSlots = steps.map((step) => step.slot);
    const runs = steps.map((step) => step.run);
    return {
      columns: columns.map(({ column }) => column),
      evaluate: (row) => {
        for (let index = 0; index < doors.length; index += 1) slots[inputSlots[index] as number] = (doors[index] as Door)(row[index]);
        for (let index = 0; index < runs.length; index += 1) slots[stepSlots[index] as number] = (runs[index] as Evaluate)(slots);
        return outputs.map((output) => output(slots));
      },
    };
  }

  function evaluator(names: readonly string[]): (input: Input) => Record<string, FeelValue> {
    const { columns, evaluate } = rowEvaluator(names);
    const readers = columns.map(reader);
    const keys = names.map((name) => resultOf(name).name);
    return (input) => {
      const values = evaluate(readers.map((read) => read(input)));
      const result: Record<string, FeelValue> = {};
      for (let index = 0; index < keys.length; index += 1) result[keys[index] as string] = values[index] as FeelValue;
      return result;
    };
  }

  const interpreted = interpretDmn(model);

  /** Values of the declared columns as FEEL values; contexts and lists outside them pass as they are. */
  function admitted(input: Input): FeelContext {
    const given: Record<string, FeelValue> = {};
    for (const { name, type } of model.inputs)
      given[name] = admit(input[name], { name, type: options.inputs?.[name] ?? type, path: [name] });
    return given;
  }

  function explain(name: string, input: Input): Trace {
    return interpreted.explain(name, admitted(input));
  }

  return {
    model,
    program,
    refused,
    decision: (name) => {
      const { name: own } = resultOf(name);
      const { columns, evaluate } = rowEvaluator([own]);
      const readers = columns.map(reader);
      return {
        name: own,
        inputs: columns,
        evaluate: (input) => evaluate(readers.map((read) => read(input)))[0] ?? null,
        explain: (input) => explain(own, input),
      };
    },
    evaluator,
    rowEvaluator,
    interpret: (name, input) => interpreted.decision(name, admitted(input)),
    explain,
    toSql: ({ decisions, from, keep }) => toSelect(program, { results: decisions.map((name) => exact(resultOf(name))), from, keep }),
  };

  function exact({ name }: { name: string }): string {
    if (!inexact.has(name)) return name;
    throw new DmnError(
      { file: model.file, line: 1, column: 1, element: `decision "${name}"` },
      '结果含未取整的 exp/log，各引擎末位不同；请先取整',
      'the result holds an unrounded exp or log, whose last bits differ between engines; round it first',
      'inexact',
    );
  }
}

interface LoweredModel {
  readonly program: Program;
  readonly refused: ReadonlyMap<string, DmnError>;
  readonly inexact: ReadonlySet<string>;
  readonly tables: readonly LoweredTable[];
}

export function lowerModel(model: DmnModel, options: CompileOptions = {}): LoweredModel {
  const into = new Lowering(lower);
  const inputs = new Map(model.inputs.map((input) => [input.id, addInput(input, options, into)]));
  const results = new Map<string, Ir>();
  const refused = new Map<string, DmnError>();
  const inexact = new Set<string>();
  const byId = new Map(model.decisions.map((decision) => [decision.id, decision]));

  function scopeFor(owner: Decision | BusinessKnowledge): Scope {
    const scope = new Scope();
    for (const required of owner.requires) {
      if (required.from !== undefined) {
        scope.define(required.name, { kind: 'refused', error: (at) => outside(at, '引入的模型', 'imported models') });
        continue;
      }
      switch (required.kind) {
        case 'input': {
          const input = inputs.get(required.id);
          scope.define(
            required.name,
            input
              ? { kind: 'value', ir: input }
              : {
                  kind: 'refused',
                  error: (at) => outside(at, `输入“${required.name}”没有声明类型`, `the input "${required.name}" has no declared type`),
                },
          );
          break;
        }
        case 'decision': {
          const name = byId.get(required.id)?.name ?? required.name;
          const ir = results.get(name);
          scope.define(
            required.name,
            ir ? { kind: 'value', ir } : { kind: 'refused', error: () => refused.get(name) ?? new Error(`${name} comes later`) },
          );
          break;
        }
        case 'function':
          defineFunction(required.id, scope);
          break;
        case 'service':
          scope.define(required.name, {
            kind: 'refused',
            error: (at) => outside(at, '把决策服务当函数调用', 'calls of decision services'),
          });
          break;
      }
    }
    return scope;
  }

  function defineFunction(id: string, scope: Scope): void {
    const bkm = model.functions.find((each) => each.id === id);
    if (!bkm?.body || bkm.external) {
      scope.define(bkm?.name ?? id, { kind: 'refused', error: (at) => outside(at, '外部函数', 'external functions') });
      return;
    }
    scope.define(bkm.name, { kind: 'function', name: bkm.name, params: bkm.params, body: bkm.body, scope: scopeFor(bkm) });
  }

  for (const decision of model.decisions) {
    try {
      const ir = into.bind(lowerDecision(decision, scopeFor(decision), into));
      results.set(decision.name, ir);
      if (into.inexact(ir)) inexact.add(decision.name);
    } catch (error) {
      if (!(error instanceof DmnError)) throw error;
      refused.set(decision.name, error);
    }
  }
  return { program: { inputs: into.inputs, steps: into.steps, results }, refused, inexact, tables: into.tables };
}

function lowerDecision(decision: Decision, scope: Scope, into: Lowering): Ir {
  if (!decision.expression) {
    throw new DmnError(
      { file: decision.element.file.name, line: 1, column: 1, element: `decision "${decision.name}"` },
      '决策没有表达式',
      'the decision has no expression',
    );
  }
  const ir = lower(decision.expression, scope, into);
  const declared = decision.type;
  if (declared && declared.kind !== 'any' && ir.type.kind !== 'null' && !fits(ir.type, declared))
    throw typeClash(decision.expression.at, typeText(declared), ir.type);
  return ir;
}

function fits(type: FeelType, declared: FeelType): boolean {
  if (declared.kind === 'any' || type.kind === 'null' || sameType(type, declared)) return true;
  if (declared.kind === 'list' && type.kind === 'list') return fits(type.of, declared.of);
  if (declared.kind !== 'context' || type.kind !== 'context') return false;
  return Object.entries(declared.entries).every(([name, of]) => {
    const found = type.entries[name];
    return found !== undefined && fits(found, of);
  });
}

function addInput(input: InputData, options: CompileOptions, into: Lowering): Ir | undefined {
  return addColumns([input.name], options.inputs?.[input.name] ?? input.type, into);
}

/** One slot for a scalar or a list, one a leaf for a context; undefined for a type that no column can have. */
function addColumns(path: readonly string[], type: FeelType, into: Lowering): Ir | undefined {
  if (type.kind === 'context') {
    const entries: Record<string, Ir> = {};
    for (const [name, of] of Object.entries(type.entries)) {
      const entry = addColumns([...path, name], of, into);
      if (entry) entries[name] = entry;
    }
    return { op: 'context', type, entries };
  }
  if (!columnKinds.has(type.kind) || (type.kind === 'list' && !columnKinds.has(type.of.kind))) return undefined;
  return into.addInput({ name: path.join('.'), type, path });
}

const columnKinds = new Set(['number', 'string', 'boolean', 'date', 'years and months duration', 'days and time duration', 'list']);
