import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { evaluationAddresses, fees, qualityRenewed, reviewerList, type Reviewer } from '#modules/village/evaluation/contract.ts';
import { get, send } from '../../api/client.ts';
import { useMe } from '../../api/session.ts';
import { count, unknown, yuan } from '../../format.ts';
import { spoken } from '../../i18n.ts';
import { Docked } from '../../parts/drawer.tsx';
import { Empty, Stale, Unread, UnreadWord } from '../../parts/states.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { Unknown } from '../../parts/unknown.tsx';
import type { At } from './at.ts';
import { mostRows } from './at.ts';
import { RegisterReviewer } from './register-reviewer.tsx';
import { ReviewerDrawer } from './reviewer-drawer.tsx';

const registering = 'new';

/** Who rates, how well, and what is owed to them. */
export function Reviewers({ at }: { at: At }) {
  const { t } = useTranslation();
  const me = useMe();
  const client = useQueryClient();
  const list = useQuery({
    queryKey: ['evaluation', at.projectId, 'reviewers'],
    queryFn: () => get(reviewerList, evaluationAddresses.reviewers.replace(':id', at.projectId), { limit: mostRows }),
  });
  const villages = [...new Set((list.data?.items ?? []).map((one) => one.grid_code))];
  const renew = useMutation({
    mutationFn: async () => {
      for (const grid_code of villages)
        await send(qualityRenewed, 'POST', evaluationAddresses.quality.replace(':id', at.projectId), { grid_code });
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ['evaluation', at.projectId] }),
  });
  const mayRun = me.may('village.run');
  if (list.data === undefined) return <Unread of={list} what="reviewers" rows={10} />;
  const rows = list.data.items;
  const opened = rows.find((row) => row.reviewer_id === at.open);
  const close = (): void => at.change({ open: undefined });
  const add = mayRun && (
    <button type="button" className="btn pri" onClick={() => at.change({ open: registering })}>
      {t('evaluation.register')}
    </button>
  );
  return (
    <>
      <div className="bar">
        {mayRun && <Fees projectId={at.projectId} />}
        <span className="grow" />
        {mayRun && rows.length > 0 && (
          <button type="button" className="btn" disabled={renew.isPending} onClick={() => renew.mutate()}>
            {t('evaluation.renewQuality')}
          </button>
        )}
        {add}
      </div>
      <Stale of={list} what="reviewers" />
      <Docked
        list={
          rows.length === 0 ? (
            <Empty title={t('evaluation.noReviewer')} action={add || undefined}>
              {t('evaluation.noReviewerNext')}
            </Empty>
          ) : (
            <Table
              label={t('evaluation.tab.reviewers')}
              tall
              columns={columnsOf(t)}
              rows={rows}
              rowKey={(row) => row.reviewer_id}
              openKey={at.open}
              onOpen={(row) => at.change({ open: row.reviewer_id })}
            />
          )
        }
        drawer={
          at.open === registering && mayRun ? (
            <RegisterReviewer at={at} onClose={close} onMade={(id) => at.change({ open: id })} />
          ) : opened === undefined ? null : (
            <ReviewerDrawer
              key={opened.reviewer_id}
              at={at}
              reviewer={opened}
              oath={list.data.oath}
              oathHash={list.data.oath_hash}
              onClose={close}
            />
          )
        }
      />
    </>
  );
}

function Fees({ projectId }: { projectId: string }) {
  const { t } = useTranslation();
  const owed = useQuery({
    queryKey: ['evaluation', projectId, 'fees'],
    queryFn: () => get(fees, evaluationAddresses.fees.replace(':id', projectId)),
  });
  if (owed.data === undefined) return <UnreadWord of={owed} what="fees" />;
  const { valid, fee_per_row_fen: each, total_fen: total } = owed.data;
  return <span className="t2">{t('evaluation.fees', { valid: count(valid), each: yuan(each), total: yuan(total) })}</span>;
}

const percent = (permille: number | null): string => (permille === null ? unknown : `${Math.round(permille / 10)} %`);

function columnsOf(t: TFunction): Column<Reviewer>[] {
  const share = (key: 'agreement' | 'identical' | 'maximum' | 'reliability' | 'bad', alert: string): Column<Reviewer> => ({
    key,
    head: t(`evaluation.quality.${key}`),
    num: true,
    cell: ({ quality }) =>
      quality === null || quality[key] === null ? (
        <Unknown why={t('evaluation.quality.none')} />
      ) : (
        <span className={quality.alerts.some((one) => one === alert) ? 'bad' : ''}>{percent(quality[key])}</span>
      ),
  });
  return [
    {
      key: 'name',
      head: t('evaluation.column.name'),
      fixed: true,
      cell: (row) => (
        <>
          {row.name}
          <small>
            {row.reviewer_id} {row.phone_masked}
          </small>
        </>
      ),
    },
    { key: 'village', head: t('evaluation.column.village'), wrap: true, className: 'where', cell: (row) => row.village },
    {
      key: 'qualification',
      head: t('evaluation.column.qualification'),
      cell: (row) => (
        <>
          {row.qualification.name[spoken()]}
          {row.is_committee && <small>{t('evaluation.committee')}</small>}
        </>
      ),
    },
    {
      key: 'state',
      head: t('evaluation.column.state'),
      cell: (row) => (
        <span className={row.state === 'sworn' ? 'tag ok' : row.state === 'dismissed' ? 'tag' : 'tag warn'}>
          {t(`evaluation.reviewer.${row.state}`)}
        </span>
      ),
    },
    {
      key: 'answered',
      head: t('evaluation.column.answered'),
      num: true,
      cell: (row) => `${count(row.answered)} / ${count(row.asked)}`,
    },
    share('agreement', 'disagrees'),
    {
      key: 'seconds',
      head: t('evaluation.quality.seconds'),
      num: true,
      cell: ({ quality }) =>
        quality === null || quality.median_seconds === null ? (
          <Unknown why={t('evaluation.quality.none')} />
        ) : (
          <span className={quality.alerts.includes('too_quick') ? 'bad' : ''}>{quality.median_seconds}</span>
        ),
    },
    share('identical', 'identical'),
    share('maximum', 'maximum'),
    share('reliability', 'unreliable'),
    share('bad', 'none'),
    {
      key: 'alerts',
      head: t('evaluation.column.alerts'),
      wrap: true,
      cell: ({ quality }) => (
        <span className="bad">{(quality?.alerts ?? []).map((one) => t(`evaluation.alert.${one}`)).join(t('evaluation.comma'))}</span>
      ),
    },
  ];
}
