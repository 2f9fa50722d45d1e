import { useEffect, useRef } from 'react';

export type Keys = Record<string, () => void>;

const typing = 'input, textarea, select, [contenteditable="true"]';

function busyElsewhere(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(typing) !== null;
}

/**
 * Single-letter shortcuts of the screen in front. They rest while someone types, while a dialog is open, and with a modifier held.
 * `Escape` also works from inside a field: it leaves the field first.
 */
export function useKeys(keys: Keys): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    const hear = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (document.querySelector('[role="dialog"][aria-modal="true"]') !== null) return;
      if (busyElsewhere(event.target)) {
        if (event.key === 'Escape' && event.target instanceof HTMLElement) event.target.blur();
        return;
      }
      // Enter on a link or a button is the browser's own.
      if (event.key === 'Enter' && event.target instanceof Element && event.target.closest('a, button, summary') !== null) return;
      const act = latest.current[event.key];
      if (act === undefined) return;
      event.preventDefault();
      act();
    };
    window.addEventListener('keydown', hear);
    return () => window.removeEventListener('keydown', hear);
  }, []);
}
