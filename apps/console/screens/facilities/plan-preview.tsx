import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { planRefusals } from '#core/schedule/index.ts';
import { yuan } from '../../format.ts';
import { spoken } from '../../i18n.ts';
import { PlanTable } from '../../parts/plan-table.tsx';
import { planOf, type PlanTerms } from '../../parts/plan.ts';

/** The plan that terms make: what it comes to in words, and line by line. */
export function PlanPreview({ terms }: { terms: PlanTerms }) {
  const { t } = useTranslation();
  const plan = useMemo(() => planOf(terms), [terms]);
  if ('refused' in plan) return <p className="bad">{planRefusals[plan.refused][spoken()]}</p>;
  const [first] = plan.lines;
  if (first === undefined) return null;
  return (
    <>
      <p className="t2">
        {t('facility.form.previewSays', {
          interest: yuan(plan.interestFen),
          date: first.due.toString(),
          first: yuan(first.principalFen + first.interestFen),
        })}
      </p>
      <div className="scroll" tabIndex={0}>
        <PlanTable lines={plan.lines.map(({ due, ...line }) => ({ ...line, due: due.toString() }))} />
      </div>
    </>
  );
}
