import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { addresses, proposed, type ProcessPage, type Proposed, type ProposeBody } from '#modules/process/contract.ts';
import { send } from '../../api/client.ts';
import { AskDrawer } from '../../parts/ask.tsx';
import { isReason, ReasonField, TypedField } from '../../parts/field.tsx';
import { useRefused } from '../../parts/refused.ts';

/** The drawing as a new version, for a second person. */
export function Propose({
  page,
  xml,
  onClose,
  onProposed,
}: {
  page: ProcessPage;
  xml: string;
  onClose: () => void;
  onProposed: (answer: Proposed) => void;
}) {
  const { t } = useTranslation();
  const [title, setTitle] = useState(page.title);
  const [reason, setReason] = useState('');
  const propose = useMutation({
    mutationFn: (body: ProposeBody) => send(proposed, 'POST', addresses.proposals.replace(':name', page.process), body),
    onSuccess: onProposed,
  });
  const refused = useRefused(propose.error, {});
  return (
    <AskDrawer
      title={t('processes.edit.propose')}
      notes={<span className="t2">{page.title.zh}</span>}
      says={t('processes.edit.says')}
      foot={t('ask.fourEyes')}
      submit={t('ask.propose')}
      isReady={isReason(reason) && title.zh.trim() !== '' && title.en.trim() !== ''}
      isBusy={propose.isPending}
      refused={refused.rest}
      onSubmit={() => propose.mutate({ xml, title, reason: reason.trim() })}
      onClose={onClose}
    >
      <TypedField
        id="process-zh"
        label={t('processes.edit.titleZh')}
        value={title.zh}
        decimal={false}
        onChange={(zh) => setTitle({ ...title, zh })}
      />
      <TypedField
        id="process-en"
        label={t('processes.edit.titleEn')}
        value={title.en}
        decimal={false}
        onChange={(en) => setTitle({ ...title, en })}
      />
      <ReasonField
        id="process-reason"
        label={t('processes.edit.reason')}
        example={t('processes.edit.example')}
        value={reason}
        autoFocus
        onChange={setReason}
      />
    </AskDrawer>
  );
}
