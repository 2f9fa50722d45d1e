import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { addresses, trialBalance } from '#modules/servicing/contract.ts';
import { get } from '../../api/client.ts';
import { yuan } from '../../format.ts';
import { spoken } from '../../i18n.ts';
import { Section } from '../../parts/page.tsx';
import { Bones, Empty, Failure } from '../../parts/states.tsx';
import { creditBalance, debitBalance, sumOf, type Account } from './trial-check.ts';
import './trial-balance.css';

/** Turnover and balances of every account at the end of a day, on the balance sheet and off it, and whether they balance. */
export function TrialBalance({ date }: { date: string }) {
  const { t } = useTranslation();
  const page = useQuery({
    queryKey: ['trial-balance', date],
    queryFn: () => get(trialBalance, addresses.trialBalance, { date }),
  });
  const accounts = page.data?.accounts ?? [];
  return (
    <Section title={t('dayend.trial', { date })} right={t('unit.yuan')} className="trial">
      {page.isError && <Failure problem={page.error} retry={() => void page.refetch()} inside />}
      {page.isPending && <Bones rows={12} />}
      {page.isSuccess && accounts.length === 0 && (
        <Empty title={t('dayend.trialNone')} inside>
          {t('dayend.trialNoneNext')}
        </Empty>
      )}
      {accounts.length > 0 && (
        <div className="scroll" tabIndex={0}>
          <Group title={t('dayend.onBalance')} date={date} accounts={accounts.filter((account) => !account.is_memorandum)} />
          <Group title={t('dayend.memorandum')} date={date} accounts={accounts.filter((account) => account.is_memorandum)} />
        </div>
      )}
    </Section>
  );
}

/** Nothing is left blank where a figure would stand; a side without one is. */
const sided = (fen: bigint): string => (fen === 0n ? '' : yuan(fen));

function Group({ title, date, accounts }: { title: string; date: string; accounts: readonly Account[] }) {
  const { t } = useTranslation();
  const language = spoken();
  const sum = sumOf(accounts);
  return (
    <>
      <h3 className="h2 group">
        {title}
        {sum.differenceFen === 0n ? (
          <span className="tag ok">{t('dayend.balanced')}</span>
        ) : (
          <span className="tag bad" role="alert">
            {t('dayend.unbalanced', { amount: yuan(sum.differenceFen) })}
          </span>
        )}
      </h3>
      {accounts.length === 0 ? (
        <p className="t3 sm">{t('dayend.noMemorandum')}</p>
      ) : (
        <table className="dt flush" aria-label={title}>
          <thead>
            <tr>
              <th>{t('dayend.account')}</th>
              {(['debit', 'credit', 'debitBalance', 'creditBalance'] as const).map((column) => (
                <th key={column} className="num">
                  {t(`dayend.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {accounts.map((account) => (
              <tr key={account.account}>
                <td>
                  <Link to="/day-ends/$date/$account" params={{ date, account: account.account }}>
                    <span className="mono t3">{account.account}</span> {account.name[language]}
                  </Link>
                </td>
                <td className="num">{sided(BigInt(account.debit_fen))}</td>
                <td className="num">{sided(BigInt(account.credit_fen))}</td>
                <td className="num strong">{sided(debitBalance(account))}</td>
                <td className="num strong">{sided(creditBalance(account))}</td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <td>{t('dayend.sum')}</td>
              <td className="num">{yuan(sum.debitFen)}</td>
              <td className="num">{yuan(sum.creditFen)}</td>
              <td className="num">{yuan(sum.debitBalanceFen)}</td>
              <td className="num">{yuan(sum.creditBalanceFen)}</td>
            </tr>
          </tfoot>
        </table>
      )}
    </>
  );
}
