import type { TFunction } from 'i18next';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import type { TimelineEvent } from '#modules/population/contract.ts';
import { useCodes } from '../codes.ts';
import { percentOfPpm, wan } from '../format.ts';
import './timeline.css';

/** The stage an event belongs to, coloured as everywhere else; the rest stays grey. */
const stages: Partial<Record<TimelineEvent['kind'], string>> = { survey: 's2', review: 's3', visit: 's4', decision: 's5' };

/** A product nobody has named yet stands as it came. */
function productWord(product: string, t: TFunction): string {
  return t(`codes.product.${product as 'farmer_credit'}`, { defaultValue: product });
}

type Say = (value: string | number | boolean, t: TFunction) => string | null;

/** How each detail of an event reads; a detail without an entry is not shown. */
const details: Record<string, Say> = {
  count: (value, t) => t('timeline.count', { count: Number(value) }),
  gps_distance_m: (value, t) => t('timeline.distance', { metres: value }),
  stay_minutes: (value, t) => t('timeline.stay', { minutes: value }),
  photo_count: (value, t) => t('timeline.photos', { count: Number(value) }),
  response: (value, t) => t(`codes.event.${value as 'interest'}`),
  status: (value, t) =>
    value === 'closed' || value === 'open' ? t(`codes.caseStatus.${value}`) : t(`codes.loanStatus.${value as 'active'}`),
  product: (value, t) => productWord(String(value), t),
  until: (value, t) => t('timeline.until', { day: value }),
  rate_ppm: (value) => `${percentOfPpm(Number(value))} %`,
  manager_no: (value) => String(value),
};

function detailText(detail: TimelineEvent['detail'], t: TFunction): string {
  const said = Object.entries(detail).map(([key, value]) => (value === null ? null : (details[key]?.(value, t) ?? null)));
  return said.filter((one) => one !== null).join(t('timeline.comma'));
}

/** The code of these events is the product's. */
const ofProduct: ReadonlySet<TimelineEvent['kind']> = new Set(['loan_start', 'loan_settle', 'loan_extension']);

/** What happened, newest first; the year is said once. */
export function Timeline({ events, names }: { events: readonly TimelineEvent[]; names?: ReadonlyMap<string, string> }) {
  const { t } = useTranslation();
  const code = useCodes();
  const newest = events.toSorted((a, b) => b.day.localeCompare(a.day));
  return (
    <ol className="tl">
      {newest.map((event, index) => {
        const year = event.day.slice(0, 4);
        const turn = index > 0 && newest[index - 1]?.day.slice(0, 4) !== year;
        const who = event.person_id === null ? undefined : names?.get(event.person_id);
        const extra = detailText(event.detail, t);
        return (
          <Fragment key={`${event.day}-${event.kind}-${index}`}>
            {turn && <li className="year">{year}</li>}
            <li>
              <time className="d" dateTime={event.day} title={event.day}>
                {event.day.slice(5)}
              </time>
              <i className={stages[event.kind] ?? ''} aria-hidden="true" />
              <span className="k">{code('timeline', event.kind)}</span>
              <span className="x">
                {who !== undefined && `${who} `}
                {event.code !== null && code(ofProduct.has(event.kind) ? 'product' : 'event', event.code)}
                {event.amount_fen !== null && (
                  <>
                    {' '}
                    <b>{wan(event.amount_fen)}</b> {t('unit.wan')}
                  </>
                )}
                {extra !== '' && <small> {extra}</small>}
              </span>
            </li>
          </Fragment>
        );
      })}
    </ol>
  );
}
