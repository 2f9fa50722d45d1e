import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { accountList, addresses, postingList, type PostingList } from '#modules/servicing/contract.ts';
import { get } from '../../api/client.ts';
import { useCodes } from '../../codes.ts';
import { yuan } from '../../format.ts';
import { spoken } from '../../i18n.ts';
import { Section } from '../../parts/page.tsx';
import { Bones, Empty, Failure } from '../../parts/states.tsx';

type Posting = PostingList['items'][number];

/** A voucher above zero is an event; below, the end of the day it names. */
export const eventOf = ({ voucher }: Posting): string | null => (voucher.startsWith('-') ? null : `E${voucher}`);

export function useAccountNames(): (account: string) => string {
  const chart = useQuery({
    queryKey: ['accounts'],
    queryFn: () => get(accountList, addresses.accounts),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const language = spoken();
  const names = new Map(chart.data?.items.map((row) => [row.account, row.name[language]]));
  return (account) => names.get(account) ?? '';
}

/** The ledger lines of a loan, newest first; with an event picked, its own. */
export function Postings({ loanId, picked, onPick }: { loanId: string; picked: string | null; onPick: (event: string | null) => void }) {
  const { t } = useTranslation();
  const [nightly, setNightly] = useState(false);
  const list = useInfiniteQuery({
    queryKey: ['postings', loanId],
    queryFn: ({ pageParam }) => get(postingList, addresses.postings.replace(':id', loanId), { limit: 500, before: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
  const all = list.data?.pages.flatMap((page) => page.items) ?? [];
  const shown = all.filter((row) => (picked === null ? nightly || row.act !== 'accrue' : eventOf(row) === picked));
  return (
    <Section
      title={picked === null ? t('credit.loan.ledger') : t('credit.loan.ledgerOf', { event: picked })}
      note={list.isSuccess ? t('credit.loan.ledgerCount', { count: shown.length }) : undefined}
      right={
        picked === null ? (
          <label className="nightly">
            <input type="checkbox" checked={nightly} onChange={(event) => setNightly(event.target.checked)} /> {t('credit.loan.nightly')}
          </label>
        ) : (
          <button type="button" className="link sm" onClick={() => onPick(null)}>
            {t('credit.loan.ledgerAll')}
          </button>
        )
      }
      className="ledger"
    >
      {list.isError && <Failure problem={list.error} retry={() => void list.refetch()} inside />}
      {list.isPending && <Bones rows={6} />}
      {list.isSuccess && shown.length === 0 && <Empty title={t('credit.loan.noPostings')} inside />}
      {shown.length > 0 && <PostingTable rows={shown} picked={picked} onPick={onPick} />}
      {list.hasNextPage && (
        <button type="button" className="link sm more" disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('credit.loan.more')}
        </button>
      )}
    </Section>
  );
}

function PostingTable({ rows, picked, onPick }: { rows: readonly Posting[]; picked: string | null; onPick: (event: string) => void }) {
  const { t } = useTranslation();
  const code = useCodes();
  const nameOf = useAccountNames();
  return (
    <div className="scroll" tabIndex={0}>
      <table className="dt flush" aria-label={t('credit.loan.ledger')}>
        <thead>
          <tr>
            <th>{t('credit.loan.date')}</th>
            <th>{t('credit.loan.act')}</th>
            <th>{t('credit.loan.debit')}</th>
            <th>{t('credit.loan.credit')}</th>
            <th className="num">
              {t('credit.loan.amount')}
              <span className="unit">{`，${t('unit.yuan')}`}</span>
            </th>
            <th>{t('credit.loan.voucher')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const event = eventOf(row);
            return (
              <tr key={row.posting_id} className={event !== null && event === picked ? 'on' : ''}>
                <td>{row.business_date}</td>
                <td>{code('loanAct', row.act)}</td>
                <td>
                  <span className="mono t3">{row.debit}</span> {nameOf(row.debit)}
                </td>
                <td>
                  <span className="mono t3">{row.credit}</span> {nameOf(row.credit)}
                </td>
                <td className="num strong">{yuan(row.amount_fen)}</td>
                <td>
                  {event === null ? (
                    <span className="t3">{t('credit.loan.night')}</span>
                  ) : (
                    <button type="button" className="link mono" onClick={() => onPick(event)}>
                      {event}
                    </button>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
