import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { addresses, loanPage, settledBeforePlan, type LoanPage, type Repaid } from '#modules/servicing/contract.ts';
import { useAddress, useWords } from '../../address.ts';
import { get } from '../../api/client.ts';
import { useRequestKeys, type RequestKeys } from '../../api/request-key.ts';
import { useMe } from '../../api/session.ts';
import { useCodes } from '../../codes.ts';
import { yuan } from '../../format.ts';
import { useKeys } from '../../parts/keys.ts';
import { PageHead, Section } from '../../parts/page.tsx';
import { PlanChart } from '../../parts/plan-chart.tsx';
import { Bones, Empty, Failure } from '../../parts/states.tsx';
import { Proposed, Waiting } from '../../parts/waiting.tsx';
import { Actions } from './actions.tsx';
import { AutoDebitDrawer } from './auto-debit.tsx';
import { AmendDrawer } from './amend.tsx';
import { isLoanAction, offered, type LoanAction } from './amendable.ts';
import { Balances } from './balances.tsx';
import { CostInWords } from './cost-in-words.tsx';
import { LoanHead } from './loan-head.tsx';
import { LoanTag } from './loan-tag.tsx';
import { planLinesOf } from './loan-terms.ts';
import { Papers } from './papers.tsx';
import { Past } from './past.tsx';
import { Postings } from './postings.tsx';
import { QuoteDrawer } from './quote.tsx';
import { RecoverDrawer } from './recover.tsx';
import { RenewDrawer } from './renew.tsx';
import { RepayDialog } from './repay.tsx';
import { ReverseDialog } from './reverse.tsx';
import './loans.css';

export const loanAddress = (id: string): string => addresses.loan.replace(':id', id);

/** One loan: what is owed today, the plan, what makes it up, and every posting with the event behind it. */
export function Loan() {
  const id = useAddress('id');
  const page = useQuery({ queryKey: ['loan', id], queryFn: () => get(loanPage, loanAddress(id)) });
  // Keys outlive a dialog that was closed without an answer.
  const keys = useRequestKeys();
  if (page.isError) return <Failure problem={page.error} retry={() => void page.refetch()} />;
  if (page.data === undefined) {
    return (
      <div className="sec">
        <Bones rows={14} />
      </div>
    );
  }
  return <Sheet key={id} loan={page.data} keys={keys} />;
}

type Doing =
  | { readonly what: 'repay'; readonly settle: boolean }
  | { readonly what: 'reverse'; readonly event: LoanPage['events'][number] }
  | null;

function Sheet({ loan, keys }: { loan: LoanPage; keys: RequestKeys }) {
  const { t } = useTranslation();
  const me = useMe();
  const client = useQueryClient();
  const navigate = useNavigate();
  const code = useCodes();
  const words = useWords('do', 'event');
  const [doing, setDoing] = useState<Doing>(null);
  const [done, setDone] = useState<Done>(null);
  const [picked, setPicked] = useState<string | null>(words.event ?? null);
  useKeys({ Escape: () => (picked === null ? void navigate({ to: '/loans' }) : setPicked(null)) });
  const lines = useMemo(() => planLinesOf(loan), [loan]);
  /** The drawer that is open stands in the address, so that a colleague can be sent to it. */
  const open = (what: LoanAction | 'quote' | 'auto-debit' | undefined): void =>
    void navigate({ to: '/loans/$id', params: { id: loan.loan_id }, search: { do: what }, replace: true });
  const finish = (what: Done): void => {
    setDoing(null);
    setDone(what);
    open(undefined);
    void client.invalidateQueries({ predicate: ({ queryKey }) => touched.has(String(queryKey[0])) });
  };
  const count = (is: (line: (typeof lines)[number]) => boolean): number => lines.filter(is).length;
  const late = count((line) => line.isOverdue === true);
  const early = settledBeforePlan(loan);
  const planTitle = t(late > 0 ? 'credit.loan.planLate' : 'credit.loan.plan', {
    count: lines.length,
    paid: count((line) => line.state === 'paid'),
    late,
  });
  const mayRepay = me.may('servicing.repay') && loan.state === 'active';
  const title =
    loan.person_name === null ? t('credit.loan.unnamed', { id: loan.loan_id }) : t('credit.loan.title', { name: loan.person_name });
  return (
    <div className="loan">
      <PageHead
        way={[{ text: t('shell.nav.credit') }, { text: t('shell.nav.loans'), to: '/loans' }, { text: loan.loan_id }]}
        title={title}
        notes={
          <>
            <LoanTag loan={loan} />
            <span className="t2">{loan.product}</span>
            <span className="t3">{t('credit.loan.businessDate', { date: loan.business_date })}</span>
          </>
        }
        actions={
          <>
            <Papers loan={loan} />
            <Actions loan={loan} onChoose={open} />
            {loan.state === 'active' && (
              <button type="button" className="btn" onClick={() => open('quote')}>
                {t('amend.quote.open')}
              </button>
            )}
            {mayRepay && (
              <button type="button" className="btn pri" onClick={() => setDoing({ what: 'repay', settle: false })}>
                {t('credit.loan.repay')}
              </button>
            )}
          </>
        }
      />
      <Outcome done={done} />
      <Waiting subject={loan.loan_id} />
      <LoanHead loan={loan} />
      <CostInWords loan={loan} />
      <div className="row loan-row">
        {early === null ? (
          <Section title={planTitle} note={t('unit.yuan')}>
            <PlanChart label={planTitle} lines={lines} height={196} />
          </Section>
        ) : (
          <Section title={t('credit.loan.settledEarly')}>
            <Empty title={t('credit.loan.settledEarlyOn', { date: early.on, amount: yuan(early.paid_fen) })} inside>
              {t('credit.loan.settledEarlyNote', { principal: yuan(loan.principal_fen) })}
            </Empty>
          </Section>
        )}
        <Section title={t('credit.loan.balances')} right={t('unit.yuan')}>
          <Balances loan={loan} />
        </Section>
      </div>
      <div className="row loan-row grow">
        <Postings loanId={loan.loan_id} picked={picked} onPick={setPicked} />
        <Past
          loan={loan}
          picked={picked}
          onPick={setPicked}
          onReverse={(event) => setDoing({ what: 'reverse', event })}
          onSwitch={() => open('auto-debit')}
        />
      </div>
      {doing?.what === 'repay' && (
        <RepayDialog loan={loan} settle={doing.settle} keys={keys} onClose={() => setDoing(null)} onDone={(booked) => finish({ booked })} />
      )}
      {doing?.what === 'reverse' && (
        <ReverseDialog
          loan={loan}
          event={doing.event}
          onClose={() => setDoing(null)}
          onDone={(proposed) => finish({ proposed, what: t('amend.reversal') })}
        />
      )}
      <Open
        loan={loan}
        asked={words.do}
        keys={keys}
        onClose={() => open(undefined)}
        onSettle={
          mayRepay
            ? () => {
                open(undefined);
                setDoing({ what: 'repay', settle: true });
              }
            : undefined
        }
        onBooked={(booked) => finish({ booked })}
        onProposed={(proposed, action) => finish({ proposed, what: code('loanAction', action) })}
        onSwitched={(isCollected) => finish({ isCollected })}
      />
    </div>
  );
}

/** The drawer that the address asks for, when the loan and the reader's permissions allow it. */
function Open({
  loan,
  asked,
  keys,
  onClose,
  onSettle,
  onBooked,
  onProposed,
  onSwitched,
}: {
  loan: LoanPage;
  asked: string | undefined;
  keys: RequestKeys;
  onClose: () => void;
  onSettle: (() => void) | undefined;
  onBooked: (booked: Repaid) => void;
  onProposed: (proposalId: string, action: LoanAction) => void;
  onSwitched: (isCollected: boolean) => void;
}) {
  const me = useMe();
  if (asked === 'quote') return loan.state === 'active' ? <QuoteDrawer loan={loan} onClose={onClose} onSettle={onSettle} /> : null;
  if (asked === 'auto-debit')
    return loan.state === 'active' && me.may('servicing.repay') ? (
      <AutoDebitDrawer loan={loan} onClose={onClose} onDone={onSwitched} />
    ) : null;
  if (!isLoanAction(asked)) return null;
  const isOpen = offered(loan, (permission) => me.may(permission)).some(({ action, block }) => action === asked && block === null);
  if (!isOpen) return null;
  if (asked === 'recovery') return <RecoverDrawer loan={loan} keys={keys} onClose={onClose} onDone={onBooked} />;
  if (asked === 'renewal') return <RenewDrawer loan={loan} onClose={onClose} onDone={(id) => onProposed(id, asked)} />;
  return <AmendDrawer key={asked} kind={asked} loan={loan} onClose={onClose} onDone={(id) => onProposed(id, asked)} />;
}

type Done = { readonly booked: Repaid } | { readonly isCollected: boolean } | { readonly proposed: string; readonly what: string } | null;

/** What has just been done, in words. */
function Outcome({ done }: { done: Done }) {
  const { t } = useTranslation();
  if (done === null) return null;
  if ('proposed' in done) return <Proposed id={done.proposed} what={done.what} />;
  if ('isCollected' in done)
    return (
      <p className="notice ok" role="status">
        {t(done.isCollected ? 'credit.collections.started' : 'credit.collections.stopped')}
      </p>
    );
  return (
    <p className="notice ok" role="status">
      {t('credit.repay.done', { amount: yuan(done.booked.amount_fen), event: done.booked.event_id })}
    </p>
  );
}

/** What a repayment or its reversal changes elsewhere. */
const touched = new Set([
  'loan',
  'loans',
  'loan-totals',
  'postings',
  'collections',
  'statements',
  'facility',
  'facilities',
  'changes',
  'change',
]);
