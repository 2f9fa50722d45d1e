import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { useWords } from '../../address.ts';
import { proposalList, proposalStates, proposalStateText, type ProposalSummary } from '#modules/change/contract.ts';
import { get } from '../../api/client.ts';
import { instant } from '../../format.ts';
import { spoken } from '../../i18n.ts';
import { Docked } from '../../parts/drawer.tsx';
import { useListView } from '../../parts/list-view.tsx';
import type { Words } from '../../parts/list-words.ts';
import { PageHead } from '../../parts/page.tsx';
import { Choice, Sentence } from '../../parts/sentence.tsx';
import { Bones, Empty, Failure } from '../../parts/states.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { subjectOf } from '../../parts/proposal-subject.ts';
import { ProposalTag } from './proposal-tag.tsx';
import { Proposal } from './proposal.tsx';
import './changes.css';

const kept = ['state', 'kind'] as const;

/** What waits for a second person, and what became of the rest. */
export function Changes() {
  const { t } = useTranslation();
  const search = useWords(...kept, 'open', 'view', 'columns');
  const navigate = useNavigate();
  const language = spoken();
  const list = useQuery({
    queryKey: ['changes', search.state, search.kind],
    queryFn: () => get(proposalList, '/api/v1/changes', { state: search.state, kind: search.kind, limit: 200 }),
  });
  const open = (next: Words): void => void navigate({ to: '/changes', search: next, replace: true });
  const change = (next: Words): void => open({ ...search, ...next });
  const view = useListView<ProposalSummary>({
    list: 'changes',
    columns: columnsOf(t),
    words: kept,
    search,
    onChange: change,
    onOpen: open,
  });
  const kinds = new Map((list.data?.items ?? []).map((item) => [item.kind, item.kind_name[language]]));
  if (search.kind !== undefined && !kinds.has(search.kind)) kinds.set(search.kind, search.kind);
  return (
    <>
      <PageHead title={t('shell.nav.changes')} notes={<span className="t2">{t('changes.lead')}</span>} />
      <Sentence
        right={
          <>
            {list.data !== undefined && <span>{t('changes.total', { count: list.data.total })}</span>}
            {view.control}
          </>
        }
      >
        {t('changes.sentence.state')}
        <Choice
          label={t('loads.column.state')}
          value={search.state ?? ''}
          options={[
            { value: '', text: t('list.any') },
            ...proposalStates.map((value) => ({ value, text: proposalStateText[value][language] })),
          ]}
          onChange={(state) => change({ state, open: undefined })}
        />
        {t('changes.sentence.kind')}
        <Choice
          label={t('changes.kind')}
          value={search.kind ?? ''}
          options={[{ value: '', text: t('list.any') }, ...[...kinds].map(([value, text]) => ({ value, text }))]}
          onChange={(kind) => change({ kind, open: undefined })}
        />
      </Sentence>
      <Docked
        list={
          list.isError ? (
            <Failure problem={list.error} retry={() => void list.refetch()} />
          ) : list.data === undefined ? (
            <Bones rows={8} />
          ) : list.data.items.length === 0 ? (
            <Empty title={t('changes.none')}>{t('changes.noneNext')}</Empty>
          ) : (
            <Table
              label={t('shell.nav.changes')}
              columns={view.shown}
              rows={list.data.items}
              rowKey={(row) => row.proposal_id}
              openKey={search.open}
              onOpen={(row) => change({ open: row.proposal_id })}
            />
          )
        }
        drawer={
          search.open === undefined ? null : <Proposal key={search.open} id={search.open} onClose={() => change({ open: undefined })} />
        }
      />
    </>
  );
}

function columnsOf(t: TFunction): Column<ProposalSummary>[] {
  const language = spoken();
  return [
    { key: 'state', head: t('loads.column.state'), cell: (row) => <ProposalTag state={row.state} /> },
    { key: 'kind', head: t('changes.kind'), cell: (row) => row.kind_name[language] },
    { key: 'subject', fixed: true, head: t('changes.subject'), wrap: true, cell: (row) => <b>{subjectOf(row)}</b> },
    { key: 'reason', head: t('changes.reason'), wrap: true, cell: (row) => row.reason },
    { key: 'maker', head: t('changes.maker'), cell: (row) => row.maker.name },
    { key: 'at', head: t('changes.at'), cell: (row) => <span className="t3">{instant(row.proposed_at)}</span> },
    { key: 'decider', head: t('changes.decider'), cell: (row) => row.decider?.name ?? '—' },
  ];
}
