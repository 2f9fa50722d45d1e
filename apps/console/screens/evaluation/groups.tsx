import { useQuery } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { GroupHead } from '#modules/village/contract.ts';
import { evaluationAddresses, groupList, type GroupRow } from '#modules/village/evaluation/contract.ts';
import { get } from '../../api/client.ts';
import { count } from '../../format.ts';
import { Docked } from '../../parts/drawer.tsx';
import { Empty, Stale, Unread } from '../../parts/states.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { Unknown } from '../../parts/unknown.tsx';
import { mostRows } from './at.ts';
import { useGroupHeads } from './group-head.tsx';
import type { At } from './at.ts';
import { GroupDrawer } from './group-drawer.tsx';

const tones: Record<GroupRow['state'], string> = { unset: 'tag line', rating: 'tag', sampled: 'tag warn', accepted: 'tag ok' };

/** Groups of a round: who rates, how much is in, what the answers come to. */
export function Groups({ at }: { at: At }) {
  const { t } = useTranslation();
  const list = useQuery({
    queryKey: ['evaluation', at.projectId, 'groups', at.round],
    queryFn: () => get(groupList, evaluationAddresses.groups.replace(':id', at.projectId), { round: at.round, limit: mostRows }),
  });
  const heads = useGroupHeads(at.projectId);
  if (list.data === undefined) return <Unread of={list} what="groups" rows={10} />;
  const rows = list.data.items;
  const opened = rows.find((row) => row.grid_code === at.open);
  return (
    <Docked
      list={
        rows.length === 0 ? (
          <Empty title={t('evaluation.noGroup')}>{t('evaluation.noGroupNext')}</Empty>
        ) : (
          <>
            <Stale of={list} what="groups" />
            <Table
              label={t('evaluation.tab.groups')}
              tall
              columns={columnsOf(t, heads.data)}
              rows={rows}
              rowKey={(row) => row.grid_code}
              openKey={at.open}
              onOpen={(row) => at.change({ open: row.grid_code })}
            />
          </>
        )
      }
      drawer={
        opened === undefined ? null : (
          <GroupDrawer
            key={opened.grid_code}
            at={at}
            group={opened}
            panel={list.data.panel}
            onClose={() => at.change({ open: undefined })}
          />
        )
      }
    />
  );
}

function columnsOf(t: TFunction, heads: ReadonlyMap<string, GroupHead> | undefined): Column<GroupRow>[] {
  const outcome = (key: 'evaluated' | 'manual' | 'third_opinion' | 'more_reviewers' | 'excluded'): Column<GroupRow> => ({
    key,
    head: t(`evaluation.outcome.${key}`),
    num: true,
    cell: (row) => <Quiet value={row.outcomes[key]} isLoud={key !== 'evaluated' && key !== 'excluded'} />,
  });
  return [
    {
      key: 'group',
      head: t('evaluation.column.group'),
      fixed: true,
      wrap: true,
      className: 'where',
      cell: (row) => (
        <>
          {row.village} {row.group}
        </>
      ),
    },
    {
      key: 'state',
      head: t('evaluation.column.state'),
      cell: (row) => (
        <>
          <span className={tones[row.state]}>{t(`evaluation.state.${row.state}`)}</span>
          {row.attempt > 1 && <small className="warn"> {t('evaluation.attempt', { attempt: row.attempt })}</small>}
        </>
      ),
    },
    { key: 'households', head: t('evaluation.column.households'), num: true, cell: (row) => count(row.households) },
    { key: 'rated', head: t('evaluation.column.rated'), num: true, cell: (row) => count(row.rated) },
    {
      key: 'head',
      head: t('evaluation.head'),
      cell: (row) =>
        heads === undefined ? <Unknown why={t('evaluation.headsUnread')} /> : <Head head={heads.get(row.grid_code)?.head ?? null} />,
    },
    {
      key: 'reviewers',
      head: t('evaluation.column.panel'),
      wrap: true,
      cell: (row) => <span className="t2">{row.reviewers.map((one) => one.name).join(t('evaluation.comma'))}</span>,
    },
    {
      key: 'answered',
      head: t('evaluation.column.answered'),
      num: true,
      cell: (row) => <Progress done={row.answered} of={row.asked} />,
    },
    outcome('evaluated'),
    outcome('manual'),
    outcome('third_opinion'),
    outcome('more_reviewers'),
    outcome('excluded'),
    { key: 'due', head: t('evaluation.column.due'), cell: (row) => <span className="t3">{row.due_on ?? ''}</span> },
  ];
}

function Head({ head }: { head: GroupHead['head'] }) {
  if (head === null) return <span className="t4">—</span>;
  return (
    <>
      {head.name} <span className="mono t3 sm">{head.phone_masked ?? ''}</span>
    </>
  );
}

function Quiet({ value, isLoud }: { value: number; isLoud: boolean }) {
  if (value === 0) return <span className="t4">0</span>;
  return <span className={isLoud ? 'warn' : ''}>{count(value)}</span>;
}

function Progress({ done, of }: { done: number; of: number }) {
  if (of === 0) return <span className="t4">—</span>;
  return (
    <span className="done-of">
      <span>
        {count(done)} / {count(of)}
      </span>
      <i aria-hidden="true">
        <b style={{ width: `${Math.round((100 * done) / of)}%` }} />
      </i>
    </span>
  );
}
