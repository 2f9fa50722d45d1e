import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { addresses, processList, type ProcessList } from '#modules/process/contract.ts';
import { get } from '../../api/client.ts';
import { count, instant } from '../../format.ts';
import { spoken } from '../../i18n.ts';
import { Docked } from '../../parts/drawer.tsx';
import { PageHead } from '../../parts/page.tsx';
import { Bones, Empty, Failure } from '../../parts/states.tsx';
import { Table, type Column } from '../../parts/table.tsx';

/** The processes in force, with what runs on them. */
export function Processes() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const list = useQuery({ queryKey: ['processes'], queryFn: () => get(processList, addresses.processes) });
  const rows = list.data?.items ?? [];
  const open = rows.reduce((sum, row) => sum + row.open_cases, 0);
  return (
    <>
      <PageHead
        title={t('shell.nav.processes')}
        notes={
          <>
            {list.data !== undefined && (
              <span>
                <b className="n20">{count(open)}</b> {t('processes.column.open')}
              </span>
            )}
            <span className="t2">{t('processes.lead')}</span>
          </>
        }
      />
      <Docked
        list={
          list.isError ? (
            <Failure problem={list.error} retry={() => void list.refetch()} />
          ) : list.isPending ? (
            <Bones rows={5} />
          ) : rows.length === 0 ? (
            <Empty title={t('processes.none')}>{t('processes.noneNext')}</Empty>
          ) : (
            <Table
              label={t('shell.nav.processes')}
              rows={rows}
              rowKey={(row) => row.process}
              onOpen={(row) => void navigate({ to: '/processes/$name', params: { name: row.process } })}
              columns={columnsOf(t)}
            />
          )
        }
        drawer={null}
      />
    </>
  );
}

function columnsOf(t: TFunction): Column<ProcessList['items'][number]>[] {
  return [
    { key: 'title', head: t('processes.column.title'), cell: (row) => <b>{row.title[spoken()]}</b> },
    { key: 'code', head: t('processes.column.code'), cell: (row) => <span className="mono">{row.process}</span> },
    { key: 'version', head: t('processes.column.version'), num: true, cell: (row) => row.version },
    { key: 'versions', head: t('processes.column.versions'), num: true, cell: (row) => count(row.versions) },
    { key: 'open', head: t('processes.column.open'), num: true, cell: (row) => count(row.open_cases) },
    {
      key: 'earlier',
      head: t('processes.column.earlier'),
      num: true,
      cell: (row) => <span className={row.earlier_cases > 0 ? 'warn' : ''}>{count(row.earlier_cases)}</span>,
    },
    { key: 'published', head: t('processes.column.published'), cell: (row) => <span className="t3">{instant(row.published_at)}</span> },
  ];
}
