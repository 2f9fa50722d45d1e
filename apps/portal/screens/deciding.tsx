import { useEffect, useState } from 'react';
import { useApplication, useStanding } from '../application.tsx';
import { moment } from '../format.ts';
import { Go, Other } from '../parts/buttons.tsx';
import { Frame } from '../parts/frame.tsx';
import { usePolling } from '../polling.ts';
import { useWords } from '../words/index.tsx';

const long = 90;

/** Waiting told as it is: what has happened, what is happening, how long it has taken; and that nobody has to wait. */
export function Deciding() {
  const { words } = useWords();
  const { refresh } = useStanding();
  // Whoever looks on is told within seconds of the word; who waits for long has been told that they may leave.
  const look = usePolling(refresh, { first: 1500, longest: 5000 });
  const waited = useSecondsHere();
  return (
    <Frame title={words.decidingTitle} why={words.mayLeave} dock={<Other onPress={look}>{words.lookNow}</Other>}>
      <ol className="waiting">
        <li className="done">{words.decidingSteps.sent}</li>
        <li className="now" aria-current="step">
          {words.decidingSteps.working}
          <small>{waited < 120 ? words.waited(waited) : words.waitedMinutes(Math.floor(waited / 60))}</small>
        </li>
        <li>{words.decidingSteps.result}</li>
      </ol>
      <div role="status">{waited >= long && <p className="foot">{words.decidingLong}</p>}</div>
    </Frame>
  );
}

function useSecondsHere(): number {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const since = performance.now();
    const clock = setInterval(() => setSeconds(Math.floor((performance.now() - since) / 1000)), 1000);
    return () => clearInterval(clock);
  }, []);
  return seconds;
}

export function Manual() {
  const { words, say } = useWords();
  const { refresh } = useStanding();
  const { manual } = useApplication();
  const look = usePolling(refresh, { first: 15_000, longest: 60_000 });
  const said = manual?.awaited ? words.manualTextAwaited : words.manualText;
  return (
    <Frame title={words.manualTitle} why={[said, words.mayLeave].join(words.sentenceJoin)} dock={<Go onPress={look}>{words.lookNow}</Go>}>
      {manual?.awaited && <p className="foot">{words.manualAwaited(manual.awaited.map(say).join(words.listJoin))}</p>}
      {manual && (
        <dl className="facts">
          {manual.who && (
            <div>
              <dt>{words.manualWho}</dt>
              <dd>{[manual.who.name, manual.who.institution].join(words.clauseJoin)}</dd>
            </div>
          )}
          <div>
            <dt>{words.manualSince}</dt>
            <dd>{moment(manual.since)}</dd>
          </div>
          {manual.by && (
            <div>
              <dt>{words.manualBy}</dt>
              <dd>{moment(manual.by)}</dd>
            </div>
          )}
        </dl>
      )}
    </Frame>
  );
}
