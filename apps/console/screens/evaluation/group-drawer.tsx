import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import {
  acceptanceId,
  evaluationAddresses,
  reviewerList,
  sheetMade,
  type GroupRow,
  type Reviewer,
} from '#modules/village/evaluation/contract.ts';
import { get, send } from '../../api/client.ts';
import { useMe } from '../../api/session.ts';
import { count } from '../../format.ts';
import { Drawer } from '../../parts/drawer.tsx';
import { DateField } from '../../parts/field.tsx';
import { useRefused } from '../../parts/refused.ts';
import { Unread } from '../../parts/states.tsx';
import { Wrong } from '../../parts/wrong.tsx';
import { AcceptanceDrawer } from './acceptance-drawer.tsx';
import type { At } from './at.ts';
import { mostRows } from './at.ts';
import { GroupHeadPart } from './group-head.tsx';

/** One group in one round: its panel, its sheet, its acceptance. */
export function GroupDrawer({
  at,
  group,
  panel,
  onClose,
}: {
  at: At;
  group: GroupRow;
  panel: { reviewers: number; least_outside_committee: number; households_per_reviewer: number };
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const me = useMe();
  const client = useQueryClient();
  const [isJudging, setJudging] = useState(false);
  const path = (address: string): string =>
    address.replace(':id', at.projectId).replace(':round', String(at.round)).replace(':grid', group.grid_code);
  const again = (): Promise<void> => client.invalidateQueries({ queryKey: ['evaluation', at.projectId] });
  const renew = useMutation({ mutationFn: () => send(sheetMade, 'POST', path(evaluationAddresses.sheet)), onSuccess: again });
  const draw = useMutation({
    mutationFn: () => send(z.object({ acceptance_id: acceptanceId }), 'POST', path(evaluationAddresses.draw)),
    onSuccess: async () => {
      await again();
      setJudging(true);
    },
  });
  const refused = useRefused(renew.error ?? draw.error, {});
  const mayRun = me.may('village.run');
  if (isJudging && group.acceptance !== null) {
    return (
      <AcceptanceDrawer
        at={at}
        id={group.acceptance.acceptance_id}
        place={`${group.village} ${group.group}`}
        onClose={() => setJudging(false)}
      />
    );
  }
  return (
    <Drawer
      title={`${group.village} ${group.group}`}
      notes={<span className="t3 sm">{t('evaluation.round', { round: at.round })}</span>}
      onClose={onClose}
      actions={
        <>
          <Wrong>{refused.rest}</Wrong>
          <p>{t(`evaluation.stateSays.${group.state}`)}</p>
          {mayRun && group.state === 'rating' && (
            <button type="button" className="btn" disabled={renew.isPending} onClick={() => renew.mutate()}>
              {t('evaluation.renewSheet')}
            </button>
          )}
          <span className="grow" />
          {group.acceptance !== null && (
            <button type="button" className={group.state === 'sampled' ? 'btn pri' : 'btn'} onClick={() => setJudging(true)}>
              {t(group.state === 'sampled' ? 'evaluation.judge' : 'evaluation.seeAcceptance')}
            </button>
          )}
          {mayRun && group.state === 'rating' && (
            <button type="button" className="btn pri" disabled={draw.isPending || group.answered === 0} onClick={() => draw.mutate()}>
              {t('evaluation.draw')}
            </button>
          )}
        </>
      }
    >
      <dl className="three">
        <div>
          <dt>{t('evaluation.column.households')}</dt>
          <dd>{count(group.households)}</dd>
        </div>
        <div>
          <dt>{t('evaluation.column.rated')}</dt>
          <dd>{count(group.rated)}</dd>
        </div>
        <div>
          <dt>{t('evaluation.column.answered')}</dt>
          <dd>
            {count(group.answered)} / {count(group.asked)}
          </dd>
        </div>
      </dl>
      {group.recused > 0 && <p className="t3 sm">{t('evaluation.recusedRows', { count: group.recused })}</p>}
      <GroupHeadPart projectId={at.projectId} gridCode={group.grid_code} />
      <h3>{t('evaluation.column.panel')}</h3>
      {group.reviewers.map((one) => (
        <p key={one.reviewer_id} className="seat">
          <span>{one.name}</span>
          {one.is_committee && <span className="tag line">{t('evaluation.committee')}</span>}
          <span className="grow" />
          <span className="t3">
            {count(one.answered)} / {count(one.asked)}
          </span>
        </p>
      ))}
      {mayRun && (group.state === 'unset' || group.state === 'rating') && (
        <PanelForm
          key={group.reviewers.length}
          at={at}
          group={group}
          panel={panel}
          address={path(evaluationAddresses.panel)}
          onSet={again}
        />
      )}
    </Drawer>
  );
}

function PanelForm({
  at,
  group,
  panel,
  address,
  onSet,
}: {
  at: At;
  group: GroupRow;
  panel: { reviewers: number; least_outside_committee: number; households_per_reviewer: number };
  address: string;
  onSet: () => Promise<void>;
}) {
  const { t } = useTranslation();
  const village = group.grid_code.slice(0, 12);
  const known = useQuery({
    queryKey: ['evaluation', at.projectId, 'reviewers', village],
    queryFn: () => get(reviewerList, evaluationAddresses.reviewers.replace(':id', at.projectId), { grid: village, limit: mostRows }),
  });
  const [chosen, setChosen] = useState<ReadonlySet<string>>(() => new Set(group.reviewers.map((one) => one.reviewer_id)));
  const [due, setDue] = useState(group.due_on ?? '');
  const set = useMutation({
    mutationFn: () => send(sheetMade, 'PUT', address, { reviewers: [...chosen], due_on: due === '' ? null : due }),
    onSuccess: onSet,
  });
  const refused = useRefused(set.error, {});
  if (known.data === undefined) return <Unread of={known} what="reviewers" rows={3} inside />;
  const offered = known.data.items.filter((one) => one.state !== 'dismissed');
  const toggle = ({ reviewer_id: id }: Reviewer): void =>
    setChosen(new Set(chosen.has(id) ? [...chosen].filter((one) => one !== id) : [...chosen, id]));
  return (
    <form
      className="panel-form"
      onSubmit={(event) => {
        event.preventDefault();
        set.mutate();
      }}
    >
      <h3>{t(group.state === 'unset' ? 'evaluation.setPanel' : 'evaluation.changePanel')}</h3>
      <p className="t3 sm">
        {t('evaluation.panelSays', { least: panel.reviewers, outside: panel.least_outside_committee, most: panel.households_per_reviewer })}
      </p>
      {offered.length === 0 && <p className="warn">{t('evaluation.noReviewerHere')}</p>}
      {offered.map((one) => (
        <label key={one.reviewer_id} className="seat">
          <input type="checkbox" checked={chosen.has(one.reviewer_id)} onChange={() => toggle(one)} />
          <span>{one.name}</span>
          {one.is_committee && <span className="tag line">{t('evaluation.committee')}</span>}
          {one.state === 'registered' && <span className="warn sm">{t('evaluation.unsworn')}</span>}
          <span className="grow" />
          <span className="t3">
            {one.quality !== null && one.quality.alerts.length > 0 ? t(`evaluation.alert.${one.quality.alerts[0] ?? 'unreliable'}`) : ''}
          </span>
        </label>
      ))}
      <DateField id="panel-due" label={t('evaluation.column.due')} value={due} onChange={setDue} />
      <Wrong>{refused.rest}</Wrong>
      <button type="submit" className="btn" disabled={chosen.size === 0 || set.isPending}>
        {t(group.state === 'unset' ? 'evaluation.setPanel' : 'evaluation.changePanel')}
      </button>
    </form>
  );
}
