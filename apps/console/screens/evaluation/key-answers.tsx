import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { readForm } from '#core/product/index.ts';
import { answersTaken, evaluationAddresses, type AnswersTaken, type Reviewer } from '#modules/village/evaluation/contract.ts';
import { reviewSheet, type ReviewSheet } from '#modules/village/evaluation/page/contract.ts';
import { get, send } from '../../api/client.ts';
import { useMe } from '../../api/session.ts';
import { count } from '../../format.ts';
import { spoken } from '../../i18n.ts';
import { Drawer } from '../../parts/drawer.tsx';
import { ChosenField, DateField, TypedField } from '../../parts/field.tsx';
import { useRefused } from '../../parts/refused.ts';
import { Stale, Unread } from '../../parts/states.tsx';
import { Wrong } from '../../parts/wrong.tsx';
import type { At } from './at.ts';
import { KeyPerson } from './key-person.tsx';
import { blank, itemOf, type Said } from './said.ts';

type Group = ReviewSheet['groups'][number];
type Person = Group['households'][number]['people'][number];
const channels = ['meeting', 'phone'] as const;

/** What a reviewer says at a meeting or on the phone, typed in household by household: the reviewer's own sheet and form, and the same refusals. */
export function KeyAnswers({ at, reviewer, onClose }: { at: At; reviewer: Reviewer; onClose: () => void }) {
  const { t } = useTranslation();
  const me = useMe();
  const client = useQueryClient();
  const address = (path: string): string => path.replace(':id', reviewer.reviewer_id);
  const sheet = useQuery({
    queryKey: ['evaluation', at.projectId, 'keyed', reviewer.reviewer_id],
    queryFn: () => get(reviewSheet, address(evaluationAddresses.keyedSheet)),
  });
  const [channel, setChannel] = useState<(typeof channels)[number]>('meeting');
  const [place, setPlace] = useState('');
  const [day, setDay] = useState(me.today);
  const [time, setTime] = useState('');
  const [said, setSaid] = useState<Readonly<Record<string, Said>>>({});
  const [refused, setRefused] = useState<AnswersTaken['refused']>([]);
  // Nothing that is typed makes these right: they are told, and the next ones come.
  const [passed, setPassed] = useState<ReadonlySet<string>>(new Set());
  const open = openOf(sheet.data, passed);
  const next = open[0];
  const heldAt = instantOf(day, time);
  const items =
    next === undefined ? [] : next.people.flatMap((person) => itemOf(said[person.person_id] ?? blank, next.round, person.person_id));
  const key = useMutation({
    mutationFn: () =>
      send(answersTaken, 'POST', address(evaluationAddresses.keyed), { channel, place: place.trim(), held_at: heldAt, items }),
    onSuccess: async (taken) => {
      setRefused(taken.refused);
      setPassed(new Set([...passed, ...taken.refused.filter(isFinal).map(({ person_id }) => person_id)]));
      // What was refused is mended and sent under another id: an id stands for one content.
      const kept = Object.entries(said).filter(([person]) => taken.refused.some(({ person_id }) => person_id === person));
      setSaid(Object.fromEntries(kept.map(([person, one]) => [person, { ...one, id: blank.id }])));
      await client.invalidateQueries({ queryKey: ['evaluation', at.projectId] });
    },
  });
  const fault = useRefused(key.error, { place: 'place', held_at: 'time' });
  const isReady = items.length > 0 && place.trim().length > 1 && heldAt !== null;
  return (
    <Drawer
      title={t('evaluation.keyTitle', { name: reviewer.name })}
      notes={<span className="t3 sm">{t('evaluation.keyBy', { name: me.name })}</span>}
      onClose={onClose}
      actions={
        <>
          <Wrong>{fault.rest}</Wrong>
          <p role="status">
            {sheet.data === undefined
              ? ''
              : t('evaluation.keySoFar', { answered: count(sheet.data.answered), asked: count(sheet.data.asked) })}
          </p>
          <span className="grow" />
          {next !== undefined && (
            <button type="button" className="btn pri" disabled={!isReady || key.isPending} onClick={() => key.mutate()}>
              {t('evaluation.keySend', { count: items.length })}
            </button>
          )}
        </>
      }
    >
      <ChosenField
        id="key-channel"
        label={t('evaluation.keyChannel')}
        value={channel}
        options={channels.map((one) => ({ value: one, text: t(`evaluation.keyChannels.${one}`) }))}
        onChange={(value) => setChannel(channels.find((one) => one === value) ?? 'meeting')}
      />
      <TypedField
        id="key-place"
        label={t('evaluation.keyPlace')}
        value={place}
        decimal={false}
        isWrong={fault.at('place') !== undefined}
        hint={fault.at('place') ?? t('evaluation.keyPlaceExample')}
        onChange={setPlace}
      />
      <DateField id="key-day" label={t('evaluation.keyDay')} value={day} onChange={setDay} />
      <TypedField
        id="key-time"
        label={t('evaluation.keyTime')}
        value={time}
        decimal={false}
        isWrong={fault.at('time') !== undefined}
        hint={fault.at('time') ?? t('evaluation.keyTimeExample')}
        onChange={setTime}
      />
      {sheet.data === undefined ? <Unread of={sheet} what="sheet" rows={6} inside /> : <Stale of={sheet} what="sheet" />}
      {refused.filter(isFinal).map((one) => (
        <Wrong key={one.person_id}>
          {nameOf(sheet.data, one.person_id)} {one[spoken()]}
        </Wrong>
      ))}
      {sheet.data !== undefined && next === undefined && <p className="t2">{t('evaluation.keyDone')}</p>}
      {sheet.data !== undefined && next !== undefined && (
        <Household
          key={`${next.round} ${next.household}`}
          sheet={sheet.data}
          open={next}
          said={said}
          refused={refused}
          onSay={(person, one) => setSaid({ ...said, [person]: one })}
        />
      )}
    </Drawer>
  );
}

interface Open {
  readonly round: number;
  readonly place: string;
  readonly household: string;
  readonly people: readonly Person[];
}

/** Households about which something is still to be said, in the sheet's order: one is one portion. */
function openOf(sheet: ReviewSheet | undefined, passed: ReadonlySet<string>): Open[] {
  const groups = sheet?.groups.filter((group) => group.is_open) ?? [];
  return groups
    .flatMap(({ round, place, households }) => households.map(({ household, people }) => ({ round, place, household, people })))
    .map((one) => ({
      ...one,
      people: one.people.filter((person) => !person.is_recused && !person.is_answered && !passed.has(person.person_id)),
    }))
    .filter(({ people }) => people.length > 0);
}

const isFinal = ({ code }: AnswersTaken['refused'][number]): boolean => code !== 'answer_invalid';

const nameOf = (sheet: ReviewSheet | undefined, personId: string): string =>
  sheet?.groups.flatMap(({ households }) => households.flatMap(({ people }) => people)).find(({ person_id }) => person_id === personId)
    ?.name ?? '';

/** In the time of whoever types; null until both are whole. */
function instantOf(day: string, time: string): string | null {
  if (!/^\d{4}-\d\d-\d\d$/.test(day) || !/^([01]?\d|2[0-3])[:：][0-5]\d$/.test(time)) return null;
  const at = new Date(`${day}T${time.replace('：', ':').padStart(5, '0')}`);
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}

function Household({
  sheet,
  open,
  said,
  refused,
  onSay,
}: {
  sheet: ReviewSheet;
  open: Open;
  said: Readonly<Record<string, Said>>;
  refused: AnswersTaken['refused'];
  onSay: (personId: string, said: Said) => void;
}) {
  // One form at a time: its fields are known by the names of their questions.
  const [at, setAt] = useState<string | undefined>();
  const read = readForm(sheet.form);
  if (!('form' in read)) return null;
  return (
    <>
      <h3>{open.place}</h3>
      {open.people.map((person) => (
        <KeyPerson
          key={person.person_id}
          sheet={sheet}
          form={read.form}
          person={person}
          said={said[person.person_id] ?? blank}
          isOpen={at === person.person_id}
          onOpen={() => setAt(person.person_id)}
          refused={refused.find(({ person_id }) => person_id === person.person_id)}
          onSay={(one) => onSay(person.person_id, one)}
        />
      ))}
    </>
  );
}
