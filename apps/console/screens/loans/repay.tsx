import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { Modal } from 'antd';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { addresses, repaid, repayPreviewed, type LoanPage, type Repaid, type RepayPreviewed } from '#modules/servicing/contract.ts';
import { send } from '../../api/client.ts';
import { isLost, type RequestKeys } from '../../api/request-key.ts';
import { useCodes } from '../../codes.ts';
import { yuan } from '../../format.ts';
import { ChosenField, TypedField } from '../../parts/field.tsx';
import { Bones } from '../../parts/states.tsx';
import { fenTyped } from '../../parts/typed-amount.ts';
import { Refusal } from '../../parts/wrong.tsx';
import { nextInstalment } from './loan-terms.ts';

const ways = ['dueOnly', 'lower', 'shorten'] as const;
type Way = (typeof ways)[number];
const payers = ['borrower', 'third_party'] as const;

/** What is asked for, without its key: the preview and the repayment are the same request. */
interface Asked {
  readonly amount_fen: string;
  readonly payer: (typeof payers)[number];
  readonly prepayment?: 'lower' | 'shorten';
}

/** Fen as somebody would type them in yuan. */
const typedOf = (fen: string): string => (fen === '0' ? '' : yuan(fen).replaceAll(',', ''));

/** A repayment at the counter: where every fen goes is seen before anything is booked. */
export function RepayDialog({
  loan,
  settle,
  keys,
  onClose,
  onDone,
}: {
  loan: LoanPage;
  /** Opens with what settles the loan today. */
  settle: boolean;
  keys: RequestKeys;
  onClose: () => void;
  onDone: (answer: Repaid) => void;
}) {
  const { t } = useTranslation();
  const [amount, setAmount] = useState(typedOf(settle ? loan.payoff_fen : loan.due_fen));
  const [way, setWay] = useState<Way>(settle || loan.due_fen === '0' ? 'lower' : 'dueOnly');
  const [payer, setPayer] = useState<Asked['payer']>('borrower');
  const fen = fenTyped(amount);
  const asked: Asked | null = fen === null ? null : { amount_fen: String(fen), payer, ...(way === 'dueOnly' ? {} : { prepayment: way }) };
  const preview = usePreview(loan.loan_id, useDeferredValue(asked));
  const book = useMutation({
    mutationFn: (request: Asked) =>
      send(repaid, 'POST', addresses.repayments.replace(':id', loan.loan_id), { ...request, key: keys.of([loan.loan_id, request]) }),
    onSuccess: (answer, request) => {
      keys.answered([loan.loan_id, request]);
      onDone(answer);
    },
  });
  const isPreviewed =
    preview.data !== undefined && !preview.isPlaceholderData && asked !== null && preview.data.amount_fen === asked.amount_fen;
  const lost = book.isError && isLost(book.error);
  const change = (set: () => void): void => {
    book.reset();
    set();
  };
  return (
    <Modal
      open
      title={t('credit.repay.title', { name: loan.person_name ?? '', loan: loan.loan_id })}
      width={760}
      okText={
        lost ? t('credit.repay.again') : fen === null ? t('credit.repay.confirmShort') : t('credit.repay.confirm', { amount: yuan(fen) })
      }
      cancelText={t('credit.repay.cancel')}
      okButtonProps={{ disabled: !isPreviewed || preview.isError, loading: book.isPending }}
      onOk={() => asked !== null && book.mutate(asked)}
      onCancel={onClose}
      destroyOnHidden
    >
      <div className="repay">
        <div className="ask-repay">
          <TypedField
            id="repay-amount"
            label={t('credit.repay.amount')}
            unit={t('unit.yuan')}
            value={amount}
            autoFocus
            isWrong={amount !== '' && fen === null}
            hint={amount !== '' && fen === null ? t('credit.repay.amountWrong') : undefined}
            onChange={(text) => change(() => setAmount(text))}
          />
          <p className="quick">
            {loan.due_fen !== '0' && (
              <button type="button" className="link sm" onClick={() => change(() => setAmount(typedOf(loan.due_fen)))}>
                {t('credit.repay.due', { amount: yuan(loan.due_fen) })}
              </button>
            )}
            <button
              type="button"
              className="link sm"
              onClick={() =>
                change(() => {
                  setAmount(typedOf(loan.payoff_fen));
                  setWay('lower');
                })
              }
            >
              {t('credit.repay.payoff', { amount: yuan(loan.payoff_fen) })}
            </button>
          </p>
          <ChosenField
            id="repay-way"
            label={t('credit.repay.how')}
            value={way}
            options={ways.map((value) => ({ value, text: t(`credit.repay.${value}`) }))}
            onChange={(value) => change(() => setWay(ways.find((one) => one === value) ?? 'dueOnly'))}
          />
          <ChosenField
            id="repay-payer"
            label={t('credit.repay.payer')}
            value={payer}
            options={payers.map((value) => ({ value, text: t(`credit.repay.${value}`) }))}
            onChange={(value) => change(() => setPayer(payers.find((one) => one === value) ?? 'borrower'))}
          />
        </div>
        <div className="see-repay" aria-live="polite">
          <h3 className="h2">{t('credit.repay.preview')}</h3>
          {asked === null && <p className="t3">{t('credit.repay.previewWait')}</p>}
          {asked !== null && preview.isPending && <Bones rows={4} />}
          {asked !== null && <Refusal problem={preview.error} />}
          {asked !== null && preview.data !== undefined && !preview.isError && <Preview preview={preview.data} />}
          <Refusal problem={book.error} lost={t('credit.repay.lost')} />
        </div>
      </div>
    </Modal>
  );
}

function usePreview(loanId: string, asked: Asked | null) {
  return useQuery({
    queryKey: ['loan', loanId, 'preview', asked],
    queryFn: () => send(repayPreviewed, 'POST', addresses.repaymentPreview.replace(':id', loanId), asked),
    enabled: asked !== null,
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
}

/** Taken before its day, so that no instalment has billed it; penalties belong to none. */
const isAhead = (balance: string): boolean => balance === 'accrued_interest' || balance === 'normal_principal';

function Preview({ preview }: { preview: RepayPreviewed }) {
  const { t } = useTranslation();
  const code = useCodes();
  const { after } = preview;
  const next = nextInstalment(preview.instalments, preview.business_date);
  const left = BigInt(after.normal_principal_fen) + BigInt(after.overdue_principal_fen);
  return (
    <>
      <table className="dt flush" aria-label={t('credit.repay.preview')}>
        <thead>
          <tr>
            <th>{t('credit.repay.goes')}</th>
            <th className="num">{t('credit.repay.instalment')}</th>
            <th className="num">
              {t('credit.loan.amount')}
              <span className="unit">{`，${t('unit.yuan')}`}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {preview.allocation.map((part) => (
            <tr key={`${part.balance}-${part.instalment}`}>
              <td>{code('loanBalance', part.balance)}</td>
              <td className="num">
                {part.instalment ?? <span className="t3">{isAhead(part.balance) ? t('credit.repay.noInstalment') : ''}</span>}
              </td>
              <td className="num strong">{yuan(part.amount_fen)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <h3 className="h2 later">{t('credit.repay.after')}</h3>
      {after.state === 'settled' ? (
        <p className="ok strong">{t('credit.repay.settled')}</p>
      ) : (
        <dl className="kv">
          <dt>{t('credit.repay.dueAfter')}</dt>
          <dd className="num">{yuan(after.due_fen)}</dd>
          <dt>{t('credit.repay.leftAfter')}</dt>
          <dd className="num">{yuan(left)}</dd>
          {next !== null && (
            <>
              <dt>{t('credit.repay.nextAfter', { date: next.due_date })}</dt>
              <dd className="num">{yuan(BigInt(next.principal_fen) + BigInt(next.interest_fen))}</dd>
            </>
          )}
        </dl>
      )}
    </>
  );
}
