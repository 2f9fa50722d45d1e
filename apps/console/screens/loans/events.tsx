import { useTranslation } from 'react-i18next';
import { mostEvents, type LoanPage } from '#modules/servicing/contract.ts';
import { useMe } from '../../api/session.ts';
import { useCodes } from '../../codes.ts';
import { yuan } from '../../format.ts';
import { Empty } from '../../parts/states.tsx';

type Event = LoanPage['events'][number];

/** Only today's last repayment can be taken back. */
export function reversible(loan: LoanPage): Event | null {
  const last = loan.events[0];
  return last?.kind === 'repayment' && last.business_date === loan.business_date && !last.is_reversed ? last : null;
}

const intoView = (row: HTMLLIElement | null): void => row?.scrollIntoView({ block: 'nearest' });

/** What was done to the loan, newest first; each event leads to its postings. */
export function Events({
  loan,
  picked,
  onPick,
  onReverse,
}: {
  loan: LoanPage;
  picked: string | null;
  onPick: (event: string | null) => void;
  onReverse: (event: Event) => void;
}) {
  const { t } = useTranslation();
  const code = useCodes();
  const me = useMe();
  const last = me.may('servicing.reverse') ? reversible(loan) : null;
  if (loan.events.length === 0) return <Empty title={t('credit.loan.noEvents')} inside />;
  return (
    <ol className="loan-events" tabIndex={0}>
      {loan.events.map((event) => (
        <li
          key={event.event_id}
          ref={event.event_id === picked ? intoView : null}
          className={[event.event_id === picked ? 'on' : '', event.is_reversed ? 'undone' : ''].join(' ').trim()}
        >
          <time dateTime={event.business_date}>{event.business_date}</time>
          <span>
            <span className="what">{code('loanEvent', event.kind)}</span>
            {event.is_reversed && <span className="tag">{t('credit.loan.reversed')}</span>}
            {event === last && (
              <button type="button" className="link sm" onClick={() => onReverse(event)}>
                {t('credit.loan.reverse')}
              </button>
            )}
          </span>
          <span className="num">{event.amount_fen === null ? '' : yuan(event.amount_fen)}</span>
          <span className="t3 mono">{event.actor_id === 'core_bank' ? t('credit.loan.coreBank') : event.actor_id}</span>
          <button
            type="button"
            className="link mono"
            aria-pressed={event.event_id === picked}
            aria-label={t('credit.loan.showPostings', { event: event.event_id })}
            onClick={() => onPick(event.event_id === picked ? null : event.event_id)}
          >
            {event.event_id}
          </button>
        </li>
      ))}
      {loan.events.length >= mostEvents && <li className="t3 sm">{t('credit.loan.moreEvents', { count: mostEvents })}</li>}
    </ol>
  );
}
