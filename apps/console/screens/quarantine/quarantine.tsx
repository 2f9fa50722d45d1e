import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { useAddress, useWords } from '../../address.ts';
import {
  loadReport,
  quarantineList,
  quarantineStates,
  rowReasons,
  type LoadReport,
  type QuarantineRow,
  type RowReason,
} from '#modules/intake/contract.ts';
import { get } from '../../api/client.ts';
import { useMe } from '../../api/session.ts';
import { useCodes } from '../../codes.ts';
import { count } from '../../format.ts';
import { spoken } from '../../i18n.ts';
import { Docked } from '../../parts/drawer.tsx';
import { EndlessList } from '../../parts/endless-list.tsx';
import { PageHead } from '../../parts/page.tsx';
import { Choice, Sentence } from '../../parts/sentence.tsx';
import { Empty } from '../../parts/states.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { Correct } from './correct.tsx';
import { DownloadLines } from './download-lines.tsx';
import { Reload } from './reload.tsx';
import './quarantine.css';

interface Search {
  file?: string | undefined;
  source?: string | undefined;
  reason?: string | undefined;
  state?: string | undefined;
  row?: string | undefined;
}

const pageSize = 100;
const tones: Record<QuarantineRow['state'], string> = { open: 'warn', corrected: 'ok', reloaded: '', superseded: '' };

function useRows(id: string, { file, source, reason, state }: Search) {
  const query = { file, source, code: reason, state, limit: pageSize };
  const list = useInfiniteQuery({
    queryKey: ['quarantine', id, query],
    queryFn: ({ pageParam }) => get(quarantineList, `/api/v1/loads/${id}/quarantine`, { ...query, offset: pageParam }),
    initialPageParam: 0,
    getNextPageParam: (page, pages) => {
      const shown = pages.reduce((sum, one) => sum + one.items.length, 0);
      return page.items.length === 0 || shown >= page.total ? null : shown;
    },
  });
  const first = list.data?.pages[0];
  return {
    rows: list.data?.pages.flatMap((page) => page.items) ?? [],
    first: first === undefined ? undefined : { ...first, next_cursor: null },
    isPending: list.isPending,
    isFetching: list.isFetching,
    isStale: false,
    error: list.error,
    hasMore: list.hasNextPage,
    more: () => void list.fetchNextPage(),
    retry: () => void list.refetch(),
  };
}

/** The rows a load could not publish: what is wrong with each, its line, and the place to put it right. */
export function Quarantine() {
  const { t } = useTranslation();
  const id = useAddress('id');
  const search = useWords('file', 'source', 'reason', 'state', 'row');
  const navigate = useNavigate();
  const me = useMe();
  const report = useQuery({ queryKey: ['load', id], queryFn: () => get(loadReport, `/api/v1/loads/${id}`) });
  const list = useRows(id, search);
  const change = (next: Search): void =>
    void navigate({ to: '/loads/$id/quarantine', params: { id }, search: { ...search, ...next }, replace: true });
  const opened = list.rows.find((row) => row.id === search.row);
  const follow = (): void => {
    const next = list.rows[list.rows.findIndex((row) => row.id === search.row) + 1];
    change({ row: next?.id });
  };
  return (
    <>
      <PageHead
        way={[{ text: t('shell.nav.loads'), to: '/loads' }, { text: id, to: `/loads/${id}` }, { text: t('quarantine.title') }]}
        title={t('quarantine.title')}
        notes={
          report.data !== undefined && (
            <span className="t2">{t('quarantine.lead', { rows: count(report.data.quarantined), of: count(report.data.rows_in) })}</span>
          )
        }
        actions={
          <>
            {me.may('intake.reveal') && <DownloadLines id={id} />}
            {me.may('intake.correct') && <Reload id={id} />}
          </>
        }
      />
      <QuarantineSentence search={search} report={report.data} onChange={change} />
      <Docked
        list={
          <EndlessList
            list={list}
            empty={
              <Empty
                title={t('quarantine.none')}
                action={
                  <Link className="btn" to="/loads/$id" params={{ id }}>
                    {t('quarantine.back')}
                  </Link>
                }
              >
                {t('quarantine.noneNext')}
              </Empty>
            }
          >
            {(rows) => (
              <Table
                label={t('quarantine.title')}
                columns={columnsOf(t)}
                rows={rows}
                rowKey={(row) => row.id}
                openKey={search.row}
                onOpen={(row) => change({ row: row.id })}
              />
            )}
          </EndlessList>
        }
        drawer={
          opened === undefined ? null : (
            <Correct key={opened.id} load={id} row={opened} onClose={() => change({ row: undefined })} onNext={follow} />
          )
        }
      />
    </>
  );
}

function columnsOf(t: TFunction): Column<QuarantineRow>[] {
  const language = spoken();
  return [
    {
      key: 'state',
      head: t('loads.column.state'),
      cell: (row) => <span className={`tag ${tones[row.state]}`}>{t(`codes.rowState.${row.state}`)}</span>,
    },
    { key: 'source', head: t('loads.source'), cell: (row) => row.source_name[language] },
    { key: 'row', head: t('quarantine.row'), num: true, cell: (row) => count(row.row_number) },
    { key: 'field', head: t('quarantine.field'), cell: (row) => <span className="mono">{row.field ?? t('quarantine.wholeLine')}</span> },
    { key: 'reason', head: t('quarantine.reason'), cell: (row) => row[language] },
    {
      key: 'raw',
      head: t('quarantine.raw'),
      cell: (row) => (
        <span className="mono raw" title={row.raw_masked}>
          {row.raw_masked}
        </span>
      ),
    },
  ];
}

function QuarantineSentence({
  search,
  report,
  onChange,
}: {
  search: Search;
  report: LoadReport | undefined;
  onChange: (next: Search) => void;
}) {
  const { t } = useTranslation();
  const code = useCodes();
  const language = spoken();
  const any = { value: '', text: t('list.any') };
  const files = (report?.file_reports ?? []).filter((file) => file.quarantined > 0 || file.file === search.file);
  const reasons = (Object.keys(rowReasons) as RowReason[]).filter(
    (one) => report === undefined || one === search.reason || report.reasons.some((known) => known.code === one),
  );
  return (
    <Sentence>
      {t('quarantine.sentence.file')}
      <Choice
        label={t('loads.column.file')}
        value={search.file ?? ''}
        options={[any, ...files.map((file) => ({ value: file.file, text: file.file }))]}
        onChange={(file) => onChange({ file, row: undefined })}
      />
      {t('quarantine.sentence.reason')}
      <Choice
        label={t('quarantine.reason')}
        value={search.reason ?? ''}
        options={[any, ...reasons.map((one) => ({ value: one, text: rowReasons[one][language] }))]}
        onChange={(reason) => onChange({ reason, row: undefined })}
      />
      {t('quarantine.sentence.state')}
      <Choice
        label={t('loads.column.state')}
        value={search.state ?? ''}
        options={[any, ...quarantineStates.map((one) => ({ value: one, text: code('rowState', one) }))]}
        onChange={(state) => onChange({ state, row: undefined })}
      />
    </Sentence>
  );
}
