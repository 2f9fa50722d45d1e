import { useTranslation } from 'react-i18next';
import type { VisitMade } from '#modules/village/contract.ts';
import { spoken } from '../../i18n.ts';
import type { Outbox } from './outbox.ts';
import type { KeptVisit } from './shelf.ts';
import { Wrong } from '../../parts/wrong.tsx';

/** That what is entered is kept on the device, or that it is not; nothing once the visit is on its way. */
export function OnDevice({
  outbox,
  kept,
  isSaved,
  onAnew,
}: {
  outbox: Outbox;
  kept: KeptVisit | undefined;
  isSaved: boolean;
  onAnew: () => void;
}) {
  const { t } = useTranslation();
  if (isSaved) return null;
  if (kept !== undefined)
    return (
      <p className="visit-device" role="status">
        <span>{t(outbox.lasts ? 'visits.device.draft' : 'visits.device.passing')}</span>
        <button type="button" className="btn" onClick={onAnew}>
          {t('visits.device.anew')}
        </button>
      </p>
    );
  if (!outbox.lasts) return <p className="visit-device warn">{t('visits.device.passing')}</p>;
  return outbox.hasSignal ? null : <p className="visit-device">{t('visits.device.noSignal')}</p>;
}

/** What became of a saved visit: on its way, taken by the bank, or refused and to be mended; in reach of the thumb that saved it. */
export function Sent({ outbox, kept, made }: { outbox: Outbox; kept: KeptVisit | undefined; made: VisitMade | undefined }) {
  const { t } = useTranslation();
  if (made !== undefined)
    return (
      <p role="status" className={made.is_valid ? 'ok' : 'warn'}>
        {made.is_valid
          ? t('visits.saved')
          : t('visits.notCounted', { why: made.faults.map((fault) => t(`visits.fault.${fault}`)).join(t('list.comma')) })}
      </p>
    );
  if (kept === undefined) return null;
  if (kept.refused !== null) return <Wrong>{t('visits.device.refused', { why: kept.refused[spoken()] })}</Wrong>;
  if (kept.sending === null) return null;
  return (
    <p className="visit-device warn" role="status">
      <span>{t(outbox.hasSignal ? 'visits.device.sending' : 'visits.device.waiting')}</span>
      {!outbox.hasSignal && (
        <button type="button" className="btn" onClick={outbox.sendNow}>
          {t('visits.device.again')}
        </button>
      )}
    </p>
  );
}

/** For the list: how many visits are on the device only, and the way to send them. */
export function Unsent({ outbox }: { outbox: Outbox }) {
  const { t } = useTranslation();
  const kept = outbox.kept ?? [];
  const waiting = kept.filter(({ sending }) => sending !== null).length;
  const drafts = kept.length - waiting;
  if (kept.length === 0) return outbox.hasSignal ? null : <p className="visit-device">{t('visits.device.noSignal')}</p>;
  return (
    <p className={waiting > 0 ? 'visit-device warn' : 'visit-device'} role="status">
      <span>
        {[waiting > 0 && t('visits.device.waits', { waiting }), drafts > 0 && t('visits.device.drafts', { drafts })]
          .filter((words) => words !== false)
          .join(t('list.comma'))}
      </span>
      {waiting > 0 && (
        <button type="button" className="btn" onClick={outbox.sendNow}>
          {t('visits.device.again')}
        </button>
      )}
    </p>
  );
}

export function OnDeviceTag({ kept }: { kept: KeptVisit }) {
  const { t } = useTranslation();
  return <span className="tag warn">{t(kept.sending === null ? 'visits.device.rowDraft' : 'visits.device.rowWaits')}</span>;
}
