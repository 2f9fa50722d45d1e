import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { addresses, lprPage, type LprPage } from '#modules/servicing/contract.ts';
import { useWords } from '../../address.ts';
import { get, Problem } from '../../api/client.ts';
import { useMe } from '../../api/session.ts';
import { count, percentOfPpm, unknown, yuan } from '../../format.ts';
import { Figure, PageHead, Section } from '../../parts/page.tsx';
import { Bones, Empty, Failure } from '../../parts/states.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { Unknown } from '../../parts/unknown.tsx';
import { Proposed, Waiting } from '../../parts/waiting.tsx';
import { NotBegun } from '../loans/loans.tsx';
import { PublishLprDrawer } from './publish-lpr.tsx';
import { basisPoints, nearest, rateThen } from './rate-then.ts';
import './lpr.css';

/** What was published, and which floating loans take it next. */
export function Lpr() {
  const { t } = useTranslation();
  const page = useQuery({ queryKey: ['lpr'], queryFn: () => get(lprPage, addresses.lpr) });
  if (page.error instanceof Problem && page.error.code === 'not_open') return <NotBegun title={t('shell.nav.lpr')} />;
  if (page.isError) return <Failure problem={page.error} retry={() => void page.refetch()} />;
  if (page.data === undefined) {
    return (
      <div className="sec">
        <Bones rows={12} />
      </div>
    );
  }
  return <Board page={page.data} />;
}

function Board({ page }: { page: LprPage }) {
  const { t } = useTranslation();
  const me = useMe();
  const navigate = useNavigate();
  const client = useQueryClient();
  const words = useWords('do');
  const [proposal, setProposal] = useState<string | null>(null);
  const mayPublish = me.may('servicing.amend');
  const go = (what: string | undefined): void => void navigate({ to: '/lpr', search: { do: what }, replace: true });
  return (
    <div className="lpr">
      <PageHead
        title={t('lpr.title')}
        notes={<span className="t3">{t('credit.loan.businessDate', { date: page.as_of })}</span>}
        actions={
          mayPublish && (
            <button type="button" className="btn pri" onClick={() => go('publish')}>
              {t('lpr.publish')}
            </button>
          )
        }
      />
      {proposal !== null && <Proposed id={proposal} what={t('lpr.publication')} />}
      <Waiting subject="LPR" />
      <Standing page={page} />
      <div className="row lpr-row">
        <Section title={t('lpr.history', { count: page.items.length })} note={t('lpr.historyNote')} className="scrolls">
          {page.items.length === 0 ? (
            <Empty title={t('lpr.none')} inside>
              {t('lpr.noneNext')}
            </Empty>
          ) : (
            <div className="scroll" tabIndex={0}>
              <Table label={t('lpr.title')} flush columns={published(t, page.items)} rows={page.items} rowKey={(row) => row.published_on} />
            </div>
          )}
        </Section>
        <Section title={t('lpr.next', { count: page.next.length })} note={t('lpr.nextNote')} className="scrolls">
          {page.next.length === 0 ? (
            <Empty title={t('lpr.nextNone')} inside>
              {t('lpr.nextNoneNext')}
            </Empty>
          ) : (
            <div className="scroll" tabIndex={0}>
              <Table
                label={t('lpr.next', { count: page.next.length })}
                flush
                columns={floating(t, page.items)}
                rows={page.next}
                rowKey={(row) => row.loan_id}
                onOpen={(row) => void navigate({ to: '/loans/$id', params: { id: row.loan_id } })}
              />
            </div>
          )}
        </Section>
      </div>
      {mayPublish && words.do === 'publish' && (
        <PublishLprDrawer
          page={page}
          onClose={() => go(undefined)}
          onDone={(id) => {
            setProposal(id);
            go(undefined);
            void client.invalidateQueries({ queryKey: ['changes'] });
          }}
        />
      )}
    </div>
  );
}

function Standing({ page: { items, next } }: { page: LprPage }) {
  const { t } = useTranslation();
  const [now, before] = items;
  const soon = nearest(next);
  const note = (was: number | undefined, is: number): string => {
    const points = basisPoints(was, is);
    return points === null ? t('lpr.first') : t('lpr.change', { points });
  };
  return (
    <div className="figs">
      <Figure
        label={t('lpr.oneYear')}
        value={now === undefined ? unknown : percentOfPpm(now.one_year_ppm)}
        unit="%"
        note={now === undefined ? t('lpr.none') : note(before?.one_year_ppm, now.one_year_ppm)}
      />
      <Figure
        label={t('lpr.fiveYear')}
        value={now === undefined ? unknown : percentOfPpm(now.five_year_ppm)}
        unit="%"
        note={now === undefined ? '' : note(before?.five_year_ppm, now.five_year_ppm)}
      />
      <Figure label={t('lpr.published')} value={now?.published_on ?? unknown} note={t('lpr.publishedNote')} />
      <Figure
        label={t('lpr.soon')}
        value={soon?.day ?? unknown}
        note={soon === null ? t('lpr.nextNone') : t('lpr.soonNote', { count: soon.loans, loans: count(soon.loans) })}
      />
    </div>
  );
}

function published(t: TFunction, items: LprPage['items']): Column<LprPage['items'][number]>[] {
  const change = (row: LprPage['items'][number], key: 'one_year_ppm' | 'five_year_ppm'): string =>
    basisPoints(items[items.indexOf(row) + 1]?.[key], row[key]) ?? unknown;
  return [
    { key: 'on', head: t('lpr.published'), cell: (row) => row.published_on },
    { key: 'one', head: t('lpr.oneYear'), unit: '%', num: true, cell: (row) => <b>{percentOfPpm(row.one_year_ppm)}</b> },
    { key: 'oneChange', head: t('lpr.points'), num: true, cell: (row) => <span className="t3">{change(row, 'one_year_ppm')}</span> },
    { key: 'five', head: t('lpr.fiveYear'), unit: '%', num: true, cell: (row) => <b>{percentOfPpm(row.five_year_ppm)}</b> },
    { key: 'fiveChange', head: t('lpr.points'), num: true, cell: (row) => <span className="t3">{change(row, 'five_year_ppm')}</span> },
  ];
}

function floating(t: TFunction, items: LprPage['items']): Column<LprPage['next'][number]>[] {
  return [
    { key: 'on', head: t('lpr.repriceOn'), cell: (row) => row.reprice_on },
    { key: 'loan', head: t('credit.column.loan'), cell: (row) => <span className="mono">{row.loan_id}</span> },
    {
      key: 'person',
      head: t('credit.column.person'),
      cell: (row) => (
        <Link to="/persons/$id" params={{ id: row.person_id }} onClick={(event) => event.stopPropagation()}>
          {row.person_name ?? <Unknown why="not_on_file" />}
        </Link>
      ),
    },
    { key: 'left', head: t('credit.column.left'), unit: t('unit.yuan'), num: true, cell: (row) => yuan(row.left_fen) },
    { key: 'term', head: t('lpr.term'), cell: (row) => t(row.is_long ? 'lpr.long' : 'lpr.short') },
    { key: 'spread', head: t('lpr.spread'), unit: t('lpr.pointsUnit'), num: true, cell: (row) => basisPoints(0, row.spread_ppm) },
    { key: 'rate', head: t('lpr.rate'), unit: '%', num: true, cell: (row) => percentOfPpm(row.rate_ppm) },
    {
      key: 'then',
      head: t('lpr.then'),
      unit: '%',
      num: true,
      cell: (row) => <b>{percentOfPpm(rateThen(row, items))}</b>,
    },
  ];
}
