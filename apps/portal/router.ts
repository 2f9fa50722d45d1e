/**
 * Where the reader is, in the address after `#`: a screen and what on it. The browser's own history is the way back; each entry knows how deep it lies
 * and where its step began, so that a step that is done can be left in one go and Back never leads into it again.
 */
import { useSyncExternalStore } from 'react';

export interface Place {
  readonly screen: string;
  readonly item: string | null;
  /** A part of the item that has a screen of its own. */
  readonly part: string | null;
}

interface Entry {
  readonly depth: number;
  /** Depth at which the present step began. */
  readonly base: number;
}

const listeners = new Set<() => void>();
let isUnwinding = false;
let current = read();

function read(): Place {
  const [screen = '', item, part] = location.hash.slice(1).split('/').map(decodeURIComponent);
  return { screen, item: item ?? null, part: part ?? null };
}

function entry(): Entry {
  const state: unknown = history.state;
  if (typeof state !== 'object' || state === null || !('depth' in state) || !('base' in state)) return { depth: 0, base: 0 };
  const { depth, base } = state;
  return typeof depth === 'number' && typeof base === 'number' ? { depth, base } : { depth: 0, base: 0 };
}

function written(screen: string, ...below: (string | null)[]): string {
  const parts = [screen, ...below].filter((part) => part !== null && part !== '').map((part) => encodeURIComponent(part ?? ''));
  return `${location.pathname}${parts.length === 0 ? '' : `#${parts.join('/')}`}`;
}

function tell(): void {
  current = read();
  for (const listener of listeners) listener();
}

addEventListener('popstate', () => {
  if (!isUnwinding) tell();
});
addEventListener('hashchange', () => {
  if (!isUnwinding) tell();
});

export const usePlace = (): Place =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );

/** One screen further in the same step. */
export function open(screen: string, item: string | null = null, part: string | null = null): void {
  const { depth, base } = entry();
  history.pushState({ depth: depth + 1, base }, '', written(screen, item, part));
  scrollTo(0, 0);
  tell();
}

/** One screen further, and a step begins with it. */
export function openStep(screen: string): void {
  const depth = entry().depth + 1;
  history.pushState({ depth, base: depth }, '', written(screen));
  scrollTo(0, 0);
  tell();
}

/** In the place of the screen that is open. */
export function swap(screen: string, item: string | null = null): void {
  history.replaceState(entry(), '', written(screen, item));
  scrollTo(0, 0);
  tell();
}

/** Leaves everything that was opened since the step began and puts a screen in its place. */
export async function restart(screen: string): Promise<void> {
  const { depth, base } = entry();
  if (depth > base) {
    isUnwinding = true;
    await new Promise<void>((arrived) => {
      addEventListener('popstate', () => arrived(), { once: true });
      history.go(base - depth);
    });
    isUnwinding = false;
  }
  swap(screen);
}

/** Back as the browser does it; somebody who came straight here goes to the screen that is above. */
export function back(above: string): void {
  if (entry().depth > 0) history.back();
  else swap(above);
}
