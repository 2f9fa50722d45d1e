/** How an amount came about, step by step, from the values the model gave. Fen for the limit, ppm for the rate. */
import type { FeelValue } from '#core/dmn/index.ts';
import type { WaterfallStep } from '../contract.ts';
import type { LimitStep, PriceStep } from '../definition/definition.ts';
import type { Trace } from './tracing.ts';

const ppmPerPoint = 100n;

/** Empty when the model gave no amount to start from. */
export function waterfallOf(steps: readonly (LimitStep | PriceStep)[], trace: Trace): WaterfallStep[] {
  const first = steps[0];
  if (!first || amountOf(first.value === undefined ? null : trace.values[first.value]) === null) return [];
  const told: WaterfallStep[] = [];
  let running: bigint | null = 0n;
  for (const step of steps) {
    const next: WaterfallStep = stepOf(step, running, trace);
    told.push(next);
    running = next.amount === null ? null : BigInt(next.amount);
  }
  const binding = told.findLast((step) => (step.kind === 'cap' || step.kind === 'floor') && step.touched);
  return told.map((step) => ({ ...step, binding: step === binding }));
}

function stepOf(step: LimitStep | PriceStep, before: bigint | null, trace: Trace): WaterfallStep {
  const { id, kind, label } = step;
  const value = amountOf(step.value === undefined ? null : trace.values[step.value]);
  const after = amountAfter(step, before, value, trace);
  const isBound = kind === 'cap' || kind === 'floor';
  return {
    id,
    kind,
    label,
    note: step.note === undefined ? '' : trace.noteOf(step.note),
    amount: text(after),
    delta: kind === 'base' || kind === 'subtotal' || after === null || before === null ? null : String(after - before),
    cap: isBound ? text(value) : null,
    touched: isBound && after !== before,
    binding: false,
  };
}

function amountAfter(step: LimitStep | PriceStep, before: bigint | null, value: bigint | null, trace: Trace): bigint | null {
  if ('points' in step && step.points !== undefined) {
    const points = amountOf(trace.values[step.points]);
    return points === null || before === null ? null : before + points * BigInt(step.sign ?? 1) * ppmPerPoint;
  }
  if (step.kind === 'cap') return value === null || before === null || value >= before ? before : value;
  if (step.kind === 'floor') return value === null || before === null || value <= before ? before : value;
  return value;
}

function amountOf(value: FeelValue | undefined): bigint | null {
  return typeof value === 'number' ? BigInt(Math.round(value)) : null;
}

const text = (amount: bigint | null): string | null => (amount === null ? null : String(amount));
