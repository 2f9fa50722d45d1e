import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Form } from '#core/product/index.ts';
import { addresses, type VisitSheet } from '#modules/village/contract.ts';
import { useMe } from '../../api/session.ts';
import { instant, wan } from '../../format.ts';
import { BeforeAfterTable } from '../../parts/before-after.tsx';
import { useChangedRows } from './changed-rows.ts';
import { Correct, type KeptVisit } from './correct.tsx';
import { titleOf, wordOf } from './form-words.ts';
import { Large } from './large.tsx';

/** Who was here before, what they found, their pictures, and what was corrected since. */
export function Earlier({ form, sheet }: { form: Form; sheet: VisitSheet }) {
  const { t } = useTranslation();
  // A picture is opened one by one: each look is kept in the audit trail.
  const [open, setOpen] = useState<{ source: string; title: string } | null>(null);
  const [asked, setAsked] = useState<{ visitId: string; personId: string } | null>(null);
  const [isCorrected, setCorrected] = useState(false);
  if (sheet.visits.length === 0) return null;
  const nameOf = (personId: string): string => sheet.people.find((person) => person.person_id === personId)?.name ?? personId;
  const visit = sheet.visits.find((one) => one.visit_id === asked?.visitId);
  const person = visit?.people.find((one) => one.person_id === asked?.personId);
  return (
    <>
      <details className="visit-more">
        <summary>{t('visits.earlier', { count: sheet.visits.length })}</summary>
        {isCorrected && (
          <p role="status" className="ok visit-before">
            {t('visits.correct.done')}
          </p>
        )}
        {sheet.visits.map((one) => (
          <div key={one.visit_id} className="visit-before">
            <Kept
              form={form}
              sheet={sheet}
              visit={one}
              nameOf={nameOf}
              onCorrect={(personId) => {
                setCorrected(false);
                setAsked({ visitId: one.visit_id, personId });
              }}
            />
            <p className="visit-shots">
              {one.photos.map((photo, position) => {
                const title = t('visits.look', { kind: t(`visits.shot.${photo.kind}`), number: position + 1 });
                const source = addresses.photo.replace(':visit', one.visit_id).replace(':position', String(position));
                return (
                  <button key={photo.hash + String(position)} type="button" className="btn" onClick={() => setOpen({ source, title })}>
                    {title}
                  </button>
                );
              })}
            </p>
            <Corrections form={form} visit={one} nameOf={nameOf} />
          </div>
        ))}
      </details>
      {open !== null && <Large {...open} onClose={() => setOpen(null)} />}
      {visit !== undefined && person !== undefined && (
        <Correct
          key={`${visit.visit_id} ${person.person_id}`}
          form={form}
          visit={visit}
          person={person}
          name={nameOf(person.person_id)}
          onDone={() => {
            setAsked(null);
            setCorrected(true);
          }}
          onClose={() => setAsked(null)}
        />
      )}
    </>
  );
}

interface OfVisit {
  form: Form;
  visit: KeptVisit;
  nameOf: (personId: string) => string;
}

/** Who was there, whether it counts, what was found of whom. */
function Kept({ form, sheet, visit, nameOf, onCorrect }: OfVisit & { sheet: VisitSheet; onCorrect: (personId: string) => void }) {
  const { t } = useTranslation();
  const me = useMe();
  const words = { yes: t('list.yes'), no: t('list.no'), comma: t('list.comma') };
  // Whoever moved away or died since is not corrected: what was found of them stands.
  const mayCorrect = (personId: string): boolean =>
    me.may('village.work') && sheet.people.some((person) => person.person_id === personId && person.is_asked);
  return (
    <>
      <p>
        <b>{instant(visit.started_at)}</b> {visit.visited_by.name}
        {visit.second !== null && `、${visit.second.name}`}{' '}
        <span className={visit.faults.length === 0 ? 'tag ok' : 'tag warn'}>
          {visit.faults.length === 0 ? t('visits.counted') : visit.faults.map((fault) => t(`visits.fault.${fault}`)).join(' · ')}
        </span>
      </p>
      {visit.people.map((person) => (
        <div key={person.person_id} className="visit-said">
          <p className="t2">
            <b>{nameOf(person.person_id)}</b>
            {person.investigated_fen !== null && ` ${wan(person.investigated_fen)} ${t('unit.wan')}`}
          </p>
          <p className="t3">
            {Object.keys(form.properties)
              .filter((field) => person.answers[field] !== undefined)
              .map((field) => `${titleOf(form, field)} ${wordOf(form, field, person.answers[field], words)}`)
              .join(' · ')}
          </p>
          {mayCorrect(person.person_id) && (
            <button
              type="button"
              className="btn"
              aria-label={t('visits.correct.title', { name: nameOf(person.person_id) })}
              onClick={() => onCorrect(person.person_id)}
            >
              {t('visits.correct.act')}
            </button>
          )}
        </div>
      ))}
      {visit.differences.map((one) => (
        <p key={`${one.person_id} ${one.field}`} className="warn">
          {nameOf(one.person_id)} {titleOf(form, one.field)}: {wordOf(form, one.field, one.evaluated, words)} →{' '}
          {wordOf(form, one.field, one.visited, words)}
        </p>
      ))}
    </>
  );
}

/** What stood before and what stands now, who changed it, when and why; the newest first. */
function Corrections({ form, visit, nameOf }: OfVisit) {
  const { t } = useTranslation();
  const rowsOf = useChangedRows(form);
  return visit.corrections.map((one) => {
    const words = t('visits.corrected', {
      at: instant(one.corrected_at),
      by: one.corrected_by.name,
      name: nameOf(one.person_id),
      reason: one.reason,
    });
    return (
      <section key={`${one.person_id} ${one.corrected_at}`} className="visit-corrected" aria-label={words}>
        <p className="t2">{words}</p>
        <BeforeAfterTable isDone label={words} rows={rowsOf(one.before, one.after)} />
      </section>
    );
  });
}
