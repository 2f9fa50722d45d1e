import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useWords } from '../../address.ts';
import { outcomes, segments } from '#modules/population/contract.ts';
import { whitelist, whitelistSummary, type Whitelist, type WhitelistRow, type WhitelistSummary } from '#modules/strategy/contract.ts';
import { get, type Query } from '../../api/client.ts';
import { useEndless } from '../../api/endless.ts';
import { useGridNode } from '../../api/grid.ts';
import { useMe } from '../../api/session.ts';
import { useCodes } from '../../codes.ts';
import { count, wan, yi } from '../../format.ts';
import { spoken } from '../../i18n.ts';
import { EndlessList } from '../../parts/endless-list.tsx';
import { Export } from '../../parts/export.tsx';
import { useListView } from '../../parts/list-view.tsx';
import type { Words } from '../../parts/list-words.ts';
import { PageHead } from '../../parts/page.tsx';
import { Choice, Sentence } from '../../parts/sentence.tsx';
import { Empty, Failure } from '../../parts/states.tsx';
import { Table, type Order } from '../../parts/table.tsx';
import { useScope } from '../../shell/scope.ts';
import { whitelistColumns } from './columns.tsx';
import { Pictures } from './pictures.tsx';
import './whitelist.css';

export interface WhitelistSearch {
  grid?: string | undefined;
  outcome?: string | undefined;
  segment?: string | undefined;
  reason?: string | undefined;
  limit_from?: string | undefined;
  limit_to?: string | undefined;
  rate_from?: string | undefined;
  rate_to?: string | undefined;
  sort?: string | undefined;
  direction?: string | undefined;
}

const kept = ['outcome', 'segment', 'reason', 'limit_from', 'limit_to', 'rate_from', 'rate_to', 'sort', 'direction'] as const;

export function WhitelistScreen() {
  const { t } = useTranslation();
  const me = useMe();
  const navigate = useNavigate();
  const search = useWords('grid', ...kept, 'view', 'columns');
  const grid = useScope(me.home);
  const outcome = search.outcome ?? 'approve';
  const open = (next: Words): void => void navigate({ to: '/whitelist', search: { grid, ...next }, replace: true });
  const change = (next: WhitelistSearch): void => open({ ...search, ...next });
  const { limit_from, limit_to, rate_from, rate_to, reason, segment } = search;
  const filter: Query = {
    grid,
    outcome: outcome === 'all' ? undefined : outcome,
    segment,
    reason,
    limit_from,
    limit_to,
    rate_from,
    rate_to,
  };
  const order: Order = { by: search.sort ?? 'limit', direction: search.direction === 'asc' ? 'asc' : 'desc' };
  const query = { ...filter, sort: order.by, direction: order.direction };
  const list = useEndless<WhitelistRow, Whitelist>('whitelist', whitelist, '/api/v1/whitelist', query);
  const summary = useQuery({
    queryKey: ['whitelist-summary', grid, outcome, segment],
    queryFn: () => get(whitelistSummary, '/api/v1/whitelist/summary', { grid, outcome: outcome === 'all' ? undefined : outcome, segment }),
    placeholderData: keepPreviousData,
  });
  const whole = useQuery({
    queryKey: ['whitelist-summary', grid],
    queryFn: () => get(whitelistSummary, '/api/v1/whitelist/summary', { grid }),
    placeholderData: keepPreviousData,
  });
  const wordings = new Map(summary.data?.reasons.map((one) => [one.code, one.staff[spoken()]]));
  const view = useListView<WhitelistRow>({
    list: 'whitelist',
    columns: whitelistColumns(t, wordings),
    words: kept,
    search,
    onChange: (next) => change(next),
    onOpen: open,
  });
  return (
    <>
      <PageHead
        title={t('shell.nav.whitelist')}
        notes={summary.data !== undefined && <Lead summary={summary.data} isApproved={outcome === 'approve'} />}
        actions={me.may('whitelist.export') && <Export path="/api/v1/whitelist/export.csv" filter={query} name="whitelist.csv" />}
      />
      {summary.isError && <Failure problem={summary.error} retry={() => void summary.refetch()} inside />}
      {summary.data !== undefined && summary.data.as_of !== null && (
        <Pictures summary={summary.data} segments={(whole.data ?? summary.data).segments} search={search} onChange={change} />
      )}
      <WhitelistSentence search={search} outcome={outcome} grid={grid} summary={summary.data} right={view.control} onChange={change} />
      <div className="wl">
        <section className="list" tabIndex={0}>
          <EndlessList
            list={list}
            empty={
              list.first?.as_of === null ? (
                <Empty title={t('whitelist.never')}>{t('whitelist.neverNext')}</Empty>
              ) : (
                <Empty
                  title={t('whitelist.none')}
                  action={
                    <button type="button" className="btn" onClick={() => open({})}>
                      {t('list.clear')}
                    </button>
                  }
                >
                  {t('whitelist.noneNext')}
                </Empty>
              )
            }
          >
            {(rows) => (
              <Table
                label={t('shell.nav.whitelist')}
                columns={view.shown}
                rows={rows}
                rowKey={(row) => row.person_id}
                order={order}
                onOrder={(next) => change({ sort: next.by, direction: next.direction })}
                onOpen={(row) => void navigate({ to: '/persons/$id/decision', params: { id: row.person_id } })}
              />
            )}
          </EndlessList>
        </section>
      </div>
    </>
  );
}

function Lead({ summary, isApproved }: { summary: WhitelistSummary; isApproved: boolean }) {
  const { t } = useTranslation();
  if (summary.as_of === null) return null;
  return (
    <>
      <span>
        <b className="n20">{count(summary.people)}</b> {t('unit.people')}
      </span>
      {isApproved && summary.allocated_fen !== null ? (
        <span className="t2" title={t('whitelist.allocatedTotalWhy', { amount: yi(summary.limit_fen) })}>
          {t('whitelist.allocatedTotal', { amount: yi(summary.allocated_fen) })}
        </span>
      ) : (
        <span className="t2">{t('whitelist.total', { amount: yi(summary.limit_fen) })}</span>
      )}
      {summary.mean_limit_fen !== null && <span className="t2">{t('whitelist.mean', { amount: wan(summary.mean_limit_fen) })}</span>}
      <span className="t3 sm">
        {t('list.asOf', { at: summary.as_of })} · retail {summary.strategy_version?.split('+')[0]}
      </span>
    </>
  );
}

function WhitelistSentence({
  search,
  outcome,
  grid,
  summary,
  right,
  onChange,
}: {
  search: WhitelistSearch;
  outcome: string;
  grid: string;
  summary: WhitelistSummary | undefined;
  right: ReactNode;
  onChange: (next: WhitelistSearch) => void;
}) {
  const { t } = useTranslation();
  const code = useCodes();
  const place = useGridNode(grid);
  const reasons = summary?.reasons ?? [];
  const range = (from: string | undefined, to: string | undefined, write: (value: string) => string): string =>
    `${from === undefined ? '' : write(from)}–${to === undefined ? '' : write(to)}`;
  return (
    <Sentence right={right}>
      {t('whitelist.sentence.look')} <b className="place">{place.data?.name ?? grid}</b> {t('whitelist.sentence.outcome')}
      <Choice
        label={t('persons.label.outcome')}
        value={outcome}
        options={[...outcomes.map((value) => ({ value, text: code('outcome', value) })), { value: 'all', text: t('list.any') }]}
        onChange={(next) => onChange({ outcome: next })}
      />
      {t('whitelist.sentence.segment')}
      <Choice
        label={t('persons.label.segment')}
        value={search.segment ?? ''}
        options={[{ value: '', text: t('list.any') }, ...segments.map((value) => ({ value, text: code('segment', value) }))]}
        onChange={(segment) => onChange({ segment })}
      />
      {t('whitelist.sentence.reason')}
      <Choice
        label={t('whitelist.reason')}
        value={search.reason ?? ''}
        options={[
          { value: '', text: t('list.any') },
          ...(search.reason !== undefined && reasons.every((one) => one.code !== search.reason)
            ? [{ value: search.reason, text: search.reason }]
            : []),
          ...reasons.map((one) => ({ value: one.code, text: `${one.code} ${one.staff[spoken()]}` })),
        ]}
        onChange={(reason) => onChange({ reason })}
      />
      {(search.limit_from !== undefined || search.limit_to !== undefined) && (
        <>
          {t('whitelist.sentence.limit')}
          <button type="button" className="f set" onClick={() => onChange({ limit_from: undefined, limit_to: undefined })}>
            {range(search.limit_from, search.limit_to, wan)} {t('unit.wan')} ✕
          </button>
        </>
      )}
      {(search.rate_from !== undefined || search.rate_to !== undefined) && (
        <>
          {t('whitelist.sentence.rate')}
          <button type="button" className="f set" onClick={() => onChange({ rate_from: undefined, rate_to: undefined })}>
            {range(search.rate_from, search.rate_to, (ppm) => (Number(ppm) / 10_000).toFixed(2))} % ✕
          </button>
        </>
      )}
    </Sentence>
  );
}
