import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Form } from '#core/product/index.ts';
import type { VisitedPerson } from '#modules/village/contract.ts';
import { wan } from '../../format.ts';
import { spoken } from '../../i18n.ts';
import { Portrait } from '../../parts/portrait.tsx';
import { SchemaForm } from '../../parts/schema-form.tsx';
import { answersOf, type Answers, type Typed } from '../../parts/typed-answers.ts';
import { asked, confirmed, differs, isOpen, saidOf, type Missing } from './draft.ts';
import { titleOf, wordOf } from './form-words.ts';
import { useAbout } from './household-facts.tsx';

interface PersonProps {
  form: Form;
  person: VisitedPerson;
  typed: Typed;
  missing: readonly Missing[];
  isReadOnly: boolean;
  onChange: (typed: Typed) => void;
}

/** One member: what the reviewers said, question by question, beside what is found; confirmed in one tap, a difference entered in its field. */
export function PersonFound({ form, person, typed, missing, isReadOnly, onChange }: PersonProps) {
  const { t } = useTranslation();
  const about = useAbout();
  const { answers } = answersOf(form, typed);
  const { told, needed, others } = asked(form, person, answers);
  const said = saidOf(form, person);
  const open = told.filter((name) => isOpen(typed, name) && said[name] !== undefined).length;
  const differing = told.filter((name) => differs(person, answers, name)).length;
  const wrong = new Map(missing.map((one) => [one.field, one[spoken()]]));
  const shared = { form, typed, wrong, isReadOnly, prefix: `visit-${person.person_id}`, onChange };
  return (
    <section className="visit-person" aria-label={person.name}>
      <div className="who">
        <Portrait of={{ seed: person.person_id, sex: person.sex === 'M' || person.sex === 'F' ? person.sex : null, age: null }} size={44} />
        <div>
          <h2>
            {person.name} {person.is_subject && <span className="tag ok">{t('village.part.subject')}</span>}
          </h2>
          <p className="t2">{about(person)}</p>
          <p className="t2">
            {person.reviewers === 0
              ? t('visits.notRated')
              : `${t('visits.ratedBy', { count: person.reviewers })}${person.evaluated_fen === null ? '' : ` · ${wan(person.evaluated_fen)} ${t('unit.wan')}`}`}
          </p>
        </div>
      </div>
      {told.length > 0 && (
        <>
          <div className="found-head">
            <span className={differing > 0 ? 'warn strong' : 't2'}>{t('visits.differences', { count: differing })}</span>
            {open > 0 && (
              <button type="button" className="btn pri" disabled={isReadOnly} onClick={() => onChange(confirmed(form, person, typed))}>
                {t('visits.confirmAll', { count: open })}
              </button>
            )}
          </div>
          <ul className="found">
            {told.map((name) => (
              <FoundRow key={name} {...shared} person={person} name={name} answers={answers} />
            ))}
          </ul>
        </>
      )}
      {needed.length > 0 && (
        <div className="found-needed">
          <SchemaForm {...shared} only={needed} />
        </div>
      )}
      {others.length > 0 && (
        <details className="visit-more" open={others.some((name) => !isOpen(typed, name)) || undefined}>
          <summary>{t('visits.optional', { count: others.length })}</summary>
          <SchemaForm {...shared} only={others} />
        </details>
      )}
    </section>
  );
}

interface RowProps {
  form: Form;
  person: VisitedPerson;
  name: string;
  typed: Typed;
  answers: Answers;
  wrong: ReadonlyMap<string, string>;
  prefix: string;
  isReadOnly: boolean;
  onChange: (typed: Typed) => void;
}

function FoundRow({ form, person, name, typed, answers, wrong, prefix, isReadOnly, onChange }: RowProps) {
  const { t } = useTranslation();
  const [isChanging, setChanging] = useState(false);
  const words = { yes: t('list.yes'), no: t('list.no'), comma: t('list.comma') };
  const said = saidOf(form, person)[name];
  const answer = answers[name];
  const isOther = differs(person, answers, name);
  const title = titleOf(form, name);
  const enter = (next: Typed): void => {
    onChange(next);
    const one = form.properties[name];
    // One tap chooses; what is typed or ticked goes on until it is closed.
    if (one !== undefined && (one.type === 'boolean' || (one.type === 'string' && 'enum' in one))) setChanging(false);
  };
  return (
    <li className={isOther ? 'other' : answer === undefined ? '' : 'same'}>
      <span className="question">{title}</span>
      <span className="said">
        <small className="t3">{t('visits.villageSaid')}</small>
        {said === undefined ? t('visits.disputed') : wordOf(form, name, person.majority[name], words)}
      </span>
      <span className="seen">
        {answer !== undefined && (
          <>
            <small className="t3">{t('visits.seen')}</small>
            <b>
              {!isOther && said !== undefined && <span aria-hidden="true">✓ </span>}
              {wordOf(form, name, answer, words)}
            </b>
          </>
        )}
        {answer === undefined && said !== undefined && (
          <button
            type="button"
            className="btn"
            aria-label={t('visits.confirmOne', { title })}
            disabled={isReadOnly}
            onClick={() => onChange({ ...typed, [name]: said })}
          >
            {t('visits.confirm')}
          </button>
        )}
      </span>
      {!isReadOnly && (
        <button
          type="button"
          className="btn"
          aria-label={t('visits.changeOne', { title })}
          aria-expanded={isChanging}
          onClick={() => setChanging(!isChanging)}
        >
          {t(isChanging ? 'visits.close' : 'visits.change')}
        </button>
      )}
      {isChanging && !isReadOnly && (
        <div className="enter">
          <SchemaForm form={form} typed={typed} wrong={wrong} prefix={prefix} only={[name]} onChange={enter} />
        </div>
      )}
      {wrong.has(name) && !isChanging && <p className="bad sm enter">{wrong.get(name)}</p>}
    </li>
  );
}
