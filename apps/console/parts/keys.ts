import { useEffect, useRef } from 'react';

export type Keys = Record<string, () => void>;

const typing = 'input, textarea, select, [contenteditable="true"]';
const openDialog = '[role="dialog"][aria-modal="true"]';

/** Whoever came last hears first: a drawer before its list, a list before its screen. */
const hearers: { readonly current: Keys }[] = [];

function hear(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.querySelector(openDialog) !== null) return;
  if (event.target instanceof HTMLElement && event.target.closest(typing) !== null) {
    if (event.key === 'Escape') event.target.blur();
    return;
  }
  // Enter on a link or a button is the browser's own.
  if (event.key === 'Enter' && event.target instanceof Element && event.target.closest('a, button, summary') !== null) return;
  const hearer = hearers.findLast((one) => one.current[event.key] !== undefined);
  if (hearer === undefined) return;
  event.preventDefault();
  hearer.current[event.key]?.();
}

/**
 * Single-letter shortcuts of what is in front. They rest while someone types, while a dialog is open, and with a modifier held.
 * `Escape` also works from inside a field: it leaves the field first.
 */
export function useKeys(keys: Keys): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    if (hearers.length === 0) window.addEventListener('keydown', hear);
    hearers.push(latest);
    return () => {
      hearers.splice(hearers.indexOf(latest), 1);
      if (hearers.length === 0) window.removeEventListener('keydown', hear);
    };
  }, []);
}
