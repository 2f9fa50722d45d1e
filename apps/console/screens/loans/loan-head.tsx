import { Link } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { LoanPage } from '#modules/servicing/contract.ts';
import { useCodes } from '../../codes.ts';
import { count, percentOfPpm, share, unknown, yuan } from '../../format.ts';
import { Figure } from '../../parts/page.tsx';
import { nextInstalment } from './loan-terms.ts';

const fen = BigInt;

/** What is owed today and what comes next, then what was agreed. */
export function LoanHead({ loan }: { loan: LoanPage }) {
  const { t } = useTranslation();
  const code = useCodes();
  const left = fen(loan.normal_principal_fen) + fen(loan.overdue_principal_fen);
  const next = nextInstalment(loan.instalments, loan.business_date);
  const isLate = loan.days_past_due > 0;
  return (
    <div className="loan-head">
      <div className="figs">
        <Figure
          label={t('credit.loan.dueToday')}
          value={yuan(loan.due_fen)}
          unit={t('unit.yuan')}
          note={dueNote(loan, t)}
          tone={isLate ? 'bad' : loan.due_fen === '0' ? '' : 'warn'}
        />
        <Figure
          label={t('credit.loan.next', { date: next?.due_date ?? unknown })}
          value={next === null ? unknown : yuan(fen(next.principal_fen) + fen(next.interest_fen))}
          {...(next === null ? {} : { unit: t('unit.yuan') })}
          note={
            next === null
              ? t('credit.loan.nextNone')
              : t('credit.loan.nextParts', { principal: yuan(next.principal_fen), interest: yuan(next.interest_fen) })
          }
        />
        <Figure
          label={t('credit.loan.left')}
          value={yuan(left)}
          unit={t('unit.yuan')}
          note={t('credit.loan.leftOf', {
            amount: yuan(loan.principal_fen),
            share: share(Number(fen(loan.principal_fen) - left), Number(loan.principal_fen)),
          })}
        />
        <Figure
          label={t('credit.loan.pastDue')}
          value={count(loan.days_past_due)}
          unit={t('credit.loan.days')}
          note={lateNote(loan, t)}
          tone={isLate ? 'bad' : ''}
        />
      </div>
      <dl className="kv agreed">
        <dt>{t('credit.loan.facility')}</dt>
        <dd>
          <Link to="/facilities/$id" params={{ id: loan.facility_id }} className="mono">
            {loan.facility_id}
          </Link>
        </dd>
        <dt>{t('credit.loan.period')}</dt>
        <dd>{t('credit.loan.periodOf', { start: loan.start_date, end: loan.maturity })}</dd>
        <dt>{t('credit.loan.terms')}</dt>
        <dd>{t('credit.loan.termsOf', { rate: percentOfPpm(loan.rate_ppm), overdue: percentOfPpm(loan.overdue_rate_ppm) })}</dd>
        {loan.state === 'active' && loan.lpr_spread_ppm !== null && loan.reprice_on !== null && (
          <>
            <dt>{t('credit.loan.float')}</dt>
            <dd>{t('credit.loan.floats', { spread: signedPoints(loan.lpr_spread_ppm), date: loan.reprice_on })}</dd>
          </>
        )}
        <dt>{t('credit.loan.method')}</dt>
        <dd>
          {t('credit.loan.methodOf', { method: code('method', loan.method), dayCount: code('dayCount', loan.day_count) })}
          {loan.grace_days > 0 && `${t('list.comma')}${t('credit.loan.grace', { days: loan.grace_days })}`}
        </dd>
      </dl>
    </div>
  );
}

/** Of a percentage, with its sign: a spread is added to the LPR or taken off it. */
const signedPoints = (ppm: number): string => `${ppm < 0 ? '−' : '+'} ${percentOfPpm(Math.abs(ppm))}`;

function dueNote(loan: LoanPage, t: TFunction): string {
  if (loan.due_fen === '0') return t('credit.loan.dueNothing');
  if (loan.days_past_due === 0) return t('credit.loan.dueCurrent', { interest: yuan(loan.due_interest_fen) });
  return t('credit.loan.duePast', {
    principal: yuan(loan.overdue_principal_fen),
    interest: yuan(loan.due_interest_fen),
    penalty: yuan(fen(loan.penalty_fen) + fen(loan.compound_fen)),
  });
}

function lateNote(loan: LoanPage, t: TFunction): string {
  const oldest = loan.instalments.find((line) => line.state === 'billed' && line.due_date < loan.business_date);
  if (!loan.is_accruing) return t('credit.loan.nonAccrual');
  return oldest === undefined ? t('credit.loan.pastDueNone') : t('credit.loan.pastDueSince', { date: oldest.due_date });
}
