import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { evaluationAddresses, oneTimeCode, paperTaken, saidWhys, type Reviewer } from '#modules/village/evaluation/contract.ts';
import { download, send } from '../../api/client.ts';
import { useMe } from '../../api/session.ts';
import { count, instant } from '../../format.ts';
import { spoken } from '../../i18n.ts';
import { base64Of } from '../../parts/base64.ts';
import { Drawer } from '../../parts/drawer.tsx';
import { ChosenField, isReason, ReasonField, TypedField } from '../../parts/field.tsx';
import { useRefused } from '../../parts/refused.ts';
import { Wrong } from '../../parts/wrong.tsx';
import type { At } from './at.ts';
import { KeyAnswers } from './key-answers.tsx';

const nothing = z.unknown();

/** One reviewer: the oath, the device or a code, paper, and letting go. */
export function ReviewerDrawer({
  at,
  reviewer,
  oath,
  oathHash,
  onClose,
}: {
  at: At;
  reviewer: Reviewer;
  oath: { zh: string; en: string };
  oathHash: string;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const me = useMe();
  const client = useQueryClient();
  const [isSure, setSure] = useState(false);
  const [isKeying, setKeying] = useState(false);
  const address = (path: string): string => path.replace(':id', reviewer.reviewer_id);
  const again = (): Promise<void> => client.invalidateQueries({ queryKey: ['evaluation', at.projectId] });
  const swear = useMutation({
    mutationFn: () => send(nothing, 'POST', address(evaluationAddresses.oath), { text_hash: oathHash }),
    onSuccess: again,
  });
  const code = useMutation({ mutationFn: () => send(oneTimeCode, 'POST', address(evaluationAddresses.code)) });
  const handOver = useMutation({
    mutationFn: () => send(nothing, 'POST', address(evaluationAddresses.handover)),
    // Not by the router: nothing of the console stays loaded on a device that is in somebody else's hands.
    onSuccess: () => window.location.replace('/review/'),
  });
  const refused = useRefused(swear.error ?? code.error ?? handOver.error, {});
  const works = me.may('village.work') && reviewer.state !== 'dismissed';
  if (isKeying) return <KeyAnswers at={at} reviewer={reviewer} onClose={() => setKeying(false)} />;
  return (
    <Drawer
      title={reviewer.name}
      notes={
        <span className="t3 sm">
          {reviewer.reviewer_id} · {reviewer.village} · {reviewer.qualification.name[spoken()]}
        </span>
      }
      onClose={onClose}
      actions={
        <>
          <Wrong>{refused.rest}</Wrong>
          <p>{isSure ? t('evaluation.handOverSays') : ''}</p>
          <span className="grow" />
          {works && (
            <button type="button" className="btn" disabled={code.isPending} onClick={() => code.mutate()}>
              {t('evaluation.code')}
            </button>
          )}
          {works && (
            <button
              type="button"
              className="btn pri"
              disabled={handOver.isPending}
              onClick={() => (isSure ? handOver.mutate() : setSure(true))}
            >
              {t(isSure ? 'evaluation.handOverSure' : 'evaluation.handOver')}
            </button>
          )}
        </>
      }
    >
      {code.data !== undefined && (
        <p className="code" role="status">
          <b>{code.data.code}</b>
          <span className="t3 sm">{t('evaluation.codeSays', { id: code.data.reviewer_id, until: instant(code.data.valid_until) })}</span>
        </p>
      )}
      <dl className="three">
        <div>
          <dt>{t('evaluation.column.asked')}</dt>
          <dd>{count(reviewer.asked)}</dd>
        </div>
        <div>
          <dt>{t('evaluation.column.answered')}</dt>
          <dd>{count(reviewer.answered)}</dd>
        </div>
        <div>
          <dt>{t('evaluation.column.recused')}</dt>
          <dd>{count(reviewer.recused)}</dd>
        </div>
      </dl>
      <h3>{t('evaluation.oath')}</h3>
      <p className="t2">{oath[spoken()]}</p>
      {reviewer.state === 'registered' && works ? (
        <button type="button" className="btn" disabled={swear.isPending} onClick={() => swear.mutate()}>
          {t('evaluation.swear')}
        </button>
      ) : (
        <p className="t3 sm">
          {reviewer.state === 'dismissed'
            ? t('evaluation.dismissedFor', { reason: reviewer.dismissed_for ?? '' })
            : t('evaluation.swornAt', { at: instant(reviewer.oath_at) })}
        </p>
      )}
      {works && reviewer.state === 'sworn' && (
        <p className="later">
          <button type="button" className="btn" onClick={() => setKeying(true)}>
            {t('evaluation.key')}
          </button>
        </p>
      )}
      {works && <SayRecusal address={address(evaluationAddresses.recusals)} onSaid={again} />}
      {works && <Paper address={address} name={reviewer.name} round={at.round} onTaken={again} />}
      {me.may('village.run') && reviewer.state !== 'dismissed' && (
        <Dismiss address={address(evaluationAddresses.dismissal)} onDone={again} />
      )}
    </Drawer>
  );
}

function Paper({
  address,
  name,
  round,
  onTaken,
}: {
  address: (path: string) => string;
  name: string;
  round: number;
  onTaken: () => Promise<void>;
}) {
  const { t } = useTranslation();
  const isEnglish = spoken() === 'en';
  const print = useMutation({
    mutationFn: () => download(address(evaluationAddresses.paperFile).replace(':round', String(round)), {}, `${name}.xlsx`),
  });
  const hand = useMutation({
    mutationFn: async (file: File) => send(paperTaken, 'POST', address(evaluationAddresses.paper), { round, file: await base64Of(file) }),
    onSuccess: onTaken,
  });
  const refused = useRefused(print.error ?? hand.error, {});
  return (
    <>
      <h3>{t('evaluation.paper')}</h3>
      <p className="two">
        <button type="button" className="btn" disabled={print.isPending} onClick={() => print.mutate()}>
          {t('evaluation.print')}
        </button>
        <label className="btn">
          {t('evaluation.handIn')}
          <input
            className="away"
            type="file"
            accept=".xlsx"
            onChange={(event) => {
              const [file] = event.target.files ?? [];
              if (file !== undefined) hand.mutate(file);
              event.target.value = '';
            }}
          />
        </label>
      </p>
      <Wrong>{refused.rest}</Wrong>
      {hand.data !== undefined && (
        <>
          <p role="status">{t('evaluation.paperTaken', { taken: hand.data.taken, rows: hand.data.rows })}</p>
          <ul className="cells">
            {hand.data.faults.map((fault) => (
              <li key={`${fault.place} ${fault.zh}`}>
                <span className="mono">{fault.place}</span> {isEnglish ? fault.en : fault.zh}
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

/** What no register knows: a quarrel, a private debt, kinship beyond the roll. */
function SayRecusal({ address, onSaid }: { address: string; onSaid: () => Promise<void> }) {
  const { t } = useTranslation();
  const [household, setHousehold] = useState('');
  const [why, setWhy] = useState<(typeof saidWhys)[number]>('dispute');
  const say = useMutation({
    mutationFn: () => send(nothing, 'POST', address, { household_id: household.trim(), why }),
    onSuccess: async () => {
      setHousehold('');
      await onSaid();
    },
  });
  const refused = useRefused(say.error, { household_id: 'household', household_elsewhere: 'household' });
  return (
    <>
      <h3>{t('evaluation.recusal')}</h3>
      <TypedField
        id="recusal-household"
        label={t('evaluation.household')}
        value={household}
        decimal={false}
        isWrong={refused.at('household') !== undefined}
        hint={refused.at('household')}
        onChange={setHousehold}
      />
      <ChosenField
        id="recusal-why"
        label={t('evaluation.why')}
        value={why}
        options={saidWhys.map((one) => ({ value: one, text: t(`evaluation.saidWhy.${one}`) }))}
        onChange={(next) => setWhy(saidWhys.find((one) => one === next) ?? 'dispute')}
      />
      <Wrong>{refused.rest}</Wrong>
      <button type="button" className="btn" disabled={household.trim() === '' || say.isPending} onClick={() => say.mutate()}>
        {t('evaluation.sayRecusal')}
      </button>
    </>
  );
}

function Dismiss({ address, onDone }: { address: string; onDone: () => Promise<void> }) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const dismiss = useMutation({ mutationFn: () => send(nothing, 'POST', address, { reason: reason.trim() }), onSuccess: onDone });
  const refused = useRefused(dismiss.error, {});
  if (!isOpen) {
    return (
      <p className="later">
        <button type="button" className="btn" onClick={() => setOpen(true)}>
          {t('evaluation.dismiss')}
        </button>
      </p>
    );
  }
  return (
    <div className="later">
      <ReasonField
        id="dismiss-reason"
        label={t('evaluation.dismissWhy')}
        example={t('evaluation.dismissExample')}
        value={reason}
        autoFocus
        onChange={setReason}
      />
      <Wrong>{refused.rest}</Wrong>
      <button type="button" className="btn no" disabled={!isReason(reason) || dismiss.isPending} onClick={() => dismiss.mutate()}>
        {t('evaluation.dismiss')}
      </button>
    </div>
  );
}
