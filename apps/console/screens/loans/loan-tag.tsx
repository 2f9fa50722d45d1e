import { useTranslation } from 'react-i18next';
import type { LoanSummary } from '#modules/servicing/contract.ts';
import { useCodes } from '../../codes.ts';

/** The state in a word: red when overdue, grey when over, else plain. */
export function LoanTag({ loan }: { loan: Pick<LoanSummary, 'state' | 'days_past_due'> }) {
  const { t } = useTranslation();
  const code = useCodes();
  if (loan.state === 'active' && loan.days_past_due > 0) return <span className="tag bad">{t('credit.loan.pastDue')}</span>;
  return <span className={loan.state === 'active' ? 'tag ok' : 'tag'}>{code('loanState', loan.state)}</span>;
}
