import { useState } from 'react';
import { bank, refusedOf } from './bank.ts';
import type { ReviewSession } from './bank.ts';
import { words } from './words.ts';

/** Number and code, as the customer manager gave them; the number may come with the address (`/review/#R12`). */
export function Enter({ onEntered }: { onEntered: (session: ReviewSession) => void }) {
  const [number, setNumber] = useState(() => /^#R?(\d{1,15})$/.exec(window.location.hash)?.[1] ?? '');
  const [code, setCode] = useState('');
  const [says, setSays] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const isReady = /^[1-9]\d*$/.test(number) && /^\d{6}$/.test(code);
  const enter = async (): Promise<void> => {
    setBusy(true);
    setSays(null);
    try {
      onEntered(await bank.enter(`R${number}`, code));
    } catch (fault) {
      const refused = refusedOf(fault);
      setSays(refused.words ?? (refused.code === 'network' ? words.noSignal : words.fault));
      setBusy(false);
    }
  };
  return (
    <main className="phone">
      <form
        className="plain"
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady && !isBusy) void enter();
        }}
      >
        <h1>{words.enterTitle}</h1>
        <p>{words.enterSays}</p>
        <label htmlFor="number">{words.number}</label>
        <span className="entry">
          <i>R</i>
          <input
            id="number"
            inputMode="numeric"
            autoComplete="off"
            value={number}
            onChange={(event) => setNumber(event.target.value.replace(/\D/g, '').slice(0, 15))}
          />
        </span>
        <label htmlFor="code">{words.code}</label>
        <span className="entry">
          <input
            id="code"
            inputMode="numeric"
            autoComplete="one-time-code"
            value={code}
            onChange={(event) => setCode(event.target.value.replace(/\D/g, '').slice(0, 6))}
          />
        </span>
        {says !== null && (
          <p className="bad" role="alert">
            {says}
          </p>
        )}
        <button type="submit" className="big go" disabled={!isReady || isBusy}>
          {words.enter}
        </button>
      </form>
    </main>
  );
}
