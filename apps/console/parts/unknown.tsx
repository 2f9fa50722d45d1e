import { useTranslation } from 'react-i18next';
import { unknownReasonText, type UnknownReason } from '#modules/population/contract.ts';
import { unknown } from '../format.ts';

/** 「—」 with the reason on hover and for screen readers. Never 0. */
export function Unknown({ why }: { why?: string | null | undefined }) {
  const { t, i18n } = useTranslation();
  const english = i18n.language === 'en';
  const known = why !== null && why !== undefined && why in unknownReasonText ? unknownReasonText[why as UnknownReason] : null;
  const words = known === null ? (why ?? t('states.unknown')) : english ? known.en : known.zh;
  return (
    <span className="nil" title={words}>
      {unknown}
      <span className="unseen">{t('states.unknownWhy', { why: words })}</span>
    </span>
  );
}

/** A written value, or the unknown mark. */
export function Known<T>({ value, write, why }: { value: T | null | undefined; write: (value: T) => string; why?: string | null }) {
  return value === null || value === undefined ? <Unknown why={why} /> : <>{write(value)}</>;
}
