import { useTranslation } from 'react-i18next';
import type { Form } from '#core/product/index.ts';
import { knows, type AnswersTaken } from '#modules/village/evaluation/contract.ts';
import type { ReviewSheet } from '#modules/village/evaluation/page/contract.ts';
import { wan } from '../../format.ts';
import { spoken } from '../../i18n.ts';
import { ChosenField } from '../../parts/field.tsx';
import { SchemaForm } from '../../parts/schema-form.tsx';
import { Wrong } from '../../parts/wrong.tsx';
import { saying, typing, type Said } from './said.ts';

/** One person of the sheet: whether the reviewer knows them, the form, the amount, what is to be told beside it. */
export function KeyPerson({
  sheet,
  form,
  person,
  said,
  refused,
  isOpen,
  onOpen,
  onSay,
}: {
  sheet: ReviewSheet;
  form: Form;
  person: ReviewSheet['groups'][number]['households'][number]['people'][number];
  said: Said;
  refused: AnswersTaken['refused'][number] | undefined;
  isOpen: boolean;
  onOpen: () => void;
  onSay: (said: Said) => void;
}) {
  const { t } = useTranslation();
  const language = spoken();
  const id = `key-${person.person_id}`;
  const places = refused?.places ?? [];
  const wrong = new Map(places.map((fault) => [fault.place.replace(/^answers\./, ''), fault[language]]));
  const amountWrong = wrong.get('suggested_fen');
  return (
    <section className="keyed" aria-label={person.name}>
      <h4>
        {person.name} <span className="t3 sm">{person.age === null ? '' : t('evaluation.keyAge', { age: person.age })}</span>
      </h4>
      {refused !== undefined && !(isOpen && places.some(({ place }) => isPlaced(form, place))) && (
        <Wrong>{places[0]?.[language] ?? refused[language]}</Wrong>
      )}
      <p className="two" role="group" aria-label={t('evaluation.keyKnows')}>
        {knows.map((one) => (
          <button
            key={one}
            type="button"
            className={said.knows === one ? 'btn on' : 'btn'}
            aria-pressed={said.knows === one}
            onClick={() => {
              onSay(saying(said, { knows: one }));
              onOpen();
            }}
          >
            {t(`evaluation.keyKnown.${one}`)}
          </button>
        ))}
      </p>
      {said.knows === 'yes' && !isOpen && (
        <button type="button" className="btn" onClick={onOpen}>
          {t('evaluation.keyGoOn')}
        </button>
      )}
      {said.knows === 'yes' && isOpen && (
        <>
          <SchemaForm form={form} typed={said.typed} wrong={wrong} onChange={(typed) => onSay(typing(said, form, typed))} />
          <ChosenField
            id={`${id}-amount`}
            label={t('evaluation.keyAmount')}
            value={said.suggestedFen}
            options={[
              { value: '', text: t('evaluation.keyNotChosen') },
              ...sheet.suggestions_fen.map((fen) => ({ value: fen, text: `${wan(fen)} ${t('unit.wan')}` })),
            ]}
            onChange={(suggestedFen) => onSay(saying(said, { suggestedFen }))}
          />
          <Wrong small>{amountWrong}</Wrong>
          <details>
            <summary>{t('evaluation.keyKinds')}</summary>
            {sheet.kinds.map((kind) => {
              const isOn = said.kinds.includes(kind.code);
              const kinds = isOn ? said.kinds.filter((code) => code !== kind.code) : [...said.kinds, kind.code];
              return (
                <label key={kind.code} className="seat">
                  <input type="checkbox" checked={isOn} onChange={() => onSay(saying(said, { kinds }))} />
                  <span>{kind[language]}</span>
                </label>
              );
            })}
          </details>
        </>
      )}
    </section>
  );
}

/** What is wrong there is said beside the field. */
const isPlaced = (form: Form, place: string): boolean => place in form.properties || place === 'suggested_fen';
