import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Modal } from 'antd';
import { useDeferredValue, useEffect, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { personList, searchAnswer, type SearchHit } from '#modules/population/contract.ts';
import { get, send } from '../api/client.ts';
import { useMe } from '../api/session.ts';
import { Portrait } from '../parts/portrait.tsx';
import { problemText } from '../parts/states.tsx';
import { allowed, isGroup } from './navigation.ts';
import './palette.css';

type Found = Exclude<SearchHit, { kind: 'page' }> | { kind: 'place'; to: string; title: string };

/** A full number never stands in an address: it is asked for in a request body. */
const looksLikeNumber = (text: string): boolean => /^(\d{11}|\d{15}|\d{17}[\dXx])$/.test(text);

async function find(text: string): Promise<SearchHit[]> {
  if (!looksLikeNumber(text)) return (await get(searchAnswer, '/api/v1/search', { q: text, limit: 12 })).hits;
  const people = await send(personList, 'POST', '/api/v1/persons/lookup', { number: text });
  return people.items.map((row) => ({
    kind: 'person',
    person_id: row.person_id,
    title: row.name,
    subtitle: row.place,
    portrait: row.portrait,
    hue: row.hue,
  }));
}

export function Palette({ open, onOpen, onClose }: { open: boolean; onOpen: () => void; onClose: () => void }) {
  useEffect(() => {
    const hear = (event: globalThis.KeyboardEvent): void => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        onOpen();
      }
    };
    window.addEventListener('keydown', hear);
    return () => window.removeEventListener('keydown', hear);
  }, [onOpen]);
  const { t } = useTranslation();
  return (
    <Modal
      open={open}
      onCancel={onClose}
      footer={null}
      closable={false}
      destroyOnHidden
      width={560}
      style={{ top: 72 }}
      aria-label={t('shell.search.label')}
      className="palette"
    >
      <Finder onClose={onClose} />
    </Modal>
  );
}

function Finder({ onClose }: { onClose: () => void }) {
  const { t, i18n } = useTranslation();
  const me = useMe();
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const asked = useDeferredValue(text.trim());
  const answer = useQuery({
    queryKey: ['search', asked],
    queryFn: () => find(asked),
    enabled: asked.length >= 2,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
  const pages = allowed(me.permissions)
    .flatMap((entry) => (isGroup(entry) ? entry.items : [entry]))
    .map((item): Found => ({ kind: 'place', to: item.to, title: t(`shell.nav.${item.key}`) }))
    .filter((page) => asked === '' || page.title.toLowerCase().includes(asked.toLowerCase()));
  const hits =
    asked.length >= 2 ? (answer.data ?? []).filter((hit): hit is Exclude<SearchHit, { kind: 'page' }> => hit.kind !== 'page') : [];
  const found: readonly Found[] = [...hits, ...pages];
  const choose = (one: Found): void => {
    onClose();
    if (one.kind === 'person') void navigate({ to: '/persons/$id', params: { id: one.person_id } });
    else if (one.kind === 'household') void navigate({ to: '/households/$id', params: { id: one.household_id } });
    else if (one.kind === 'grid') void navigate({ to: '/grid/$code', params: { code: one.code } });
    else void navigate({ to: one.to });
  };
  const steer = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      setAt(Math.max(0, Math.min(found.length - 1, at + step)));
    } else if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
      const one = found[at];
      if (one !== undefined) choose(one);
    }
  };
  return (
    <div onKeyDown={steer} role="presentation">
      <input
        className="ask"
        autoFocus
        role="combobox"
        aria-expanded="true"
        aria-controls="found"
        aria-activedescendant={found.length === 0 ? undefined : `found-${at}`}
        aria-label={t('shell.search.label')}
        placeholder={t('shell.search.placeholder')}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
      />
      <ul className="found" id="found" role="listbox" aria-label={t('shell.search.label')}>
        {found.map((one, index) => (
          <li
            key={keyOf(one)}
            id={`found-${index}`}
            role="option"
            aria-selected={index === at}
            onClick={() => choose(one)}
            onMouseMove={() => setAt(index)}
          >
            <Hit one={one} />
          </li>
        ))}
      </ul>
      <p className="foot t3 sm" role="status">
        {answer.isError && <span className="bad">{problemText(answer.error, i18n.language === 'en')}</span>}
        {!answer.isError && asked.length === 1 && t('shell.search.hint')}
        {answer.isFetching && t('shell.search.busy')}
        {!answer.isFetching && !answer.isError && asked.length >= 2 && found.length === 0 && t('shell.search.none', { text: asked })}
      </p>
    </div>
  );
}

function keyOf(one: Found): string {
  if (one.kind === 'person') return one.person_id;
  if (one.kind === 'household') return one.household_id;
  return one.kind === 'grid' ? one.code : one.to;
}

function Hit({ one }: { one: Found }) {
  const { t } = useTranslation();
  const kind = { person: 'persons', household: 'households', grid: 'grids', place: 'pages' } as const;
  const hue = 'hue' in one && one.hue !== null ? `hue-${one.hue}` : 'hue-none';
  return (
    <span className={`hit ${hue}`}>
      <span className="pic">
        {one.kind === 'person' ? <Portrait of={one.portrait} size={28} /> : one.kind === 'household' ? <i className="chip" /> : null}
      </span>
      <b>{one.title}</b>
      {'subtitle' in one && <span className="t3 sm">{one.subtitle}</span>}
      <span className="t3 sm what">{t(`shell.search.${kind[one.kind]}`)}</span>
    </span>
  );
}
