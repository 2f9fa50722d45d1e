/** Where the application stands, as the bank said last; every act replaces it. */
import { createContext, use, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { bank, problemFrom } from './api.ts';
import type { Application, Channel, Problem } from './api.ts';
import { swap } from './router.ts';

/** What an act may find out: the page shows something that is no longer so. */
const outdated = ['wrong_step', 'text_changed', 'offer_changed', 'offer_expired', 'paper_changed'] as const;

interface Standing {
  readonly code: string | null;
  readonly channel: Channel | null;
  readonly application: Application | null;
  /** When it came, by `performance.now()`. */
  readonly heardAt: number;
  /** Why the first answer did not come. */
  readonly problem: Problem | null;
  readonly isOpening: boolean;
  /** The session ended while the page was open. */
  readonly isSignedOut: boolean;
  readonly put: (application: Application) => void;
  readonly refresh: () => Promise<Problem | null>;
  readonly reopen: () => void;
  readonly leave: () => Promise<void>;
  /** Tells what a failed act means for the page as a whole. */
  readonly heard: (problem: Problem) => void;
}

const Context = createContext<Standing | null>(null);

export function useStanding(): Standing {
  const standing = use(Context);
  if (standing === null) throw new Error('a screen stands outside the page');
  return standing;
}

/** An answer or why there is none. */
async function settled<Answer>(asking: Promise<Answer>): Promise<{ answer: Answer | null; problem: Problem | null }> {
  try {
    return { answer: await asking, problem: null };
  } catch (fault) {
    return { answer: null, problem: problemFrom(fault) };
  }
}

/** For screens that only a signed-in person sees. */
export function useApplication(): Application {
  const { application } = useStanding();
  if (application === null) throw new Error('this screen needs an application');
  return application;
}

/** Begins anew when the first answer did not come and somebody asks again. */
export function StandingProvider({ code, children }: { code: string | null; children: ReactNode }) {
  const [attempt, setAttempt] = useState(0);
  return (
    <Opened key={attempt} code={code} onAgain={() => setAttempt((before) => before + 1)}>
      {children}
    </Opened>
  );
}

interface Heard {
  readonly application: Application;
  /** When it came, by this page's own clock. */
  readonly at: number;
}

function Opened({ code, onAgain, children }: { code: string | null; onAgain: () => void; children: ReactNode }) {
  const [channel, setChannel] = useState<Channel | null>(null);
  const [last, setLast] = useState<Heard | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isOpening, setOpening] = useState(true);
  const [isSignedOut, setSignedOut] = useState(false);
  /** Answers come out of order on a slow line: only what was asked last counts. */
  const asked = useRef(0);

  const put = useCallback((next: Application): void => {
    asked.current += 1;
    setLast({ application: next, at: performance.now() });
    setSignedOut(false);
  }, []);

  const heard = useCallback((found: Problem): void => {
    if (!found.is('signed_out')) return;
    setLast(null);
    setSignedOut(true);
    swap('phone');
  }, []);

  const refresh = useCallback(async (): Promise<Problem | null> => {
    const mine = (asked.current += 1);
    try {
      const next = await bank.application();
      if (mine === asked.current) setLast({ application: next, at: performance.now() });
      return null;
    } catch (fault) {
      const found = problemFrom(fault);
      heard(found);
      return found;
    }
  }, [heard]);

  useEffect(() => {
    let isHere = true;
    const mine = (asked.current += 1);
    const start = async (): Promise<void> => {
      const [page, entered] = await Promise.all([code === null ? null : settled(bank.channel(code)), settled(bank.application())]);
      if (!isHere) return;
      if (page) setChannel(page.answer);
      if (entered.answer !== null && mine === asked.current) setLast({ application: entered.answer, at: performance.now() });
      // Nobody has entered yet: that is how everybody begins.
      const failed = page?.problem ?? (entered.problem?.is('signed_out') ? null : entered.problem);
      setProblem(failed);
      setOpening(false);
    };
    void start();
    return () => {
      isHere = false;
    };
  }, [code]);

  const standing = useMemo<Standing>(
    () => ({
      code,
      channel,
      application: last?.application ?? null,
      heardAt: last?.at ?? 0,
      problem,
      isOpening,
      isSignedOut,
      put,
      refresh,
      heard,
      reopen: onAgain,
      leave: async () => {
        await bank.leave();
        setLast(null);
      },
    }),
    [code, channel, last, onAgain, problem, isOpening, isSignedOut, put, refresh, heard],
  );
  return <Context value={standing}>{children}</Context>;
}

export interface Acting {
  /** Runs one act at a time; answers whether it was done. What was typed stays where it is. */
  readonly run: (act: () => Promise<Application | void>) => Promise<boolean>;
  readonly isBusy: boolean;
  readonly isSlow: boolean;
  readonly problem: Problem | null;
  readonly clear: () => void;
}

const slowAfterMs = 4000;

export function useAct(): Acting {
  const { put, refresh, heard } = useStanding();
  const [state, setState] = useState<'idle' | 'busy' | 'slow'>('idle');
  const [problem, setProblem] = useState<Problem | null>(null);
  const isRunning = useRef(false);

  const run = async (act: () => Promise<Application | void>): Promise<boolean> => {
    if (isRunning.current) return false;
    isRunning.current = true;
    setProblem(null);
    setState('busy');
    const slow = setTimeout(() => setState('slow'), slowAfterMs);
    try {
      const next = await act();
      if (next) put(next);
      return true;
    } catch (fault) {
      const found = problemFrom(fault);
      setProblem(found);
      heard(found);
      if (found.is(...outdated)) await refresh();
      return false;
    } finally {
      clearTimeout(slow);
      isRunning.current = false;
      setState('idle');
    }
  };
  return { run, isBusy: state !== 'idle', isSlow: state === 'slow', problem, clear: () => setProblem(null) };
}
