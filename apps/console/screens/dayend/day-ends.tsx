import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { addresses, dayEndPage, type DayEndPage } from '#modules/servicing/contract.ts';
import { useWords } from '../../address.ts';
import { get } from '../../api/client.ts';
import { useMe } from '../../api/session.ts';
import { useCodes } from '../../codes.ts';
import { count, instant, unknown } from '../../format.ts';
import { Figure, PageHead, Section } from '../../parts/page.tsx';
import { Bones, Empty, Failure } from '../../parts/states.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { TrialBalance } from '../ledger/trial-balance.tsx';
import { NotBegun } from '../loans/loans.tsx';
import { CloseDialog } from './close.tsx';
import { took } from './duration.ts';
import './dayend.css';

type DayEnd = DayEndPage['days'][number];

/** A day that is being closed is looked after this often. */
const everyMilliseconds = 1500;

/** The open business date, the days before it, and what each left in the ledger. */
export function DayEnds() {
  const { t } = useTranslation();
  const [asked, setAsked] = useState<string | null>(null);
  const page = useQuery({
    queryKey: ['day-ends'],
    queryFn: () => get(dayEndPage, addresses.dayEnds),
    refetchInterval: ({ state: { data } }) => (data !== undefined && isUnderWay(data, asked) ? everyMilliseconds : false),
  });
  if (page.isError) return <Failure problem={page.error} retry={() => void page.refetch()} />;
  if (page.data === undefined) {
    return (
      <div className="sec">
        <Bones rows={14} />
      </div>
    );
  }
  if (page.data.open_date === null) return <NotBegun title={t('shell.nav.dayEnds')} />;
  return <Board page={page.data} open={page.data.open_date} asked={isUnderWay(page.data, asked) ? asked : null} onAsked={setAsked} />;
}

/** Closing has been asked for and is not over, or somebody else's is running. */
const isUnderWay = ({ progress, open_date: open }: DayEndPage, asked: string | null): boolean =>
  progress !== null || (asked !== null && open !== null && open <= asked);

function Board({ page, open, asked, onAsked }: { page: DayEndPage; open: string; asked: string | null; onAsked: (date: string) => void }) {
  const { t } = useTranslation();
  const me = useMe();
  const code = useCodes();
  const navigate = useNavigate();
  const [isAsking, setAsking] = useState(false);
  const last = page.days.find((day) => day.state === 'closed');
  const date = useWords('date').date ?? last?.business_date;
  const hasCome = open <= me.today;
  return (
    <div className="day-ends">
      <PageHead
        title={t('shell.nav.dayEnds')}
        notes={!hasCome && <span className="t3">{t('dayend.notYet', { date: open })}</span>}
        actions={
          me.may('servicing.day_end') && (
            <button
              type="button"
              className="btn pri"
              disabled={!hasCome || page.progress !== null || asked !== null}
              onClick={() => setAsking(true)}
            >
              {t('dayend.close', { date: open })}
            </button>
          )
        }
      />
      <Underway page={page} asked={asked} />
      <Standing open={open} last={last} />
      {page.days.length === 0 ? (
        <Empty title={t('dayend.noDays')}>{t('dayend.noDaysNext')}</Empty>
      ) : (
        <div className="row boards">
          <Section title={t('dayend.days', { count: page.days.length })} note={t('dayend.pick')} className="days">
            <div className="scroll" tabIndex={0}>
              <Table
                label={t('shell.nav.dayEnds')}
                flush
                columns={dayColumns(t, code)}
                rows={page.days}
                rowKey={(day) => day.business_date}
                openKey={date}
                onOpen={(day) => void navigate({ to: '/day-ends', search: { date: day.business_date }, replace: true })}
              />
            </div>
          </Section>
          {date !== undefined && <TrialBalance date={date} />}
        </div>
      )}
      {isAsking && (
        <CloseDialog
          date={open}
          onClose={() => setAsking(false)}
          onAsked={() => {
            setAsking(false);
            onAsked(open);
          }}
        />
      )}
    </div>
  );
}

function Underway({ page: { progress }, asked }: { page: DayEndPage; asked: string | null }) {
  const { t } = useTranslation();
  if (progress === null && asked === null) return null;
  return (
    <div className="notice ok running" role="status">
      {progress === null ? (
        t('dayend.asked', { date: asked })
      ) : (
        <>
          <span>{t('dayend.running', { date: progress.business_date, passed: count(progress.passed), of: count(progress.of) })}</span>
          <progress
            max={Math.max(1, progress.of)}
            value={progress.passed}
            aria-label={t('dayend.close', { date: progress.business_date })}
          />
        </>
      )}
    </div>
  );
}

function Standing({ open, last }: { open: string; last: DayEnd | undefined }) {
  const { t } = useTranslation();
  return (
    <div className="figs">
      <Figure label={t('dayend.open')} value={open} note={t('dayend.openNote')} />
      {last !== undefined && (
        <>
          <Figure
            label={t('dayend.last')}
            value={count(last.loans)}
            unit={t('dayend.unitLoans')}
            note={t('dayend.lastNote', { date: last.business_date, took: took(last.started_at, last.closed_at) ?? unknown })}
          />
          <Figure
            label={t('dayend.postings')}
            value={count(last.postings)}
            unit={t('dayend.unitPostings')}
            note={t('dayend.postingsNote', { date: last.business_date })}
          />
          <Figure label={t('dayend.repriced')} value={count(last.repriced)} unit={t('dayend.unitLoans')} />
        </>
      )}
    </div>
  );
}

function dayColumns(t: TFunction, code: ReturnType<typeof useCodes>): Column<DayEnd>[] {
  const number = (key: 'loans' | 'postings' | 'repriced'): Column<DayEnd> => ({
    key,
    head: t(`dayend.column.${key}`),
    num: true,
    cell: (day) => count(day[key]),
  });
  return [
    { key: 'date', head: t('dayend.column.date'), cell: (day) => day.business_date },
    {
      key: 'state',
      head: t('dayend.column.state'),
      cell: (day) => <span className={day.state === 'closed' ? 'tag ok' : 'tag warn'}>{code('dayEndState', day.state)}</span>,
    },
    number('loans'),
    number('postings'),
    number('repriced'),
    {
      key: 'took',
      head: t('dayend.column.took'),
      num: true,
      cell: (day) => <span title={instant(day.started_at)}>{took(day.started_at, day.closed_at) ?? unknown}</span>,
    },
  ];
}
