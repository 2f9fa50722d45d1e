import { expect, test } from 'vitest';
import type { WaterfallStep } from '#modules/strategy/contract.ts';
import { layBars } from './waterfall-bars.ts';

const step = (kind: WaterfallStep['kind'], amount: string | null, more: Partial<WaterfallStep> = {}): WaterfallStep => ({
  id: kind,
  kind,
  label: { zh: kind, en: kind },
  note: '',
  amount,
  delta: null,
  cap: null,
  touched: false,
  binding: false,
  ...more,
});

test('bars start where the running value stood and totals start at zero', () => {
  const bars = layBars([
    step('base', '100'),
    step('adjust', '150'),
    step('adjust', '120'),
    step('cap', '120', { cap: '140' }),
    step('cap', '120', { cap: '900' }),
    step('cap', '80', { cap: '80', touched: true, binding: true }),
    step('result', '80'),
  ]);
  const unit = 100 / (150 * 1.08);
  const round = (value: number | null): number | null => (value === null ? null : Math.round(value * 100) / 100);
  expect(bars.map((bar) => [round(bar.from), round(bar.length), bar.rises, round(bar.cap), bar.capBeyond])).toEqual([
    [0, round(100 * unit), true, null, false],
    [round(100 * unit), round(50 * unit), true, null, false],
    [round(120 * unit), round(30 * unit), false, null, false],
    [round(120 * unit), 0, true, round(140 * unit), false],
    [round(120 * unit), 0, true, null, true],
    [round(80 * unit), round(40 * unit), false, round(80 * unit), false],
    [0, round(80 * unit), true, null, false],
  ]);
});

test('an unknown amount leaves the running value where it was', () => {
  const [, unknown, end] = layBars([step('base', '10'), step('cap', null), step('result', '10')]);
  expect(unknown?.end).toBe(end?.end);
});
