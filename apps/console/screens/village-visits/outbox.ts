import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { addresses, visitMade, type VisitMade } from '#modules/village/contract.ts';
import { Problem, send } from '../../api/client.ts';
import { useMe } from '../../api/session.ts';
import { beside, keyOf, openShelf, type KeptVisit, type Shelf } from './shelf.ts';

const againMs = 15_000;

export interface Outbox {
  /** Everything that the device keeps for who is signed in, of all projects; null until it has been read. */
  readonly kept: readonly KeptVisit[] | null;
  readonly of: (project: string, household: string) => KeptVisit | undefined;
  /** What the bank said to a visit that was sent since the page was opened. */
  readonly madeOf: (project: string, household: string) => VisitMade | undefined;
  /** The device keeps it when the page is closed. */
  readonly lasts: boolean;
  readonly hasSignal: boolean;
  readonly keep: (visit: KeptVisit) => void;
  readonly forget: (visit: KeptVisit) => Promise<void>;
  readonly sendNow: () => void;
}

/** Passes by itself: no answer, the bank is busy, somebody has to sign in again. Anything else is the bank's word. */
const passes = (problem: Problem): boolean => problem.status === 0 || problem.status >= 500 || [401, 429].includes(problem.status);

/**
 * Visits of who is signed in as the device keeps them, and their way to the bank: at once, when the signal comes back, and every now and then as long as
 * one waits. The same visit sent twice is one visit: the bank knows it by its id.
 */
export function useOutbox(): Outbox {
  const { owner } = useMe();
  const client = useQueryClient();
  const [shelf, setShelf] = useState<Shelf | null>(null);
  const [kept, setKept] = useState<readonly KeptVisit[]>([]);
  const [made, setMade] = useState<ReadonlyMap<string, VisitMade>>(new Map());
  const [hasSignal, setSignal] = useState(() => navigator.onLine);
  const isSending = useRef(false);
  const read = useCallback(
    async (from: Shelf): Promise<KeptVisit[]> => {
      const mine = await from.all(owner);
      setKept(mine);
      return mine;
    },
    [owner],
  );
  const deliver = useCallback((): void => {
    if (shelf === null || isSending.current) return;
    isSending.current = true;
    const heard: Heard = {
      signal: setSignal,
      made: (key, answer) => setMade((known) => new Map([...known, [key, answer]])),
      settled: async () => {
        await read(shelf);
        await client.invalidateQueries({ queryKey: ['visits'] });
      },
    };
    void read(shelf)
      .then((visits) => deliverAll(shelf, visits, heard))
      .finally(() => {
        isSending.current = false;
      });
  }, [shelf, read, client]);
  useEffect(() => {
    const open = async (): Promise<void> => {
      const found = await openShelf();
      await read(found);
      setShelf(found);
    };
    void open();
  }, [read]);
  const waits = kept.some(({ sending }) => sending !== null);
  useEffect(() => {
    const online = (): void => {
      setSignal(true);
      deliver();
    };
    const offline = (): void => setSignal(false);
    window.addEventListener('online', online);
    window.addEventListener('offline', offline);
    const soon = waits ? setTimeout(deliver, 0) : undefined;
    const again = waits ? setInterval(deliver, againMs) : undefined;
    return () => {
      window.removeEventListener('online', online);
      window.removeEventListener('offline', offline);
      clearTimeout(soon);
      clearInterval(again);
    };
  }, [waits, deliver]);
  return {
    kept: shelf === null ? null : kept,
    of: (project, household) => kept.find(({ key }) => key === keyOf(owner, project, household)),
    madeOf: (project, household) => made.get(keyOf(owner, project, household)),
    lasts: shelf?.lasts ?? true,
    hasSignal,
    keep: (visit) => {
      const put = async (on: Shelf): Promise<void> => {
        const holding = await putOn(on, visit);
        // What stands on the screen as kept is on the device: the words change when the device says so.
        await read(holding);
        setShelf(holding);
      };
      if (shelf !== null) void put(shelf);
    },
    forget: async (visit) => {
      if (shelf === null) return;
      await shelf.remove(visit.key);
      await read(shelf);
    },
    sendNow: deliver,
  };
}

/** The shelf that has it: another one where the first has no room. */
async function putOn(shelf: Shelf, visit: KeptVisit): Promise<Shelf> {
  try {
    await shelf.put(visit);
    return shelf;
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    const other = beside(shelf);
    await other.put(visit);
    return other;
  }
}

interface Heard {
  readonly signal: (has: boolean) => void;
  readonly made: (key: string, made: VisitMade) => void;
  readonly settled: () => Promise<void>;
}

/** Those that wait, one after the other, until one is lost on the way. */
async function deliverAll(shelf: Shelf, visits: readonly KeptVisit[], heard: Heard): Promise<void> {
  for (const visit of visits) {
    if (visit.sending === null) continue;
    const answer = await sendOne(visit);
    heard.signal(answer.kind !== 'lost');
    if (answer.kind === 'lost') return;
    if (answer.kind === 'refused') await shelf.put({ ...visit, sending: null, refused: answer.says });
    else {
      await shelf.remove(visit.key);
      heard.made(visit.key, answer.made);
    }
    await heard.settled();
  }
}

type Answer =
  | { readonly kind: 'made'; readonly made: VisitMade }
  | { readonly kind: 'refused'; readonly says: { zh: string; en: string } }
  | { readonly kind: 'lost' };

async function sendOne({ project, sending }: KeptVisit): Promise<Answer> {
  try {
    return { kind: 'made', made: await send(visitMade, 'POST', addresses.visits.replace(':id', project), sending) };
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    return passes(problem) ? { kind: 'lost' } : { kind: 'refused', says: { zh: problem.detail, en: problem.detailEnglish } };
  }
}
