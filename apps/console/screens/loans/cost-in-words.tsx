import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { methods } from '#core/schedule/index.ts';
import type { LoanPage } from '#modules/servicing/contract.ts';
import { useCodes } from '../../codes.ts';
import { percentOfPpm, yuan } from '../../format.ts';
import { interestOfTenThousand } from '../../parts/plan.ts';
import { costOfLoan } from './loan-terms.ts';

/** What the loan costs, as one would say it across the counter. */
export function CostInWords({ loan }: { loan: LoanPage }) {
  const { t } = useTranslation();
  const code = useCodes();
  const cost = useMemo(() => costOfLoan(loan), [loan]);
  const ten = useMemo(() => interestOnTerms(loan), [loan]);
  if (cost === null) return null;
  const isLate = loan.penalty_fen !== '0' || loan.compound_fen !== '0';
  const months = Temporal.PlainDate.from(loan.start_date).until(loan.maturity, { largestUnit: 'month' }).months;
  return (
    <p className="cost-words">
      {t('credit.loan.cost', {
        amount: yuan(loan.principal_fen),
        months: t('credit.loan.months', { months }),
        method: code('method', loan.method),
      })}
      <b>{t(isLate ? 'credit.loan.costInterestLate' : 'credit.loan.costInterest', { interest: yuan(cost.interestFen) })}</b>
      {t('credit.loan.costPast', { paid: yuan(cost.paidInterestFen) })}
      {cost.yearly === null
        ? t('credit.loan.costUnknown')
        : t('credit.loan.costYear', { irr: percentOfPpm(Number(cost.yearly.irrPpm)), simple: percentOfPpm(Number(cost.yearly.simplePpm)) })}
      {ten !== null && <span className="t2">{t('credit.loan.costTen', { interest: yuan(ten) })}</span>}
    </p>
  );
}

const interestOnTerms = (loan: LoanPage): bigint | null => interestAt(loan, loan.rate_ppm);

function interestAt({ method, day_count, start_date }: LoanPage, ratePpm: number): bigint | null {
  const known = methods.find((one) => one === method);
  if (known === undefined) return null;
  const startDate = Temporal.PlainDate.from(start_date);
  return interestOfTenThousand({ startDate, ratePpm: BigInt(ratePpm), method: known, dayCount: day_count, interestEvery: 1 });
}

/** The interest of 10,000 yuan for a year on the terms of a loan at some rate, in yuan; null when these terms make no such plan. */
export function tenThousandFor(loan: LoanPage, ratePpm: number): string | null {
  const interest = interestAt(loan, ratePpm);
  return interest === null ? null : yuan(interest);
}
