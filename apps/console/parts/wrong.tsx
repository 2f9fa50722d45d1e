import type { ReactNode } from 'react';
import { useRefused } from './refused.ts';

/** What went wrong and what to do about it, told where it was done and read out at once; nothing where nothing went wrong. `inline`: among other words. */
export function Wrong({ small = false, inline = false, children }: { small?: boolean; inline?: boolean; children: ReactNode }) {
  if (children === undefined || children === null || children === false) return null;
  const Element = inline ? 'span' : 'p';
  return (
    <Element className={small ? 'bad sm' : 'bad'} role="alert">
      {children}
    </Element>
  );
}

/** What the server said against an act, with the cure where one is known; `lost` is said instead when no answer came and it may have happened. */
export function Refusal({ problem, lost, ...shape }: { problem: unknown; lost?: string; small?: boolean; inline?: boolean }) {
  return <Wrong {...shape}>{useRefused(problem, {}, lost).rest}</Wrong>;
}
