import { useMutation } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { addresses, loanTerms, proposed, repaymentMethods, type LoanPage, type LoanTermsRequest } from '#modules/servicing/contract.ts';
import { send } from '../../api/client.ts';
import { useCodes } from '../../codes.ts';
import { percentOfPpm, yuan } from '../../format.ts';
import { AskDrawer } from '../../parts/ask.tsx';
import { BeforeAfterTable } from '../../parts/before-after.tsx';
import { isReason, ReasonField } from '../../parts/field.tsx';
import { useRefused } from '../../parts/refused.ts';
import { ppmTyped } from '../../parts/typed-amount.ts';
import { PlanPreview } from '../facilities/plan-preview.tsx';
import { TermsFields, type TypedTerms } from '../facilities/terms-fields.tsx';
import { emptyDraw, termsOfDraw, wrongTerms } from '../facilities/typed-draw.ts';

/** A new loan in the old one's place without repayment (无还本续贷): its terms and the plan they make. A second person decides. */
export function RenewDrawer({ loan, onClose, onDone }: { loan: LoanPage; onClose: () => void; onDone: (proposalId: string) => void }) {
  const { t } = useTranslation();
  const code = useCodes();
  const [typed, setTyped] = useState<TypedTerms>(() => ({
    ...emptyDraw('', loan.business_date),
    rate: percentOfPpm(loan.rate_ppm),
    method: repaymentMethods.find((method) => method === loan.method) ?? 'equal_installment',
    count: loan.day_count,
  }));
  const [reason, setReason] = useState('');
  const amount = yuan(loan.normal_principal_fen);
  const terms = useMemo(
    () => termsOfDraw({ ...emptyDraw('', loan.business_date), ...typed, amount }, loan.business_date),
    [typed, amount, loan],
  );
  const propose = useMutation({
    mutationFn: (request: { terms: LoanTermsRequest; reason: string }) =>
      send(proposed, 'POST', addresses.renewal.replace(':id', loan.loan_id), request),
    onSuccess: ({ proposal_id }) => onDone(proposal_id),
  });
  const refused = useRefused(propose.error, {});
  const rate = ppmTyped(typed.rate);
  const maturity = terms === null ? null : terms.startDate.add({ months: terms.months }).toString();
  return (
    <AskDrawer
      title={code('loanAction', 'renewal')}
      notes={<span className="t2">{`${loan.person_name ?? ''} ${loan.loan_id}`.trim()}</span>}
      says={t('amend.says.renewal', { amount })}
      foot={t('ask.fourEyes')}
      submit={t('ask.propose')}
      isReady={terms !== null && isReason(reason)}
      isBusy={propose.isPending}
      refused={refused.rest}
      onSubmit={() => propose.mutate({ terms: requestOf(typed), reason: reason.trim() })}
      onClose={onClose}
    >
      <div className="typed-grid">
        <TermsFields
          id="renew"
          typed={typed}
          wrong={wrongTerms(typed)}
          autoFocus
          onChange={(next) => {
            propose.reset();
            setTyped({ ...typed, ...next });
          }}
        />
      </div>
      <BeforeAfterTable
        label={t('amend.compare')}
        rows={[
          { name: t('amend.row.principal'), before: amount, after: amount },
          {
            name: t('amend.row.rate'),
            before: `${percentOfPpm(loan.rate_ppm)} %`,
            after: rate === null ? null : `${percentOfPpm(rate)} %`,
          },
          { name: t('amend.row.maturity'), before: loan.maturity, after: maturity },
          { name: t('calculator.method'), before: code('method', loan.method), after: code('method', typed.method) },
        ]}
      />
      <ReasonField id="renew-reason" label={t('ask.reason')} example={t('amend.example.renewal')} value={reason} onChange={setReason} />
      <div aria-live="polite">
        <h3>{t('amend.newPlan')}</h3>
        {terms === null ? <p className="t3 sm">{t('facility.form.previewWait')}</p> : <PlanPreview terms={terms} />}
      </div>
    </AskDrawer>
  );
}

const requestOf = (typed: TypedTerms): LoanTermsRequest =>
  loanTerms.parse({
    method: typed.method,
    day_count: typed.count,
    rate_ppm: ppmTyped(typed.rate),
    months: Number(typed.months),
    due_day: Number(typed.due),
  });
