import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { addresses, repayPreviewed, type LoanPage } from '#modules/servicing/contract.ts';
import { send } from '../../api/client.ts';
import { useCodes } from '../../codes.ts';
import { yuan } from '../../format.ts';
import { Drawer } from '../../parts/drawer.tsx';
import { Figure } from '../../parts/page.tsx';
import { Bones, Failure } from '../../parts/states.tsx';
import '../../parts/ask.css';
import { nightlyFen } from './amendable.ts';

/** What would settle the loan today, item by item as the ledger would take it, and what every further night adds. */
export function QuoteDrawer({ loan, onClose, onSettle }: { loan: LoanPage; onClose: () => void; onSettle: (() => void) | undefined }) {
  const { t } = useTranslation();
  const code = useCodes();
  const asked = { amount_fen: loan.payoff_fen, prepayment: 'lower', payer: 'borrower' };
  const preview = useQuery({
    queryKey: ['loan', loan.loan_id, 'preview', asked],
    queryFn: () => send(repayPreviewed, 'POST', addresses.repaymentPreview.replace(':id', loan.loan_id), asked),
    staleTime: 0,
  });
  const parts = new Map<string, bigint>();
  for (const part of preview.data?.allocation ?? []) parts.set(part.balance, (parts.get(part.balance) ?? 0n) + BigInt(part.amount_fen));
  return (
    <Drawer
      title={t('amend.quote.title')}
      notes={<span className="t2">{`${loan.person_name ?? ''} ${loan.loan_id}`.trim()}</span>}
      className="ask over"
      onClose={onClose}
      {...(onSettle === undefined
        ? {}
        : {
            actions: (
              <>
                <p>{t('amend.quote.foot', { date: loan.business_date })}</p>
                <span className="grow" />
                <button type="button" className="btn pri" autoFocus onClick={onSettle}>
                  {t('amend.quote.settle')}
                </button>
              </>
            ),
          })}
    >
      <div className="asked">
        <p className="says">{t('amend.quote.says', { date: loan.business_date })}</p>
        <Figure label={t('credit.loan.payoff')} value={yuan(loan.payoff_fen)} unit={t('unit.yuan')} />
        {preview.isError && <Failure problem={preview.error} retry={() => void preview.refetch()} inside />}
        {preview.isPending && <Bones rows={4} />}
        {preview.data !== undefined && (
          <table className="dt flush" aria-label={t('amend.quote.parts')}>
            <thead>
              <tr>
                <th>{t('amend.quote.parts')}</th>
                <th className="num">
                  {t('credit.loan.amount')}
                  <span className="unit">{`，${t('unit.yuan')}`}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {[...parts].map(([balance, amount]) => (
                <tr key={balance}>
                  <td>{code('loanBalance', balance)}</td>
                  <td className="num">{yuan(amount)}</td>
                </tr>
              ))}
            </tbody>
            <tfoot>
              <tr>
                <td>{t('plan.sum')}</td>
                <td className="num">{yuan(preview.data.amount_fen)}</td>
              </tr>
            </tfoot>
          </table>
        )}
        <dl className="kv">
          <dt>{t('amend.quote.nightly')}</dt>
          <dd className="num strong">{t('amend.quote.nightlyOf', { amount: yuan(nightlyFen(loan)) })}</dd>
        </dl>
        <p className="t3 sm">{t('amend.quote.nightlyNote')}</p>
      </div>
    </Drawer>
  );
}
