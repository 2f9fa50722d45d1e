import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { addresses, closeDays } from '#modules/servicing/contract.ts';
import { send } from '../../api/client.ts';
import { Refusal } from '../../parts/wrong.tsx';

/** Asks once more before a business date is closed for good. */
export function CloseDialog({ date, onClose, onAsked }: { date: string; onClose: () => void; onAsked: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const close = useMutation({
    mutationFn: () => send(closeDays, 'POST', addresses.dayEnds, { date }),
    onSuccess: () => {
      onAsked();
      void client.invalidateQueries({ queryKey: ['day-ends'] });
    },
  });
  return (
    <Modal
      open
      title={t('dayend.ask', { date })}
      width={480}
      okText={t('dayend.confirm')}
      cancelText={t('dayend.cancel')}
      okButtonProps={{ loading: close.isPending }}
      onOk={() => close.mutate()}
      onCancel={onClose}
      destroyOnHidden
    >
      <p>{t('dayend.askBody')}</p>
      <Refusal problem={close.error} />
    </Modal>
  );
}
