import { useTranslation } from 'react-i18next';
import { balances } from '#core/loan/index.ts';
import type { LoanPage } from '#modules/servicing/contract.ts';
import { useCodes } from '../../codes.ts';
import { yuan } from '../../format.ts';

const late = new Set(['overdue_principal', 'penalty', 'compound']);

/** The seven balances of a loan, the fee for settling it before its day where the contract has one, and what settles it today: their sum. */
export function Balances({ loan }: { loan: LoanPage }) {
  const { t } = useTranslation();
  const code = useCodes();
  const owedFen = balances.reduce((sum, balance) => sum + BigInt(loan[`${balance}_fen`]), 0n);
  const feeFen = BigInt(loan.payoff_fen) - owedFen;
  return (
    <table className="dt flush balances" aria-label={t('credit.loan.balances')}>
      <tbody>
        {balances.map((balance) => {
          const amount = loan[`${balance}_fen`];
          return (
            <tr key={balance} className={amount === '0' ? 't3' : ''}>
              <td>{code('loanBalance', balance)}</td>
              <td className={late.has(balance) && amount !== '0' ? 'num bad' : 'num'}>{yuan(amount)}</td>
            </tr>
          );
        })}
        {feeFen > 0n && (
          <tr>
            <td>{code('loanBalance', 'prepayment_fee')}</td>
            <td className="num">{yuan(feeFen)}</td>
          </tr>
        )}
      </tbody>
      <tfoot>
        <tr>
          <td>{t('credit.loan.payoff')}</td>
          <td className="num">{yuan(loan.payoff_fen)}</td>
        </tr>
      </tfoot>
    </table>
  );
}
