import type { WaterfallStep } from '#modules/strategy/contract.ts';

/** The bar of one step, in percent of the track: where it starts, how long it is, where its cap stands, where the running value ends. */
export interface Bar {
  readonly step: WaterfallStep;
  readonly from: number;
  readonly length: number;
  readonly rises: boolean;
  readonly cap: number | null;
  /** The cap lies beyond the track. */
  readonly capBeyond: boolean;
  readonly end: number;
}

const whole = (step: WaterfallStep): boolean => step.kind === 'base' || step.kind === 'subtotal' || step.kind === 'result';
const num = (text: string | null): number | null => (text === null ? null : Number(text));

/** Lays the steps of a waterfall on one track, a little longer than the highest running value; caps far beyond it are only pointed at. */
export function layBars(steps: readonly WaterfallStep[]): Bar[] {
  const amounts = steps.map((step) => num(step.amount)).filter((amount) => amount !== null);
  const highest = Math.max(1, ...amounts, ...steps.filter((step) => step.binding).map((step) => num(step.cap) ?? 0));
  const top = highest * 1.08;
  const at = (value: number): number => (Math.max(0, Math.min(top, value)) / top) * 100;
  let running = 0;
  return steps.map((step) => {
    const before = running;
    running = num(step.amount) ?? running;
    const cap = num(step.cap);
    const from = whole(step) ? 0 : at(Math.min(before, running));
    return {
      step,
      from,
      length: whole(step) ? at(running) : at(Math.max(before, running)) - from,
      rises: running >= before,
      cap: cap === null || cap > top ? null : at(cap),
      capBeyond: cap !== null && cap > top,
      end: at(running),
    };
  });
}
