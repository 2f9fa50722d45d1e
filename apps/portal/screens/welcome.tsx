import { useState } from 'react';
import { useStanding } from '../application.tsx';
import { lastCode } from '../preferences.ts';
import { Go } from '../parts/buttons.tsx';
import { Frame } from '../parts/frame.tsx';
import { Wrong } from '../parts/notice.tsx';
import { openStep } from '../router.ts';
import { useWords } from '../words/index.tsx';

/** What a person sees who has just scanned a code: whose it is, for what, what is needed. Usable before the bank has answered. */
export function Welcome() {
  const { words, say } = useWords();
  const { channel, application } = useStanding();
  const product = application?.product.name ?? channel?.product.name;
  const begin = (
    <Go onPress={() => openStep('phone')} key="begin">
      {words.begin}
    </Go>
  );
  const goOn = (
    <Go onPress={() => openStep('progress')} key="on">
      {words.goOn}
    </Go>
  );
  return (
    <Frame
      title={product ? say(product) : words.welcomeTitle}
      why={application ? words.welcomeBack : channel ? say(channel.product.line) : ' '}
      above={null}
      dock={application ? goOn : begin}
    >
      <section className="needs">
        <h2>{words.welcomeNeeds}</h2>
        <ul>
          {words.welcomeNeed.map((need) => (
            <li key={need}>{need}</li>
          ))}
        </ul>
        <p>{words.welcomeNote}</p>
      </section>
    </Frame>
  );
}

const codePattern = /^[0-9A-HJKMNP-TV-Z]{12}$/;
/** Letters that are taken for digits, as printed codes leave them out. */
const asPrinted = (typed: string): string =>
  typed.normalize('NFKC').toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');

/** Opened without a code: scan one, or type it. */
export function NoCode() {
  const { words } = useWords();
  const [typed, type] = useState(lastCode() ?? '');
  const [isWrong, setWrong] = useState(false);
  const send = (): void => {
    const code = asPrinted(typed);
    if (codePattern.test(code)) location.assign(`/apply/${code}`);
    else setWrong(true);
  };
  return (
    <Frame title={words.noCode} why={words.noCodeText} above={null} dock={<Go onPress={send}>{words.codeOpen}</Go>}>
      <form
        className="fields"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <label className="field">
          <span>{words.codeLabel}</span>
          <input
            value={typed}
            autoCapitalize="characters"
            autoComplete="off"
            spellCheck={false}
            maxLength={20}
            onChange={(event) => type(event.target.value)}
          />
        </label>
        <Wrong id="code-wrong">{isWrong ? words.codeBad : null}</Wrong>
      </form>
    </Frame>
  );
}
