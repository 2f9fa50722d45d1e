import { useState } from 'react';
import type { ReactNode } from 'react';
import { parseResidentId } from '#core/identifiers/index.ts';
import { useWords } from '../words/index.tsx';
import { Wrong } from './notice.tsx';

export interface PersonTyped {
  readonly name: string;
  readonly id: string;
}

/** A name and an ID number as they stand on the card; which of them cannot be right is told once `check` was called. */
export function usePersonFields(first: string): { typed: PersonTyped; check: () => boolean; fields: ReactNode } {
  const { words } = useWords();
  const [name, typeName] = useState(first);
  const [id, typeId] = useState('');
  const [wrong, setWrong] = useState<{ name: boolean; id: boolean }>({ name: false, id: false });
  const check = (): boolean => {
    const found = { name: name.trim().length < 2, id: !parseResidentId(id).ok || id.length !== 18 };
    setWrong(found);
    return !found.name && !found.id;
  };
  const fields = (
    <>
      <label className="field">
        <span>{words.nameLabel}</span>
        <input
          value={name}
          autoComplete="off"
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
          value={inGroups(id)}
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          onChange={(event) => typeId(asId(event.target.value))}
          aria-invalid={wrong.id}
          aria-describedby="id-wrong"
        />
      </label>
      <Wrong id="id-wrong">{wrong.id ? words.idBad : null}</Wrong>
    </>
  );
  return { typed: { name: name.trim(), id }, check, fields };
}

/** Place, birthday, rest: as people read it out. */
const inGroups = (id: string): string => [id.slice(0, 6), id.slice(6, 14), id.slice(14)].filter((part) => part !== '').join(' ');

const asId = (typed: string): string =>
  typed
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[^\dX]/g, '')
    .slice(0, 18);
