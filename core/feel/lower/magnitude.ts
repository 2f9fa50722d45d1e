/**
 * How large a number can get, from the bounds of inputs (2^53) and constants. Where a result might leave the range of doubles its SQL is
 * guarded to give NULL, as the other engines do; everywhere else the guard would be paid for nothing.
 */
import type { CompiledForm } from '../builtins/record.ts';
import { partsOf, type Ir } from '../ir.ts';

export const largestInput = 2 ** 53;

/** Far enough below the largest double that no rounding on the way matters. */
const safe = 1e300;

export function magnitudeOf(ir: Ir, ofSlot: (slot: number) => number): number {
  const of = (part: Ir): number => magnitudeOf(part, ofSlot);
  switch (ir.op) {
    case 'constant':
      return typeof ir.value === 'number' ? Math.abs(ir.value) : 0;
    case 'slot':
      return ofSlot(ir.slot);
    case 'call':
      return callMagnitude(ir, of);
    case 'cases':
      return Math.max(of(ir.otherwise), ...ir.cases.map((each) => of(each.value)));
    case 'choose':
      return Math.max(of(ir.otherwise), ...ir.options.map(of));
    case 'aggregate':
      return Math.max(
        of(ir.otherwise),
        ir.groups.flat().reduce((sum, each) => sum + of(each.value), 0),
      );
    default:
      return Math.max(0, ...partsOf(ir).map(of));
  }
}

function callMagnitude(ir: Extract<Ir, { op: 'call' }>, of: (part: Ir) => number): number {
  const sizes = ir.args.map(of);
  const [first = 0, second = 0] = sizes;
  switch (ir.name) {
    case '+':
    case '-':
    case 'sum':
    case 'mean':
      return sizes.reduce((sum, size) => sum + size, 0);
    case '*':
      return first * second;
    case '/': {
      const divisor = ir.args[1];
      return divisor?.op === 'constant' && typeof divisor.value === 'number' && divisor.value !== 0
        ? first / Math.abs(divisor.value)
        : Number.MAX_VALUE;
    }
    case '**':
      return first ** 4;
    case 'exp':
      return Number.MAX_VALUE;
    default:
      // roundings move a number by at most one unit of its scale, which is at most 10^15
      return Math.max(0, ...sizes) + 1e15;
  }
}

export function mayOverflow(size: number): boolean {
  return !(size < safe);
}

/** The same form with NULL for a result beyond the range of doubles. Its arguments are written twice. */
export function guarded(form: CompiledForm): CompiledForm {
  return {
    ...form,
    sql: (args, constants) => {
      const value = form.sql(args, constants);
      return `(CASE WHEN isfinite(${value}) THEN ${value} END)`;
    },
  };
}
