import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { addresses, breakId, drawdown as drawdownContract, type ReconciliationPage } from '#modules/servicing/contract.ts';
import { get, send } from '../../api/client.ts';
import { useMe } from '../../api/session.ts';
import { useCodes } from '../../codes.ts';
import { instant, unknown, yuan } from '../../format.ts';
import { AskDrawer } from '../../parts/ask.tsx';
import { Drawer } from '../../parts/drawer.tsx';
import { isReason, ReasonField } from '../../parts/field.tsx';
import { useRefused } from '../../parts/refused.ts';

type Break = ReconciliationPage['breaks'][number];
const answered = z.object({ break_id: breakId });

/** One difference: what it means, both sides of it, the drawdown behind it; somebody says what it was. */
export function BreakDrawer({ of, onClose, onCleared }: { of: Break; onClose: () => void; onCleared: () => void }) {
  const { t } = useTranslation();
  const code = useCodes();
  const me = useMe();
  const [reason, setReason] = useState('');
  const clear = useMutation({
    mutationFn: () => send(answered, 'POST', addresses.clearBreak.replace(':id', of.break_id), { reason: reason.trim() }),
    onSuccess: onCleared,
  });
  const refused = useRefused(clear.error, {});
  const title = code('breakKind', of.kind);
  const notes = <span className="mono t2">{of.break_id}</span>;
  const says = of.collection_id === null ? code('breakAdvice', of.kind) : t('recon.collectionAdvice');
  if (of.state === 'cleared' || !me.may('servicing.reconcile')) {
    return (
      <Drawer title={title} notes={notes} className="ask over" onClose={onClose}>
        <div className="asked">
          <p className="says">{says}</p>
          <Facts of={of} />
          {of.state === 'cleared' ? (
            <dl className="kv">
              <dt>{t('recon.clearedBy')}</dt>
              <dd>
                <span className="mono">{of.cleared_by ?? unknown}</span> <span className="t3">{instant(of.cleared_at)}</span>
              </dd>
              <dt>{t('recon.was')}</dt>
              <dd>{of.reason}</dd>
            </dl>
          ) : (
            <p className="t3 sm">{t('recon.mayNot')}</p>
          )}
        </div>
      </Drawer>
    );
  }
  return (
    <AskDrawer
      title={title}
      notes={notes}
      says={says}
      foot={t('recon.foot')}
      submit={t('recon.clear')}
      isReady={isReason(reason)}
      isBusy={clear.isPending}
      refused={refused.rest}
      onSubmit={() => clear.mutate()}
      onClose={onClose}
    >
      <Facts of={of} />
      <ReasonField id="break-reason" label={t('recon.reason')} example={t('recon.example')} value={reason} onChange={setReason} />
    </AskDrawer>
  );
}

function Facts({ of }: { of: Break }) {
  const { t } = useTranslation();
  const me = useMe();
  const drawdown = useQuery({
    queryKey: ['drawdown', of.drawdown_id],
    queryFn: () => get(drawdownContract, addresses.drawdown.replace(':id', of.drawdown_id ?? '')),
    enabled: of.drawdown_id !== null && me.may('servicing.read'),
  });
  const [core, own] = [of.core_amount_fen, of.own_amount_fen];
  const difference = core === null || own === null ? null : BigInt(core) - BigInt(own);
  const behind = drawdown.data;
  return (
    <dl className="kv">
      <dt>{t('recon.column.date')}</dt>
      <dd>{of.core_date}</dd>
      <dt>{t('recon.coreSide')}</dt>
      <dd className="strong">{core === null ? t('recon.notThere') : t('recon.amount', { amount: yuan(core) })}</dd>
      <dt>{t('recon.ownSide')}</dt>
      <dd className="strong">{own === null ? t('recon.notHere') : t('recon.amount', { amount: yuan(own) })}</dd>
      {difference !== null && difference !== 0n && (
        <>
          <dt>{t('recon.difference')}</dt>
          <dd className="bad strong">{t('recon.amount', { amount: yuan(difference) })}</dd>
        </>
      )}
      <dt>{t('recon.column.sequence')}</dt>
      <dd className="mono">{of.core_sequence}</dd>
      {of.collection_id !== null && (
        <>
          <dt>{t('recon.collection')}</dt>
          <dd className="mono">{of.collection_id}</dd>
        </>
      )}
      <dt>{t('facility.column.drawdown')}</dt>
      <dd>
        <span className="mono">{of.drawdown_id ?? t('recon.noDrawdown')}</span>
        {behind !== undefined && (
          <>
            {' '}
            {t('recon.of')}{' '}
            <Link to="/facilities/$id" params={{ id: behind.facility_id }} className="mono">
              {behind.facility_id}
            </Link>
          </>
        )}
      </dd>
      {behind?.loan_id !== undefined && behind.loan_id !== null && (
        <>
          <dt>{t('changes.loan')}</dt>
          <dd>
            <Link to="/loans/$id" params={{ id: behind.loan_id }} className="mono">
              {behind.loan_id}
            </Link>
          </dd>
        </>
      )}
    </dl>
  );
}
