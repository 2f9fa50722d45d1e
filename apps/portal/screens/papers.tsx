import { useEffect } from 'react';
import { bank } from '../api.ts';
import type { Paper } from '../api.ts';
import { useAct, useApplication, useStanding } from '../application.tsx';
import type { Acting } from '../application.tsx';
import { Go, Quiet } from '../parts/buttons.tsx';
import { Frame } from '../parts/frame.tsx';
import { Icon } from '../parts/icons.tsx';
import { usePolling } from '../polling.ts';
import { back, open, usePlace } from '../router.ts';
import { useSecondsUntil } from '../seconds.ts';
import { useWords } from '../words/index.tsx';

export function Papers() {
  const { papers } = useApplication();
  const { item } = usePlace();
  const shown = papers?.find(({ name }) => name === item);
  return shown ? <PaperScreen key={shown.hash} paper={shown} /> : <PaperList papers={papers ?? []} />;
}

function PaperList({ papers }: { papers: readonly Paper[] }) {
  const { words, say } = useWords();
  const next = papers.find(({ confirmed_at: confirmedAt }) => confirmedAt === null);
  return (
    <Frame
      title={words.papersTitle}
      why={words.papersWhy}
      dock={
        <>
          {next && <Go onPress={() => open('papers', next.name)}>{words.paperOpen}</Go>}
          <Quiet onPress={() => open('leave')}>{words.leaveIt}</Quiet>
        </>
      }
    >
      <ul className="answers">
        {papers.map((paper) => (
          <li key={paper.name}>
            <button type="button" onClick={() => open('papers', paper.name)}>
              <span>
                <b>{say(paper.title)}</b>
                {paper.confirmed_at === null ? words.paperPages(paper.pages) : words.paperConfirmed}
              </span>
              <em>{paper.confirmed_at === null ? words.paperOpen : ''}</em>
              <Icon of={paper.confirmed_at === null ? 'onward' : 'check'} small />
            </button>
          </li>
        ))}
      </ul>
    </Frame>
  );
}

/** The paper opens beside the page; how long it has been open is for the bank's clock to say. */
function PaperScreen({ paper }: { paper: Paper }) {
  const { words, say } = useWords();
  const acting = useAct();
  const readable = useReadableAt(paper);
  const left = useSecondsUntil(readable ?? 0);
  const confirm = async (): Promise<void> => {
    await acting.run(async () => {
      const next = await bank.confirmPaper(paper.name, { hash: paper.hash });
      // The last paper ends the step and the page goes on by itself; a way back from there would leave the step again.
      if (next.step === 'papers') back('papers');
      return next;
    });
  };
  const isOpened = paper.opened_at !== null;
  return (
    <Frame
      title={say(paper.title)}
      why={`${words.paperPages(paper.pages)}。${words.paperNote(paper.reading_seconds)}`}
      above="papers"
      acting={acting}
      dock={<PaperDock {...{ paper, left, acting, confirm }} />}
    >
      <section className="block block--first">
        <p>{words.paperHow}</p>
        <a
          className={isOpened ? 'btn btn--wide' : 'btn btn--go btn--wide'}
          href={bank.paperFile(paper.name)}
          target="_blank"
          rel="noreferrer"
        >
          {isOpened ? words.paperAgain : words.paperOpen}
        </a>
      </section>
      {!isOpened && <Opened />}
    </Frame>
  );
}

function PaperDock({ paper, left, acting, confirm }: { paper: Paper; left: number; acting: Acting; confirm: () => Promise<void> }) {
  const { words } = useWords();
  if (paper.confirmed_at !== null) return <p className="hint">{words.paperConfirmed}</p>;
  const isReady = paper.opened_at !== null && left === 0;
  return (
    <>
      <p className="hint" role="timer">
        {paper.opened_at === null ? words.paperUnread : isReady ? words.paperReady : words.paperReading(left)}
      </p>
      <Go onPress={() => void confirm()} isBusy={acting.isBusy} disabled={!isReady}>
        {words.paperConfirm}
      </Go>
    </>
  );
}

/** Looks whether the bank has seen the paper being opened. */
function Opened() {
  const { refresh } = useStanding();
  const look = usePolling(refresh, { first: 1500, longest: 8000 });
  useEffect(() => {
    addEventListener('focus', look);
    return () => removeEventListener('focus', look);
  }, [look]);
  return null;
}

/** When reading has lasted long enough, on this page's clock: the bank's own instants say how much was left as it answered. */
function useReadableAt({ opened_at: openedAt, reading_seconds: seconds }: Paper): number | null {
  const { heardAt } = useStanding();
  const { as_of: asOf } = useApplication();
  if (openedAt === null) return null;
  const readFor = Date.parse(asOf) - Date.parse(openedAt);
  return heardAt + seconds * 1000 - readFor;
}
