import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import {
  evaluatedList,
  evaluationAddresses,
  reviewerList,
  sheetMade,
  whoSaid,
  type EvaluatedRow,
  type Outcome,
} from '#modules/village/evaluation/contract.ts';
import { get, send } from '../../api/client.ts';
import { useMe } from '../../api/session.ts';
import { decimal, instant, wan } from '../../format.ts';
import { spoken } from '../../i18n.ts';
import { Docked, Drawer } from '../../parts/drawer.tsx';
import { ChosenField, ReasonField } from '../../parts/field.tsx';
import { useRefused } from '../../parts/refused.ts';
import { Empty, Stale, Unread } from '../../parts/states.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { Unknown } from '../../parts/unknown.tsx';
import { Wrong } from '../../parts/wrong.tsx';
import type { At } from './at.ts';
import { mostRows, toneOf } from './at.ts';

/** What the answers come to, and what of it waits for somebody's decision. */
export function People({ at, outcome }: { at: At; outcome: Outcome | undefined }) {
  const { t } = useTranslation();
  const list = useQuery({
    queryKey: ['evaluation', at.projectId, 'people', outcome ?? ''],
    queryFn: () => get(evaluatedList, evaluationAddresses.evaluated.replace(':id', at.projectId), { outcome, limit: mostRows }),
  });
  if (list.data === undefined) return <Unread of={list} what="people" rows={10} />;
  const rows = list.data.items;
  const opened = rows.find((row) => row.person_id === at.open);
  return (
    <Docked
      list={
        rows.length === 0 ? (
          <Empty title={t('evaluation.nobody')}>{t('evaluation.nobodyNext')}</Empty>
        ) : (
          <>
            <Stale of={list} what="people" />
            <Table
              label={t('evaluation.tab.people')}
              tall
              columns={columnsOf(t)}
              rows={rows}
              rowKey={(row) => row.person_id}
              openKey={at.open}
              onOpen={(row) => at.change({ open: row.person_id })}
            />
          </>
        )
      }
      drawer={
        opened === undefined ? null : (
          <PersonDrawer key={opened.person_id} at={at} row={opened} onClose={() => at.change({ open: undefined })} />
        )
      }
    />
  );
}

function columnsOf(t: TFunction): Column<EvaluatedRow>[] {
  const language = spoken();
  return [
    {
      key: 'name',
      head: t('evaluation.column.name'),
      fixed: true,
      wrap: true,
      className: 'where',
      cell: (row) => (
        <>
          {row.name}
          <small>{row.place}</small>
        </>
      ),
    },
    {
      key: 'outcome',
      head: t('evaluation.column.outcome'),
      cell: (row) => <span className={toneOf[row.outcome]}>{t(`evaluation.outcome.${row.outcome}`)}</span>,
    },
    { key: 'valid', head: t('evaluation.column.valid'), num: true, cell: (row) => `${row.valid} / ${row.answers}` },
    {
      key: 'amount',
      head: t('evaluation.column.amount'),
      unit: t('unit.wan'),
      num: true,
      cell: (row) => (row.evaluated_fen === null ? <Unknown why={t(`evaluation.outcome.${row.outcome}`)} /> : wan(row.evaluated_fen)),
    },
    {
      key: 'dispersion',
      head: t('evaluation.column.dispersion'),
      num: true,
      cell: (row) => <span className={row.outcome === 'third_opinion' ? 'warn' : ''}>{decimal(row.dispersion, 2)}</span>,
    },
    {
      key: 'kinds',
      head: t('evaluation.column.kinds'),
      wrap: true,
      cell: (row) => row.kinds.map((kind) => `${kind[language]} ${kind.votes}`).join(t('evaluation.comma')),
    },
  ];
}

function PersonDrawer({ at, row, onClose }: { at: At; row: EvaluatedRow; onClose: () => void }) {
  const { t } = useTranslation();
  const me = useMe();
  const language = spoken();
  const mayAsk = me.may('village.run') && (row.outcome === 'third_opinion' || row.outcome === 'more_reviewers');
  const deciding = row.kinds.filter((kind) => kind.treatment !== 'advisory');
  const maySettle = me.may('village.run') && (deciding.length > 0 || row.outcome === 'third_opinion' || row.settled !== null);
  return (
    <Drawer
      title={row.name}
      notes={<span className={toneOf[row.outcome]}>{t(`evaluation.outcome.${row.outcome}`)}</span>}
      links={
        <Link to="/persons/$id" params={{ id: row.person_id }}>
          {t('evaluation.person')}
        </Link>
      }
      onClose={onClose}
    >
      <dl className="kv">
        <dt>{t('evaluation.column.place')}</dt>
        <dd>{row.place}</dd>
        <dt>{t('evaluation.column.valid')}</dt>
        <dd>{t('evaluation.validOf', { valid: row.valid, answers: row.answers, round: row.round })}</dd>
        <dt>{t('evaluation.column.amount')}</dt>
        <dd>
          {row.evaluated_fen === null ? (
            <Unknown why={t(`evaluation.outcome.${row.outcome}`)} />
          ) : (
            `${wan(row.evaluated_fen)} ${t('unit.wan')}`
          )}
        </dd>
        <dt>{t('evaluation.column.dispersion')}</dt>
        <dd>{decimal(row.dispersion, 3)}</dd>
        <dt>{t('evaluation.told')}</dt>
        <dd>{row.told[language]}</dd>
      </dl>
      {row.kinds.length > 0 && <h3>{t('evaluation.flagged')}</h3>}
      {row.kinds.map((kind) => (
        <p key={kind.code} className="seat">
          <span className="mono sm">{kind.code}</span>
          <span>{kind[language]}</span>
          <span className="grow" />
          <span className={kind.treatment === 'advisory' ? 't3' : 'warn'}>{t('evaluation.votes', { count: kind.votes })}</span>
        </p>
      ))}
      {row.settled !== null && (
        <p className="t2">
          {t(`evaluation.settledAs.${row.settled.as}`)} · {row.settled.by.name} {instant(row.settled.at)}
          <br />
          {row.settled.evidence}
        </p>
      )}
      {maySettle && <Settle at={at} row={row} />}
      {mayAsk && <AskMore at={at} row={row} />}
      {me.may('village.answers') && <WhoSaid at={at} personId={row.person_id} />}
    </Drawer>
  );
}

function Settle({ at, row }: { at: At; row: EvaluatedRow }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [evidence, setEvidence] = useState('');
  const settle = useMutation({
    mutationFn: (as: 'cleared' | 'excluded') =>
      send(z.unknown(), 'POST', evaluationAddresses.settlement.replace(':id', at.projectId).replace(':person', row.person_id), {
        as,
        evidence: evidence.trim(),
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['evaluation', at.projectId] }),
  });
  const refused = useRefused(settle.error, {});
  const isReady = evidence.trim().length >= 8 && !settle.isPending;
  return (
    <div className="later">
      <h3>{t('evaluation.settle')}</h3>
      <ReasonField
        id="settle-evidence"
        label={t('evaluation.evidence')}
        example={t('evaluation.evidenceExample')}
        value={evidence}
        onChange={setEvidence}
      />
      <Wrong>{refused.rest}</Wrong>
      <p className="two">
        <button type="button" className="btn" disabled={!isReady} onClick={() => settle.mutate('cleared')}>
          {t('evaluation.clear')}
        </button>
        <button type="button" className="btn no" disabled={!isReady} onClick={() => settle.mutate('excluded')}>
          {t('evaluation.exclude')}
        </button>
      </p>
    </div>
  );
}

function AskMore({ at, row }: { at: At; row: EvaluatedRow }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const village = row.grid_code.slice(0, 12);
  const known = useQuery({
    queryKey: ['evaluation', at.projectId, 'reviewers', village],
    queryFn: () => get(reviewerList, evaluationAddresses.reviewers.replace(':id', at.projectId), { grid: village, limit: mostRows }),
  });
  const [chosen, setChosen] = useState('');
  const offered = (known.data?.items ?? []).filter((one) => one.state === 'sworn');
  const reviewer = chosen === '' ? (offered[0]?.reviewer_id ?? '') : chosen;
  const ask = useMutation({
    mutationFn: () =>
      send(
        sheetMade,
        'POST',
        evaluationAddresses.more.replace(':id', at.projectId).replace(':round', String(row.round)).replace(':grid', row.grid_code),
        { reviewer_id: reviewer, persons: [row.person_id] },
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: ['evaluation', at.projectId] }),
  });
  const refused = useRefused(ask.error, {});
  if (known.data === undefined) return <Unread of={known} what="reviewers" rows={2} inside />;
  return (
    <div className="later">
      <ChosenField
        id="more-reviewer"
        label={t('evaluation.more')}
        value={reviewer}
        options={offered.map((one) => ({ value: one.reviewer_id, text: one.name }))}
        onChange={setChosen}
      />
      <Wrong>{refused.rest}</Wrong>
      <button type="button" className="btn" disabled={reviewer === '' || ask.isPending} onClick={() => ask.mutate()}>
        {t('evaluation.askMore')}
      </button>
    </div>
  );
}

/** Only on demand: looking is kept in the trail. */
function WhoSaid({ at, personId }: { at: At; personId: string }) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const said = useQuery({
    queryKey: ['evaluation', at.projectId, 'said', personId],
    queryFn: () => get(whoSaid, evaluationAddresses.whoSaid.replace(':id', at.projectId).replace(':person', personId)),
    enabled: isOpen,
  });
  if (!isOpen) {
    return (
      <p className="later">
        <button type="button" className="btn" onClick={() => setOpen(true)}>
          {t('evaluation.whoSaid')}
        </button>
      </p>
    );
  }
  if (said.data === undefined) return <Unread of={said} what="said" rows={3} inside />;
  return (
    <div className="later">
      <h3>{t('evaluation.whoSaid')}</h3>
      {said.data.items.map((one) => (
        <p key={`${one.reviewer_id} ${one.round} ${one.attempt}`} className={one.counts ? 'seat' : 'seat t4'}>
          <span>{one.name}</span>
          <span className="t3">{t(`evaluation.channel.${one.channel}`)}</span>
          <span className="mono sm">{one.kinds.join(' ')}</span>
          <span className="grow" />
          <span>{one.suggested_fen === null ? t(`evaluation.knows.${one.knows}`) : `${wan(one.suggested_fen)} ${t('unit.wan')}`}</span>
        </p>
      ))}
    </div>
  );
}
