import { useCallback, useEffect, useState } from 'react';
import { bank, problemFrom } from './api.ts';
import type { Loans, Problem } from './api.ts';
import { useStanding } from './application.tsx';

export interface LoansRead {
  readonly loans: Loans | null;
  readonly problem: Problem | null;
  readonly read: () => Promise<void>;
}

export function useLoans(): LoansRead {
  const { heard } = useStanding();
  const [found, setFound] = useState<Found>({ loans: null, problem: null });
  const read = useCallback(async () => {
    const answer = await readLoans();
    // Loans that were read stay on the screen when a later look fails.
    setFound((before) => ({ loans: answer.loans ?? before.loans, problem: answer.problem }));
    if (answer.problem) heard(answer.problem);
  }, [heard]);
  useEffect(() => {
    const start = async (): Promise<void> => {
      await read();
    };
    void start();
  }, [read]);
  return { ...found, read };
}

interface Found {
  loans: Loans | null;
  problem: Problem | null;
}

async function readLoans(): Promise<Found> {
  try {
    return { loans: await bank.loans(), problem: null };
  } catch (fault) {
    return { loans: null, problem: problemFrom(fault) };
  }
}

/** A word for one act of money, made once and sent with every try of it, so that trying again never pays twice. */
export function makeKey(): string {
  // Not randomUUID: it is there only under https, and branches test without.
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
