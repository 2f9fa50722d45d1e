import { bank } from '../api.ts';
import { useAct, useApplication } from '../application.tsx';
import { Go, Quiet } from '../parts/buttons.tsx';
import { Frame } from '../parts/frame.tsx';
import { usePersonFields } from '../parts/person-fields.tsx';
import { open } from '../router.ts';
import { useWords } from '../words/index.tsx';

/** The number stays in this screen's memory: not in the address, not on the phone. */
export function Identity() {
  const { words } = useWords();
  const acting = useAct();
  const { typed, check, fields } = usePersonFields(useApplication().name ?? '');
  const submit = async (): Promise<void> => {
    if (check()) await acting.run(() => bank.identify({ name: typed.name, resident_id: typed.id }));
  };
  return (
    <Frame
      title={words.identityTitle}
      why={words.identityWhy}
      acting={acting}
      dock={
        <>
          <Go onPress={() => void submit()} isBusy={acting.isBusy}>
            {words.next}
          </Go>
          <Quiet onPress={() => open('leave')}>{words.leaveIt}</Quiet>
        </>
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
        <button type="submit" className="unseen" tabIndex={-1} aria-hidden="true" />
      </form>
    </Frame>
  );
}
