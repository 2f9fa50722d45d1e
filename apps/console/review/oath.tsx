import { useState } from 'react';
import { bank, refusedOf } from './bank.ts';
import type { ReviewSession } from './bank.ts';
import { Plain } from './plain.tsx';
import { said, words } from './words.ts';

/** Read before the first answer; what is sworn is the text that stands here. */
export function Oath({ session, onSworn }: { session: ReviewSession; onSworn: (session: ReviewSession) => void }) {
  const [says, setSays] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const swear = async (): Promise<void> => {
    setBusy(true);
    try {
      onSworn(await bank.swear(session.csrf, session.oath_hash));
    } catch (fault) {
      setSays(refusedOf(fault).words ?? words.fault);
      setBusy(false);
    }
  };
  return (
    <Plain title={words.oathTitle} act={{ text: words.swear, run: () => void swear(), isBusy }}>
      <p className="oath">{said(session.oath)}</p>
      <p>
        {session.name} · {session.village} · {session.bank}
      </p>
      {says !== null && (
        <p className="bad" role="alert">
          {says}
        </p>
      )}
    </Plain>
  );
}
