/** Signing by codes: first the spouse where both have to agree, then the borrower. */
import { useState } from 'react';
import { bank } from '../api.ts';
import type { Application } from '../api.ts';
import { useAct, useApplication } from '../application.tsx';
import type { Acting } from '../application.tsx';
import { Go, Quiet } from '../parts/buttons.tsx';
import { DigitsField } from '../parts/digits-field.tsx';
import { Frame } from '../parts/frame.tsx';
import { Wrong } from '../parts/notice.tsx';
import { usePersonFields } from '../parts/person-fields.tsx';
import { open } from '../router.ts';
import { useSecondsUntil } from '../seconds.ts';
import { useWords } from '../words/index.tsx';

type SigningPart = NonNullable<Application['signing']>;

export function Signing() {
  const { words } = useWords();
  const { signing } = useApplication();
  if (signing === null) return null;
  if (signing.recording_needed) return <Frame title={words.signingRecorded} />;
  if (signing.spouse?.phone_masked === null) return <NameSpouse />;
  return <Codes signing={signing} />;
}

function Codes({ signing }: { signing: SigningPart }) {
  const { words } = useWords();
  const acting = useAct();
  const [spouseCode, setSpouseCode] = useState<string | null>(null);
  const spousePhone = signing.spouse?.phone_masked ?? null;
  if (spousePhone !== null && spouseCode === null)
    return (
      <CodeOf
        key="spouse"
        phone={spousePhone}
        titles={{
          ask: words.spouseTitle,
          why: words.spouseWhy,
          type: words.spouseCodeTitle,
          send: words.spouseSend(spousePhone),
          done: words.next,
        }}
        ask={bank.askSpouseCode}
        onCode={setSpouseCode}
      />
    );
  const sign = (code: string): void =>
    void acting.run(() =>
      bank.sign({ contract_id: signing.contract_id, code, ...(spouseCode === null ? {} : { spouse_code: spouseCode }) }),
    );
  const again = acting.problem !== null && spouseCode !== null;
  return (
    <CodeOf
      key="borrower"
      phone={signing.phone_masked}
      titles={{
        ask: words.signingTitle,
        why: words.signingWhy,
        type: words.codeTitle,
        send: words.signingSend(signing.phone_masked),
        done: words.sign,
      }}
      ask={bank.askSigningCode}
      onCode={sign}
      acting={acting}
      // One of two codes was wrong and the bank does not say which: the spouse's is asked for anew as well.
      onAgain={again ? () => setSpouseCode(null) : undefined}
    />
  );
}

/** Sends a code to a phone and takes it. */
function CodeOf({
  phone,
  titles,
  ask,
  onCode,
  acting,
  onAgain,
}: {
  phone: string;
  titles: { ask: string; why: string; type: string; send: string; done: string };
  ask: typeof bank.askSigningCode;
  onCode: (code: string) => void;
  acting?: Acting;
  onAgain?: (() => void) | undefined;
}) {
  const { words } = useWords();
  const asking = useAct();
  const [asked, setAsked] = useState<{ againAt: number; demonstrationCode: string | null } | null>(null);
  const [digits, type] = useState('');
  const [isShort, setShort] = useState(false);
  const left = useSecondsUntil(asked?.againAt ?? 0);
  const send = (): void =>
    void asking.run(async () => {
      const answer = await ask();
      acting?.clear();
      setAsked({ againAt: performance.now() + answer.resend_after_seconds * 1000, demonstrationCode: answer.demonstration_code });
    });
  const done = (): void => {
    setShort(digits.length !== 6);
    if (digits.length === 6) onCode(digits);
  };
  if (asked === null)
    return (
      <Frame
        title={titles.ask}
        why={titles.why}
        acting={asking}
        dock={
          <>
            <Go onPress={send} isBusy={asking.isBusy}>
              {titles.send}
            </Go>
            <Quiet onPress={() => open('leave')}>{words.leaveIt}</Quiet>
          </>
        }
      />
    );
  return (
    <Frame
      title={titles.type}
      why={[words.codeSent(phone), words.codeWarn].join(words.sentenceJoin)}
      acting={acting === undefined || asking.problem !== null ? asking : acting}
      dock={
        <>
          <Go onPress={done} isBusy={acting?.isBusy ?? false}>
            {titles.done}
          </Go>
          {left > 0 ? <p className="hint">{words.codeResendIn(left)}</p> : <Quiet onPress={onAgain ?? send}>{words.codeResend}</Quiet>}
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
        onEnter={done}
      />
      {asked.demonstrationCode !== null && <p className="why">{words.demonstrationCode(asked.demonstrationCode)}</p>}
    </Frame>
  );
}

function NameSpouse() {
  const { words } = useWords();
  const acting = useAct();
  const { typed, check, fields } = usePersonFields('');
  const [phone, typePhone] = useState('');
  const [isPressed, press] = useState(false);
  const isPhone = /^1[3-9]\d{9}$/.test(phone);
  const submit = async (): Promise<void> => {
    press(true);
    if (check() && isPhone) await acting.run(() => bank.nameSpouse({ name: typed.name, resident_id: typed.id, phone }));
  };
  return (
    <Frame
      title={words.spouseTitle}
      why={words.spouseWhy}
      acting={acting}
      dock={
        <Go onPress={() => void submit()} isBusy={acting.isBusy}>
          {words.next}
        </Go>
      }
    >
      <form
        className="fields"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        {fields}
        <label className="field">
          <span>{words.phoneLabel}</span>
          <input
            className="figures"
            inputMode="numeric"
            autoComplete="off"
            value={phone}
            onChange={(event) => typePhone(event.target.value.normalize('NFKC').replaceAll(/\D/g, '').slice(0, 11))}
            aria-invalid={isPressed && !isPhone}
            aria-describedby="spouse-phone-wrong"
          />
        </label>
        <Wrong id="spouse-phone-wrong">{isPressed && !isPhone ? words.phoneBad : null}</Wrong>
        <button type="submit" className="unseen" tabIndex={-1} aria-hidden="true" />
      </form>
    </Frame>
  );
}
