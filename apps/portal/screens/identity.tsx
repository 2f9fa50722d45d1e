import { useState } from 'react';
import { parseResidentId } from '#core/identifiers/index.ts';
import { bank } from '../api.ts';
import { useAct, useApplication } from '../application.tsx';
import { Go, Quiet } from '../parts/buttons.tsx';
import { Frame } from '../parts/frame.tsx';
import { Wrong } from '../parts/notice.tsx';
import { open } from '../router.ts';
import { useWords } from '../words/index.tsx';

/** The number stays in this screen's memory: not in the address, not on the phone. */
export function Identity() {
  const { words } = useWords();
  const acting = useAct();
  const application = useApplication();
  const [name, typeName] = useState(application.name ?? '');
  const [id, typeId] = useState('');
  const [wrong, setWrong] = useState<{ name: boolean; id: boolean }>({ name: false, id: false });
  const submit = async (): Promise<void> => {
    const found = { name: name.trim().length < 2, id: !parseResidentId(id).ok || id.length !== 18 };
    setWrong(found);
    if (!found.name && !found.id) await acting.run(() => bank.identify({ name: name.trim(), resident_id: id }));
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
        <label className="field">
          <span>{words.nameLabel}</span>
          <input
            value={name}
            autoComplete="name"
            maxLength={60}
            onChange={(event) => typeName(event.target.value)}
            aria-invalid={wrong.name}
            aria-describedby="name-wrong"
          />
        </label>
        <Wrong id="name-wrong">{wrong.name ? words.nameBad : null}</Wrong>
        <label className="field">
          <span>{words.idLabel}</span>
          <input
            className="figures"
            value={id
              .replace(/^(\d{6})(\d{8})?/, (_all, place: string, birth?: string) => (birth ? `${place} ${birth} ` : `${place} `))
              .trim()}
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            onChange={(event) => typeId(asId(event.target.value))}
            aria-invalid={wrong.id}
            aria-describedby="id-wrong"
          />
        </label>
        <Wrong id="id-wrong">{wrong.id ? words.idBad : null}</Wrong>
        <button type="submit" className="unseen" tabIndex={-1} aria-hidden="true" />
      </form>
    </Frame>
  );
}

const asId = (typed: string): string =>
  typed
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[^\dX]/g, '')
    .slice(0, 18);
