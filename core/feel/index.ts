export { DecisionError, DmnError, type DmnErrorCode } from './error.ts';
export {
  any,
  boolean,
  date,
  daysDuration,
  listOf,
  monthsDuration,
  number,
  sameType,
  string,
  typeNamed,
  typeText,
  type FeelType,
} from './types.ts';
export {
  DaysDuration,
  FeelDate,
  FeelDateTime,
  FeelFunction,
  FeelRange,
  FeelTime,
  MonthsDuration,
  type FeelContext,
  type FeelValue,
} from './values/value.ts';
export { parseExpression, parseTests } from './syntax/parse.ts';
export type { InputColumn } from './ir.ts';
export type { InputValue } from './door.ts';
export type { HitPolicy, TableTree, TestsTree, Tree } from './syntax/tree.ts';
