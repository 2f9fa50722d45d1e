import { useState } from 'react';
import type { ReactNode } from 'react';
import { bank } from '../api.ts';
import type { Application } from '../api.ts';
import { useAct, useApplication } from '../application.tsx';
import type { Acting } from '../application.tsx';
import { Go, Other, Quiet } from '../parts/buttons.tsx';
import { Frame } from '../parts/frame.tsx';
import { Icon } from '../parts/icons.tsx';
import { back, open, usePlace } from '../router.ts';
import { useWords } from '../words/index.tsx';

type Item = NonNullable<Application['consents']>[number];

/** Nothing is ticked beforehand. What has to be agreed to by itself is ticked only on its own screen, under its text. */
export function Consents() {
  const { words } = useWords();
  const { consents } = useApplication();
  const { item: opened } = usePlace();
  const acting = useAct();
  const [given, setGiven] = useState<ReadonlySet<string>>(new Set());
  const items = consents ?? [];
  const put = (text: string, isGiven: boolean): void =>
    setGiven((before) => new Set(isGiven ? [...before, text] : [...before].filter((one) => one !== text)));
  const shown = items.find(({ text }) => text === opened);
  if (shown)
    return (
      <ConsentText
        item={shown}
        note={shown.is_separate ? words.separateNote : undefined}
        dock={
          <>
            <Go
              onPress={() => {
                put(shown.text, true);
                back('consents');
              }}
            >
              {words.agreeOne}
            </Go>
            <Other
              onPress={() => {
                put(shown.text, false);
                back('consents');
              }}
            >
              {words.refuseOne}
            </Other>
          </>
        }
      />
    );
  return <ConsentList items={items} given={given} onPut={put} acting={acting} />;
}

function ConsentList({
  items,
  given,
  onPut,
  acting,
}: {
  items: readonly Item[];
  given: ReadonlySet<string>;
  onPut: (text: string, isGiven: boolean) => void;
  acting: Acting;
}) {
  const { words, say } = useWords();
  const [missing, setMissing] = useState<Item | null>(null);
  const submit = async (): Promise<void> => {
    const lacking = items.find(({ text, is_required: isRequired }) => isRequired && !given.has(text)) ?? null;
    setMissing(lacking);
    if (lacking === null) await acting.run(() => bank.agree(items.map(({ text }) => ({ text, is_given: given.has(text) }))));
  };
  const isMissing = missing !== null && !given.has(missing.text);
  return (
    <Frame
      title={words.consentsTitle}
      why={words.consentsWhy}
      acting={acting}
      dock={
        <>
          <div role="alert">{isMissing && <p className="notice">{words.consentsMissing(say(missing.title))}</p>}</div>
          <Go onPress={() => void submit()} isBusy={acting.isBusy}>
            {words.agreeCount(given.size)}
          </Go>
          <Quiet onPress={() => open('leave')}>{words.leaveIt}</Quiet>
        </>
      }
    >
      <ul className="items">
        {items.map((item) => (
          <ConsentRow key={item.text} item={item} isGiven={given.has(item.text)} onPut={onPut} />
        ))}
      </ul>
      <p className="foot">{words.leaveNote}</p>
    </Frame>
  );
}

function ConsentRow({ item, isGiven, onPut }: { item: Item; isGiven: boolean; onPut: (text: string, isGiven: boolean) => void }) {
  const { words, say } = useWords();
  const tick = (): void => {
    // Taking back is one press anywhere; giving a separate one leads through its text.
    if (item.is_separate && !isGiven) open('consents', item.text);
    else onPut(item.text, !isGiven);
  };
  return (
    <li className="item">
      <button type="button" className="box" role="checkbox" aria-checked={isGiven} aria-label={say(item.title)} onClick={tick}>
        <i>{isGiven && <Icon of="check" />}</i>
      </button>
      <button type="button" className="item-text" onClick={() => open('consents', item.text)} aria-label={words.readText(say(item.title))}>
        <b>
          {say(item.title)} <small>{item.is_required ? words.required : words.optional}</small>
        </b>
        {item.is_required ? null : <span>{say(item.refusing)}</span>}
        <span className="src">{words.askedFrom(item.sources.map(say).join(words.listJoin))}</span>
      </button>
      <Icon of="onward" />
    </li>
  );
}

/** The text itself, what it asks and of whom, and what becomes of a no. */
export function ConsentText({
  item,
  note,
  dock,
  title,
  why,
  acting,
}: {
  item: Item;
  note?: string | undefined;
  dock: ReactNode;
  title?: string;
  why?: string;
  acting?: Acting;
}) {
  const { words, say } = useWords();
  return (
    <Frame
      title={title ?? say(item.title)}
      why={why ?? note ?? words.askedFrom(item.sources.map(say).join(words.listJoin))}
      above="consents"
      dock={dock}
      {...(acting ? { acting } : {})}
    >
      <section className="paper-text" lang="zh-CN">
        {item.body
          .trim()
          .split(/\n{2,}/)
          .map((part) => (
            <p key={part}>{part}</p>
          ))}
      </section>
      <section className="block">
        <h2>{words.ifRefused}</h2>
        <p>{say(item.refusing)}</p>
      </section>
    </Frame>
  );
}
