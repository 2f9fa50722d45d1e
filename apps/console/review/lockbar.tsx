import { useState } from 'react';
import type { ReviewSession } from './bank.ts';
import { words } from './words.ts';

/** Black: this is not the bank's staff any more. Says what is kept where, always in words. */
export function Lockbar({
  session,
  waiting,
  hasSignal,
  onLeave,
}: {
  session: ReviewSession;
  waiting: number;
  hasSignal: boolean;
  onLeave: () => Promise<string | null>;
}) {
  const [isAsking, setAsking] = useState(false);
  const [says, setSays] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const leave = async (): Promise<void> => {
    setBusy(true);
    setSays(await onLeave());
    setBusy(false);
  };
  const verb = session.is_handed_over ? words.handBack : words.leave;
  return (
    <>
      <header className="lockbar">
        {session.is_handed_over && (
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <rect x="4.5" y="10.5" width="15" height="10" />
            <path d="M8 10.5V7a4 4 0 0 1 8 0v3.5" />
          </svg>
        )}
        <p>
          {session.is_handed_over ? words.locked : words.own} · {session.name}
          <small>{waiting === 0 ? words.keptHere : hasSignal ? words.unsent(waiting) : words.noSignal}</small>
        </p>
        <button type="button" onClick={() => setAsking(true)}>
          {verb}
        </button>
      </header>
      {isAsking && (
        <div className="sure" role="alertdialog" aria-label={verb}>
          <p>{waiting > 0 ? words.unsentSure(waiting) : session.is_handed_over ? words.handBackSure : words.leaveSure}</p>
          {says !== null && (
            <p className="bad" role="alert">
              {says}
            </p>
          )}
          <div className="acts">
            <button type="button" className="big" onClick={() => setAsking(false)}>
              {words.stay}
            </button>
            <button type="button" className="big go" disabled={isBusy || waiting > 0} onClick={() => void leave()}>
              {words.go}
            </button>
          </div>
        </div>
      )}
    </>
  );
}
