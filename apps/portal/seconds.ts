import { useEffect, useState } from 'react';

const left = (until: number): number => Math.max(0, Math.ceil((until - performance.now()) / 1000));

/** Whole seconds until a moment of `performance.now()`, counted down. */
export function useSecondsUntil(until: number): number {
  const [, tick] = useState(0);
  useEffect(() => {
    const clock = setInterval(() => {
      tick((before) => before + 1);
      if (left(until) === 0) clearInterval(clock);
    }, 500);
    return () => clearInterval(clock);
  }, [until]);
  return left(until);
}
