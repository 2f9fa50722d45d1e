export { parseDmn, type ParseOptions } from './parse.ts';
export {
  compileDmn,
  type CompiledDecision,
  type CompiledModel,
  type CompileOptions,
  type Input,
  type RowEvaluator,
  type SqlOptions,
} from './compile.ts';
export type { Decision, DmnModel, InputData } from './model.ts';
export { DecisionError, DmnError } from '#core/feel/error.ts';
export type { InputColumn } from '#core/feel/ir.ts';
export type { FeelType } from '#core/feel/types.ts';
export type { FeelValue } from '#core/feel/values/value.ts';
export { checkDmn, type Finding } from './check.ts';
export { interpretDmn, type DecisionTrace, type InterpretedModel, type TableTrace, type Trace } from './interpret.ts';
