import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { addresses, voucherPage, type VoucherPage } from '#modules/servicing/contract.ts';
import { get } from '../../api/client.ts';
import { useMe } from '../../api/session.ts';
import { useCodes } from '../../codes.ts';
import { count, instant, yuan } from '../../format.ts';
import { Drawer } from '../../parts/drawer.tsx';
import { Bones, Empty, Failure } from '../../parts/states.tsx';
import { useAccountNames } from '../loans/postings.tsx';

/** All that one cause posted to a loan, and the way to the cause: the event and its loan, or the end of the day. */
export function Voucher({
  loanId,
  voucher,
  account,
  onClose,
}: {
  loanId: string;
  voucher: string;
  /** The account the reader came from; its lines stand out. */
  account: string;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const page = useQuery({
    queryKey: ['voucher', loanId, voucher],
    queryFn: () => get(voucherPage, addresses.voucher.replace(':id', loanId).replace(':voucher', voucher)),
  });
  const { data } = page;
  const title =
    data === undefined
      ? loanId
      : data.night === null
        ? t('ledger.voucher.title', { voucher: `E${data.voucher}` })
        : t('ledger.voucher.night', { date: data.night });
  return (
    <Drawer
      title={title}
      notes={data !== undefined && <span className="t2">{data.person_name}</span>}
      onClose={onClose}
      className="voucher"
    >
      {page.isError && <Failure problem={page.error} retry={() => void page.refetch()} inside />}
      {page.isPending && <Bones rows={6} />}
      {data !== undefined && (
        <>
          <Cause page={data} />
          <Lines page={data} account={account} />
        </>
      )}
    </Drawer>
  );
}

function Cause({ page }: { page: VoucherPage }) {
  const { t } = useTranslation();
  const code = useCodes();
  const me = useMe();
  const { event, night } = page;
  return (
    <>
      <h3>{t('ledger.voucher.cause')}</h3>
      {event === null ? (
        <p>{t('ledger.voucher.causeNight')}</p>
      ) : (
        <p>
          <b>{t('ledger.voucher.event', { kind: code('loanEvent', event.kind), date: event.business_date })}</b>
          {event.is_reversed && <span className="tag">{t('credit.loan.reversed')}</span>}
          {event.amount_fen !== null && <span> {t('ledger.voucher.amount', { amount: yuan(event.amount_fen) })}</span>}
          <br />
          <span className="t3">
            {t('ledger.voucher.by', {
              actor: event.actor_id === 'core_bank' ? t('ledger.voucher.coreBank') : event.actor_id,
              at: instant(event.at),
            })}
          </span>
        </p>
      )}
      <p className="ways">
        <Link to="/loans/$id" params={{ id: page.loan_id }}>
          {t('ledger.voucher.loan', { loan: page.loan_id })}
        </Link>
        <Link to="/facilities/$id" params={{ id: page.facility_id }}>
          {t('ledger.voucher.facility', { facility: page.facility_id })}
        </Link>
        {me.may('population.read') && (
          <Link to="/persons/$id" params={{ id: page.person_id }}>
            {page.person_name ?? page.person_id}
          </Link>
        )}
        {night !== null && (
          <Link to="/day-ends" search={{ date: night }}>
            {t('ledger.voucher.dayEnd', { date: night })}
          </Link>
        )}
      </p>
    </>
  );
}

function Lines({ page: { items }, account }: { page: VoucherPage; account: string }) {
  const { t } = useTranslation();
  const code = useCodes();
  const nameOf = useAccountNames();
  const total = items.reduce((sum, row) => sum + BigInt(row.amount_fen), 0n);
  if (items.length === 0) return <Empty title={t('ledger.voucher.noPostings')} inside />;
  return (
    <>
      <h3>
        {t('ledger.voucher.postings')}
        <small>{t('ledger.voucher.of', { count: count(items.length), amount: yuan(total) })}</small>
      </h3>
      <table className="dt flush" aria-label={t('ledger.voucher.postings')}>
        <thead>
          <tr>
            <th>{t('ledger.column.act')}</th>
            <th>{t('credit.loan.debit')}</th>
            <th>{t('credit.loan.credit')}</th>
            <th className="num">{t('credit.loan.amount')}</th>
          </tr>
        </thead>
        <tbody>
          {items.map((row) => (
            <tr key={row.posting_id}>
              <td>{code('loanAct', row.act)}</td>
              {(['debit', 'credit'] as const).map((side) => (
                <td key={side} className={row[side] === account ? 'wrap strong' : 'wrap'}>
                  <span className="mono t3">{row[side]}</span> {nameOf(row[side])}
                </td>
              ))}
              <td className="num strong">{yuan(row.amount_fen)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
