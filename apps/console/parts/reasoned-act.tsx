import type { ReactNode } from 'react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isReason, ReasonField } from './field.tsx';
import { useRefused } from './refused.ts';
import { Wrong } from './wrong.tsx';

/** Something that is done for a reason, where it stands: the reason, what the server says against it, one button an outcome. */
export function ReasonedAct<Outcome extends string>({
  id,
  label,
  example,
  outcomes,
  isReady = true,
  isBusy,
  problem,
  onAct,
  onLeave,
  children,
}: {
  id: string;
  label: string;
  example: string;
  /** Buttons, the first of them the usual one. */
  outcomes: readonly { readonly outcome: Outcome; readonly text: string; readonly tone?: 'pri' | 'no' }[];
  isReady?: boolean;
  isBusy: boolean;
  problem: unknown;
  onAct: (outcome: Outcome, reason: string) => void;
  /** Left out where the act is always offered. */
  onLeave?: () => void;
  children?: ReactNode;
}) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  const refused = useRefused(problem, {});
  return (
    <div className="later">
      {children}
      <ReasonField id={id} label={label} example={example} value={reason} onChange={setReason} />
      <Wrong>{refused.rest}</Wrong>
      <p className="outcomes">
        {outcomes.map(({ outcome, text, tone }) => (
          <button
            key={outcome}
            type="button"
            className={tone === undefined ? 'btn' : `btn ${tone}`}
            disabled={!isReady || !isReason(reason) || isBusy}
            onClick={() => onAct(outcome, reason.trim())}
          >
            {text}
          </button>
        ))}
        {onLeave !== undefined && (
          <button type="button" className="btn" onClick={onLeave}>
            {t('ask.cancel')}
          </button>
        )}
      </p>
    </div>
  );
}
