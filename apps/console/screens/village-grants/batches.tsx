import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import {
  addresses,
  batchList,
  batchPage,
  lineList,
  lineReasons,
  proposedBatch,
  type Batch,
  type BatchLine,
  type BatchPage,
  type LineList,
} from '#modules/village/contract.ts';
import { get, send } from '../../api/client.ts';
import { useMe } from '../../api/session.ts';
import { count, instant, percentOfPpm, wan } from '../../format.ts';
import { Docked, Drawer } from '../../parts/drawer.tsx';
import { Tail } from '../../parts/endless-list.tsx';
import { ReasonedAct } from '../../parts/reasoned-act.tsx';
import { Empty, Failure, Stale, Unread } from '../../parts/states.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { Waiting } from '../../parts/waiting.tsx';
import { Refusal, Wrong } from '../../parts/wrong.tsx';
import type { At } from './grants.tsx';
import { usePages } from './pages.ts';

const tones: Record<Batch['state'], string> = {
  preparing: 'tag warn',
  preview: 'tag line',
  proposed: 'tag warn',
  granting: 'tag warn',
  granted: 'tag ok',
  rejected: 'tag bad',
  dropped: 'tag',
};

/** Lists as they were granted or would be. */
export function Batches({ at }: { at: At }) {
  const { t } = useTranslation();
  const me = useMe();
  const client = useQueryClient();
  const address = addresses.batches.replace(':id', at.projectId);
  const list = useQuery({ queryKey: ['batches', at.projectId], queryFn: () => get(batchList, address) });
  const preview = useMutation({
    mutationFn: () => send(batchPage, 'POST', address, { grid_code: at.gridCode }),
    onSuccess: async (made) => {
      await client.invalidateQueries({ queryKey: ['batches', at.projectId] });
      at.change({ open: made.batch_id });
    },
  });
  if (list.data === undefined) return <Unread of={list} what="batches" rows={6} />;
  const { items } = list.data;
  return (
    <>
      <div className="grant-line">
        {me.may('village.grant') && (
          <button type="button" className="btn pri" disabled={preview.isPending} onClick={() => preview.mutate()}>
            {t(preview.isPending ? 'granting.previewing' : 'granting.preview')}
          </button>
        )}
        <Refusal inline problem={preview.error} />
      </div>
      <Stale of={list} what="batches" />
      <Docked
        list={
          items.length === 0 ? (
            <Empty title={t('granting.noBatch')}>{t('granting.noBatchNext')}</Empty>
          ) : (
            <Table
              label={t('granting.tab.batches')}
              tall
              columns={columnsOf(t)}
              rows={items}
              rowKey={(row) => row.batch_id}
              openKey={at.open}
              onOpen={(row) => at.change({ open: row.batch_id })}
            />
          )
        }
        drawer={at.open === undefined ? null : <BatchDrawer key={at.open} at={at} batchId={at.open} />}
      />
    </>
  );
}

const columnsOf = (t: TFunction): Column<Batch>[] => [
  { key: 'batch', head: t('granting.column.batch'), fixed: true, cell: (row) => row.batch_id },
  {
    key: 'state',
    head: t('granting.column.state'),
    cell: (row) => <span className={tones[row.state]}>{t(`granting.batchState.${row.state}`)}</span>,
  },
  { key: 'people', head: t('granting.column.people'), num: true, cell: (row) => count(row.people) },
  { key: 'total', head: t('granting.column.total'), unit: t('unit.wan'), num: true, cell: (row) => wan(row.total_fen) },
  { key: 'left', head: t('granting.column.leftOut'), num: true, cell: (row) => count(row.left_out) },
  { key: 'made', head: t('granting.column.made'), cell: (row) => instant(row.made_at) },
];

const isUnderWay = (batch: BatchPage | undefined): boolean =>
  (batch?.state === 'preparing' || batch?.state === 'granting') && batch.work?.state !== 'failed';

/** The work broke off, or people are not told yet. */
const mayGoOn = ({ state, work, progress }: BatchPage): boolean =>
  state === 'granted' ? progress.notified < progress.granted : (state === 'preparing' || state === 'granting') && work?.state === 'failed';

function BatchDrawer({ at, batchId }: { at: At; batchId: string }) {
  const { t } = useTranslation();
  const close = (): void => at.change({ open: undefined });
  const page = useQuery({
    queryKey: ['batches', at.projectId, batchId],
    queryFn: () => get(batchPage, addresses.batch.replace(':batch', batchId)),
    // While it is made or granted the reader watches it.
    refetchInterval: (query) => (isUnderWay(query.state.data) ? 1_500 : false),
  });
  if (page.data === undefined) {
    return (
      <Drawer title={batchId} onClose={close}>
        <Unread of={page} what="batch" inside />
      </Drawer>
    );
  }
  const batch = page.data;
  return (
    <Drawer
      title={t('granting.batch', { id: batch.batch_id })}
      notes={<span className={tones[batch.state]}>{t(`granting.batchState.${batch.state}`)}</span>}
      onClose={close}
    >
      <Stale of={page} what="batch" />
      <Waiting subject={batch.batch_id} />
      <dl className="kv">
        <dt>{t('granting.column.people')}</dt>
        <dd>{count(batch.people)}</dd>
        <dt>{t('granting.column.total')}</dt>
        <dd>
          {wan(batch.total_fen)} {t('unit.wan')}
        </dd>
        <dt>{t('granting.valid')}</dt>
        <dd>
          {batch.valid_from} – {batch.valid_to}
        </dd>
        {(['fresh', 'raised', 'lowered', 'same'] as const)
          .filter((side) => batch.difference[side].people > 0)
          .map((side) => (
            <Side key={side} name={t(`granting.side.${side}`)} side={batch.difference[side]} />
          ))}
      </dl>
      <Making batch={batch} />
      <Progress batch={batch} />
      <Acts at={at} batch={batch} />
      {batch.reasons.length > 0 && <h3>{t('granting.why')}</h3>}
      {batch.reasons.map(({ reason, people }) => (
        <p key={reason} className="seat">
          <span>{reasonText(t, reason)}</span>
          <span className="grow" />
          <span>{count(people)}</span>
        </p>
      ))}
      {batch.state === 'preview' && <Propose at={at} batch={batch} />}
      <Lines at={at} batch={batch} />
    </Drawer>
  );
}

function Side({ name, side }: { name: string; side: { people: number; fen: string } }) {
  const { t } = useTranslation();
  return (
    <>
      <dt>{name}</dt>
      <dd>
        {count(side.people)} · {wan(side.fen)} {t('unit.wan')}
      </dd>
    </>
  );
}

const reasonText = (t: TFunction, reason: string): string => {
  const known = lineReasons.find((one) => one === reason);
  return known === undefined ? reason : t(`granting.lineReason.${known}`);
};

/** How far the list is that the bank makes in the background. */
function Making({ batch }: { batch: BatchPage }) {
  const { t } = useTranslation();
  if (batch.work?.state === 'failed') return <Wrong>{t('granting.brokeOff')}</Wrong>;
  if (batch.state !== 'preparing') return null;
  const { settled = 0, people = 0 } = batch.work ?? {};
  return (
    <>
      <progress className="grant-progress" max={Math.max(1, people)} value={settled} />
      <p className="t2" role="status">
        {t('granting.making', { settled: count(settled), people: count(people) })}
      </p>
    </>
  );
}

/** A list is dropped; work that broke off goes on. */
function Acts({ at, batch }: { at: At; batch: BatchPage }) {
  const { t } = useTranslation();
  const me = useMe();
  const client = useQueryClient();
  const act = useMutation({
    mutationFn: (address: string) => send(z.unknown(), 'POST', address.replace(':batch', batch.batch_id)),
    onSuccess: () => client.invalidateQueries({ queryKey: ['batches', at.projectId] }),
  });
  if (!me.may('village.grant')) return null;
  return (
    <p className="seat">
      <Refusal inline problem={act.error} />
      <span className="grow" />
      {mayGoOn(batch) && (
        <button type="button" className="btn" disabled={act.isPending} onClick={() => act.mutate(addresses.batchResume)}>
          {t('granting.resume')}
        </button>
      )}
      {(batch.state === 'preparing' || batch.state === 'preview') && (
        <button type="button" className="btn no" disabled={act.isPending} onClick={() => act.mutate(addresses.batchDrop)}>
          {t('granting.drop')}
        </button>
      )}
    </p>
  );
}

function Progress({ batch }: { batch: BatchPage }) {
  const { t } = useTranslation();
  const { waiting, granted, blocked, reversed, withdrawn, lapsed, notified } = batch.progress;
  if (batch.state !== 'granting' && batch.state !== 'granted') return null;
  const all = waiting + granted + blocked + reversed + withdrawn + lapsed;
  return (
    <>
      <progress className="grant-progress" max={Math.max(1, all)} value={all - waiting} />
      <p className="t2">
        {t('granting.progress', { granted: count(granted), blocked: count(blocked), waiting: count(waiting), notified: count(notified) })}
        {reversed > 0 && ` · ${t('granting.reversed', { count: reversed })}`}
        {withdrawn > 0 && ` · ${t('granting.withdrawn', { count: withdrawn })}`}
        {lapsed > 0 && ` · ${t('granting.lapsed', { count: lapsed })}`}
      </p>
    </>
  );
}

function Propose({ at, batch }: { at: At; batch: BatchPage }) {
  const { t } = useTranslation();
  const me = useMe();
  const client = useQueryClient();
  const propose = useMutation({
    mutationFn: (reason: string) => send(proposedBatch, 'POST', addresses.batchPropose.replace(':batch', batch.batch_id), { reason }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['batches', at.projectId] });
      await client.invalidateQueries({ queryKey: ['changes'] });
    },
  });
  if (!me.may('village.grant')) return null;
  return (
    <ReasonedAct
      id="batch-reason"
      label={t('granting.reason')}
      example={t('granting.reasonExample')}
      outcomes={[{ outcome: 'propose', text: t('granting.propose'), tone: 'pri' }]}
      isReady={batch.people > 0}
      isBusy={propose.isPending}
      problem={propose.error}
      onAct={(_outcome, reason) => propose.mutate(reason)}
    />
  );
}

function Lines({ at, batch }: { at: At; batch: BatchPage }) {
  const { t } = useTranslation();
  const lines = usePages<BatchLine, LineList>(
    ['batches', at.projectId, batch.batch_id, 'lines', batch.state, batch.progress.reversed],
    lineList,
    addresses.batchLines.replace(':batch', batch.batch_id),
    { limit: 100 },
  );
  if (lines.first === undefined) {
    return <Unread of={lines} what="lines" rows={5} inside />;
  }
  return (
    <>
      <h3>{t('granting.lines')}</h3>
      {lines.rows.map((line) => (
        <Line key={line.person_id} at={at} batch={batch} line={line} />
      ))}
      {lines.error !== null && <Failure inside problem={lines.error} what="lines" retry={lines.more} />}
      {lines.hasMore && <Tail key={lines.rows.length} onSeen={lines.more} />}
    </>
  );
}

/** Granted once, and no longer anybody's. */
const notInForce: readonly BatchLine['state'][] = ['reversed', 'withdrawn', 'lapsed'];

function Line({ at, batch, line }: { at: At; batch: BatchPage; line: BatchLine }) {
  const { t } = useTranslation();
  const me = useMe();
  const client = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const reverse = useMutation({
    mutationFn: (reason: string) =>
      send(proposedBatch, 'POST', addresses.lineReverse.replace(':batch', batch.batch_id).replace(':person', line.person_id), { reason }),
    onSuccess: async () => {
      setAsking(false);
      await client.invalidateQueries({ queryKey: ['changes'] });
      await client.invalidateQueries({ queryKey: ['batches', at.projectId] });
    },
  });
  const mayReverse = line.state === 'granted' && line.reversal_waits === null && me.may('village.grant');
  return (
    <>
      <p className="seat">
        <span>{line.name}</span>
        <span className={line.state === 'granted' ? 'tag ok' : 'tag'}>{t(`granting.lineState.${line.state}`)}</span>
        <span className="t3 sm">{line.reasons.map((one) => reasonText(t, one)).join(' · ')}</span>
        <span className="grow" />
        {line.state !== 'left_out' && (
          <span className={notInForce.includes(line.state) ? 'amount taken-back' : 'amount'}>
            {wan(line.limit_fen)} {t('unit.wan')} {line.rate_ppm !== null && <small className="t3">{percentOfPpm(line.rate_ppm)}%</small>}
          </span>
        )}
        {mayReverse && !isAsking && (
          <button type="button" className="btn" onClick={() => setAsking(true)}>
            {t('granting.reverse')}
          </button>
        )}
      </p>
      {line.reversal_waits !== null && (
        <p className="warn sm">
          {t('granting.reversalWaits', { id: line.reversal_waits })}{' '}
          {me.may('change.read') && (
            <Link to="/changes" search={{ open: line.reversal_waits }}>
              {t('ask.follow')}
            </Link>
          )}
        </p>
      )}
      {line.reversal !== null && (
        <p className="t2 sm">
          {t('granting.reversal', {
            at: instant(line.reversal.reversed_at),
            reason: line.reversal.reason,
            asked: line.reversal.asked_by.name,
            approved: line.reversal.approved_by.name,
          })}
        </p>
      )}
      {isAsking && (
        <ReasonedAct
          id={`reverse-${line.person_id}`}
          label={t('granting.reverseWhy')}
          example={t('granting.reverseExample')}
          outcomes={[{ outcome: 'reverse', text: t('granting.proposeReversal'), tone: 'no' }]}
          isBusy={reverse.isPending}
          problem={reverse.error}
          onAct={(_outcome, reason) => reverse.mutate(reason)}
          onLeave={() => setAsking(false)}
        >
          <p className="t2 sm">{t('granting.reverseSays')}</p>
        </ReasonedAct>
      )}
    </>
  );
}
