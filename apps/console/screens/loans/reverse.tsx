import { useMutation } from '@tanstack/react-query';
import { Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { addresses, proposed, type LoanPage } from '#modules/servicing/contract.ts';
import { send } from '../../api/client.ts';
import { yuan } from '../../format.ts';
import { Refusal } from '../../parts/wrong.tsx';

/** Taking today's last repayment back: a reason, and a second person. */
export function ReverseDialog({
  loan,
  event,
  onClose,
  onDone,
}: {
  loan: LoanPage;
  event: LoanPage['events'][number];
  onClose: () => void;
  /** Told the proposal that a second person decides. */
  onDone: (proposalId: string) => void;
}) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  const path = addresses.reversal.replace(':id', loan.loan_id).replace(':event', event.event_id);
  const propose = useMutation({
    mutationFn: () => send(proposed, 'POST', path, { reason: reason.trim() }),
    onSuccess: ({ proposal_id }) => onDone(proposal_id),
  });
  return (
    <Modal
      open
      title={t('credit.reverse.title', { event: event.event_id, amount: yuan(event.amount_fen) })}
      width={480}
      okText={t('credit.reverse.propose')}
      cancelText={t('credit.reverse.cancel')}
      okButtonProps={{ disabled: reason.trim().length < 4, loading: propose.isPending }}
      onOk={() => propose.mutate()}
      onCancel={onClose}
      destroyOnHidden
    >
      <p className="t2">{t('credit.reverse.body', { date: loan.business_date })}</p>
      <label htmlFor="reverse-reason" className="sm t2">
        {t('credit.reverse.reason')}
      </label>
      <textarea
        id="reverse-reason"
        className="area"
        rows={2}
        maxLength={500}
        autoFocus
        value={reason}
        placeholder={t('credit.reverse.example')}
        onChange={(change) => setReason(change.target.value)}
      />
      <Refusal problem={propose.error} />
    </Modal>
  );
}
