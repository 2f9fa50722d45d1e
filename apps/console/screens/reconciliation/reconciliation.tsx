import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { addresses, reconciliationPage, type ReconciliationPage } from '#modules/servicing/contract.ts';
import { useWords } from '../../address.ts';
import { get } from '../../api/client.ts';
import { useCodes, type CodeFamily } from '../../codes.ts';
import { count, instant, unknown, yuan } from '../../format.ts';
import type { Words } from '../../parts/list-words.ts';
import { Figure, PageHead, Section } from '../../parts/page.tsx';
import { Choice } from '../../parts/sentence.tsx';
import { Bones, Empty, Failure } from '../../parts/states.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import '../lpr/lpr.css';
import { BreakDrawer } from './break-drawer.tsx';
import './reconciliation.css';

type Day = ReconciliationPage['days'][number];
type Break = ReconciliationPage['breaks'][number];

/** The core bank's days held against ours, and every difference until somebody has said what it was. */
export function Reconciliation() {
  const page = useQuery({ queryKey: ['reconciliations'], queryFn: () => get(reconciliationPage, addresses.reconciliations) });
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

const states = ['open', 'cleared'] as const;

function Board({ page }: { page: ReconciliationPage }) {
  const { t } = useTranslation();
  const code = useCodes();
  const navigate = useNavigate();
  const client = useQueryClient();
  const words = useWords('date', 'state', 'open');
  const [cleared, setCleared] = useState<string | null>(null);
  const change = (next: Words): void => void navigate({ to: '/reconciliations', search: { ...words, ...next }, replace: true });
  const shown = page.breaks.filter(
    (row) => (words.date === undefined || row.core_date === words.date) && (words.state === undefined || row.state === words.state),
  );
  const opened = page.breaks.find((row) => row.break_id === words.open);
  return (
    <div className="recon">
      <PageHead title={t('recon.title')} notes={<span className="t2">{t('recon.lead')}</span>} />
      {cleared !== null && (
        <p className="notice ok" role="status">
          {t('recon.done', { id: cleared })}
        </p>
      )}
      <Standing page={page} />
      <div className="row recon-row">
        <Section title={t('recon.days', { count: page.days.length })} note={t('recon.pick')} className="scrolls">
          {page.days.length === 0 ? (
            <Empty title={t('recon.noDays')} inside>
              {t('recon.noDaysNext')}
            </Empty>
          ) : (
            <div className="scroll" tabIndex={0}>
              <Table
                label={t('recon.days', { count: page.days.length })}
                flush
                columns={dayColumns(t, page.breaks)}
                rows={page.days}
                rowKey={(day) => day.core_date}
                openKey={words.date}
                onOpen={(day) => change({ date: day.core_date === words.date ? undefined : day.core_date, open: undefined })}
              />
            </div>
          )}
        </Section>
        <Section
          title={
            words.date === undefined
              ? t('recon.breaks', { count: shown.length })
              : t('recon.breaksOf', { count: shown.length, date: words.date })
          }
          right={
            <span className="sent-like">
              <Choice
                label={t('recon.state')}
                value={words.state ?? ''}
                options={[{ value: '', text: t('list.all') }, ...states.map((value) => ({ value, text: code('breakState', value) }))]}
                onChange={(state) => change({ state: state === '' ? undefined : state, open: undefined })}
              />
              {words.date !== undefined && (
                <button type="button" className="link sm" onClick={() => change({ date: undefined })}>
                  {t('recon.allDays')}
                </button>
              )}
            </span>
          }
          className="scrolls"
        >
          {shown.length === 0 ? (
            <Empty title={t(page.days.length === 0 ? 'recon.noBreaks' : 'recon.none')} inside>
              {t(page.days.length === 0 ? 'recon.noBreaksNext' : 'recon.noneNext')}
            </Empty>
          ) : (
            <div className="scroll" tabIndex={0}>
              <Table
                label={t('recon.breaks', { count: shown.length })}
                flush
                columns={breakColumns(t, code)}
                rows={shown}
                rowKey={(row) => row.break_id}
                openKey={words.open}
                onOpen={(row) => change({ open: row.break_id })}
              />
            </div>
          )}
        </Section>
      </div>
      {opened !== undefined && (
        <BreakDrawer
          key={opened.break_id}
          of={opened}
          onClose={() => change({ open: undefined })}
          onCleared={() => {
            setCleared(opened.break_id);
            change({ open: undefined });
            void client.invalidateQueries({ queryKey: ['reconciliations'] });
          }}
        />
      )}
    </div>
  );
}

function Standing({ page: { days, breaks } }: { page: ReconciliationPage }) {
  const { t } = useTranslation();
  const open = breaks.filter((row) => row.state === 'open');
  const [last] = days;
  const oldest = open.at(-1)?.core_date;
  return (
    <div className="figs">
      <Figure
        label={t('recon.openBreaks')}
        value={count(open.length)}
        unit={t('recon.unit')}
        note={last === undefined ? t('recon.noDays') : oldest === undefined ? t('recon.allClear') : t('recon.oldest', { date: oldest })}
        tone={open.length > 0 ? 'bad' : last === undefined ? '' : 'ok'}
      />
      <Figure
        label={t('recon.last')}
        value={last?.core_date ?? unknown}
        note={last === undefined ? t('recon.noDaysNote') : t('recon.lastNote', { at: instant(last.reconciled_at) })}
      />
      {last !== undefined && (
        <Figure
          label={t('recon.matched')}
          value={count(last.matched)}
          unit={t('recon.unit')}
          note={t('recon.matchedOf', { count: last.core_rows, rows: count(last.core_rows) })}
        />
      )}
    </div>
  );
}

function dayColumns(t: TFunction, breaks: readonly Break[]): Column<Day>[] {
  const openOn = (day: Day): number => breaks.filter((row) => row.core_date === day.core_date && row.state === 'open').length;
  return [
    { key: 'date', head: t('recon.column.date'), cell: (day) => day.core_date },
    { key: 'rows', head: t('recon.column.rows'), num: true, cell: (day) => count(day.core_rows) },
    { key: 'matched', head: t('recon.column.matched'), num: true, cell: (day) => count(day.matched) },
    {
      key: 'open',
      head: t('recon.column.open'),
      num: true,
      cell: (day) => <span className={openOn(day) > 0 ? 'bad strong' : 't3'}>{count(openOn(day))}</span>,
    },
    { key: 'at', head: t('recon.column.at'), cell: (day) => <span className="t3">{instant(day.reconciled_at)}</span> },
  ];
}

function breakColumns(t: TFunction, code: (family: CodeFamily, code: string) => string): Column<Break>[] {
  return [
    {
      key: 'state',
      head: t('recon.state'),
      cell: (row) => <span className={row.state === 'open' ? 'tag bad' : 'tag'}>{code('breakState', row.state)}</span>,
    },
    { key: 'date', head: t('recon.column.date'), cell: (row) => row.core_date },
    { key: 'kind', head: t('recon.column.kind'), wrap: true, cell: (row) => code('breakKind', row.kind) },
    { key: 'core', head: t('recon.column.core'), unit: t('unit.yuan'), num: true, cell: (row) => yuan(row.core_amount_fen) },
    { key: 'own', head: t('recon.column.own'), unit: t('unit.yuan'), num: true, cell: (row) => yuan(row.own_amount_fen) },
    {
      key: 'order',
      head: t('recon.column.order'),
      cell: (row) => <span className="mono">{row.drawdown_id ?? row.collection_id ?? unknown}</span>,
    },
    { key: 'sequence', head: t('recon.column.sequence'), cell: (row) => <span className="mono t3">{row.core_sequence}</span> },
  ];
}
