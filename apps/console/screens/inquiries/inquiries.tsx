import { useQuery } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { addresses, sourceBoard, type SourceBoard, type SourceToday } from '#modules/inquiry/contract.ts';
import { get } from '../../api/client.ts';
import { useCodes } from '../../codes.ts';
import { count, instant, yuan } from '../../format.ts';
import { spoken } from '../../i18n.ts';
import { Figure, PageHead, Section } from '../../parts/page.tsx';
import { Bones, Failure } from '../../parts/states.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { Unknown } from '../../parts/unknown.tsx';
import { validFor } from './valid-for.ts';
import './inquiries.css';

/** A board that somebody keeps open through the day. */
const everyMilliseconds = 30_000;

/** The outside sources today: what was asked, what came of it, what it cost, and which of them is left alone. */
export function Inquiries() {
  const { t } = useTranslation();
  const board = useQuery({
    queryKey: ['inquiry-sources'],
    queryFn: () => get(sourceBoard, addresses.board),
    refetchInterval: everyMilliseconds,
  });
  if (board.isError) return <Failure problem={board.error} retry={() => void board.refetch()} />;
  return (
    <div className="inquiry-board">
      <PageHead
        title={t('shell.nav.inquiries')}
        notes={
          board.data !== undefined && (
            <span className="t2">{t('inquiries.lead', { count: board.data.items.length, on: board.data.on })}</span>
          )
        }
      />
      {board.data === undefined ? <Bones rows={12} /> : <Board board={board.data} />}
    </div>
  );
}

const sum = (items: readonly SourceToday[], key: 'asked' | 'answered' | 'cached' | 'unavailable' | 'refused'): number =>
  items.reduce((total, item) => total + item[key], 0);

function Board({ board: { items, reasons } }: { board: SourceBoard }) {
  const { t } = useTranslation();
  const code = useCodes();
  const language = spoken();
  const cost = items.reduce((total, item) => total + BigInt(item.cost_fen), 0n);
  const nameOf = (source: string): string => items.find((item) => item.source === source)?.name[language] ?? source;
  return (
    <>
      <div className="figs">
        <Figure
          label={t('inquiries.asked')}
          value={count(sum(items, 'asked'))}
          unit={t('inquiries.times')}
          note={t('inquiries.askedNote')}
        />
        <Figure label={t('inquiries.answered')} value={count(sum(items, 'answered'))} unit={t('inquiries.times')} />
        <Figure
          label={t('inquiries.cached')}
          value={count(sum(items, 'cached'))}
          unit={t('inquiries.times')}
          note={t('inquiries.cachedNote')}
        />
        <Figure
          label={t('inquiries.unavailable')}
          value={count(sum(items, 'unavailable'))}
          unit={t('inquiries.times')}
          note={t('inquiries.unavailableNote')}
        />
        <Figure label={t('inquiries.cost')} value={yuan(cost)} unit={t('inquiries.yuan')} />
      </div>
      <Table label={t('shell.nav.inquiries')} columns={columnsOf(t, code)} rows={items} rowKey={(row) => row.source} />
      {reasons.length > 0 && (
        <Section title={t('inquiries.why')} note={t('inquiries.whyNote')}>
          <div className="why">
            {reasons.map((each) => (
              <span key={`${each.source} ${each.reason}`}>
                <b>{nameOf(each.source)}</b> <span className="t2">{code('inquiryReason', each.reason)}</span> {count(each.count)}
              </span>
            ))}
          </div>
        </Section>
      )}
    </>
  );
}

function StateTag({ source }: { source: SourceToday }) {
  const { t } = useTranslation();
  if (!source.is_connected) return <span className="tag">{t('inquiries.notConnected')}</span>;
  if (source.breaker === 'closed') return <span className="tag ok">{t('inquiries.open')}</span>;
  if (source.breaker === 'half_open') return <span className="tag warn">{t('inquiries.trying')}</span>;
  return <span className="tag bad">{t('inquiries.held', { at: instant(source.tries_at) })}</span>;
}

function columnsOf(t: TFunction, code: ReturnType<typeof useCodes>): Column<SourceToday>[] {
  const language = spoken();
  const number = (key: 'asked' | 'answered' | 'cached' | 'unavailable' | 'refused'): Column<SourceToday> => ({
    key,
    head: t(`inquiries.${key}`),
    num: true,
    cell: (row) => (row[key] === 0 ? <span className="t3">0</span> : count(row[key])),
  });
  return [
    {
      key: 'name',
      head: t('inquiries.source'),
      cell: (row) => (
        <>
          <b>{row.name[language]}</b> {row.is_sensitive && <span className="t3 sm">{t('inquiries.sensitive')}</span>}
        </>
      ),
    },
    { key: 'state', head: t('inquiries.state'), cell: (row) => <StateTag source={row} /> },
    number('asked'),
    number('answered'),
    number('cached'),
    number('unavailable'),
    number('refused'),
    {
      key: 'middle',
      head: t('inquiries.middle'),
      unit: t('inquiries.ms'),
      num: true,
      cell: (row) => (row.middle_ms === null ? <Unknown why={t('inquiries.noAnswer')} /> : count(row.middle_ms)),
    },
    { key: 'cost', head: t('inquiries.cost'), unit: t('inquiries.yuan'), num: true, cell: (row) => yuan(row.cost_fen) },
    {
      key: 'last',
      head: t('inquiries.last'),
      cell: (row) => (row.last_answer_at === null ? <Unknown why={t('inquiries.noAnswer')} /> : instant(row.last_answer_at)),
    },
    { key: 'rules', head: t('inquiries.rules'), className: 'rules', cell: (row) => <span className="t2 sm">{rulesOf(row, t, code)}</span> },
  ];
}

function rulesOf(row: SourceToday, t: TFunction, code: ReturnType<typeof useCodes>): string {
  const valid = validFor(row.valid_for);
  const words = valid === null ? row.valid_for : `${count(valid.count)} ${code('durationUnit', valid.unit)}`;
  return [
    t('inquiries.validFor', { duration: words }),
    t('inquiries.quota', { count: row.quota_per_day }),
    t('inquiries.each', { cost: yuan(row.cost_each_fen) }),
    ...(row.office_hours === null ? [] : [`${row.office_hours.from}–${row.office_hours.to}`]),
  ].join(' · ');
}
