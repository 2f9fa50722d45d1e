import { useMutation } from '@tanstack/react-query';
import { Input, Modal } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { revealed, type RevealRequest } from '#modules/population/contract.ts';
import { send } from '../api/client.ts';
import { Unknown } from './unknown.tsx';
import { Refusal } from './wrong.tsx';

/** A plain number goes back behind its mask by itself. */
const shownForMs = 30_000;

function Eye() {
  return (
    <svg width="14" height="14" viewBox="0 0 14 14" fill="none" stroke="currentColor" strokeWidth="1.1" aria-hidden="true">
      <path d="M1 7c1.6-2.7 3.6-4 6-4s4.4 1.3 6 4c-1.6 2.7-3.6 4-6 4s-4.4-1.3-6-4z" />
      <circle cx="7" cy="7" r="1.7" />
    </svg>
  );
}

/** A masked number with an eye that asks for a reason; the server logs who looked, at what, and why. */
export function Masked({ person, field, masked }: { person: string; field: RevealRequest['field']; masked: string | null }) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState('');
  const look = useMutation({
    mutationFn: () => send(revealed, 'POST', `/api/v1/persons/${person}/reveal`, { field, reason: reason.trim() }),
    onSuccess: () => setAsking(false),
  });
  const { data, reset } = look;
  useEffect(() => {
    if (data === undefined) return undefined;
    const timer = setTimeout(reset, shownForMs);
    return () => clearTimeout(timer);
  }, [data, reset]);
  if (masked === null) return <Unknown why="not_on_file" />;
  if (data !== undefined) return <span className="strong">{data.value ?? <Unknown why="not_on_file" />}</span>;
  const ready = reason.trim().length >= 4;
  return (
    <span className="masked">
      {masked}
      <button
        type="button"
        className="eye"
        aria-label={t('reveal.open', { field: t(`reveal.${field}`) })}
        title={t('reveal.hint')}
        onClick={(event) => {
          event.stopPropagation();
          setAsking(true);
        }}
      >
        <Eye />
      </button>
      <Modal
        open={asking}
        title={t('reveal.title', { field: t(`reveal.${field}`) })}
        okText={t('reveal.show')}
        cancelText={t('reveal.cancel')}
        okButtonProps={{ disabled: !ready, loading: look.isPending }}
        onOk={() => look.mutate()}
        onCancel={() => setAsking(false)}
        destroyOnHidden
        width={420}
      >
        <div onClick={(event) => event.stopPropagation()} onKeyDown={(event) => event.stopPropagation()} role="presentation">
          <label htmlFor={`reveal-${person}-${field}`}>{t('reveal.reason')}</label>
          <Input.TextArea
            id={`reveal-${person}-${field}`}
            autoFocus
            rows={2}
            maxLength={200}
            value={reason}
            placeholder={t('reveal.example')}
            onChange={(event) => setReason(event.target.value)}
          />
          <p className="t3 sm">{t('reveal.note')}</p>
          <Refusal problem={look.error} />
        </div>
      </Modal>
    </span>
  );
}
