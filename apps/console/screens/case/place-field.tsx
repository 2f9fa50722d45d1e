import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { SaveInvestigation } from '#modules/lending/contract.ts';
import { Wrong } from '../../parts/wrong.tsx';

export type Place = NonNullable<SaveInvestigation['place']>;

/** Long enough for a phone that has just come out of a house. */
const patienceMs = 20_000;

function locate(): Promise<Place> {
  return new Promise((found, failed) => {
    if (!('geolocation' in navigator)) return failed(new Error('geolocation'));
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => found({ lat: coords.latitude, lon: coords.longitude, accuracy_m: Math.min(100_000, Math.round(coords.accuracy)) }),
      (error) => failed(new Error(error.message)),
      { enableHighAccuracy: true, timeout: patienceMs, maximumAge: 0 },
    );
  });
}

/** Where the investigator stands, as the device says. */
export function PlaceField({
  place,
  isReadOnly,
  onChange,
}: {
  place: Place | null;
  isReadOnly: boolean;
  onChange: (place: Place) => void;
}) {
  const { t } = useTranslation();
  const look = useMutation({ mutationFn: locate, onSuccess: onChange });
  return (
    <p className="place-field">
      <span className={place === null ? 't3' : ''}>
        {place === null
          ? t('cases.investigation.notLocated')
          : t('cases.investigation.located', { lat: place.lat.toFixed(5), lon: place.lon.toFixed(5), metres: place.accuracy_m })}
      </span>
      {!isReadOnly && (
        <button type="button" className="btn" disabled={look.isPending} onClick={() => look.mutate()}>
          {look.isPending ? t('cases.investigation.locating') : t('cases.investigation.locate')}
        </button>
      )}
      {look.isError && (
        <Wrong small inline>
          {t('cases.investigation.locateFailed', { why: look.error.message })}
        </Wrong>
      )}
    </p>
  );
}
