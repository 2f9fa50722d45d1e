import { useEffect, useEffectEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { VisitSheet } from '#modules/village/contract.ts';
import { ChosenField } from '../../parts/field.tsx';
import { Wrong } from '../../parts/wrong.tsx';
import { metresApart, shots, sourceOf, takePicture, whereAmI, type Place, type Shot } from './device.ts';
import { mostPictures, withoutPicture, withPicture, type Draft } from './draft.ts';
import { Large } from './large.tsx';
import { Signature } from './signature.tsx';

interface ProofProps {
  sheet: VisitSheet;
  draft: Draft;
  isReadOnly: boolean;
  onChange: (next: (now: Draft) => Draft) => void;
  /** Found by itself: no reason to keep a draft. */
  onPlace: (place: Place) => void;
}

/** What shows that somebody was there: the place, pictures, a signature, who came along. */
export function Proof(props: ProofProps) {
  const { t } = useTranslation();
  const { sheet, draft, isReadOnly, onChange } = props;
  const isSigned = draft.signature !== null;
  return (
    <section className="visit-proof">
      <Whereabouts {...props} />
      <Pictures draft={draft} isReadOnly={isReadOnly || isSigned} onChange={onChange} />
      {isSigned && !isReadOnly && <p className="t3 sm">{t('visits.signedStands')}</p>}
      {!isReadOnly && <Signature signed={draft.signature} onSigned={(signature) => onChange((now) => ({ ...now, signature }))} />}
      {isReadOnly && draft.signature !== null && <img className="visit-signed" src={sourceOf(draft.signature)} alt={t('visits.signed')} />}
      {!isReadOnly && (
        <ChosenField
          id="second"
          label={t('visits.second')}
          value={draft.secondId}
          options={[{ value: '', text: t('visits.alone') }, ...sheet.colleagues.map((one) => ({ value: one.staff_id, text: one.name }))]}
          onChange={(secondId) => onChange((now) => ({ ...now, secondId }))}
        />
      )}
    </section>
  );
}

function Whereabouts({ sheet, draft, isReadOnly, onChange, onPlace }: ProofProps) {
  const { t } = useTranslation();
  const [found, setFound] = useState<'searching' | 'no' | 'unknown' | null>(null);
  const locate = async (take: (place: Place) => void): Promise<void> => {
    setFound('searching');
    const answer = await whereAmI();
    if (typeof answer === 'string') return setFound(answer);
    setFound(null);
    take(answer);
  };
  const isPlaced = draft.place !== null;
  const locateUnasked = useEffectEvent(async (): Promise<void> => {
    if (!isPlaced && !isReadOnly) await locate(onPlace);
  });
  useEffect(() => {
    // Once, when the page is opened: where it was allowed before, the device says it unasked.
    void navigator.permissions?.query({ name: 'geolocation' }).then(({ state }) => (state === 'granted' ? locateUnasked() : undefined));
  }, []);
  const metres = draft.place === null || sheet.point === null ? null : metresApart(draft.place, sheet.point);
  const words = metres !== null ? t('visits.away', { metres }) : isPlaced ? t('visits.located') : t('visits.notLocated');
  return (
    <div className="visit-place">
      <span className={metres !== null && metres > sheet.conditions.metres ? 'warn' : ''} role="status">
        {found === 'searching' ? t('visits.locating') : found === null ? words : t(`visits.unlocated.${found}`)}
      </span>
      {!isReadOnly && (
        <button
          type="button"
          className="btn"
          disabled={found === 'searching'}
          onClick={() => void locate((place) => onChange((now) => ({ ...now, place })))}
        >
          {t(isPlaced ? 'visits.locateAgain' : 'visits.locate')}
        </button>
      )}
    </div>
  );
}

function Pictures({ draft, isReadOnly, onChange }: Pick<ProofProps, 'draft' | 'isReadOnly' | 'onChange'>) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<string | null>(null);
  const [isUnread, setUnread] = useState(false);
  const { pictures } = draft;
  const opened = pictures.find((picture) => picture.hash === open);
  const take = async (file: File, kind: Shot): Promise<void> => {
    const picture = await takePicture(file, kind);
    setUnread(picture === null);
    if (picture !== null) onChange((now) => withPicture(now, picture));
  };
  return (
    <>
      <ul className="visit-pictures" aria-label={t('visits.pictures')}>
        {pictures.map((picture, index) => (
          <li key={picture.hash}>
            <button
              type="button"
              aria-label={t('visits.look', { kind: t(`visits.shot.${picture.kind}`), number: index + 1 })}
              onClick={() => setOpen(picture.hash)}
            >
              <img src={sourceOf(picture)} alt="" />
              <span>{t(`visits.shot.${picture.kind}`)}</span>
            </button>
          </li>
        ))}
      </ul>
      {!isReadOnly && pictures.length < mostPictures && (
        <div className="visit-shots">
          {shots.map((kind) => (
            <label key={kind} className="btn">
              {t('visits.shoot', { kind: t(`visits.shot.${kind}`) })}
              <input
                type="file"
                accept="image/*"
                capture="environment"
                className="unseen"
                onChange={(event) => {
                  const [file] = event.target.files ?? [];
                  if (file) void take(file, kind);
                  event.target.value = '';
                }}
              />
            </label>
          ))}
        </div>
      )}
      {isUnread && <Wrong small>{t('visits.unread')}</Wrong>}
      {opened !== undefined && (
        <Large
          source={sourceOf(opened)}
          title={t(`visits.shot.${opened.kind}`)}
          onClose={() => setOpen(null)}
          {...(isReadOnly
            ? {}
            : {
                onRemove: () => {
                  setOpen(null);
                  onChange((now) => withoutPicture(now, opened.hash));
                },
              })}
        />
      )}
    </>
  );
}
