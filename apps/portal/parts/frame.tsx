/** What every screen stands in: the bar, the seven squares, the person to call, and the dock under the thumb. */
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { ReactNode } from 'react';
import type { Acting } from '../application.tsx';
import { useStanding } from '../application.tsx';
import { isLarge, wearText } from '../preferences.ts';
import { back } from '../router.ts';
import { useWords } from '../words/index.tsx';
import { Icon } from './icons.tsx';
import { Notice } from './notice.tsx';

interface FrameProps {
  title: string;
  /** One line under the title: why we ask. */
  why?: ReactNode;
  children?: ReactNode;
  /** Buttons, main one first. */
  dock?: ReactNode;
  /** What an act of this screen came to. */
  acting?: Acting;
  /** The screen above, for those who came straight here; null on the first screen, which has none. */
  above?: string | null;
  /** The person stands in the dock already. */
  hidesPerson?: boolean;
}

export function Frame({ title, why, children, dock, acting, above = 'progress', hidesPerson = false }: FrameProps) {
  const { words, turn } = useWords();
  const { application, channel } = useStanding();
  const heading = useRef<HTMLHeadingElement>(null);
  // A new question is read out from its beginning.
  useEffect(() => {
    document.title = title;
    heading.current?.focus({ preventScroll: true });
  }, [title]);
  return (
    <div className="phone">
      <header className="bar">
        {above === null ? (
          <span className="bar-side" />
        ) : (
          <button type="button" className="bar-side" onClick={() => back(above)}>
            <Icon of="back" small />
            {words.back}
          </button>
        )}
        <span className="bank">{application?.bank ?? channel?.bank ?? ''}</span>
        <TextSize />
      </header>
      {application && <Strip done={application.progress.done} of={application.progress.of} />}
      <Offline />
      <main className="content">
        <div className="q">
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {why !== undefined && <p>{why}</p>}
        </div>
        {children}
        <div className="end">
          {!hidesPerson && <Person />}
          <button type="button" className="tongue" onClick={turn} lang={words.otherLanguage === 'English' ? 'en' : 'zh-CN'}>
            {words.otherLanguage}
          </button>
        </div>
      </main>
      {(dock !== undefined || acting?.problem || acting?.isSlow) && (
        <div className="dock">
          {acting && <Notice acting={acting} />}
          {dock}
        </div>
      )}
    </div>
  );
}

function TextSize() {
  const { words } = useWords();
  const [large, setLarge] = useState(isLarge);
  const turn = (): void => {
    wearText(!large);
    setLarge(!large);
  };
  return (
    <button type="button" className="bar-side bar-side--end" onClick={turn} aria-pressed={large}>
      <Icon of="letters" small />
      {large ? words.normal : words.large}
    </button>
  );
}

function Strip({ done, of }: { done: number; of: number }) {
  const { words } = useWords();
  const label = done >= of ? words.allDone : words.stepOf(done + 1, of, words.stages[done] ?? '');
  return (
    <div className="strip" role="img" aria-label={label}>
      {Array.from({ length: of }, (_, index) => (
        <i key={index} className={index < done ? `s${index + 1}` : index === done ? 'now' : ''} />
      ))}
    </div>
  );
}

const isOnline = (): boolean => navigator.onLine;
function hearNetwork(tell: () => void): () => void {
  addEventListener('online', tell);
  addEventListener('offline', tell);
  return () => {
    removeEventListener('online', tell);
    removeEventListener('offline', tell);
  };
}

function Offline() {
  const { words } = useWords();
  const online = useSyncExternalStore(hearNetwork, isOnline);
  return (
    <div role="status" className={online ? 'state state--none' : 'state'}>
      {online ? '' : words.offline}
    </div>
  );
}

/** The person of the bank: on every screen, with a call where the bank gives a number. */
export function Person({ asking, isMain = false }: { asking?: string; isMain?: boolean }) {
  const { words } = useWords();
  const { application, channel } = useStanding();
  const contact = application?.contact ?? channel?.contact ?? null;
  if (contact === null) return <p className="person person--none">{words.atBranch}</p>;
  return (
    <div className="person">
      <span className="initial" aria-hidden="true">
        {contact.name.slice(0, 1)}
      </span>
      <p>
        {asking ?? words.askPerson}
        <br />
        <b>{contact.name}</b>
        {words.clauseJoin}
        {contact.institution}
      </p>
      {contact.phone !== null && (
        <a className={isMain ? 'btn btn--go' : 'btn'} href={`tel:${contact.phone}`} aria-label={words.callFor(contact.name)}>
          <Icon of="call" small />
          {words.call}
        </a>
      )}
    </div>
  );
}
