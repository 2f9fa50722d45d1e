import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { costStatement, type CostStatement, type Fee, type PlanRefusal } from '#core/schedule/index.ts';
import { percentOfPpm, yuan } from '../../format.ts';
import { spoken } from '../../i18n.ts';
import { Section } from '../../parts/page.tsx';
import type { Plan, PlanTerms } from '../../parts/plan.ts';
import { Wrong } from '../../parts/wrong.tsx';

/** Item by item, how each is taken and what it comes to a year, as a borrower must be shown it before signing. */
export function CostItems({ terms, plan }: { terms: PlanTerms; plan: Plan }) {
  const { t } = useTranslation();
  const language = spoken();
  const statement = useMemo(() => statementOf(terms, plan), [terms, plan]);
  if ('refused' in statement) return <Section title={t('calculator.cost')}>{t('calculator.noRate')}</Section>;
  return (
    <Section title={t('calculator.cost')} right={t('unit.yuan')}>
      <table className="dt flush" aria-label={t('calculator.cost')}>
        <thead>
          <tr>
            <th>{t('calculator.item')}</th>
            <th>{t('calculator.how')}</th>
            <th className="num">{t('credit.loan.amount')}</th>
            <th className="num">
              {t('calculator.yearly')}
              <span className="unit">，%</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {statement.items.map((item) => (
            <tr key={item.name.en}>
              <td>{item.name[language]}</td>
              <td className="wrap">
                {item.how[language]}
                <small>{item.standard[language]}</small>
              </td>
              <td className="num">{yuan(item.amountFen)}</td>
              <td className="num">{percentOfPpm(Number(item.yearly.irrPpm))}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <td>{t('calculator.total')}</td>
            <td />
            <td className="num">{yuan(statement.totalFen)}</td>
            <td className={statement.isStopped ? 'num bad' : 'num'}>{percentOfPpm(Number(statement.yearly.irrPpm))}</td>
          </tr>
        </tfoot>
      </table>
      {statement.isStopped && <Wrong>{t('calculator.stopped', { stop: percentOfPpm(Number(statement.stopPpm)) })}</Wrong>}
      <p className="t3 sm cost-notice">{statement.notice[language]}</p>
    </Section>
  );
}

/** The alert that depends on the LPR is the bank's to give before signing; here only the cost itself is told. */
function statementOf(terms: PlanTerms, { lines }: Plan): CostStatement | PlanRefusal {
  const { startDate, amountFen, ratePpm, method } = terms;
  const lender = { zh: '本行', en: 'the bank' };
  return costStatement({
    startDate,
    principalFen: amountFen,
    ratePpm,
    method,
    lines,
    lender,
    fees: feesOf(terms, lines, lender),
    contingencies: [],
    lprPpm: 0n,
  });
}

function feesOf({ startDate, feeFen, eachFeeFen }: PlanTerms, lines: Plan['lines'], collector: Fee['collector']): Fee[] {
  const once: Fee = {
    name: { zh: '一次性费用', en: 'One-off fee' },
    how: { zh: '放款时一次收取', en: 'Once, when lent' },
    standard: { zh: `${yuan(feeFen)} 元`, en: `${yuan(feeFen)} yuan` },
    collector,
    charges: [{ date: startDate, amountFen: feeFen }],
  };
  const each: Fee = {
    name: { zh: '每期费用', en: 'Fee per instalment' },
    how: { zh: '随各期还款收取', en: 'With each instalment' },
    standard: { zh: `每期 ${yuan(eachFeeFen)} 元`, en: `${yuan(eachFeeFen)} yuan each` },
    collector,
    charges: lines.map((line) => ({ date: line.due, amountFen: eachFeeFen })),
  };
  return [...(feeFen === 0n ? [] : [once]), ...(eachFeeFen === 0n ? [] : [each])];
}
