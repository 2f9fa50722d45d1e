import { useMutation } from '@tanstack/react-query';
import { Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { download } from '../../api/client.ts';
import { Refusal } from '../../parts/wrong.tsx';

/** Plain lines are personal data: taking them along asks for a reason, which is logged. */
export function DownloadLines({ id }: { id: string }) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState('');
  const save = useMutation({
    mutationFn: () => download(`/api/v1/loads/${id}/quarantine.csv`, { reason: reason.trim() }, `quarantine-${id}.csv`),
    onSuccess: () => setAsking(false),
  });
  return (
    <>
      <button type="button" className="btn" onClick={() => setAsking(true)}>
        {t('quarantine.download')}
      </button>
      <Modal
        open={asking}
        title={t('quarantine.download')}
        okText={t('quarantine.download')}
        cancelText={t('reveal.cancel')}
        okButtonProps={{ disabled: reason.trim().length < 4, loading: save.isPending }}
        onOk={() => save.mutate()}
        onCancel={() => setAsking(false)}
        destroyOnHidden
        width={420}
      >
        <label htmlFor="download-reason">{t('reveal.reason')}</label>
        <textarea
          id="download-reason"
          className="area"
          rows={2}
          maxLength={200}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
        <Refusal problem={save.error} />
      </Modal>
    </>
  );
}
