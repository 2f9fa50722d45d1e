import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Modal } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { addresses, proposed, type Facility } from '#modules/servicing/contract.ts';
import { send } from '../../api/client.ts';
import { isLost, type RequestKeys } from '../../api/request-key.ts';
import { yuan } from '../../format.ts';
import { Refusal } from '../../parts/wrong.tsx';
import { DrawForm } from './draw-form.tsx';
import { PlanPreview } from './plan-preview.tsx';
import { emptyDraw, readDraw, termsOfDraw, type TypedDraw } from './typed-draw.ts';

/** Terms, account and purpose of one draw, with the plan they make; proposed once, however often it is sent. */
export function DrawDialog({
  facility,
  businessDate,
  keys,
  onClose,
  onAsked,
}: {
  facility: Facility;
  businessDate: string;
  keys: RequestKeys;
  onClose: () => void;
  onAsked: (proposalId: string) => void;
}) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [typed, setTyped] = useState<TypedDraw>(() => emptyDraw(facility.person_name ?? '', businessDate));
  const available = BigInt(facility.available_fen);
  const read = readDraw(typed, available);
  const terms = useMemo(() => termsOfDraw(typed, businessDate), [typed, businessDate]);
  const ask = useMutation({
    mutationFn: (request: object) =>
      send(proposed, 'POST', addresses.drawdowns.replace(':id', facility.facility_id), {
        ...request,
        key: keys.of([facility.facility_id, request]),
      }),
    onSuccess: ({ proposal_id }, request) => {
      keys.answered([facility.facility_id, request]);
      void client.invalidateQueries({ queryKey: ['changes'] });
      onAsked(proposal_id);
    },
  });
  const lost = ask.isError && isLost(ask.error);
  const change = (next: Partial<TypedDraw>): void => {
    ask.reset();
    setTyped({ ...typed, ...next });
  };
  const okText = lost
    ? t('facility.form.again')
    : terms === null
      ? t('facility.form.confirmShort')
      : t('facility.form.confirm', { amount: yuan(terms.amountFen) });
  return (
    <Modal
      open
      title={t('facility.form.title', { name: facility.person_name ?? facility.facility_id, available: yuan(available) })}
      width={980}
      style={{ top: 56 }}
      okText={okText}
      cancelText={t('facility.form.cancel')}
      okButtonProps={{ disabled: !('request' in read), loading: ask.isPending }}
      onOk={() => 'request' in read && ask.mutate(read.request)}
      onCancel={onClose}
      destroyOnHidden
    >
      <div className="draw">
        <DrawForm typed={typed} wrong={'wrong' in read ? read.wrong : []} availableFen={available} onChange={change} />
        <div className="draw-plan" aria-live="polite">
          <h3 className="h2">
            {t('facility.form.preview')}
            <small>{t('facility.form.start', { date: businessDate })}</small>
          </h3>
          {terms === null ? <p className="t3">{t('facility.form.previewWait')}</p> : <PlanPreview terms={terms} />}
          <p className="t2 sm">{t('facility.form.fourEyes')}</p>
          <Refusal problem={ask.error} lost={t('facility.form.lost')} />
        </div>
      </div>
    </Modal>
  );
}
