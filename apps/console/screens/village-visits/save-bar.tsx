import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { VisitSheet } from '#modules/village/contract.ts';
import { spoken } from '../../i18n.ts';
import { metresApart } from './device.ts';
import type { Draft, Missing } from './draft.ts';
import { Wrong } from '../../parts/wrong.tsx';

/** What makes the visit count, what is still missing, and the one button; after it, what became of the visit. */
export function SaveBar({
  sheet,
  draft,
  seconds,
  missing,
  sent,
  isSaved,
  canSave,
  onSave,
}: {
  sheet: VisitSheet;
  draft: Draft;
  seconds: number;
  missing: readonly Missing[];
  sent: ReactNode;
  isSaved: boolean;
  canSave: boolean;
  onSave: () => void;
}) {
  const { t } = useTranslation();
  const { metres, seconds: least, photos } = sheet.conditions;
  const away = draft.place === null || sheet.point === null ? null : metresApart(draft.place, sheet.point);
  const nameOf = (personId: string): string => sheet.people.find((person) => person.person_id === personId)?.name ?? '';
  return (
    <footer>
      <ul className="visit-ticks">
        <Tick is={away !== null && away <= metres}>{t('visits.within', { metres })}</Tick>
        <Tick is={draft.pictures.length >= photos}>{t('visits.photos', { count: draft.pictures.length })}</Tick>
        <Tick is={seconds >= least}>{t('visits.stayed', { minutes: Math.floor(seconds / 60) })}</Tick>
        <Tick is={draft.signature !== null}>{t('visits.signed')}</Tick>
      </ul>
      {missing.length > 0 && (
        <Wrong>
          {t('visits.missing', {
            what: missing
              .slice(0, 4)
              .map((one) => `${nameOf(one.personId)} ${one[spoken()]}`)
              .join(t('list.comma')),
          })}
        </Wrong>
      )}
      {sent}
      {!isSaved && (
        <button type="button" className="btn pri big" disabled={!canSave} onClick={onSave}>
          {t('visits.save')}
        </button>
      )}
    </footer>
  );
}

function Tick({ is, children }: { is: boolean; children: ReactNode }) {
  return (
    <li className={is ? 'ok' : 't3'}>
      {is ? '✓' : '○'} {children}
    </li>
  );
}
