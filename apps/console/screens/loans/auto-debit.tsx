import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { collectionAddresses, type LoanPage } from '#modules/servicing/contract.ts';
import { send } from '../../api/client.ts';
import { AskDrawer } from '../../parts/ask.tsx';
import { isReason, ReasonField } from '../../parts/field.tsx';
import { useRefused } from '../../parts/refused.ts';
import { useCollections } from './collections.tsx';

const answered = z.object({ auto_debit: z.boolean() });
const places = {} as const;

/** Collecting is switched on or off, at once and with a reason. */
export function AutoDebitDrawer({ loan, onClose, onDone }: { loan: LoanPage; onClose: () => void; onDone: (isOn: boolean) => void }) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  const list = useCollections(loan.loan_id);
  const ask = useMutation({
    mutationFn: (isOn: boolean) =>
      send(answered, 'POST', collectionAddresses.autoDebit.replace(':id', loan.loan_id), { auto_debit: isOn, reason: reason.trim() }),
    onSuccess: ({ auto_debit: isOn }) => onDone(isOn),
  });
  const refused = useRefused(ask.error, places);
  if (list.data?.has_account !== true) return null;
  const wanted = !list.data.auto_debit;
  const way = wanted ? 'start' : 'stop';
  return (
    <AskDrawer
      title={t(`credit.collections.${way}`)}
      notes={<span className="t2">{`${loan.person_name ?? ''} ${loan.loan_id}`.trim()}</span>}
      says={t(`credit.collections.says.${way}`)}
      foot={t('ask.atOnce')}
      submit={t(`credit.collections.${way}`)}
      isReady={isReason(reason)}
      isBusy={ask.isPending}
      refused={refused.rest}
      onSubmit={() => ask.mutate(wanted)}
      onClose={onClose}
    >
      <ReasonField
        id="auto-debit-reason"
        label={t('ask.reason')}
        example={t(`credit.collections.example.${way}`)}
        value={reason}
        autoFocus
        onChange={setReason}
      />
    </AskDrawer>
  );
}
