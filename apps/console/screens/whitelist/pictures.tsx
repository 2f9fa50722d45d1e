import { useTranslation } from 'react-i18next';
import { limitBandFen, type WhitelistSummary } from '#modules/strategy/contract.ts';
import { useCodes } from '../../codes.ts';
import { count, wan } from '../../format.ts';
import { spoken } from '../../i18n.ts';
import { Histogram, type HistogramBar } from '../../parts/histogram.tsx';
import { Section } from '../../parts/page.tsx';
import type { WhitelistSearch } from './whitelist.tsx';

type Bars = WhitelistSummary['limits'];

/** Bars up to the last one that holds somebody; every fifth carries its lower edge. */
function barsOf(bars: Bars, edge: (value: number) => string, unit: string): HistogramBar[] {
  const last = bars.findLastIndex((bar) => bar.people > 0);
  const used = bars.slice(0, last + 1);
  const every = Math.max(1, Math.ceil(used.length / 7));
  return used.map((bar, index) => ({
    key: String(bar.from),
    count: bar.people,
    label: bar.to === null ? `≥ ${edge(bar.from)} ${unit}` : `${edge(bar.from)}–${edge(bar.to)} ${unit}`,
    ...(index % every === 0 ? { tick: edge(bar.from) } : {}),
  }));
}

function pickedOf(bars: Bars, from: string | undefined, to: string | undefined): Set<string> {
  if (from === undefined && to === undefined) return new Set();
  return new Set(
    bars
      .filter((bar) => bar.from >= Number(from ?? 0) && (to === undefined || (bar.to !== null && bar.to <= Number(to) + 1)))
      .map((bar) => String(bar.from)),
  );
}

export function Pictures({
  summary,
  segments,
  search,
  onChange,
}: {
  summary: WhitelistSummary;
  /** Of everybody, whatever the outcome: what was approved stands against all. */
  segments: WhitelistSummary['segments'];
  search: WhitelistSearch;
  onChange: (next: WhitelistSearch) => void;
}) {
  const { t } = useTranslation();
  const code = useCodes();
  const language = spoken();
  const limitEdge = (fen: number): string => String(Math.round(fen / Number(limitBandFen)));
  const rateEdge = (ppm: number): string => (ppm / 10_000).toFixed(2);
  const pickLimit = (key: string): void => {
    const bar = summary.limits.find((one) => String(one.from) === key);
    if (bar === undefined) return;
    const same = search.limit_from === key;
    // Bars are half-open; the filter takes both ends, so the upper one is a fen less.
    onChange({ limit_from: same ? undefined : key, limit_to: same || bar.to === null ? undefined : String(bar.to - 1) });
  };
  const pickRate = (key: string): void => {
    const bar = summary.rates.find((one) => String(one.from) === key);
    if (bar === undefined) return;
    const same = search.rate_from === key;
    onChange({ rate_from: same ? undefined : key, rate_to: same || bar.to === null ? undefined : String(bar.to - 1) });
  };
  const most = Math.max(1, ...segments.map((one) => one.people));
  return (
    <div className="row pictures">
      <Section title={t('whitelist.limits')} note={t('whitelist.click')} right={t('unit.wan')}>
        <Histogram
          label={t('whitelist.limits')}
          bars={barsOf(summary.limits, limitEdge, t('unit.wan'))}
          picked={pickedOf(summary.limits, search.limit_from, search.limit_to)}
          onPick={pickLimit}
          unit={t('unit.people')}
        />
      </Section>
      <Section title={t('whitelist.rates')} note={t('whitelist.click')} right={t('unit.percentYear')}>
        <Histogram
          label={t('whitelist.rates')}
          bars={barsOf(
            summary.rates.slice(
              Math.max(
                0,
                summary.rates.findIndex((bar) => bar.people > 0),
              ),
            ),
            rateEdge,
            '%',
          )}
          picked={pickedOf(summary.rates, search.rate_from, search.rate_to)}
          onPick={pickRate}
          unit={t('unit.people')}
        />
      </Section>
      <Section title={t('whitelist.segments')} right={t('whitelist.approvedOf')}>
        <table className="dt flush seg">
          <tbody>
            {segments.map((one) => (
              <tr key={one.segment}>
                <td>
                  <button
                    type="button"
                    className={search.segment === one.segment ? 'link strong' : 'link'}
                    aria-pressed={search.segment === one.segment}
                    onClick={() => onChange({ segment: search.segment === one.segment ? undefined : one.segment })}
                  >
                    {code('segment', one.segment)}
                  </button>
                </td>
                <td className="barcell">
                  <span className="segbar" aria-hidden="true">
                    <s style={{ width: `${(one.people / most) * 100}%` }} />
                    <i style={{ width: `${(one.approved / most) * 100}%` }} />
                  </span>
                </td>
                <td className="num">
                  {count(one.approved)} / {count(one.people)}
                </td>
                <td className="num strong">{wan(one.allocated_fen)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Section>
      <Section title={t('whitelist.topReasons')} right={t('unit.people')}>
        <ol className="why-list">
          {summary.reasons.slice(0, 5).map((one) => (
            <li key={one.code}>
              <button
                type="button"
                className={search.reason === one.code ? 'link strong' : 'link'}
                aria-pressed={search.reason === one.code}
                title={one.staff[language]}
                onClick={() => onChange({ reason: search.reason === one.code ? undefined : one.code })}
              >
                <span className="mono">{one.code}</span> {one.staff[language]}
              </button>
              <span className="num">{count(one.people)}</span>
            </li>
          ))}
          {summary.reasons.length === 0 && <li className="t3">{t('person.noReasons')}</li>}
        </ol>
      </Section>
    </div>
  );
}
