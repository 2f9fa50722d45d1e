import { useCallback, useEffect, useRef, useState } from 'react';
import { bank, refusedOf } from './bank.ts';
import { dropped, readKept, settled, writeKept } from './kept.ts';
import type { Kept } from './kept.ts';

/** So many answers go in one request. */
const atOnce = 50;
const againMs = 15_000;

export interface Outbox {
  readonly kept: Kept;
  readonly change: (next: (kept: Kept) => Kept) => void;
  /** What the bank said against the answer of a key. */
  readonly refusals: ReadonlyMap<string, { readonly code: string; readonly says: string }>;
  /** Whom the bank has an answer for, or will never take one for, since the sheet was read. */
  readonly over: ReadonlySet<string>;
  readonly hasSignal: boolean;
}

/** Refusals that can be mended on the screen; after any other nothing more is asked about the person. */
const mendable: readonly string[] = ['answer_invalid', 'evaluation_key_reused'];

/**
 * Keeps what was chosen and brings what is finished to the bank: at once, when the signal comes back, and every now and then as long as something waits.
 * The shelf is the truth, so that two windows of one reviewer do not undo each other.
 */
export function useOutbox(
  { reviewerId, csrf, say }: { reviewerId: string; csrf: string; say: (refused: { zh: string; en: string }) => string },
  onSignedOut: () => void,
): Outbox {
  const [kept, setKept] = useState(() => readKept(localStorage, reviewerId));
  const [refusals, setRefusals] = useState<Outbox['refusals']>(new Map());
  const [over, setOver] = useState<ReadonlySet<string>>(new Set());
  const [hasSignal, setSignal] = useState(true);
  const isSending = useRef(false);
  const change = useCallback(
    (next: (kept: Kept) => Kept): void => {
      const changed = next(readKept(localStorage, reviewerId));
      writeKept(localStorage, reviewerId, changed);
      setKept(changed);
    },
    [reviewerId],
  );
  const send = useCallback(async (): Promise<void> => {
    const waiting = Object.entries(readKept(localStorage, reviewerId).waiting).slice(0, atOnce);
    if (waiting.length === 0 || isSending.current) return;
    isSending.current = true;
    try {
      const { accepted, refused } = await bank.answer(
        csrf,
        waiting.map(([, answer]) => answer),
      );
      const keyOfId = new Map(waiting.map(([key, answer]) => [answer.evaluation_id, key]));
      setRefusals(
        (known) =>
          new Map([...known, ...refused.map((one) => [keyOfId.get(one.evaluation_id) ?? '', { code: one.code, says: say(one) }] as const)]),
      );
      const lost = refused.filter((one) => !mendable.includes(one.code));
      const ended = [...accepted, ...lost].flatMap((one) => keyOfId.get(one.evaluation_id) ?? []);
      setOver((known) => new Set([...known, ...ended]));
      change((now) =>
        ended.reduce(
          dropped,
          settled(
            now,
            accepted.map((one) => one.evaluation_id),
            refused.map((one) => one.evaluation_id),
          ),
        ),
      );
      setSignal(true);
    } catch (fault) {
      const { code } = refusedOf(fault);
      if (code === 'review_signed_out') onSignedOut();
      // Anything else passes: the answers stay here and are tried again.
      setSignal(false);
    } finally {
      isSending.current = false;
    }
  }, [reviewerId, csrf, say, change, onSignedOut]);
  const count = Object.keys(kept.waiting).length;
  useEffect(() => {
    if (count === 0) return;
    const soon = setTimeout(() => void send(), 0);
    const again = setInterval(() => void send(), againMs);
    const online = (): void => void send();
    window.addEventListener('online', online);
    return () => {
      clearTimeout(soon);
      clearInterval(again);
      window.removeEventListener('online', online);
    };
  }, [count, send]);
  return { kept, change, refusals, over, hasSignal };
}
