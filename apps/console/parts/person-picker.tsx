import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { personPage, searchAnswer } from '#modules/population/contract.ts';
import { get } from '../api/client.ts';
import { Menu } from './menu.tsx';
import { Portrait } from './portrait.tsx';
import { problemText } from './states.tsx';
import './person-picker.css';

/** A person to be chosen, as a word of a sentence or a field of a form: type a name, choose. Enter takes the first who is found. */
export function PersonPicker({
  chosen,
  isField = false,
  onChoose,
}: {
  chosen: string | undefined;
  isField?: boolean;
  onChoose: (id: string) => void;
}) {
  const { t } = useTranslation();
  const person = useQuery({
    queryKey: ['person', chosen],
    queryFn: () => get(personPage, `/api/v1/persons/${chosen}`),
    enabled: chosen !== undefined,
  });
  const name = chosen === undefined ? null : (person.data?.person.name ?? chosen);
  return (
    <Menu
      label={name === null ? t('decide.choose') : t('decide.chosen', { name })}
      className={isField ? 'btn pick' : chosen === undefined ? 'f' : 'f set'}
      face={name ?? t('decide.choose')}
      panel="pick-menu"
    >
      {(close) => (
        <Finder
          onChoose={(id) => {
            close();
            onChoose(id);
          }}
        />
      )}
    </Menu>
  );
}

function Finder({ onChoose }: { onChoose: (id: string) => void }) {
  const { t, i18n } = useTranslation();
  const [text, setText] = useState('');
  const asked = useDeferredValue(text.trim());
  const answer = useQuery({
    queryKey: ['search', asked],
    queryFn: async () => (await get(searchAnswer, '/api/v1/search', { q: asked, limit: 12 })).hits,
    enabled: asked.length >= 2,
    placeholderData: keepPreviousData,
  });
  const people = (answer.data ?? []).filter((hit) => hit.kind === 'person');
  return (
    <div className="picker">
      <input
        type="search"
        autoFocus
        aria-label={t('decide.choose')}
        placeholder={t('decide.name')}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
          event.preventDefault();
          const [first] = people;
          if (first !== undefined) onChoose(first.person_id);
        }}
      />
      {answer.isError && <p className="bad sm">{problemText(answer.error, i18n.language === 'en')}</p>}
      {asked.length >= 2 && answer.isSuccess && people.length === 0 && <p className="t3 sm">{t('shell.search.none', { text: asked })}</p>}
      {people.map((hit) => (
        <button
          key={hit.person_id}
          type="button"
          className={hit.hue === null ? 'hue-none' : `hue-${hit.hue}`}
          onClick={() => onChoose(hit.person_id)}
        >
          <Portrait of={hit.portrait} size={24} />
          {hit.title} <span className="t3 sm">{hit.subtitle}</span>
        </button>
      ))}
    </div>
  );
}
