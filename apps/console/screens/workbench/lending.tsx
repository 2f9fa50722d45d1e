import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import {
  addresses,
  collectionAddresses,
  collectionTotals,
  dayEndPage,
  ledgerTrend,
  loanTotals,
  reconciliationPage,
  type DayEndPage,
  type LedgerTrend,
} from '#modules/servicing/contract.ts';
import { get, Problem } from '../../api/client.ts';
import { useMe } from '../../api/session.ts';
import { count, signed, wan, wanLength, yuan } from '../../format.ts';
import { Figure } from '../../parts/page.tsx';
import { Failure } from '../../parts/states.tsx';
import { Sparkline } from './sparkline.tsx';
import { Wait } from './wait.tsx';

const trendDays = 30;
type Day = LedgerTrend['items'][number];

/** The loans in three figures as the closed days have them, each with where it has come from. Nothing before the first end of day. */
export function LendingTrend() {
  const { t } = useTranslation();
  const trend = useQuery({ queryKey: ['trend'], queryFn: () => get(ledgerTrend, addresses.trend, { days: trendDays }) });
  if (trend.isError) return <Failure problem={trend.error} retry={() => void trend.refetch()} inside />;
  const last = trend.data?.items.at(-1);
  if (trend.data === undefined || last === undefined) return null;
  const { items } = trend.data;
  return (
    <>
      <p className="standing">
        <Link to="/day-ends" search={{ date: last.business_date }}>
          {t('workbench.lending')}
        </Link>
        <span className="t3 sm"> {t('list.asOf', { at: t('shell.asOfDay', { day: last.business_date }) })}</span>
      </p>
      <div className="trends">
        {(['principal_fen', 'overdue_fen', 'income_fen'] as const).map((key) => (
          <Trend key={key} of={key} items={items} last={last} />
        ))}
      </div>
    </>
  );
}

function Trend({ of: key, items, last }: { of: Exclude<keyof Day, 'business_date'>; items: readonly Day[]; last: Day }) {
  const { t } = useTranslation();
  const before = items.at(-2);
  const write = key === 'income_fen' ? yuan : wan;
  const change = before === undefined ? null : signed(write(BigInt(last[key]) - BigInt(before[key])));
  const isWorse = key === 'overdue_fen' && before !== undefined && BigInt(last[key]) > BigInt(before[key]);
  return (
    <div className="trend">
      <Figure
        label={t(`workbench.trend.${key}`)}
        value={write(last[key])}
        unit={t(key === 'income_fen' ? 'unit.yuan' : 'unit.wan')}
        note={
          before === undefined || change === null ? undefined : (
            <span className={isWorse ? 'warn' : ''}>{t('workbench.trend.change', { date: before.business_date, change })}</span>
          )
        }
      />
      <Sparkline values={items.map((day) => wanLength(day[key]))} />
    </div>
  );
}

/** What the night left: days that are not closed, differences with the core bank, loans past their day. */
export function Overnight() {
  const me = useMe();
  return (
    <>
      {me.may('servicing.ledger') && <OpenDays />}
      {me.may('servicing.ledger') && <Breaks />}
      {me.may('servicing.read') && <FailedCollections />}
      {me.may('servicing.read') && <PastDue />}
    </>
  );
}

function OpenDays() {
  const { t } = useTranslation();
  const me = useMe();
  const page = useQuery({ queryKey: ['day-ends'], queryFn: () => get(dayEndPage, addresses.dayEnds) });
  if (page.isError)
    return (
      <li>
        <Failure problem={page.error} inside />
      </li>
    );
  if (page.data === undefined || page.data.open_date === null) return null;
  const behind = openDays(page.data.open_date, me.today);
  return (
    <Wait number={count(behind)} tone={behind > 0 ? 'bad' : ''} text={t('workbench.openDays')} to="/day-ends" hint={hintOf(page.data, t)} />
  );
}

/** Days before today that stand open; today's own is closed tonight. */
const openDays = (open: string, today: string): number => Math.max(0, Math.round((Date.parse(today) - Date.parse(open)) / 86_400_000));

function hintOf({ progress, days }: DayEndPage, t: TFunction): string {
  if (progress !== null)
    return t('dayend.running', { date: progress.business_date, passed: count(progress.passed), of: count(progress.of) });
  const last = days.find((day) => day.state === 'closed');
  return last === undefined ? t('dayend.noDays') : t('workbench.lastClosed', { date: last.business_date, loans: count(last.loans) });
}

function Breaks() {
  const { t } = useTranslation();
  const page = useQuery({ queryKey: ['reconciliations'], queryFn: () => get(reconciliationPage, addresses.reconciliations) });
  if (page.isError)
    return (
      <li>
        <Failure problem={page.error} inside />
      </li>
    );
  if (page.data === undefined) return null;
  const open = page.data.breaks.filter((one) => one.state === 'open');
  const [last] = page.data.days;
  return (
    <Wait
      number={count(open.length)}
      tone={open.length > 0 ? 'bad' : ''}
      text={t('workbench.breaks')}
      to="/day-ends"
      hint={
        last === undefined
          ? t('workbench.notReconciled')
          : t('workbench.reconciled', { date: last.core_date, matched: count(last.matched), rows: count(last.core_rows) })
      }
    />
  );
}

function FailedCollections() {
  const { t } = useTranslation();
  const totals = useQuery({
    queryKey: ['collection-totals'],
    queryFn: () => get(collectionTotals, collectionAddresses.collectionTotals),
  });
  if (totals.error instanceof Problem && totals.error.code === 'not_open') return null;
  if (totals.isError)
    return (
      <li>
        <Failure problem={totals.error} inside />
      </li>
    );
  if (totals.data === undefined) return null;
  const { failed, collected, waiting } = totals.data;
  return (
    <Wait
      number={count(failed.collections)}
      tone={failed.collections > 0 ? 'warn' : ''}
      text={t('workbench.collections')}
      to="/loans"
      search={{ collection: 'failed' }}
      hint={t('workbench.collectionsOf', {
        amount: yuan(failed.amount_fen),
        collected: count(collected.collections),
        waiting: count(waiting.collections),
      })}
    />
  );
}

function PastDue() {
  const { t } = useTranslation();
  const totals = useQuery({ queryKey: ['loan-totals'], queryFn: () => get(loanTotals, addresses.loanTotals) });
  // Before the first business date there are no loans to wait for.
  if (totals.error instanceof Problem && totals.error.code === 'not_open') return null;
  if (totals.isError)
    return (
      <li>
        <Failure problem={totals.error} inside />
      </li>
    );
  if (totals.data === undefined) return null;
  const { past_due: late, active } = totals.data;
  return (
    <Wait
      number={count(late.loans)}
      tone={late.loans > 0 ? 'warn' : ''}
      text={t('workbench.pastDue')}
      to="/loans"
      search={{ state: 'active', past_due: '1' }}
      hint={t('workbench.pastDueOf', { amount: wan(late.principal_fen), loans: count(active.loans) })}
    />
  );
}
