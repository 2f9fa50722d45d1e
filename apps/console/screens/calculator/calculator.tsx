import { useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { planRefusals } from '#core/schedule/index.ts';
import { useWords } from '../../address.ts';
import { useMe } from '../../api/session.ts';
import { percentOfPpm, unknown, yuan } from '../../format.ts';
import { spoken } from '../../i18n.ts';
import { Figure, PageHead, Section } from '../../parts/page.tsx';
import { PlanChart, type PlanLine } from '../../parts/plan-chart.tsx';
import { PlanTable } from '../../parts/plan-table.tsx';
import { interestOfTenThousand, planOf, type Plan, type PlanTerms } from '../../parts/plan.ts';
import { Empty } from '../../parts/states.tsx';
import { readTerms, termWords, typedTerms, type TermWord } from './asked-terms.ts';
import { CostItems } from './cost-items.tsx';
import { TermsForm } from './terms-form.tsx';
import './calculator.css';

/** What a loan would cost, reckoned in the browser as one types. */
export function Calculator() {
  const { t } = useTranslation();
  const me = useMe();
  const navigate = useNavigate();
  const words = useWords(...termWords);
  const typed = typedTerms(words, me.businessDate);
  const read = readTerms(typed);
  const change = (word: TermWord, value: string): void =>
    void navigate({ to: '/calculator', search: { ...words, [word]: value }, replace: true });
  return (
    <div className="calculator">
      <PageHead title={t('shell.nav.calculator')} notes={<span className="t3">{t('calculator.lead')}</span>} />
      <div className="row calculation">
        <Section title={t('calculator.terms')}>
          <TermsForm typed={typed} wrong={'wrong' in read ? read.wrong : []} onChange={change} />
        </Section>
        {'terms' in read ? <Reckoned terms={read.terms} /> : <Empty title={t('calculator.unready')}>{t('calculator.unreadyNext')}</Empty>}
      </div>
    </div>
  );
}

function Reckoned({ terms }: { terms: PlanTerms }) {
  const { t } = useTranslation();
  const plan = useMemo(() => planOf(terms), [terms]);
  if ('refused' in plan) return <Empty title={t('calculator.unready')}>{planRefusals[plan.refused][spoken()]}</Empty>;
  return <Answer terms={terms} plan={plan} />;
}

function Answer({ terms, plan }: { terms: PlanTerms; plan: Plan }) {
  const { t } = useTranslation();
  const lines = useMemo(() => drawnLines(plan), [plan]);
  const title = t('calculator.plan', { count: lines.length });
  return (
    <div className="answer">
      <section className="sec">
        <Figures terms={terms} plan={plan} />
        <Said terms={terms} />
        <h2 className="h2 later">
          {title}
          <small>{t('unit.yuan')}</small>
        </h2>
        <PlanChart label={title} lines={lines} height={210} />
      </section>
      <div className="row below">
        <section className="sec scroll" tabIndex={0}>
          <PlanTable lines={lines} />
        </section>
        <CostItems terms={terms} plan={plan} />
      </div>
    </div>
  );
}

const drawnLines = ({ lines }: Plan): PlanLine[] => lines.map(({ due, ...line }) => ({ ...line, due: due.toString() }));

function Figures({ terms, plan }: { terms: PlanTerms; plan: Plan }) {
  const { t } = useTranslation();
  const paid = plan.lines.map((line) => line.principalFen + line.interestFen);
  const [first, last] = [paid[0] ?? 0n, paid.at(-1) ?? 0n];
  const isLevel = terms.method === 'equal_installment';
  const cost = 'refused' in plan.cost ? null : plan.cost;
  return (
    <div className="figs">
      <Figure
        label={t(isLevel ? 'calculator.first' : 'calculator.firstOf')}
        value={yuan(first)}
        unit={t('unit.yuan')}
        note={t('calculator.firstNote', { first: plan.lines[0]?.due.toString() ?? unknown, last: yuan(last) })}
      />
      <Figure
        label={t('calculator.interest')}
        value={yuan(plan.interestFen)}
        unit={t('unit.yuan')}
        note={t('calculator.interestNote', { total: yuan(terms.amountFen + plan.interestFen) })}
      />
      {plan.feesFen > 0n && <Figure label={t('calculator.fees')} value={yuan(plan.feesFen)} unit={t('unit.yuan')} />}
      <Figure
        label={t('calculator.irr')}
        value={cost === null ? unknown : percentOfPpm(Number(cost.irrPpm))}
        unit="%"
        note={t(cost === null ? 'calculator.noRate' : 'calculator.irrNote')}
      />
      <Figure
        label={t('calculator.simple')}
        value={cost === null ? unknown : percentOfPpm(Number(cost.simplePpm))}
        unit="%"
        note={t('calculator.simpleNote')}
      />
    </div>
  );
}

/** The one sentence a borrower takes home. */
function Said({ terms }: { terms: PlanTerms }) {
  const { t } = useTranslation();
  const interest = useMemo(() => interestOfTenThousand(terms), [terms]);
  if (interest === null) return null;
  return (
    <p className="said">
      {t('calculator.said', { interest: yuan(interest) })} <span className="t3 sm">{t('calculator.saidNote')}</span>
    </p>
  );
}
