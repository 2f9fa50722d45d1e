import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { strategyList, type StrategyList } from '#modules/strategy/contract.ts';
import { get } from '../../api/client.ts';
import { count } from '../../format.ts';
import { spoken } from '../../i18n.ts';
import { PageHead } from '../../parts/page.tsx';
import { Bones, Empty, Failure } from '../../parts/states.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { Unknown } from '../../parts/unknown.tsx';

export function Strategies() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const list = useQuery({ queryKey: ['strategies'], queryFn: () => get(strategyList, '/api/v1/strategies') });
  return (
    <>
      <PageHead title={t('shell.nav.strategies')} notes={<span className="t2">{t('strategies.lead')}</span>} />
      <div className="wl later">
        <section className="list" tabIndex={0}>
          {list.isError && <Failure problem={list.error} retry={() => void list.refetch()} />}
          {list.isPending && <Bones rows={4} />}
          {list.data?.items.length === 0 && <Empty title={t('strategies.none')}>{t('strategies.noneNext')}</Empty>}
          {list.data !== undefined && list.data.items.length > 0 && (
            <Table
              label={t('shell.nav.strategies')}
              rows={list.data.items}
              rowKey={(row) => row.name}
              onOpen={(row) => void navigate({ to: '/strategies/$name', params: { name: row.name } })}
              columns={columnsOf(t)}
            />
          )}
        </section>
      </div>
    </>
  );
}

function columnsOf(t: TFunction): Column<StrategyList['items'][number]>[] {
  return [
    { key: 'title', head: t('strategies.name'), cell: (row) => <b>{row.title[spoken()]}</b> },
    { key: 'name', head: t('sources.code'), cell: (row) => <span className="mono">{row.name}</span> },
    {
      key: 'version',
      head: t('strategies.current'),
      cell: (row) => <span className="mono">{row.current_version ?? <Unknown why={t('strategies.noCurrent')} />}</span>,
    },
    { key: 'versions', head: t('strategies.versions'), num: true, cell: (row) => count(row.versions) },
    { key: 'screened', head: t('strategies.screened'), cell: (row) => row.screened_as_of ?? <Unknown why="not_screened" /> },
  ];
}
