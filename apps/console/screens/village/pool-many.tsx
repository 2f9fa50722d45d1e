import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TFunction } from 'i18next';
import { addresses, type PoolRow, type ProjectRow } from '#modules/village/contract.ts';
import { Problem } from '../../api/client.ts';
import { useMe } from '../../api/session.ts';
import { at, useManagers, useVillageAct } from '../../api/village.ts';
import { count } from '../../format.ts';
import { spoken } from '../../i18n.ts';
import { AskDrawer } from '../../parts/ask.tsx';
import { ChosenField, isReason, ReasonField } from '../../parts/field.tsx';
import { useRefused } from '../../parts/refused.ts';
import type { Column } from '../../parts/table.tsx';
import { Unread } from '../../parts/states.tsx';

const acts = ['claim', 'assign', 'release', 'exclude', 'take_back'] as const;
export type ManyAct = (typeof acts)[number];
export const manyAct = (text: string | undefined): ManyAct | undefined => acts.find((act) => act === text);

/** One request takes so many. */
export const mostAtOnce = 500;

/** Households that are chosen, by id, as the list showed them last. */
export interface Picked {
  readonly rows: readonly PoolRow[];
  readonly has: (row: PoolRow) => boolean;
  readonly toggle: (row: PoolRow) => void;
  readonly take: (rows: readonly PoolRow[]) => void;
  readonly clear: () => void;
}

/** What is on the list is taken from the list: somebody may have changed it since it was chosen. */
export function usePicked(listed: readonly PoolRow[]): Picked {
  const [picked, setPicked] = useState<ReadonlyMap<string, PoolRow>>(new Map());
  const fresh = new Map(listed.map((row) => [row.household_id, row]));
  return {
    rows: [...picked.values()].map((row) => fresh.get(row.household_id) ?? row),
    has: (row) => picked.has(row.household_id),
    toggle: (row) => {
      const next = new Map(picked);
      if (!next.delete(row.household_id)) next.set(row.household_id, row);
      setPicked(next);
    },
    take: (rows) => setPicked(new Map([...picked, ...rows.map((row) => [row.household_id, row] as const)].slice(0, mostAtOnce))),
    clear: () => setPicked(new Map()),
  };
}

const nameOf = (t: TFunction, row: PoolRow): string =>
  row.head === null ? t('households.noHead') : t('households.of', { name: row.head.name });

export const pickColumn = (t: TFunction, picked: Picked): Column<PoolRow> => ({
  key: 'pick',
  head: t('village.pool.many.pick'),
  fixed: true,
  className: 'pick',
  cell: (row) => (
    <label onClick={(event) => event.stopPropagation()}>
      <input
        type="checkbox"
        aria-label={t('village.pool.many.pickOne', { name: `${nameOf(t, row)} ${row.household_no ?? ''}`.trim() })}
        checked={picked.has(row)}
        onChange={() => picked.toggle(row)}
      />
    </label>
  ),
});

/** What may be done with all that are chosen. */
export function ManyBar({ picked, listed, onDo }: { picked: Picked; listed: readonly PoolRow[]; onDo: (act: ManyAct) => void }) {
  const { t } = useTranslation();
  const me = useMe();
  const may: Record<ManyAct, boolean> = {
    claim: me.may('village.work'),
    assign: me.may('village.run'),
    release: me.may('village.work'),
    exclude: me.may('village.run'),
    take_back: me.may('village.run'),
  };
  const unpicked = listed.filter((row) => !picked.has(row));
  return (
    <div className="many" role="group" aria-label={t('village.pool.many.chosen', { chosen: count(picked.rows.length) })}>
      <b>{t('village.pool.many.chosen', { chosen: count(picked.rows.length) })}</b>
      {acts
        .filter((act) => may[act])
        .map((act) => (
          <button key={act} type="button" className={act === 'exclude' ? 'btn no' : 'btn'} onClick={() => onDo(act)}>
            {t(`village.pool.act.${act}`)}
          </button>
        ))}
      <span className="grow" />
      {unpicked.length > 0 && picked.rows.length < mostAtOnce && (
        <button type="button" className="link" onClick={() => picked.take(unpicked)}>
          {t('village.pool.many.all', { listed: count(listed.length) })}
        </button>
      )}
      <button type="button" className="link" onClick={picked.clear}>
        {t('village.pool.many.none')}
      </button>
    </div>
  );
}

const addressOf = {
  claim: addresses.claim,
  assign: addresses.assign,
  release: addresses.release,
  exclude: addresses.exclude,
  take_back: addresses.takeBack,
} as const satisfies Record<ManyAct, string>;

/** One act on all that are chosen, in one request: of all of them or of none. */
export function ActOnMany({ project, act, picked, onClose }: { project: ProjectRow; act: ManyAct; picked: Picked; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const managers = useManagers(project.project_id);
  const [reason, setReason] = useState('');
  const [chosen, setChosen] = useState('');
  const { rows } = picked;
  const covering = (managers.data?.items ?? []).filter(({ grid_codes }) =>
    rows.every((row) => grid_codes.some((grid) => row.grid_code.startsWith(grid))),
  );
  const manager = covering.find((one) => one.staff_id === chosen)?.staff_id ?? covering[0]?.staff_id ?? '';
  const send = useVillageAct<object>('POST', at(addressOf[act], project.project_id), () => {
    picked.clear();
    onClose();
  });
  const refused = useRefused(send.error, {});
  const needsReason = act === 'exclude' || act === 'take_back';
  const submit = (): void =>
    send.mutate(
      {
        households: rows.map(({ household_id, revision }) => ({ household_id, revision })),
        ...(act === 'assign' ? { manager_id: manager } : {}),
        ...(needsReason ? { reason } : {}),
      },
      // What somebody else changed meanwhile is shown as it is now.
      { onError: () => void client.invalidateQueries({ queryKey: ['pool'] }) },
    );
  return (
    <AskDrawer
      docked
      title={t('village.pool.many.title', { act: t(`village.pool.act.${act}`), chosen: count(rows.length) })}
      says={`${t(`village.pool.says.${act}`)} ${t('village.pool.many.says')}`}
      foot={t('ask.atOnce')}
      submit={t(`village.pool.act.${act}`)}
      isGrave={act === 'exclude'}
      isReady={rows.length > 0 && (!needsReason || isReason(reason)) && (act !== 'assign' || manager !== '')}
      isBusy={send.isPending}
      refused={refused.rest}
      onSubmit={submit}
      onClose={onClose}
    >
      {act === 'assign' &&
        (managers.data === undefined ? (
          <Unread of={managers} what="managers" rows={2} inside />
        ) : covering.length === 0 ? (
          <p className="warn">{t('village.pool.many.nobodyCovers')}</p>
        ) : (
          <ChosenField
            id="many-manager"
            label={t('village.pool.field.manager')}
            value={manager}
            options={covering.map((one) => ({ value: one.staff_id, text: `${one.name}（${one.households}）` }))}
            onChange={setChosen}
          />
        ))}
      {needsReason && (
        <ReasonField
          id="many-reason"
          label={t('village.pool.field.reason')}
          example={t('village.pool.field.reasonExample')}
          value={reason}
          onChange={setReason}
        />
      )}
      <Stopped problem={send.error} rows={rows} onDrop={(row) => picked.toggle(row)} />
      <ul className="many-rows" aria-label={t('village.pool.many.chosen', { chosen: count(rows.length) })}>
        {rows.slice(0, 50).map((row) => (
          <li key={row.household_id}>
            {nameOf(t, row)} <span className="t3">{row.household_no ?? row.place}</span>
          </li>
        ))}
        {rows.length > 50 && <li className="t3">{t('village.pool.many.more', { more: count(rows.length - 50) })}</li>}
      </ul>
    </AskDrawer>
  );
}

/** Which of them the server stopped at, by name, and the way to go on without them. */
function Stopped({ problem, rows, onDrop }: { problem: Error | null; rows: readonly PoolRow[]; onDrop: (row: PoolRow) => void }) {
  const { t } = useTranslation();
  const faults = problem instanceof Problem ? problem.faults : [];
  const stopped = faults.flatMap((fault) => {
    const row = rows.find(({ household_id }) => household_id === fault.place);
    return row === undefined ? [] : [{ row, words: fault[spoken()] }];
  });
  if (stopped.length === 0) return null;
  return (
    <div role="alert">
      <ul className="many-rows bad">
        {stopped.map(({ row, words }) => (
          <li key={row.household_id}>
            <b>
              {nameOf(t, row)} {row.household_no}
            </b>{' '}
            {words}{' '}
            <button type="button" className="link" onClick={() => onDrop(row)}>
              {t('village.pool.many.drop')}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
