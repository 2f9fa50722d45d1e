import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProgressPage, ProgressRate } from '#modules/village/contract.ts';
import { count, percentOne, share } from '../../format.ts';
import { Section } from '../../parts/page.tsx';
import { permillePercent, rateOf, trendTitle } from './words.ts';

interface Dot {
  readonly x: number;
  readonly y: number;
}

/** A line in hundredths of the picture: days across, percent up. */
const lineOf = (dots: readonly Dot[]): string => dots.map(({ x, y }) => `${x.toFixed(2)},${(100 - y).toFixed(2)}`).join(' ');

/** The share granted and used, week by week, and where they will be at the deadline. */
export function Trend({ page }: { page: ProgressPage }) {
  const { t } = useTranslation();
  const [asTable, setAsTable] = useState(false);
  const turn = (
    <span className="turns">
      {!asTable && <span>{t('progress.trend.unit')}</span>}
      <button type="button" className="link" onClick={() => setAsTable(!asTable)}>
        {asTable ? t('chart.asChart') : t('chart.asTable')}
      </button>
    </span>
  );
  return (
    <Section title={trendTitle(t, page)} note={t('progress.trend.rule')} right={turn} className="trend-sec">
      {asTable ? <TrendTable page={page} /> : <Picture page={page} t={t} />}
    </Section>
  );
}

function Picture({ page, t }: { page: ProgressPage; t: TFunction }) {
  const { starts_on, ends_on } = page.project;
  const from = Temporal.PlainDate.from(starts_on);
  const last = ends_on > page.as_of ? ends_on : page.as_of;
  const length = Math.max(1, from.until(last).days);
  const across = (day: string): number => (from.until(day).days / length) * 100;
  const percent = (part: number, whole: number): number => (whole === 0 ? 0 : Math.min(100, (part / whole) * 100));
  const granted = page.trend.map(({ day, granted: part, collected }) => ({ x: across(day), y: percent(part, collected) }));
  const used = page.trend.map(({ day, used: part, granted: whole }) => ({ x: across(day), y: percent(part, whole) }));
  const earlier = (page.previous?.granted_ppm ?? [])
    .map((ppm, week) => ({ x: ((week * 7) / length) * 100, y: ppm / 10_000 }))
    .filter(({ x }) => x <= 100);
  const [grantedRate, usedRate] = [rateOf(page, 'granted'), rateOf(page, 'used')];
  const now = across(page.as_of);
  const target = grantedRate.target / 10;
  return (
    <div className="tr" role="img" aria-label={t('progress.trend.label')}>
      <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
        <g className="grid">
          {[0, 25, 50, 75].map((y) => (
            <line key={y} x1="0" x2="100" y1={100 - y} y2={100 - y} />
          ))}
        </g>
        <line x1="0" x2="100" y1={100 - target} y2={100 - target} className="tg" />
        <line x1={across(ends_on)} x2={across(ends_on)} y1="0" y2="100" className="dl" />
        <line x1={now} x2={now} y1="0" y2="100" className="now" />
        {earlier.length > 1 && <polyline points={lineOf(earlier)} className="last" />}
        <Ahead rate={grantedRate} from={granted.at(-1)} to={across(ends_on)} className="g" />
        <Ahead rate={usedRate} from={used.at(-1)} to={across(ends_on)} className="u" />
        <polyline points={lineOf(used)} className="u" />
        <polyline points={lineOf(granted)} className="g" />
      </svg>
      {[100, 75, 50, 25, 0].map((y) => (
        <span key={y} className="y" style={{ top: `${100 - y}%` }}>
          {y}
        </span>
      ))}
      {monthsOf(starts_on, last).map(({ day, month }) => (
        <span key={day} className="x" style={{ left: `${across(day)}%` }}>
          {t('progress.trend.month', { month })}
        </span>
      ))}
      <span className="l t" style={{ left: '1%', top: `${100 - target}%` }}>
        {t('progress.trend.target', { percent: permillePercent(grantedRate.target) })}
      </span>
      <Label className="gg" dots={granted} text={t('progress.trend.grantedLabel', { percent: percentOne(grantedRate.ppm) })} at={0.6} />
      <Label className="uu" dots={used} text={t('progress.trend.usedLabel', { percent: percentOne(usedRate.ppm) })} at={0.8} />
      {page.previous !== null && <Label className="ll" dots={earlier} text={page.previous.name} at={0.45} />}
      <End rate={grantedRate} />
      <End rate={usedRate} />
      <span className="x r" style={{ left: `${across(ends_on)}%` }}>
        {t('progress.trend.deadline', { day: ends_on.slice(5) })}
      </span>
      <span className={now < 15 ? 'l today young' : 'l today'} style={{ left: `${now}%` }}>
        {t('progress.trend.today')}
      </span>
    </div>
  );
}

/** From today to the deadline: the middle speed, and between the slow and fast ones. */
function Ahead({ rate, from, to, className }: { rate: ProgressRate; from: Dot | undefined; to: number; className: string }) {
  const at = rate.at_deadline;
  if (at === null || from === undefined || to <= from.x) return null;
  const [low, middle, high] = [at.low_ppm, at.ppm, at.high_ppm].map((ppm) => ({ x: to, y: ppm / 10_000 }));
  if (low === undefined || middle === undefined || high === undefined) return null;
  return (
    <>
      <polygon points={lineOf([from, high, low])} className={`band ${className}b`} />
      <polyline points={lineOf([from, middle])} className={`${className} f`} />
    </>
  );
}

/** In the first weeks a name stands to the right of its line, and above it where the line lies on the ground. */
const sideOf = ({ x, y }: Dot): string => `${x < 15 ? 'young' : ''}${y < 8 ? ' low' : ''}`.trimStart();

function Label({ dots, text, at, className }: { dots: readonly Dot[]; text: string; at: number; className: string }) {
  const dot = dots[Math.floor((dots.length - 1) * at)];
  if (dot === undefined) return null;
  return (
    <span className={`l ${className} ${sideOf(dot)}`.trimEnd()} style={{ left: `${dot.x}%`, top: `${100 - dot.y}%` }}>
      {text}
    </span>
  );
}

/** The share at the deadline, with half the width of its band. */
function End({ rate }: { rate: ProgressRate }) {
  const at = rate.at_deadline;
  if (at === null) return null;
  const half = (at.high_ppm - at.low_ppm) / 2;
  return (
    <span className="e" style={{ top: `${100 - at.ppm / 10_000}%` }}>
      <b>{percentOne(at.ppm)}</b>
      {half >= 500 && ` ±${percentOne(half)}`}
    </span>
  );
}

/** First days of the months in between; of a long project no more than a dozen. */
function monthsOf(from: string, to: string): { day: string; month: number }[] {
  const found: { day: string; month: number }[] = [];
  for (let day = Temporal.PlainDate.from(from).with({ day: 1 }).add({ months: 1 }); day.toString() < to; day = day.add({ months: 1 })) {
    found.push({ day: day.toString(), month: day.month });
  }
  const step = Math.ceil(found.length / 12);
  // The last would stand under the deadline.
  return found.filter((_, index) => index % step === 0).filter(({ day }) => Temporal.PlainDate.from(day).until(to).days > 12);
}

function TrendTable({ page }: { page: ProgressPage }) {
  const { t } = useTranslation();
  return (
    <div className="scroll" tabIndex={0}>
      <table className="dt" aria-label={t('progress.trend.label')}>
        <thead>
          <tr>
            <th>{t('progress.column.date')}</th>
            <th className="num">{t('progress.stage.filed')}</th>
            <th className="num">{t('progress.stage.granted')}</th>
            <th className="num">{t('progress.column.granted')}</th>
            <th className="num">{t('progress.stage.used')}</th>
            <th className="num">{t('progress.column.used')}</th>
          </tr>
        </thead>
        <tbody>
          {page.trend.toReversed().map(({ day, collected, filed, granted, used }) => (
            <tr key={day}>
              <td>{day}</td>
              <td className="num">{count(filed)}</td>
              <td className="num">{count(granted)}</td>
              <td className="num">{share(granted, collected)}</td>
              <td className="num">{count(used)}</td>
              <td className="num">{share(used, granted)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
