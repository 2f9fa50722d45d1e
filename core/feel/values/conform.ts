/** Types of values, and the conversions FEEL makes where a declared type meets a value (DMN 1.5, 10.3.2.9.4). */
import type { FeelType } from '../types.ts';
import {
  DaysDuration,
  FeelDate,
  FeelDateTime,
  FeelFunction,
  FeelRange,
  FeelTime,
  isContext,
  isList,
  MonthsDuration,
  type FeelValue,
} from './value.ts';

/** Whether a value is of a type; null is of every type but conforms to none by `instance of`. */
export function conforms(value: FeelValue, type: FeelType): boolean {
  if (type.kind === 'any' || value === null) return true;
  switch (type.kind) {
    case 'number':
    case 'string':
    case 'boolean':
      return typeof value === type.kind;
    case 'date':
      return value instanceof FeelDate;
    case 'time':
      return value instanceof FeelTime;
    case 'date and time':
      return value instanceof FeelDateTime;
    case 'years and months duration':
      return value instanceof MonthsDuration;
    case 'days and time duration':
      return value instanceof DaysDuration;
    case 'null':
      return false;
    case 'list':
      return isList(value) && value.every((item) => conforms(item, type.of));
    case 'context':
      return isContext(value) && Object.entries(type.entries).every(([name, of]) => name in value && conforms(value[name] ?? null, of));
    case 'range':
      return (
        value instanceof FeelRange && [value.low, value.high].every((end) => end === undefined || end === null || conforms(end, type.of))
      );
    case 'function':
      return value instanceof FeelFunction && (type.params.length === 0 || functionConforms(value, type));
  }
}

function functionConforms(value: FeelFunction, type: Extract<FeelType, { kind: 'function' }>): boolean {
  return value.params.length === type.params.length;
}

/** The value as the declared type takes it: as it is, as a singleton list, out of one, a date as its midnight; else null. */
export function coerce(value: FeelValue, type: FeelType): FeelValue {
  if (conforms(value, type)) return value;
  if (type.kind === 'list' && !isList(value) && conforms(value, type.of)) return [value];
  if (isList(value) && value.length === 1 && type.kind !== 'list' && conforms(value[0] ?? null, type)) return value[0] ?? null;
  if (type.kind === 'date and time' && value instanceof FeelDate) return new FeelDateTime(value, new FeelTime(0, 0, 0, 0, { offset: 0 }));
  return null;
}
