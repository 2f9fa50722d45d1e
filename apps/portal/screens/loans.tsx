import { useCallback } from 'react';
import type { Loan, Loans as Read } from '../api.ts';
import { useApplication, useStanding } from '../application.tsx';
import { percent, shortYuan, yuan } from '../format.ts';
import { Go } from '../parts/buttons.tsx';
import { Frame } from '../parts/frame.tsx';
import { useProblemWords } from '../parts/notice.tsx';
import { usePolling } from '../polling.ts';
import { open } from '../router.ts';
import { useLoans } from '../use-loans.ts';
import type { LoansRead } from '../use-loans.ts';
import { useWords } from '../words/index.tsx';

export function Loans() {
  const { words } = useWords();
  const { ready } = useApplication();
  const reading = useLoans();
  if (ready === null) return null;
  const canDraw = BigInt(ready.available_fen) > 0n;
  return (
    <Frame title={words.loanTitle} dock={canDraw ? <Go onPress={() => open('draw')}>{words.draw}</Go> : undefined}>
      <section className="top">
        <p>{words.available}</p>
        <p className="hero">
          <b>{shortYuan(ready.available_fen)}</b> <span>{words.yuan}</span>
        </p>
        <p>{[words.availableOf(shortYuan(ready.limit_fen)), words.until(ready.limit_until)].join(words.clauseJoin)}</p>
      </section>
      <Lent {...reading} />
    </Frame>
  );
}

function Lent({ loans, problem, read }: LoansRead) {
  const { words } = useWords();
  const tell = useProblemWords();
  if (problem !== null)
    return (
      <section className="block">
        <p role="alert">{tell(problem)}</p>
        <Go onPress={() => void read()}>{words.again}</Go>
      </section>
    );
  if (loans === null) return <p className="opening">{words.opening}</p>;
  const underWay = loans.draws.filter(({ state }) => state !== 'confirmed' && state !== 'failed');
  const failed = loans.draws.filter(({ state }) => state === 'failed');
  return (
    <>
      {underWay.length > 0 && <UnderWay draws={underWay} read={read} />}
      {failed.length > 0 && <Draws title={words.drawsFailed} draws={failed} />}
      {loans.items.length === 0 && loans.draws.length === 0 && <p className="why">{words.noLoans}</p>}
      {loans.items.map((loan) => (
        <LoanCard key={loan.loan_id} loan={loan} />
      ))}
      <p className="foot">{words.asOf(loans.as_of)}</p>
    </>
  );
}

/** Money on its way is looked after until it has arrived; then the limit has changed as well. */
function UnderWay({ draws, read }: { draws: Read['draws']; read: () => Promise<void> }) {
  const { words } = useWords();
  const { refresh } = useStanding();
  const ask = useCallback(() => Promise.all([read(), refresh()]), [read, refresh]);
  usePolling(ask, { first: 2000, longest: 20_000 });
  return <Draws title={words.drawsUnderWay} draws={draws} />;
}

function Draws({ title, draws }: { title: string; draws: Read['draws'] }) {
  const { words } = useWords();
  const states: Readonly<Record<string, string>> = words.drawState;
  return (
    <section className="block">
      <h2>{title}</h2>
      {draws.map((draw) => (
        <p key={draw.drawdown_id}>
          <b>
            {yuan(draw.amount_fen)} {words.yuan}
          </b>{' '}
          {states[draw.state] ?? draw.state}
        </p>
      ))}
    </section>
  );
}

function LoanCard({ loan }: { loan: Loan }) {
  const { words } = useWords();
  const isLate = loan.days_past_due > 0;
  const isOpen = BigInt(loan.balance_fen) > 0n || BigInt(loan.due_fen) > 0n;
  return (
    <section className="block loan">
      <h2>
        {words.loanOf(loan.start_date)} <span>{words.rate(percent(loan.rate_ppm))}</span>
      </h2>
      {isLate && (
        <p className="late">
          {words.overdue(loan.days_past_due)}{' '}
          <b>
            {yuan(loan.due_fen)} {words.yuan}
          </b>{' '}
          {words.overdueHelp}
        </p>
      )}
      <dl className="facts">
        <div>
          <dt>{words.balance}</dt>
          <dd>
            {yuan(loan.balance_fen)} {words.yuan}
          </dd>
        </div>
        {loan.next_due && (
          <div>
            <dt>
              {words.nextDue} <small>{words.onDay(loan.next_due.date)}</small>
            </dt>
            <dd>
              {yuan(loan.next_due.amount_fen)} {words.yuan}
            </dd>
          </div>
        )}
        {isOpen && (
          <div>
            <dt>{words.payoff}</dt>
            <dd>
              {yuan(loan.payoff_fen)} {words.yuan}
            </dd>
          </div>
        )}
        <div>
          <dt>{words.maturity}</dt>
          <dd>{loan.maturity}</dd>
        </div>
      </dl>
      {isOpen ? (
        <button type="button" className="btn btn--wide" onClick={() => open('repay', loan.loan_id)}>
          {words.repayEarly}
        </button>
      ) : (
        <p>{words.paidOff}</p>
      )}
    </section>
  );
}
