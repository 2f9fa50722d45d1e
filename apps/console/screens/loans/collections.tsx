import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { collectionAddresses, collectionList, type CollectionList, type LoanPage } from '#modules/servicing/contract.ts';
import { get } from '../../api/client.ts';
import { useMe } from '../../api/session.ts';
import { instant, yuan } from '../../format.ts';
import { spoken } from '../../i18n.ts';
import { Bones, Failure } from '../../parts/states.tsx';
import { reasonIn } from '../facilities/core-reason.ts';

type Collection = CollectionList['items'][number];
const tones = { planned: 'tag', sent: 'tag warn', unknown: 'tag warn', collected: 'tag ok', failed: 'tag bad' } as const;

export const useCollections = (loanId: string) =>
  useQuery({
    queryKey: ['collections', loanId],
    queryFn: () => get(collectionList, collectionAddresses.collections.replace(':id', loanId)),
  });

/** What was taken from the borrower's account, newest first, and whether it goes on; what failed says why. */
export function Collections({
  loan,
  picked,
  onPick,
  onSwitch,
}: {
  loan: LoanPage;
  picked: string | null;
  onPick: (event: string | null) => void;
  onSwitch: () => void;
}) {
  const { t } = useTranslation();
  const me = useMe();
  const list = useCollections(loan.loan_id);
  if (list.isError) return <Failure problem={list.error} retry={() => void list.refetch()} inside />;
  if (list.data === undefined) return <Bones rows={4} />;
  const { has_account: hasAccount, auto_debit: isOn, items } = list.data;
  const maySwitch = hasAccount && loan.state === 'active' && me.may('servicing.repay');
  return (
    <>
      <p className="collecting">
        <span>{t(`credit.collections.${hasAccount ? (isOn ? 'on' : 'off') : 'noAccount'}`)}</span>
        {maySwitch && (
          <button type="button" className="link sm" onClick={onSwitch}>
            {t(isOn ? 'credit.collections.stop' : 'credit.collections.start')}
          </button>
        )}
      </p>
      {items.length === 0 ? (
        <p className="t3">{t('credit.collections.none')}</p>
      ) : (
        <ol className="loan-events" tabIndex={0}>
          {items.map((row) => (
            <Row key={row.collection_id} row={row} picked={picked} onPick={onPick} />
          ))}
        </ol>
      )}
    </>
  );
}

function Row({ row, picked, onPick }: { row: Collection; picked: string | null; onPick: (event: string | null) => void }) {
  const { t } = useTranslation();
  const event = row.event_id;
  return (
    <li className={event !== null && event === picked ? 'on' : ''} title={`${row.collection_id} ${row.core_sequence}`}>
      <time dateTime={row.business_date}>{row.business_date}</time>
      <span>
        <span className={tones[row.state]} title={row.settled_at === null ? undefined : instant(row.settled_at)}>
          {t(`credit.collections.state.${row.state}`)}
        </span>
        {row.is_asked && <small>{t('credit.collections.asked')}</small>}
        {row.core_date !== null && row.core_date !== row.business_date && (
          <small>{t('credit.collections.counts', { date: row.core_date })}</small>
        )}
        {row.reason !== null && row.state !== 'collected' && <small>{reasonIn(row.reason, spoken())}</small>}
      </span>
      <span className="num">{yuan(row.amount_fen)}</span>
      <span className="t3 mono">{row.account_masked.slice(-4)}</span>
      {event === null ? (
        <span />
      ) : (
        <button
          type="button"
          className="link mono"
          aria-pressed={event === picked}
          aria-label={t('credit.loan.showPostings', { event })}
          onClick={() => onPick(event === picked ? null : event)}
        >
          {event}
        </button>
      )}
    </li>
  );
}
