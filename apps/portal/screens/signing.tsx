import { useState } from 'react';
import { bank } from '../api.ts';
import { useAct, useApplication } from '../application.tsx';
import { Go, Quiet } from '../parts/buttons.tsx';
import { DigitsField } from '../parts/digits-field.tsx';
import { Frame } from '../parts/frame.tsx';
import { open } from '../router.ts';
import { useSecondsUntil } from '../seconds.ts';
import { useWords } from '../words/index.tsx';

export function Signing() {
  const { words } = useWords();
  const { signing } = useApplication();
  const asking = useAct();
  const signingAct = useAct();
  const [againAt, setAgainAt] = useState<number | null>(null);
  const [digits, type] = useState('');
  const [isShort, setShort] = useState(false);
  const [demonstrationCode, setDemonstrationCode] = useState<string | null>(null);
  const left = useSecondsUntil(againAt ?? 0);
  if (signing === null) return null;
  if (signing.recording_needed) return <Frame title={words.signingRecorded} />;

  const ask = (): void =>
    void asking.run(async () => {
      const { resend_after_seconds: seconds, demonstration_code: shown } = await bank.askSigningCode();
      setDemonstrationCode(shown);
      signingAct.clear();
      setAgainAt(performance.now() + seconds * 1000);
    });
  const sign = (): void => {
    setShort(digits.length !== 6);
    if (digits.length === 6) void signingAct.run(() => bank.sign({ contract_id: signing.contract_id, code: digits }));
  };
  if (againAt === null)
    return (
      <Frame
        title={words.signingTitle}
        why={words.signingWhy}
        acting={asking}
        dock={
          <>
            <Go onPress={ask} isBusy={asking.isBusy}>
              {words.signingSend(signing.phone_masked)}
            </Go>
            <Quiet onPress={() => open('leave')}>{words.leaveIt}</Quiet>
          </>
        }
      />
    );
  return (
    <Frame
      title={words.codeTitle}
      why={`${words.codeSent(signing.phone_masked)}${words.codeWarn}`}
      acting={asking.problem === null ? signingAct : asking}
      dock={
        <>
          <Go onPress={sign} isBusy={signingAct.isBusy}>
            {words.sign}
          </Go>
          {left > 0 ? <p className="hint">{words.codeResendIn(left)}</p> : <Quiet onPress={ask}>{words.codeResend}</Quiet>}
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
        onEnter={sign}
      />
      {demonstrationCode !== null && <p className="why">{words.demonstrationCode(demonstrationCode)}</p>}
    </Frame>
  );
}
