/** The door: a phone number, and the code that was sent to it. */
import { useEffect, useState } from 'react';
import { maskPhone } from '#core/identifiers/index.ts';
import { bank } from '../api.ts';
import { useAct, useStanding } from '../application.tsx';
import type { Acting } from '../application.tsx';
import { Go, Quiet } from '../parts/buttons.tsx';
import { DigitsField } from '../parts/digits-field.tsx';
import { Frame } from '../parts/frame.tsx';
import { lastCode } from '../preferences.ts';
import { homes } from '../steps.ts';
import { open, openStep, restart, swap } from '../router.ts';
import { useSecondsUntil } from '../seconds.ts';
import { useWords } from '../words/index.tsx';

/** Kept while the page is open, so that the code's screen knows where it was sent; a reload asks for the number again. */
const sent: { phone: string; againAt: number; demonstrationCode: string | null } = { phone: '', againAt: 0, demonstrationCode: null };

function useSending(): Acting & { send: (phone: string) => Promise<boolean> } {
  const { code } = useStanding();
  const acting = useAct();
  const send = (phone: string): Promise<boolean> =>
    acting.run(async () => {
      const asked = await bank.askCode({ channel_code: code ?? lastCode() ?? '', phone });
      const againAt = performance.now() + asked.resend_after_seconds * 1000;
      Object.assign(sent, { phone, againAt, demonstrationCode: asked.demonstration_code });
    });
  return { ...acting, send };
}

export function Phone() {
  const { words } = useWords();
  const { isSignedOut } = useStanding();
  const sending = useSending();
  const [phone, type] = useState(sent.phone);
  const [isWrong, setWrong] = useState(false);
  const submit = async (): Promise<void> => {
    const isRight = /^1[3-9]\d{9}$/.test(phone);
    setWrong(!isRight);
    // The number that has just got a code keeps it: going back and on again costs no second message.
    const isSent = phone === sent.phone && performance.now() < sent.againAt;
    if (isRight && (isSent || (await sending.send(phone)))) open('code');
  };
  return (
    <Frame
      title={words.phoneTitle}
      why={isSignedOut ? words.signedOut : words.phoneWhy}
      above=""
      acting={sending}
      dock={
        <Go onPress={() => void submit()} isBusy={sending.isBusy}>
          {words.phoneSend}
        </Go>
      }
    >
      <DigitsField
        label={words.phoneLabel}
        value={phone}
        onType={type}
        most={11}
        groups={[3, 4, 4]}
        kind="tel"
        wrong={isWrong ? words.phoneBad : null}
        onEnter={() => void submit()}
      />
    </Frame>
  );
}

export function Code() {
  const { words } = useWords();
  const { code } = useStanding();
  const entering = useAct();
  const sending = useSending();
  const { put } = useStanding();
  const [digits, type] = useState('');
  const [isShort, setShort] = useState(false);
  const [isResent, setResent] = useState(false);
  const left = useSecondsUntil(sent.againAt);
  // Reloaded: the number is not known any more.
  useEffect(() => {
    if (sent.phone === '') swap('phone');
  }, []);

  const submit = async (): Promise<void> => {
    setShort(digits.length !== 6);
    if (digits.length !== 6) return;
    await entering.run(async () => {
      const application = await bank.enter({ channel_code: code ?? lastCode() ?? '', phone: sent.phone, code: digits });
      put(application);
      await restart('progress');
      openStep(homes[application.step]);
    });
  };
  const resend = async (): Promise<void> => {
    entering.clear();
    type('');
    setResent(await sending.send(sent.phone));
  };
  return (
    <Frame
      title={words.codeTitle}
      why={`${isResent ? words.codeResent : words.codeSent(maskPhone(sent.phone))} ${words.codeWarn}`}
      above="phone"
      acting={entering.problem === null && sending.problem !== null ? sending : entering}
      dock={
        <>
          <Go onPress={() => void submit()} isBusy={entering.isBusy}>
            {words.next}
          </Go>
          {left > 0 ? <p className="hint">{words.codeResendIn(left)}</p> : <Quiet onPress={() => void resend()}>{words.codeResend}</Quiet>}
        </>
      }
    >
      <DigitsField
        label={words.codeInput}
        value={digits}
        onType={type}
        most={6}
        groups={[6]}
        kind="one-time-code"
        wrong={isShort ? words.codeShort : null}
        onEnter={() => void submit()}
      />
      {sent.demonstrationCode !== null && <p className="why">{words.demonstrationCode(sent.demonstrationCode)}</p>}
    </Frame>
  );
}
