import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Modal } from 'antd';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { inbox, loadList, loadStarted, matrix, type LoadSummary } from '#modules/intake/contract.ts';
import { useWords } from '../../address.ts';
import { get, send } from '../../api/client.ts';
import { useMe } from '../../api/session.ts';
import { count, instant } from '../../format.ts';
import { useListView } from '../../parts/list-view.tsx';
import type { Words } from '../../parts/list-words.ts';
import { PageHead, Section } from '../../parts/page.tsx';
import { Bones, Empty, Failure } from '../../parts/states.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { Known } from '../../parts/unknown.tsx';
import { Refusal } from '../../parts/wrong.tsx';
import { LoadState } from './load-state.tsx';
import { SourceMatrix } from './source-matrix.tsx';
import './loads.css';

const watchEveryMs = 2000;
export const isUnderWay = (state: LoadSummary['state']): boolean => state === 'waiting' || state === 'running';

export function Loads() {
  const { t } = useTranslation();
  const me = useMe();
  const navigate = useNavigate();
  const loads = useQuery({
    queryKey: ['loads'],
    queryFn: () => get(loadList, '/api/v1/loads', { limit: 20 }),
    refetchInterval: (query) => (query.state.data?.items.some((load) => isUnderWay(load.state)) === true ? watchEveryMs : false),
  });
  const cells = useQuery({ queryKey: ['source-matrix'], queryFn: () => get(matrix, '/api/v1/sources/matrix') });
  const search = useWords('view', 'columns');
  const open = (next: Words): void => void navigate({ to: '/loads', search: next, replace: true });
  const view = useListView<LoadSummary>({
    list: 'loads',
    columns: columnsOf(t),
    words: [],
    search,
    onChange: (next) => open({ ...search, ...next }),
    onOpen: open,
  });
  const [starting, setStarting] = useState(false);
  return (
    <>
      <PageHead
        title={t('shell.nav.loads')}
        notes={<span className="t2">{t('loads.lead')}</span>}
        actions={
          <>
            {view.control}
            {me.may('intake.load') && (
              <button type="button" className="btn pri" onClick={() => setStarting(true)}>
                {t('loads.start')}
              </button>
            )}
          </>
        }
      />
      <div className="row loads">
        <Section title={t('loads.list')} note={t('loads.openRow')}>
          {loads.isError && <Failure problem={loads.error} retry={() => void loads.refetch()} inside />}
          {loads.isPending && <Bones rows={6} />}
          {loads.data?.items.length === 0 && (
            <Empty title={t('loads.none')} inside>
              {t('loads.noneNext')}
            </Empty>
          )}
          {loads.data !== undefined && loads.data.items.length > 0 && (
            <Table
              label={t('loads.list')}
              columns={view.shown}
              rows={loads.data.items}
              rowKey={(row) => row.id}
              onOpen={(row) => void navigate({ to: '/loads/$id', params: { id: row.id } })}
            />
          )}
        </Section>
        <Section title={t('loads.matrix')} note={t('loads.matrixNote')}>
          {cells.isError && <Failure problem={cells.error} retry={() => void cells.refetch()} inside />}
          {cells.isPending && <Bones rows={10} />}
          {cells.data !== undefined &&
            (cells.data.days.length === 0 ? <Empty title={t('loads.noDays')} inside /> : <SourceMatrix matrix={cells.data} />)}
        </Section>
      </div>
      <Modal open={starting} title={t('loads.start')} footer={null} onCancel={() => setStarting(false)} destroyOnHidden width={480}>
        <Inbox onDone={() => setStarting(false)} />
      </Modal>
    </>
  );
}

function columnsOf(t: TFunction): Column<LoadSummary>[] {
  const rows = (key: 'rows_in' | 'published' | 'merged' | 'quarantined'): Column<LoadSummary> => ({
    key,
    head: t(`loads.column.${key}`),
    num: true,
    cell: (load) => <span className={key === 'quarantined' && load.quarantined > 0 ? 'warn strong' : ''}>{count(load[key])}</span>,
  });
  return [
    {
      key: 'id',
      fixed: true,
      head: t('loads.column.id'),
      cell: (load) => (
        <Link to="/loads/$id" params={{ id: load.id }} onClick={(event) => event.stopPropagation()}>
          {load.id} {load.directory}
        </Link>
      ),
    },
    { key: 'as_of', head: t('loads.column.asOf'), cell: (load) => load.as_of },
    { key: 'state', head: t('loads.column.state'), cell: (load) => <LoadState load={load} /> },
    {
      key: 'files',
      head: t('loads.column.files'),
      num: true,
      cell: (load) => (
        <>
          {count(load.files)}
          {load.files_refused > 0 && <span className="bad"> {t('loads.refused', { count: load.files_refused })}</span>}
        </>
      ),
    },
    rows('rows_in'),
    rows('published'),
    rows('merged'),
    rows('quarantined'),
    {
      key: 'persons',
      head: t('loads.column.persons'),
      num: true,
      cell: (load) => <Known value={load.persons} write={count} why={t('loads.notPublished')} />,
    },
    { key: 'started', head: t('loads.column.started'), cell: (load) => <span className="t3">{instant(load.started_at).slice(5)}</span> },
  ];
}

/** The folders that wait in the inbox; each can be loaded with one press. */
function Inbox({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const client = useQueryClient();
  const folders = useQuery({ queryKey: ['inbox'], queryFn: () => get(inbox, '/api/v1/loads/inbox') });
  const start = useMutation({
    mutationFn: (directory: string) => send(loadStarted, 'POST', '/api/v1/loads', { directory }),
    onSuccess: ({ id }) => {
      void client.invalidateQueries({ queryKey: ['loads'] });
      onDone();
      void navigate({ to: '/loads/$id', params: { id } });
    },
  });
  if (folders.isError) return <Failure problem={folders.error} inside />;
  if (folders.data === undefined) return <Bones rows={3} />;
  return (
    <>
      <Refusal problem={start.error} />
      {folders.data.folders.length === 0 ? (
        <Empty title={t('loads.inboxEmpty')} inside>
          {t('loads.inboxEmptyNext')}
        </Empty>
      ) : (
        <table className="dt flush">
          <tbody>
            {folders.data.folders.map((folder) => (
              <tr key={folder.directory}>
                <td>{folder.directory}</td>
                <td className="num">{t('loads.fileCount', { count: folder.files })}</td>
                <td className="num t3">{(folder.bytes / 1e6).toFixed(1)} MB</td>
                <td className="num">
                  <button type="button" className="link" disabled={start.isPending} onClick={() => start.mutate(folder.directory)}>
                    {t('loads.load')}
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}
