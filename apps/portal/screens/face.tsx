import { bank } from '../api.ts';
import { useAct, useApplication } from '../application.tsx';
import { faceToken } from '../face-recorder.ts';
import { Go, Other } from '../parts/buttons.tsx';
import { useWords } from '../words/index.tsx';
import { ConsentText } from './consents.tsx';

/** Asked on its own screen, with its text; going on without is as easy. */
export function Face() {
  const { words } = useWords();
  const { face } = useApplication();
  const acting = useAct();
  if (face === null) return null;
  const { consent } = face;
  const send = (token: string | null) => bank.showFace({ text: consent.text, face_token: token });
  return (
    <ConsentText
      item={consent}
      title={words.faceTitle}
      why={words.faceWhy}
      acting={acting}
      dock={
        <>
          <Go onPress={() => void acting.run(async () => send(await faceToken()))} isBusy={acting.isBusy}>
            {words.faceAgree}
          </Go>
          <Other onPress={() => void acting.run(() => send(null))} disabled={acting.isBusy}>
            {words.faceSkip}
          </Other>
        </>
      }
    />
  );
}
