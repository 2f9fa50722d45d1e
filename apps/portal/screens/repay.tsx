import { useEffect, useState } from 'react';
import { bank, problemFrom } from '../api.ts';
import type { Loan, Problem, RepayPreview } from '../api.ts';
import { useAct, useApplication, useStanding } from '../application.tsx';
import { shortYuan, yuan } from '../format.ts';
import { AmountKeys, useAmountFault } from '../parts/amount-keys.tsx';
import { Go } from '../parts/buttons.tsx';
import { Frame } from '../parts/frame.tsx';
import { useProblemWords } from '../parts/notice.tsx';
import { back, open, usePlace } from '../router.ts';
import { amountOf } from '../typed-amount.ts';
import { makeKey, useLoans } from '../use-loans.ts';
import { useWords } from '../words/index.tsx';

type Way = 'shorten' | 'lower';

export function Repay() {
  const { words } = useWords();
  const { item, part } = usePlace();
  const { loans, problem, read } = useLoans();
  const tell = useProblemWords();
  const loan = loans?.items.find(({ loan_id: id }) => id === item);
  if (loan) return <RepayLoan key={loan.loan_id} loan={loan} isTyping={part === 'own'} />;
  return (
    <Frame
      title={words.repayTitleBare}
      above="loans"
      dock={problem === null ? undefined : <Go onPress={() => void read()}>{words.again}</Go>}
    >
      <p className="why">{problem === null ? (loans === null ? words.opening : words.noLoans) : tell(problem)}</p>
    </Frame>
  );
}

/** Round parts of what is owed: about a third and two thirds, in whole thousands. */
export function suggested(balance: bigint): bigint[] {
  const thousand = 100_000n;
  const parts = [balance / 3n, (balance * 2n) / 3n].map((part) => ((part + thousand / 2n) / thousand) * thousand);
  return [...new Set(parts)].filter((part) => part > 0n && part < balance);
}

function RepayLoan({ loan, isTyping }: { loan: Loan; isTyping: boolean }) {
  const { words } = useWords();
  const { name } = useApplication();
  const { refresh } = useStanding();
  const acting = useAct();
  const balance = BigInt(loan.balance_fen);
  const [amount, choose] = useState<bigint | null>(null);
  const [way, chooseWay] = useState<Way>('shorten');
  const [paid, setPaid] = useState<string | null>(null);
  const [key, renew] = useState(makeKey);
  const { preview, problem } = usePreview(loan.loan_id, amount, way);
  const tell = useProblemWords();

  const pay = async (): Promise<void> => {
    if (amount === null || preview === null) return;
    const isDone = await acting.run(() => repayOnce(loan.loan_id, { key, amount_fen: amount.toString(), prepayment: way }, renew));
    if (!isDone) return;
    setPaid(preview.pays_fen);
    await refresh();
  };
  if (paid !== null)
    return (
      <Frame
        title={words.repaidTitle}
        why={words.repaidText(yuan(paid))}
        above="loans"
        dock={<Go onPress={() => back('loans')}>{words.toLoans}</Go>}
      />
    );
  const take = (next: bigint): void => {
    choose(next);
    renew(makeKey());
    if (isTyping) back('loans');
  };
  if (isTyping) return <OwnAmount most={BigInt(loan.payoff_fen)} onTake={take} />;
  return (
    <Frame
      title={name === null ? words.repayTitleBare : words.repayTitle(name)}
      why={words.repayOwed(yuan(loan.balance_fen), loan.maturity)}
      above="loans"
      acting={acting}
      dock={
        preview && (
          <>
            <p className="hint">{words.repaySure(preview.account_masked)}</p>
            <Go onPress={() => void pay()} isBusy={acting.isBusy}>
              {words.repayDo(yuan(preview.pays_fen))}
            </Go>
          </>
        )
      }
    >
      <div className="chips chips--inset">
        {suggested(balance).map((part) => (
          <Chip key={part.toString()} isChosen={amount === part} onPress={() => take(part)}>
            {shortYuan(part.toString())}
          </Chip>
        ))}
        <Chip isChosen={amount === BigInt(loan.payoff_fen)} onPress={() => take(BigInt(loan.payoff_fen))}>
          {words.all}
        </Chip>
        <Chip isChosen={false} onPress={() => open('repay', loan.loan_id, 'own')}>
          {words.own}
        </Chip>
      </div>
      <div role="alert">{problem !== null && <p className="why">{tell(problem)}</p>}</div>
      {preview && <Saving preview={preview} />}
      {preview && preview.balance_after_fen !== '0' && (
        <section className="block">
          <h2>{words.repayHowTitle}</h2>
          <div className="chips">
            {(['shorten', 'lower'] as const).map((one) => (
              <Chip key={one} isChosen={way === one} onPress={() => chooseWay(one)}>
                {words[one]}
              </Chip>
            ))}
          </div>
        </section>
      )}
    </Frame>
  );
}

/** An order that was refused has ended; another try is another order. One without an answer yet is tried again under its own key. */
async function repayOnce(loanId: string, given: RepayGiven, renew: (key: string) => void): Promise<void> {
  try {
    await bank.repay(loanId, given);
  } catch (fault) {
    if (problemFrom(fault).is('repayment_refused')) renew(makeKey());
    throw fault;
  }
}
type RepayGiven = Parameters<typeof bank.repay>[1];

function Chip({ isChosen, onPress, children }: { isChosen: boolean; onPress: () => void; children: string }) {
  return (
    <button type="button" className="chip" aria-pressed={isChosen} onClick={onPress}>
      {children}
    </button>
  );
}

interface Previewed {
  preview: RepayPreview | null;
  problem: Problem | null;
}
const nothing: Previewed = { preview: null, problem: null };

/** Asked of the bank for every amount: two real schedules, nothing reckoned here. */
function usePreview(loanId: string, amount: bigint | null, way: Way): Previewed {
  const { heard } = useStanding();
  const [found, setFound] = useState<Previewed & { of: string }>({ of: '', ...nothing });
  const wanted = `${amount} ${way}`;
  useEffect(() => {
    if (amount === null) return;
    let isWanted = true;
    const ask = async (): Promise<void> => {
      const answer = await previewOf(loanId, amount, way);
      if (!isWanted) return;
      setFound({ of: wanted, ...answer });
      if (answer.problem) heard(answer.problem);
    };
    void ask();
    return () => {
      isWanted = false;
    };
  }, [loanId, amount, way, wanted, heard]);
  return found.of === wanted ? found : nothing;
}

async function previewOf(loanId: string, amount: bigint, way: Way): Promise<Previewed> {
  try {
    return { preview: await bank.previewRepayment(loanId, { amount_fen: amount.toString(), prepayment: way }), problem: null };
  } catch (fault) {
    return { preview: null, problem: problemFrom(fault) };
  }
}

function Saving({ preview }: { preview: RepayPreview }) {
  const { words } = useWords();
  const [before, after] = [BigInt(preview.interest_to_come_fen), BigInt(preview.interest_after_fen)];
  // A length alone, never an amount.
  const share = before === 0n ? 0 : Number((after * 1000n) / before) / 10;
  return (
    <>
      <section className="save">
        <h2>
          {words.repaySaves(yuan(preview.pays_fen))}{' '}
          <b>
            {yuan(preview.saved_fen)} {words.yuan}
          </b>
        </h2>
        <ul className="bars">
          <li>
            <p>
              <span>{words.repayAsIs}</span>
              <b>
                {yuan(preview.interest_to_come_fen)} {words.yuan}
              </b>
            </p>
            <i style={{ width: before === 0n ? '0' : '100%' }} />
          </li>
          <li>
            <p>
              <span>{words.repayAfter}</span>
              <b>
                {yuan(preview.interest_after_fen)} {words.yuan}
              </b>
            </p>
            <i className="after" style={{ width: `${share}%` }} />
          </li>
        </ul>
      </section>
      <table className="pay">
        <tbody>
          {(
            [
              [words.principal, preview.principal_fen],
              [words.interestToday, preview.interest_fen],
              [words.prepaymentFee, preview.fee_fen],
            ] as const
          ).map(([label, fen]) => (
            <tr key={label}>
              <th scope="row">{label}</th>
              <td>
                {yuan(fen)} {words.yuan}
              </td>
            </tr>
          ))}
          <tr className="sum">
            <th scope="row">{words.payToday}</th>
            <td>
              {yuan(preview.pays_fen)} {words.yuan}
            </td>
          </tr>
        </tbody>
      </table>
      <p className="foot">
        {preview.balance_after_fen === '0'
          ? words.afterwardsNothing
          : `${words.afterwards(yuan(preview.balance_after_fen))}${preview.next_due === null ? '' : `，${words.afterwardsNext(preview.next_due.date, yuan(preview.next_due.amount_fen))}`}。`}
      </p>
    </>
  );
}

function OwnAmount({ most, onTake }: { most: bigint; onTake: (amount: bigint) => void }) {
  const { words } = useWords();
  const [typed, type] = useState('');
  const [isPressed, press] = useState(false);
  const bounds = { least: 100n, most };
  const tell = useAmountFault(bounds);
  const found = amountOf(typed, bounds);
  const next = (): void => {
    press(true);
    if (found.ok) onTake(found.fen);
  };
  return (
    <Frame title={words.ownAmountTitle} above="loans" dock={<Go onPress={next}>{words.next}</Go>}>
      <AmountKeys typed={typed} onType={type} bounds={bounds} wrong={isPressed && !found.ok ? tell(found.fault) : null} />
    </Frame>
  );
}
