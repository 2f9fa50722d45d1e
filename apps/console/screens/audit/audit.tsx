import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { useWords } from '../../address.ts';
import { auditList, type AuditEntry } from '#modules/organization/contract.ts';
import { get } from '../../api/client.ts';
import { instant } from '../../format.ts';
import { useListView } from '../../parts/list-view.tsx';
import type { Words } from '../../parts/list-words.ts';
import { PageHead } from '../../parts/page.tsx';
import { Sentence, Word } from '../../parts/sentence.tsx';
import { Bones, Empty, Failure } from '../../parts/states.tsx';
import { typedDay } from './typed-day.ts';
import { Table, type Column } from '../../parts/table.tsx';

/** Who or what was looked up, and on which day, is a question of the moment. */
const kept = ['action'] as const;

/** Who looked at or changed what, when and why; each entry is chained to the one before. */
export function Audit() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = useWords(...kept, 'actor', 'subject', 'day', 'view', 'columns');
  const query = { actor: search.actor, action: search.action, subject: search.subject, from: search.day, to: search.day };
  const list = useInfiniteQuery({
    queryKey: ['audit', query],
    queryFn: ({ pageParam }) => get(auditList, '/api/v1/audit', pageParam === null ? query : { ...query, cursor: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
  const open = (next: Words): void => void navigate({ to: '/audit', search: next, replace: true });
  const change = (next: Words): void => open({ ...search, ...next });
  const view = useListView<AuditEntry>({ list: 'audit', columns: columnsOf(t), words: kept, search, onChange: change, onOpen: open });
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <PageHead title={t('shell.nav.audit')} notes={<span className="t2">{t('audit.lead')}</span>} />
      <Sentence right={view.control}>
        {t('audit.sentence.actor')}
        <Word label={t('audit.actor')} value={search.actor ?? ''} placeholder={t('list.any')} onChange={(actor) => change({ actor })} />
        {t('audit.sentence.action')}
        <Word label={t('audit.action')} value={search.action ?? ''} placeholder={t('list.any')} onChange={(action) => change({ action })} />
        {t('audit.sentence.subject')}
        <Word
          label={t('audit.subject')}
          value={search.subject ?? ''}
          placeholder={t('list.any')}
          onChange={(subject) => change({ subject })}
        />
        {t('audit.sentence.day')}
        <Word
          label={t('audit.day')}
          value={search.day ?? ''}
          placeholder={t('audit.anyDay')}
          onChange={(day) => change({ day: typedDay(day) })}
        />
      </Sentence>
      <div className="wl">
        <section className="list" tabIndex={0}>
          {list.isError && <Failure problem={list.error} retry={() => void list.refetch()} />}
          {list.isPending && <Bones rows={14} />}
          {list.isSuccess && rows.length === 0 && <Empty title={t('audit.none')}>{t('audit.noneNext')}</Empty>}
          {rows.length > 0 && (
            <Table
              label={t('shell.nav.audit')}
              columns={view.shown}
              rows={rows}
              rowKey={(row) => row.position ?? `${row.at}-${row.action}-${row.subject_id}-${row.request_id}`}
            />
          )}
          {list.hasNextPage && (
            <div className="pg">
              <span>{t('audit.shown', { count: rows.length })}</span>
              <button type="button" disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
                {t('list.next')} ›
              </button>
            </div>
          )}
        </section>
      </div>
    </>
  );
}

function columnsOf(t: TFunction): Column<AuditEntry>[] {
  return [
    {
      key: 'position',
      head: t('audit.position'),
      num: true,
      cell: (row) => row.position ?? <span className="t3">{t('audit.unchained')}</span>,
    },
    { key: 'at', fixed: true, head: t('audit.at'), cell: (row) => instant(row.at) },
    {
      key: 'actor',
      head: t('audit.actor'),
      cell: (row) => (
        <>
          {row.actor_name ?? row.actor_id} <span className="t3 mono">{row.actor_id}</span>
        </>
      ),
    },
    { key: 'action', fixed: true, head: t('audit.action'), cell: (row) => <span className="mono">{row.action}</span> },
    {
      key: 'subject',
      head: t('audit.subject'),
      cell: (row) => (
        <>
          <span className="t3">{row.subject_kind}</span> <span className="mono">{row.subject_id}</span>
        </>
      ),
    },
    { key: 'reason', head: t('audit.reason'), wrap: true, cell: (row) => row.reason ?? '' },
  ];
}
