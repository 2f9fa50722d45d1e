import { useCallback, useEffect, useRef } from 'react';

/** Asks again and again, each time half as long again apart, and not while the page is out of sight; answers how to ask at once. */
export function usePolling(ask: () => Promise<unknown>, { first, longest }: { first: number; longest: number }): () => void {
  const restartRef = useRef<() => void>(() => undefined);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    let isHere = true;
    const later = (pause: number): void => {
      if (!isHere || document.hidden) return;
      timer = setTimeout(() => void now(Math.min(pause * 1.5, longest)), pause);
    };
    const now = async (next: number): Promise<void> => {
      await ask();
      later(next);
    };
    const restart = (): void => {
      if (timer !== null) clearTimeout(timer);
      if (!document.hidden) void now(first);
    };
    restartRef.current = restart;
    document.addEventListener('visibilitychange', restart);
    later(first);
    return () => {
      isHere = false;
      if (timer !== null) clearTimeout(timer);
      document.removeEventListener('visibilitychange', restart);
    };
  }, [ask, first, longest]);
  return useCallback(() => restartRef.current(), []);
}
