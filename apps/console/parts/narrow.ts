import { useSyncExternalStore } from 'react';

/** As in `theme/narrow.css`. */
const phone = '(max-width: 760px)';

function subscribe(listener: () => void): () => void {
  const list = window.matchMedia(phone);
  list.addEventListener('change', listener);
  return () => list.removeEventListener('change', listener);
}

/** Whether the screen is a phone's. */
export const useIsNarrow = (): boolean => useSyncExternalStore(subscribe, () => window.matchMedia(phone).matches);
