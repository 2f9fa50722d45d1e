import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TFunction } from 'i18next';
import { addresses, proposed, type Amend, type AmendmentKind, type LoanPage } from '#modules/servicing/contract.ts';
import { send } from '../../api/client.ts';
import { useCodes, type CodeFamily } from '../../codes.ts';
import { percentOfPpm, yuan } from '../../format.ts';
import { AskDrawer } from '../../parts/ask.tsx';
import { BeforeAfterTable, type BeforeAfter } from '../../parts/before-after.tsx';
import { DateField, ReasonField, TypedField } from '../../parts/field.tsx';
import { useRefused, type Refused } from '../../parts/refused.ts';
import { fenTyped, ppmTyped } from '../../parts/typed-amount.ts';
import { claimFen, misuseSeen } from './amendable.ts';
import { tenThousandFor } from './cost-in-words.tsx';
import {
  asksFor,
  emptyAmendment,
  markupTyped,
  misusedRate,
  readAmendment,
  type AmendField,
  type TypedAmendment,
} from './typed-amendment.ts';

const places = {
  rate_unchanged: 'rate',
  rate_ppm: 'rate',
  maturity: 'maturity',
  maturity_not_later: 'maturity',
  extension_too_long: 'maturity',
  markup_ppm: 'markup',
  markup_out_of_range: 'markup',
  amount_fen: 'amount',
  amount_not_positive: 'amount',
} as const;

/** A change of a running loan: what it does, what stands now and what is asked for, and why. A second person decides. */
export function AmendDrawer({
  kind,
  loan,
  onClose,
  onDone,
}: {
  kind: AmendmentKind;
  loan: LoanPage;
  onClose: () => void;
  onDone: (proposalId: string) => void;
}) {
  const { t } = useTranslation();
  const code = useCodes();
  const [typed, setTyped] = useState<TypedAmendment>(() => ({
    ...emptyAmendment,
    maturity: asksFor(kind, 'maturity') ? yearLater(loan.maturity) : '',
  }));
  const propose = useMutation({
    mutationFn: (request: Amend) => send(proposed, 'POST', addresses.amendments.replace(':id', loan.loan_id), request),
    onSuccess: ({ proposal_id }) => onDone(proposal_id),
  });
  const refused = useRefused(propose.error, places);
  const read = readAmendment(kind, typed);
  const change = (next: Partial<TypedAmendment>): void => {
    propose.reset();
    setTyped({ ...typed, ...next });
  };
  return (
    <AskDrawer
      title={code('loanAction', kind)}
      notes={<span className="t2">{`${loan.person_name ?? ''} ${loan.loan_id}`.trim()}</span>}
      says={t(`amend.says.${kind}`)}
      foot={t('ask.fourEyes')}
      submit={t('ask.propose')}
      isReady={'request' in read}
      isBusy={propose.isPending}
      isGrave={kind === 'write_off'}
      refused={refused.rest}
      onSubmit={() => 'request' in read && propose.mutate(read.request)}
      onClose={onClose}
    >
      <Fields kind={kind} loan={loan} typed={typed} wrong={'wrong' in read ? read.wrong : []} refused={refused} onChange={change} />
      <BeforeAfterTable label={t('amend.compare')} rows={rowsOf(kind, loan, typed, t, code)} />
      <ReasonField
        id="amend-reason"
        label={t('ask.reason')}
        example={t(`amend.example.${kind}`)}
        value={typed.reason}
        autoFocus={!asksFor(kind, 'rate') && !asksFor(kind, 'maturity') && !asksFor(kind, 'amount')}
        onChange={(reason) => change({ reason })}
      />
    </AskDrawer>
  );
}

/** Where the day usually ends up: the same day a year on. */
const yearLater = (day: string): string => Temporal.PlainDate.from(day).add({ years: 1 }).toString();

function Fields({
  kind,
  loan,
  typed,
  wrong,
  refused,
  onChange,
}: {
  kind: AmendmentKind;
  loan: LoanPage;
  typed: TypedAmendment;
  wrong: readonly AmendField[];
  refused: Refused;
  onChange: (next: Partial<TypedAmendment>) => void;
}) {
  const { t } = useTranslation();
  /** Nothing is called wrong before something was typed there. */
  const told = (field: Exclude<AmendField, 'reason'>, hint?: string) => {
    const isWrong = refused.at(field) !== undefined || (typed[field] !== '' && wrong.includes(field));
    return { isWrong, hint: refused.at(field) ?? (isWrong ? t(`amend.wrong.${field}`) : hint) };
  };
  return (
    <>
      {asksFor(kind, 'rate') && (
        <TypedField
          id="amend-rate"
          label={t('amend.field.rate')}
          unit="%"
          value={typed.rate}
          autoFocus
          {...told('rate')}
          onChange={(rate) => onChange({ rate })}
        />
      )}
      {asksFor(kind, 'maturity') && (
        <DateField
          id="amend-maturity"
          label={t('amend.field.maturity')}
          value={typed.maturity}
          least={Temporal.PlainDate.from(loan.maturity).add({ days: 1 }).toString()}
          autoFocus={kind === 'extension'}
          {...told('maturity', kind === 'extension' ? t('amend.extensionRule') : undefined)}
          onChange={(maturity) => onChange({ maturity })}
        />
      )}
      {kind === 'misuse' && (
        <fieldset className="choices">
          <legend>{t('amend.field.misuse')}</legend>
          {(['found', 'over'] as const).map((way) => (
            <label key={way}>
              <input type="radio" name="misuse" checked={typed.misuse === way} onChange={() => onChange({ misuse: way })} />
              {t(`amend.misuse.${way}`)}
            </label>
          ))}
        </fieldset>
      )}
      {kind === 'misuse' && typed.misuse === 'found' && (
        <TypedField
          id="amend-markup"
          label={t('amend.field.markup')}
          unit="%"
          value={typed.markup}
          {...told('markup', t('amend.markupRule'))}
          onChange={(markup) => onChange({ markup })}
        />
      )}
      {asksFor(kind, 'amount') && (
        <TypedField
          id="amend-amount"
          label={t('amend.field.amount')}
          unit={t('unit.yuan')}
          value={typed.amount}
          autoFocus
          {...told('amount')}
          onChange={(amount) => onChange({ amount })}
        />
      )}
    </>
  );
}

type Code = (family: CodeFamily, code: string | null | undefined) => string;
const percent = (ppm: number | null): string | null => (ppm === null ? null : `${percentOfPpm(ppm)} %`);

/** What stands now beside what is asked for; what only the new plan will tell is left out. */
function rowsOf(kind: AmendmentKind, loan: LoanPage, typed: TypedAmendment, t: TFunction, code: Code): BeforeAfter[] {
  const rate = ppmTyped(typed.rate);
  const balance = (name: 'penalty' | 'compound' | 'costs', after: bigint): BeforeAfter => ({
    name: code('loanBalance', name),
    before: yuan(loan[`${name}_fen`]),
    after: yuan(after),
  });
  const payoff = (by: bigint): BeforeAfter => ({
    name: t('credit.loan.payoff'),
    before: yuan(loan.payoff_fen),
    after: yuan(BigInt(loan.payoff_fen) + by),
  });
  const rateRows: BeforeAfter[] = [
    { name: t('amend.row.rate'), before: percent(loan.rate_ppm), after: percent(rate) },
    {
      name: t('amend.row.tenThousand'),
      before: tenThousandFor(loan, loan.rate_ppm),
      after: rate === null ? null : tenThousandFor(loan, rate),
    },
  ];
  const maturityRows: BeforeAfter[] = [
    { name: t('amend.row.maturity'), before: loan.maturity, after: typed.maturity === '' ? null : typed.maturity },
    {
      name: t('amend.row.left'),
      before: daysLeft(loan, loan.maturity, t),
      after: typed.maturity === '' ? null : daysLeft(loan, typed.maturity, t),
    },
  ];
  switch (kind) {
    case 'rate':
      return rateRows;
    case 'extension':
      return maturityRows;
    case 'restructuring': {
      const whole = BigInt(loan.normal_principal_fen) + BigInt(loan.overdue_principal_fen);
      return [
        ...rateRows,
        ...maturityRows,
        { name: code('loanBalance', 'normal_principal'), before: yuan(loan.normal_principal_fen), after: yuan(whole) },
        { name: code('loanBalance', 'overdue_principal'), before: yuan(loan.overdue_principal_fen), after: yuan(0n) },
        { name: t('credit.column.days'), before: String(loan.days_past_due), after: '0' },
      ];
    }
    case 'misuse': {
      const markup = markupTyped(typed.markup);
      const found = markup === null ? null : percent(misusedRate(loan, markup));
      const isFound = typed.misuse === 'found';
      const seen = misuseSeen(loan);
      return [
        {
          name: t('amend.row.normalRate'),
          before: percent(seen === null ? loan.rate_ppm : loan.overdue_rate_ppm),
          after: isFound ? found : percent(loan.rate_ppm),
        },
        { name: t('amend.row.overdueRate'), before: percent(loan.overdue_rate_ppm), after: isFound ? found : t('amend.row.contractual') },
      ];
    }
    case 'cost': {
      const amount = fenTyped(typed.amount) ?? 0n;
      return [balance('costs', BigInt(loan.costs_fen) + amount), payoff(amount)];
    }
    case 'waiver':
      return [balance('penalty', 0n), balance('compound', 0n), payoff(-BigInt(loan.penalty_fen) - BigInt(loan.compound_fen))];
    case 'write_off':
      return [
        { name: t('amend.row.state'), before: code('loanState', loan.state), after: code('loanState', 'written_off') },
        { name: t('amend.row.onBooks'), before: yuan(loan.payoff_fen), after: yuan(0n) },
        { name: t('amend.row.claim'), before: yuan(0n), after: yuan(claimAfter(loan)) },
      ];
  }
}

/** Once written off the running interest is claimed with what is due, and nothing accrues any more. */
const claimAfter = (loan: LoanPage): bigint => claimFen(loan) + BigInt(loan.normal_principal_fen) + BigInt(loan.accrued_interest_fen);

function daysLeft(loan: LoanPage, until: string, t: TFunction): string {
  return t('amend.days', { days: Temporal.PlainDate.from(loan.business_date).until(until, { largestUnit: 'day' }).days });
}
