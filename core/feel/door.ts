/** The door between callers' values and slots. Nothing passes in that a later engine would read differently. */
import { compile, compileTruth, type Slots } from './to-closures.ts';
import { DecisionError } from './error.ts';
import type { InputColumn, Ir, SlotValue } from './ir.ts';
import { typeText, type FeelType } from './types.ts';
import { parseTemporal } from './values/parse-temporal.ts';
import { parseIsoDay } from './values/calendar.ts';
import { DaysDuration, FeelDate, isContext, MonthsDuration, type FeelValue } from './values/value.ts';

/** What callers may pass: FEEL values, and the forms in which databases and JSON hold them. */
export type InputValue =
  | FeelValue
  | bigint
  | undefined
  | Temporal.PlainDate
  | readonly InputValue[]
  | { readonly [name: string]: InputValue };

const largestWhole = 2 ** 53;

export type Door = (value: InputValue) => SlotValue;

/** The way in for one column; the commonest case, a number, has its own short way. */
export function doorOf(column: InputColumn): Door {
  if (column.type.kind !== 'number') return (value) => enter(value, column);
  return (value) => {
    if (typeof value === 'number' && value <= largestWhole && value >= -largestWhole) return value;
    return value === null ? null : enter(value, column);
  };
}

/** A value of one input column as its slot holds it; a missing one is null. */
export function enter(value: InputValue, column: InputColumn): SlotValue {
  const entered = convert(value, column.type);
  if (entered === undefined) {
    const place = column.name;
    throw new DecisionError(
      'input_refused',
      place,
      `输入“${place}”应为 ${typeText(column.type)}，收到 ${describe(value)}`,
      `the input "${place}" must be ${typeText(column.type)}, this is ${describe(value)}`,
    );
  }
  return entered;
}

/** The same value as the interpreter holds it; FEEL also has types that no column has, and JSON writes their literals as text. */
export function admit(value: InputValue, column: InputColumn): FeelValue {
  const { type } = column;
  if (value === null || value === undefined) return null;
  switch (type.kind) {
    case 'list':
      return Array.isArray(value)
        ? (value as readonly InputValue[]).map((item) => admit(item, { ...column, type: type.of }))
        : admit(value, { ...column, type: type.of });
    case 'context':
      return admitContext(value, type.entries, column);
    case 'any':
      return admitAny(value);
    case 'time':
    case 'date and time':
      return typeof value === 'string' ? (parseTemporal(value) ?? null) : (value as FeelValue);
    case 'years and months duration':
    case 'days and time duration':
      return admitDuration(value, column);
    case 'range':
    case 'function':
    case 'null':
      return value as FeelValue;
    default: {
      const entered = enter(value, column);
      const show = shower(type);
      return show ? show(entered) : entered;
    }
  }
}

function admitContext(value: InputValue, entries: Readonly<Record<string, FeelType>>, column: InputColumn): FeelValue {
  if (!isContext(value as FeelValue)) return null;
  const given = value as Readonly<Record<string, InputValue>>;
  return Object.fromEntries(
    Object.entries(given).map(([name, each]) => [
      name,
      admit(each, { name: `${column.name}.${name}`, type: entries[name] ?? { kind: 'any' }, path: [...column.path, name] }),
    ]),
  );
}

function admitAny(value: InputValue): FeelValue {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return (value as readonly InputValue[]).map(admitAny);
  if (typeof Temporal !== 'undefined' && value instanceof Temporal.PlainDate) return parseTemporal(value.toString()) ?? null;
  return isContext(value as FeelValue)
    ? Object.fromEntries(Object.entries(value as Readonly<Record<string, InputValue>>).map(([name, each]) => [name, admitAny(each)]))
    : (value as FeelValue);
}

function admitDuration(value: InputValue, column: InputColumn): FeelValue {
  const read = typeof value === 'string' ? parseTemporal(value) : value;
  const entered = enter(read, column);
  const show = shower(column.type);
  return show ? show(entered) : entered;
}

function convert(value: InputValue, type: FeelType): SlotValue | undefined {
  if (value === null || value === undefined) return null;
  switch (type.kind) {
    case 'number': {
      const number = typeof value === 'bigint' ? Number(value) : value;
      return typeof number === 'number' && Math.abs(number) <= largestWhole ? number : undefined;
    }
    case 'string':
      return typeof value === 'string' ? value : undefined;
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined;
    case 'date':
      return dayOf(value);
    case 'years and months duration':
      return value instanceof MonthsDuration ? value.months : undefined;
    case 'days and time duration':
      return value instanceof DaysDuration ? value.seconds : undefined;
    case 'list': {
      if (!Array.isArray(value)) return undefined;
      const items = (value as readonly InputValue[]).map((item) => convert(item, type.of));
      return items.every((item) => item !== undefined) ? items : undefined;
    }
    default:
      return undefined;
  }
}

function dayOf(value: InputValue): number | undefined {
  if (typeof value === 'string') return parseIsoDay(value);
  if (value instanceof FeelDate) return value.epochDay;
  if (typeof Temporal !== 'undefined' && value instanceof Temporal.PlainDate) return parseIsoDay(value.toString());
  return undefined;
}

function describe(value: InputValue): string {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return 'list';
  return value instanceof FeelDate ? 'date' : typeof value; // never the text itself: it may be personal
}

/** Reads a column out of an input record, walking into contexts. */
export function reader(column: InputColumn): (input: Readonly<Record<string, InputValue>>) => InputValue {
  const [root = '', ...rest] = column.path;
  if (rest.length === 0) return (input) => input[root];
  return (input) =>
    rest.reduce<InputValue>(
      (value, name) => (isContext(value as FeelValue) ? (value as Record<string, InputValue>)[name] : null),
      input[root],
    );
}

/** Shows a result to the caller. */
export function leave(ir: Ir): (slots: Slots) => FeelValue {
  if (ir.op === 'context') {
    const entries = Object.entries(ir.entries).map(([name, entry]) => [name, leave(entry)] as const);
    const present = ir.present ? compileTruth(ir.present) : () => true;
    return (slots) => (present(slots) ? Object.fromEntries(entries.map(([name, show]) => [name, show(slots)])) : null);
  }
  if (ir.op === 'items') {
    const rows = compile(ir.rows);
    const items = ir.items.map(leave);
    return (slots) => (rows(slots) as number[]).map((row) => items[row]?.(slots) ?? null);
  }
  if (ir.op === 'list') {
    const items = ir.items.map(leave);
    return (slots) => items.map((item) => item(slots));
  }
  if (ir.op === 'concat') return leaveAll(ir.lists.map(leave));
  const value = compile(ir);
  const show = shower(ir.type);
  return show ? (slots) => show(value(slots)) : (slots) => value(slots);
}

function leaveAll(lists: readonly ((slots: Slots) => FeelValue)[]): (slots: Slots) => FeelValue {
  return (slots) => {
    const all: FeelValue[] = [];
    for (const list of lists) {
      const items = list(slots);
      if (items === null) return null;
      for (const item of items as readonly FeelValue[]) all.push(item);
    }
    return all;
  };
}

/** Undefined when slot and FEEL value are the same. */
function shower(type: FeelType): ((value: SlotValue) => FeelValue) | undefined {
  switch (type.kind) {
    case 'date':
      return (value) => (value === null ? null : FeelDate.ofEpochDay(value as number));
    case 'years and months duration':
      return (value) => (value === null ? null : new MonthsDuration(value as number));
    case 'days and time duration':
      return (value) => (value === null ? null : DaysDuration.ofSeconds(value as number));
    case 'list': {
      const item = shower(type.of);
      return item && ((value) => (value === null ? null : (value as readonly SlotValue[]).map(item)));
    }
    default:
      return undefined;
  }
}
