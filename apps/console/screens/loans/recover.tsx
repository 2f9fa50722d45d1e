import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { addresses, repaid, type LoanPage, type Repaid } from '#modules/servicing/contract.ts';
import { send } from '../../api/client.ts';
import { isLost, type RequestKeys } from '../../api/request-key.ts';
import { useCodes } from '../../codes.ts';
import { yuan } from '../../format.ts';
import { AskDrawer } from '../../parts/ask.tsx';
import { BeforeAfterTable } from '../../parts/before-after.tsx';
import { TypedField } from '../../parts/field.tsx';
import { useRefused } from '../../parts/refused.ts';
import { fenTyped } from '../../parts/typed-amount.ts';
import { claimFen } from './amendable.ts';

const places = { amount_fen: 'amount', more_than_owed: 'amount', amount_not_positive: 'amount' } as const;
/** Money meets a claim in this order. */
const order = ['overdue_principal', 'costs', 'due_interest', 'penalty', 'compound'] as const;

/** Money that comes in for a written-off loan; booked at once, and once however often it is sent. */
export function RecoverDrawer({
  loan,
  keys,
  onClose,
  onDone,
}: {
  loan: LoanPage;
  keys: RequestKeys;
  onClose: () => void;
  onDone: (answer: Repaid) => void;
}) {
  const { t } = useTranslation();
  const code = useCodes();
  const [amount, setAmount] = useState('');
  const claim = claimFen(loan);
  const fen = fenTyped(amount);
  const book = useMutation({
    mutationFn: (amountFen: string) =>
      send(repaid, 'POST', addresses.recoveries.replace(':id', loan.loan_id), {
        amount_fen: amountFen,
        key: keys.of([loan.loan_id, 'recovery', amountFen]),
      }),
    onSuccess: (answer, amountFen) => {
      keys.answered([loan.loan_id, 'recovery', amountFen]);
      onDone(answer);
    },
  });
  const refused = useRefused(book.error, places, t('credit.repay.lost'));
  const isOver = fen !== null && fen > claim;
  const isWrong = refused.at('amount') !== undefined || (amount !== '' && (fen === null || isOver));
  const told = isOver ? t('amend.recovery.over', { claim: yuan(claim) }) : t('amend.wrong.amount');
  return (
    <AskDrawer
      title={code('loanAction', 'recovery')}
      notes={<span className="t2">{`${loan.person_name ?? ''} ${loan.loan_id}`.trim()}</span>}
      says={t('amend.says.recovery', { claim: yuan(claim) })}
      foot={t('ask.atOnce')}
      submit={
        book.isError && isLost(book.error)
          ? t('credit.repay.again')
          : fen === null
            ? t('credit.repay.confirmShort')
            : t('credit.repay.confirm', { amount: yuan(fen) })
      }
      isReady={fen !== null && !isOver}
      isBusy={book.isPending}
      refused={refused.rest}
      onSubmit={() => fen !== null && book.mutate(String(fen))}
      onClose={onClose}
    >
      <TypedField
        id="recover-amount"
        label={t('amend.recovery.amount')}
        unit={t('unit.yuan')}
        value={amount}
        autoFocus
        isWrong={isWrong}
        hint={refused.at('amount') ?? (isWrong ? told : undefined)}
        onChange={(text) => {
          book.reset();
          setAmount(text);
        }}
      />
      <BeforeAfterTable
        label={t('amend.compare')}
        rows={claimRows(loan, fen === null || isOver ? 0n : fen, (name) => code('loanBalance', name))}
      />
    </AskDrawer>
  );
}

function claimRows(loan: LoanPage, amountFen: bigint, nameOf: (balance: string) => string) {
  let left = amountFen;
  return order.flatMap((name) => {
    const before = BigInt(loan[`${name}_fen`]);
    if (before === 0n) return [];
    const taken = left < before ? left : before;
    left -= taken;
    return [{ name: nameOf(name), before: yuan(before), after: yuan(before - taken) }];
  });
}
