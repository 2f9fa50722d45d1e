import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { addresses, determinedAll, limitList, retaken, type LimitList, type LimitRow } from '#modules/village/contract.ts';
import { send } from '../../api/client.ts';
import { useMe } from '../../api/session.ts';
import { count, wan } from '../../format.ts';
import { Docked } from '../../parts/drawer.tsx';
import { Tail } from '../../parts/endless-list.tsx';
import { Empty, Failure, Unread } from '../../parts/states.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { Unknown } from '../../parts/unknown.tsx';
import { Refusal } from '../../parts/wrong.tsx';
import type { At } from './grants.tsx';
import { LimitDrawer } from './limit-drawer.tsx';
import { LimitWorkSays, useLimitWork } from './limit-work.tsx';
import { usePages } from './pages.ts';

/** Who waits for the branch's word, with three limits and what was taken of them. */
export function Limits({ at }: { at: At }) {
  const { t } = useTranslation();
  const determined = at.show === 'done' ? 'done' : 'open';
  const address = addresses.limits.replace(':id', at.projectId);
  const list = usePages<LimitRow, LimitList>(['limits', at.projectId, determined], limitList, address, { determined, limit: 100 });
  const work = useLimitWork(at);
  if (list.first === undefined) return <Unread of={list} what="limits" rows={10} />;
  const { counts } = list.first;
  return (
    <>
      <div className="grant-line">
        <span>
          <b className="n20">{count(determined === 'done' ? counts.all - counts.open : counts.open)}</b>{' '}
          {t(determined === 'done' ? 'granting.done' : 'granting.open', { all: count(counts.all) })}
        </span>
        <button
          type="button"
          className="btn"
          onClick={() => at.change({ show: determined === 'done' ? undefined : 'done', open: undefined })}
        >
          {t(determined === 'done' ? 'granting.showOpen' : 'granting.showDone')}
        </button>
        <span className="grow" />
        <LimitWorkSays work={work.retake} name="retake" />
        <LimitWorkSays work={work.determine} name="determine" />
        <Retake at={at} isRunning={work.isRunning} />
        {counts.ready > 0 && <DetermineAll at={at} people={counts.ready} fen={counts.ready_fen} isRunning={work.isRunning} />}
      </div>
      <Docked
        list={
          list.rows.length === 0 ? (
            <Empty title={t('granting.nobodyWaits')}>{t('granting.nobodyWaitsNext')}</Empty>
          ) : (
            <>
              <Table
                label={t('granting.tab.limits')}
                tall
                columns={columnsOf(t)}
                rows={list.rows}
                rowKey={(row) => row.person_id}
                openKey={at.open}
                onOpen={(row) => at.change({ open: row.person_id })}
              />
              {list.error !== null && <Failure inside problem={list.error} what="limits" retry={list.more} />}
              {list.hasMore && <Tail key={list.rows.length} onSeen={list.more} />}
            </>
          )
        }
        drawer={at.open === undefined ? null : <LimitDrawer key={at.open} at={at} personId={at.open} />}
      />
    </>
  );
}

/** Works out anew what is taken of everybody, with what the last screening says and what households owe today. */
function Retake({ at, isRunning }: { at: At; isRunning: boolean }) {
  const { t } = useTranslation();
  const me = useMe();
  const client = useQueryClient();
  const all = useMutation({
    mutationFn: () => send(retaken, 'POST', addresses.retake.replace(':id', at.projectId), { grid_code: at.gridCode }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['limits', at.projectId] }),
  });
  if (!me.may('village.run')) return null;
  return (
    <>
      <Refusal inline problem={all.error} />
      {all.data !== undefined && !isRunning && <span role="status">{t('granting.retaken', { people: count(all.data.people) })}</span>}
      <button type="button" className="btn" disabled={all.isPending || isRunning} onClick={() => all.mutate()}>
        {t(all.isPending || isRunning ? 'granting.retaking' : 'granting.retake')}
      </button>
    </>
  );
}

function DetermineAll({ at, people, fen, isRunning }: { at: At; people: number; fen: string; isRunning: boolean }) {
  const { t } = useTranslation();
  const me = useMe();
  const client = useQueryClient();
  const all = useMutation({
    mutationFn: () => send(determinedAll, 'POST', addresses.determinations.replace(':id', at.projectId), { grid_code: at.gridCode }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['limits', at.projectId] }),
  });
  if (!me.may('village.run')) return null;
  return (
    <>
      <Refusal inline problem={all.error} />
      <button type="button" className="btn pri" disabled={all.isPending || isRunning} onClick={() => all.mutate()}>
        {t('granting.determineAll', { count: people, people: count(people), amount: wan(fen) })}
      </button>
    </>
  );
}

const amount = (fen: string | null, why: string) => (fen === null ? <Unknown why={why} /> : wan(fen));

function columnsOf(t: TFunction): Column<LimitRow>[] {
  const unit = t('unit.wan');
  return [
    {
      key: 'name',
      head: t('granting.column.name'),
      fixed: true,
      cell: (row) => row.name,
    },
    {
      key: 'evaluated',
      head: t('granting.column.evaluated'),
      unit,
      num: true,
      cell: (row) => amount(row.evaluated_fen, t('granting.none')),
    },
    { key: 'model', head: t('granting.column.model'), unit, num: true, cell: (row) => amount(row.model_fen, t('granting.none')) },
    {
      key: 'investigated',
      head: t('granting.column.investigated'),
      unit,
      num: true,
      cell: (row) => amount(row.investigated_fen, t('granting.none')),
    },
    { key: 'taken', head: t('granting.column.taken'), unit, num: true, cell: (row) => amount(row.taken_fen, t('granting.outcome.manual')) },
    {
      key: 'outcome',
      head: t('granting.column.outcome'),
      cell: (row) => <span className={row.outcome === 'taken' ? 'tag ok' : 'tag warn'}>{t(`granting.outcome.${row.outcome}`)}</span>,
    },
    {
      key: 'determined',
      head: t('granting.column.determined'),
      unit,
      num: true,
      cell: (row) =>
        row.determined_fen === null ? (
          <Unknown why={t('granting.notDetermined')} />
        ) : (
          <span className={row.is_moved ? 'warn' : ''}>{wan(row.determined_fen)}</span>
        ),
    },
  ];
}
