/** IR → JavaScript closures over an array of slots. No code is generated, so it runs under any content security policy. */
import { DecisionError } from './error.ts';
import type { Case, Exclusive, Ir, SlotValue } from './ir.ts';
import { compareText } from './values/order.ts';

export type Slots = SlotValue[];
export type Evaluate = (slots: Slots) => SlotValue;
export type Truth = (slots: Slots) => boolean;

export function compile(ir: Ir): Evaluate {
  switch (ir.op) {
    case 'constant': {
      const { value } = ir;
      return () => value;
    }
    case 'slot': {
      const { slot } = ir;
      return (slots) => slots[slot] as SlotValue;
    }
    case 'call':
      return compileCall(ir.form.apply as (...args: SlotValue[]) => SlotValue, ir.args.map(compile));
    case 'compare':
      if (ir.operator === '=' || ir.operator === '!=') return compileTruth(ir);
      return threeValued(ir.left, ir.right, compileTruth(ir));
    case 'and':
      return conjunction(ir.items.map(compile));
    case 'or':
      return disjunction(ir.items.map(compile));
    case 'not': {
      const of = compile(ir.of);
      return (slots) => {
        const value = of(slots);
        return value === null ? null : value === false;
      };
    }
    case 'isNull':
    case 'holds':
    case 'oneOf':
    case 'contains':
      return compileTruth(ir);
    case 'cases':
      return compileCases(ir.cases, compile(ir.otherwise));
    case 'hit':
      return compileHit(ir.rows.map(compileTruth), ir.exclusive);
    case 'choose': {
      const index = compile(ir.index);
      const options = ir.options.map(compile);
      const otherwise = compile(ir.otherwise);
      return (slots) => (options[index(slots) as number] ?? otherwise)(slots);
    }
    case 'aggregate':
      return compileAggregate(ir);
    case 'rows': {
      const rows = ir.rows.map(compileTruth);
      return (slots) => {
        const hits: number[] = [];
        for (let row = 0; row < rows.length; row += 1) if ((rows[row] as Truth)(slots)) hits.push(row);
        return hits;
      };
    }
    case 'items': {
      const rows = compile(ir.rows);
      const items = ir.items.map(compile);
      return (slots) => (rows(slots) as number[]).map((row) => (items[row] as Evaluate)(slots));
    }
    case 'list': {
      const items = ir.items.map(compile);
      return (slots) => items.map((item) => item(slots));
    }
    case 'concat':
      return compileConcat(ir.lists.map(compile));
    case 'count': {
      const size = sizeOf(ir.of);
      return size;
    }
    case 'context':
      throw new Error('contexts are taken apart while lowering');
  }
}

/** Null counts as false. */
export function compileTruth(ir: Ir): Truth {
  switch (ir.op) {
    case 'holds':
      return compileTruth(ir.of);
    case 'and':
      return allHold(ir.items.map(compileTruth));
    case 'or':
      return anyHolds(ir.items.map(compileTruth));
    case 'isNull': {
      const of = compile(ir.of);
      return (slots) => of(slots) === null;
    }
    case 'oneOf': {
      const value = compile(ir.value);
      const among = new Set(ir.among);
      return (slots) => among.has(value(slots));
    }
    case 'compare':
      return compileCompare(ir);
    case 'contains': {
      const list = compile(ir.list);
      const item = compile(ir.item);
      return (slots) => {
        const items = list(slots) as SlotValue[] | null;
        return items !== null && items.includes(item(slots));
      };
    }
    default: {
      const value = compile(ir);
      return (slots) => value(slots) === true;
    }
  }
}

function compileCompare(ir: Extract<Ir, { op: 'compare' }>): Truth {
  const { left, right, operator } = ir;
  if (operator === '=' || operator === '!=') {
    const wanted = operator === '=';
    if (left.op === 'slot' && right.op === 'constant') {
      const { slot } = left;
      const { value } = right;
      return wanted ? (slots) => slots[slot] === value : (slots) => slots[slot] !== value;
    }
    const a = compile(left);
    const b = compile(right);
    return wanted ? (slots) => a(slots) === b(slots) : (slots) => a(slots) !== b(slots);
  }
  if (left.type.kind === 'string') return compareTexts(left, right, operator);
  return compareNumbers(left, right, operator);
}

function compareNumbers(left: Ir, right: Ir, operator: '<' | '<=' | '>' | '>='): Truth {
  if (left.op === 'slot' && right.op === 'constant' && typeof right.value === 'number') {
    const { slot } = left;
    const limit = right.value;
    const read = (slots: Slots): number | null => slots[slot] as number | null;
    switch (operator) {
      case '<':
        return (slots) => {
          const value = read(slots);
          return value !== null && value < limit;
        };
      case '<=':
        return (slots) => {
          const value = read(slots);
          return value !== null && value <= limit;
        };
      case '>':
        return (slots) => {
          const value = read(slots);
          return value !== null && value > limit;
        };
      case '>=':
        return (slots) => {
          const value = read(slots);
          return value !== null && value >= limit;
        };
    }
  }
  const a = compile(left);
  const b = compile(right);
  const test = numberTests[operator];
  return (slots) => {
    const x = a(slots);
    const y = b(slots);
    return x !== null && y !== null && test(x as number, y as number);
  };
}

const numberTests: Readonly<Record<'<' | '<=' | '>' | '>=', (a: number, b: number) => boolean>> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

function compareTexts(left: Ir, right: Ir, operator: '<' | '<=' | '>' | '>='): Truth {
  const a = compile(left);
  const b = compile(right);
  const test = numberTests[operator];
  return (slots) => {
    const x = a(slots);
    const y = b(slots);
    return x !== null && y !== null && test(compareText(x as string, y as string), 0);
  };
}

function threeValued(left: Ir, right: Ir, holds: Truth): Evaluate {
  const a = compile(left);
  const b = compile(right);
  return (slots) => (a(slots) === null || b(slots) === null ? null : holds(slots));
}

function compileCall(apply: (...args: SlotValue[]) => SlotValue, args: readonly Evaluate[]): Evaluate {
  const [first, second] = args;
  if (args.length === 1 && first) {
    return (slots) => {
      const a = first(slots);
      return a === null ? null : apply(a);
    };
  }
  if (args.length === 2 && first && second) {
    return (slots) => {
      const a = first(slots);
      if (a === null) return null;
      const b = second(slots);
      return b === null ? null : apply(a, b);
    };
  }
  return (slots) => {
    const values = args.map((arg) => arg(slots));
    return values.includes(null) ? null : apply(...values);
  };
}

function conjunction(items: readonly Evaluate[]): Evaluate {
  return (slots) => {
    let known = true;
    for (const item of items) {
      const value = item(slots);
      if (value === false) return false;
      if (value === null) known = false;
    }
    return known ? true : null;
  };
}

function disjunction(items: readonly Evaluate[]): Evaluate {
  return (slots) => {
    let known = true;
    for (const item of items) {
      const value = item(slots);
      if (value === true) return true;
      if (value === null) known = false;
    }
    return known ? false : null;
  };
}

function allHold(items: readonly Truth[]): Truth {
  const [a, b, c] = items;
  if (items.length === 1 && a) return a;
  if (items.length === 2 && a && b) return (slots) => a(slots) && b(slots);
  if (items.length === 3 && a && b && c) return (slots) => a(slots) && b(slots) && c(slots);
  return (slots) => {
    for (let index = 0; index < items.length; index += 1) if (!(items[index] as Truth)(slots)) return false;
    return true;
  };
}

function anyHolds(items: readonly Truth[]): Truth {
  const [a, b] = items;
  if (items.length === 1 && a) return a;
  if (items.length === 2 && a && b) return (slots) => a(slots) || b(slots);
  return (slots) => {
    for (let index = 0; index < items.length; index += 1) if ((items[index] as Truth)(slots)) return true;
    return false;
  };
}

function compileCases(cases: readonly Case[], otherwise: Evaluate): Evaluate {
  const tests = cases.map((each) => compileTruth(each.test));
  const values = cases.map((each) => compile(each.value));
  return (slots) => {
    for (let index = 0; index < tests.length; index += 1) if ((tests[index] as Truth)(slots)) return (values[index] as Evaluate)(slots);
    return otherwise(slots);
  };
}

function compileHit(rows: readonly Truth[], exclusive: Exclusive | undefined): Evaluate {
  return (slots) => {
    for (let row = 0; row < rows.length; row += 1) {
      if (!(rows[row] as Truth)(slots)) continue;
      if (exclusive)
        for (let other = row + 1; other < rows.length; other += 1)
          if ((rows[other] as Truth)(slots)) throw violation(exclusive, row, other);
      return row;
    }
    return -1;
  };
}

export function violation(exclusive: Exclusive, row: number, other: number): DecisionError {
  return new DecisionError(
    exclusive.code,
    exclusive.place,
    `第 ${row + 1} 条与第 ${other + 1} 条规则同时命中，而命中策略不允许`,
    `rules ${row + 1} and ${other + 1} hold together, which the hit policy forbids`,
  );
}

function compileAggregate(ir: Extract<Ir, { op: 'aggregate' }>): Evaluate {
  const groups = ir.groups.map((group) => ({
    tests: group.map((each) => compileTruth(each.test)),
    values: group.map((each) => compile(each.value)),
  }));
  const otherwise = compile(ir.otherwise);
  const combine = ({ '+': (a: number, b: number) => a + b, '#': (a: number, b: number) => a + b, '<': Math.min, '>': Math.max } as const)[
    ir.how
  ];
  return (slots) => {
    let total: number | undefined;
    let unknown = false;
    for (const { tests, values } of groups) {
      for (let row = 0; row < tests.length; row += 1) {
        if (!(tests[row] as Truth)(slots)) continue;
        const value = (values[row] as Evaluate)(slots) as number | null;
        if (value === null) unknown = true;
        else total = total === undefined ? value : combine(total, value);
        break;
      }
    }
    if (unknown) return null;
    return total ?? otherwise(slots);
  };
}

function compileConcat(lists: readonly Evaluate[]): Evaluate {
  return (slots) => {
    const all: SlotValue[] = [];
    for (const list of lists) {
      const items = list(slots) as readonly SlotValue[] | null;
      if (items === null) return null;
      for (const item of items) all.push(item);
    }
    return all;
  };
}

/** Counting a rule list needs its row numbers only. */
function sizeOf(of: Ir): Evaluate {
  if (of.op === 'items') return sizeOf(of.rows);
  if (of.op === 'concat') {
    const sizes = of.lists.map(sizeOf);
    return (slots) => {
      let total = 0;
      for (const size of sizes) {
        const value = size(slots) as number | null;
        if (value === null) return null;
        total += value;
      }
      return total;
    };
  }
  const list = compile(of);
  return (slots) => (list(slots) as readonly SlotValue[] | null)?.length ?? null;
}
