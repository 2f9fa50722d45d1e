import { useTranslation } from 'react-i18next';
import type { HouseholdMember, HouseholdPage } from '#modules/population/contract.ts';
import { useCodes } from '../../codes.ts';
import { count, decimal, wan, wanLength } from '../../format.ts';
import { Empty } from '../../parts/states.tsx';
import { Known, Unknown } from '../../parts/unknown.tsx';

type Figures = HouseholdMember['limits'];
const limitKinds = ['review', 'model', 'survey', 'taken'] as const;

/** The limits of one member on one scale: every review as a ring, each limit as a mark, the taken one as a diamond. */
function LimitScale({ limits, reviews }: { limits: Figures; reviews: HouseholdMember['reviews'] }) {
  const { t } = useTranslation();
  const single = reviews.map((review) => review.limit_fen).filter((limit) => limit !== null);
  const values = [...single, ...limitKinds.map((kind) => limits[kind].value)].filter((limit) => limit !== null).map(wanLength);
  if (values.length < 2) return null;
  const low = Math.floor(Math.min(...values) * 0.8);
  const high = Math.max(low + 1, Math.ceil(Math.max(...values) * 1.1));
  const at = (limit: string): string => `${((wanLength(limit) - low) / (high - low)) * 100}%`;
  const step = Math.max(1, Math.ceil((high - low) / 5));
  const ticks = Array.from({ length: Math.floor((high - low) / step) + 1 }, (_, index) => low + index * step);
  return (
    <ol className="dp">
      {limitKinds.map((kind) => {
        const { value, reason } = limits[kind];
        return (
          <li key={kind} className={kind === 'taken' ? 't' : ''}>
            <span className="n">{t(`household.limit.${kind}`)}</span>
            <span className="track" aria-hidden="true">
              {kind === 'review' && single.map((limit, index) => <i key={`${limit}-${index}`} className="o" style={{ left: at(limit) }} />)}
              {value !== null && <i className={kind === 'taken' ? 't' : 'm'} style={{ left: at(value) }} />}
            </span>
            <span className="num strong">
              <Known value={value} write={wan} why={reason} />
            </span>
          </li>
        );
      })}
      <li className="ax" aria-hidden="true">
        <span />
        <span className="track">
          {ticks.map((tick) => (
            <em key={tick} style={{ left: `${((tick - low) / (high - low)) * 100}%` }}>
              {tick}
            </em>
          ))}
        </span>
        <span className="num">{t('unit.wan')}</span>
      </li>
    </ol>
  );
}

/** The reviews of the member with the most of them: the one the household is judged by. */
export function Reviews({ members }: { members: readonly HouseholdMember[] }) {
  const { t } = useTranslation();
  const code = useCodes();
  const subject = members.toSorted((a, b) => b.reviews.length - a.reviews.length)[0];
  if (subject === undefined || subject.reviews.length === 0) {
    return (
      <>
        <h2 className="h2">{t('household.reviews')}</h2>
        <Empty title={t('household.noReviews')} inside>
          {t('household.noReviewsNext')}
        </Empty>
      </>
    );
  }
  const { review_summary: summary, visits } = subject;
  const visit = visits[0];
  const title =
    summary.limit_fen === null
      ? t('household.reviewsFew', { name: subject.person.name, valid: summary.valid })
      : t('household.reviewsMean', { name: subject.person.name, valid: summary.valid, amount: wan(summary.limit_fen) });
  return (
    <>
      <h2 className="h2">
        {title}
        {summary.spread_ppm !== null && (
          <small>
            {t(summary.third_opinion === true ? 'household.spreadHigh' : 'household.spread', { spread: decimal(summary.spread_ppm / 1e6) })}
          </small>
        )}
      </h2>
      <LimitScale limits={subject.limits} reviews={subject.reviews} />
      <table className="dt flush">
        <thead>
          <tr>
            <th>{t('household.review.reviewer')}</th>
            <th>{t('household.review.knows')}</th>
            <th className="num">{t('household.review.limit')}</th>
            <th className="num">{t('household.review.reputation')}</th>
            <th>{t('household.review.channel')}</th>
            <th className="num">{t('household.review.seconds')}</th>
          </tr>
        </thead>
        <tbody>
          {subject.reviews.map((review) => (
            <tr key={`${review.reviewer}-${review.round}`}>
              <td>{t('household.review.nth', { n: review.reviewer })}</td>
              <td className={review.knows === false ? 'warn' : ''}>
                {review.knows === null ? <Unknown /> : review.knows ? t('household.review.yes') : t('household.review.no')}
              </td>
              <td className="num strong">
                <Known value={review.limit_fen} write={wan} />
              </td>
              <td className="num">
                <Known value={review.reputation} write={count} />
              </td>
              <td>{code('reviewChannel', review.channel)}</td>
              <td className="num">
                <Known value={review.seconds} write={count} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {visit !== undefined && (
        <dl className="kv evidence">
          <dt>{t('household.visit')}</dt>
          <dd>
            {visit.day} {code('visitResult', visit.result)}
            {visit.gps_distance_m !== null && ` · ${t('timeline.distance', { metres: visit.gps_distance_m })}`}
            {visit.stay_minutes !== null && ` · ${t('timeline.stay', { minutes: visit.stay_minutes })}`}
            {visit.valid === false && <span className="warn"> {t('household.visitInvalid')}</span>}
          </dd>
        </dl>
      )}
    </>
  );
}

/** Income, expense, assets and debts as the household stated them, with what is left over. */
export function Farm({ farm }: { farm: HouseholdPage['farm'] }) {
  const { t } = useTranslation();
  if (farm === null) {
    return (
      <>
        <h2 className="h2 later">{t('household.farm')}</h2>
        <Empty title={t('household.noFarm')} inside>
          {t('household.noFarmNext')}
        </Empty>
      </>
    );
  }
  const { income_net_fen: income, expense_fen: expense, asset_fen: asset, debt_fen: debt } = farm;
  const left = income === null || expense === null ? null : BigInt(income) - BigInt(expense);
  const ratio = asset === null || debt === null || BigInt(asset) === 0n ? null : Number(BigInt(debt)) / Number(BigInt(asset));
  const title =
    left === null
      ? t('household.farm')
      : t('household.left', { amount: wan(left) }) + (ratio === null ? '' : t('household.leverage', { ratio: decimal(ratio) }));
  const amounts = [
    ['income', income],
    ['expense', expense],
    ['asset', asset],
    ['debt', debt],
  ] as const;
  return (
    <>
      <h2 className="h2 later">
        {title}
        <small>{t('list.asOf', { at: farm.day })}</small>
      </h2>
      <table className="dt flush">
        <thead>
          <tr>
            {amounts.map(([key]) => (
              <th key={key} className="num">
                {t(`household.farmColumn.${key}`)}
              </th>
            ))}
            <th className="num">{t('household.farmColumn.land')}</th>
            <th className="num">{t('household.farmColumn.flow')}</th>
            <th className="num">{t('household.farmColumn.students')}</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            {amounts.map(([key, value]) => (
              <td key={key} className="num">
                <Known value={value} write={wan} />
              </td>
            ))}
            <td className="num">
              <Known value={farm.land_mu} write={(mu) => decimal(mu, 1)} />
            </td>
            <td className="num">
              <Known value={farm.flow_mu} write={(mu) => decimal(mu, 1)} />
            </td>
            <td className="num">
              <Known value={farm.students} write={count} />
            </td>
          </tr>
        </tbody>
      </table>
    </>
  );
}
