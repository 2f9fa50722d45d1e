import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Form } from '#core/product/index.ts';
import { addresses, type VisitSheet } from '#modules/village/contract.ts';
import { instant, wan } from '../../format.ts';
import { titleOf, wordOf } from './form-words.ts';
import { Large } from './large.tsx';

/** Who was here before, what they found, their pictures, and what was corrected since. */
export function Earlier({ form, sheet }: { form: Form; sheet: VisitSheet }) {
  const { t } = useTranslation();
  // A picture is opened one by one: each look is kept in the audit trail.
  const [open, setOpen] = useState<{ source: string; title: string } | null>(null);
  if (sheet.visits.length === 0) return null;
  const nameOf = (personId: string): string => sheet.people.find((person) => person.person_id === personId)?.name ?? personId;
  const words = { yes: t('list.yes'), no: t('list.no'), comma: t('list.comma') };
  return (
    <details className="visit-more">
      <summary>{t('visits.earlier', { count: sheet.visits.length })}</summary>
      {sheet.visits.map((visit) => (
        <div key={visit.visit_id} className="visit-before">
          <p>
            <b>{instant(visit.started_at)}</b> {visit.visited_by.name}
            {visit.second !== null && `、${visit.second.name}`}{' '}
            <span className={visit.faults.length === 0 ? 'tag ok' : 'tag warn'}>
              {visit.faults.length === 0 ? t('visits.counted') : visit.faults.map((fault) => t(`visits.fault.${fault}`)).join(' · ')}
            </span>
          </p>
          {visit.people
            .filter(({ investigated_fen }) => investigated_fen !== null)
            .map((person) => (
              <p key={person.person_id} className="t2">
                {nameOf(person.person_id)} {wan(person.investigated_fen)} {t('unit.wan')}
              </p>
            ))}
          {visit.differences.map((one) => (
            <p key={`${one.person_id} ${one.field}`} className="warn">
              {nameOf(one.person_id)} {titleOf(form, one.field)}: {wordOf(form, one.field, one.evaluated, words)} →{' '}
              {wordOf(form, one.field, one.visited, words)}
            </p>
          ))}
          <p className="visit-shots">
            {visit.photos.map((photo, position) => {
              const title = t('visits.look', { kind: t(`visits.shot.${photo.kind}`), number: position + 1 });
              const source = addresses.photo.replace(':visit', visit.visit_id).replace(':position', String(position));
              return (
                <button key={photo.hash + String(position)} type="button" className="btn" onClick={() => setOpen({ source, title })}>
                  {title}
                </button>
              );
            })}
          </p>
          {visit.corrections.map((correction) => (
            <p key={`${correction.person_id} ${correction.corrected_at}`} className="t3">
              {t('visits.corrected', {
                at: instant(correction.corrected_at),
                by: correction.corrected_by.name,
                name: nameOf(correction.person_id),
                reason: correction.reason,
              })}
            </p>
          ))}
        </div>
      ))}
      {open !== null && <Large {...open} onClose={() => setOpen(null)} />}
    </details>
  );
}
