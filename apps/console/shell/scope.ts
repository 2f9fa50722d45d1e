import { useRouterState } from '@tanstack/react-router';
import { useSyncExternalStore } from 'react';

/** The part of the grid the reader is looking at: the address says it, else the place they were last. */
const shelf = 'qianmo.scope';
const listeners = new Set<() => void>();

function recall(): string | null {
  return sessionStorage.getItem(shelf);
}

export function remember(code: string): void {
  if (recall() === code) return;
  sessionStorage.setItem(shelf, code);
  for (const listener of listeners) listener();
}

/** Leaves no trace of where the last reader stood. */
export function forget(): void {
  sessionStorage.removeItem(shelf);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The grid code the present address names, if it names one. */
export function useAddressedScope(): string | null {
  return useRouterState({
    select: (state) => {
      const match = state.matches.at(-1);
      if (match === undefined) return null;
      const params = match.params as Record<string, string | undefined>;
      const search = match.search as Record<string, unknown>;
      if (params['code'] !== undefined && /^\d+$/.test(params['code'])) return params['code'];
      return typeof search['grid'] === 'string' ? search['grid'] : null;
    },
  });
}

export function useScope(home: string): string {
  const addressed = useAddressedScope();
  const kept = useSyncExternalStore(subscribe, recall);
  return addressed ?? (kept !== null && kept.startsWith(home) ? kept : home);
}
