import { useTranslation } from 'react-i18next';
import type { RateFigure } from '#modules/population/contract.ts';
import { count, percentOne } from '../format.ts';
import { Unknown } from './unknown.tsx';
import './rate.css';

export type Stage = 'filed' | 'granted' | 'used';

const width = (ppm: number): string => `${Math.max(0, Math.min(100, ppm / 10_000))}%`;

/** A share as a bar with its target as a tick. */
export function RateBar({ rate, stage }: { rate: RateFigure; stage: Stage }) {
  return (
    <span className={`ratebar ${stage}`} aria-hidden="true">
      {rate.ppm !== null && <i style={{ width: width(rate.ppm) }} />}
      <b style={{ left: width(rate.target_ppm) }} />
    </span>
  );
}

/** A rate never stands alone: target tick, numerator and denominator, and what is missing to the target. */
export function RateSheet({ label, rate, stage }: { label: string; rate: RateFigure; stage: Stage }) {
  const { t } = useTranslation();
  const gap =
    rate.numerator === null || rate.denominator === null
      ? null
      : Math.ceil((rate.denominator * rate.target_ppm) / 1_000_000) - rate.numerator;
  return (
    <div className="bul">
      <p className="k">
        <span className="t3">{label}</span>
        <span className="t3">{t('grid.target', { percent: percentOne(rate.target_ppm) })}</span>
      </p>
      <p className="v">
        {rate.ppm === null ? (
          <b>
            <Unknown why={rate.reason} />
          </b>
        ) : (
          <>
            <b>{percentOne(rate.ppm)}</b>
            <small>%</small>
          </>
        )}
      </p>
      <RateBar rate={rate} stage={stage} />
      <p className="n">
        <span>
          {rate.numerator === null ? ' ' : t('grid.ofHouseholds', { part: count(rate.numerator), whole: count(rate.denominator) })}
        </span>
        {gap !== null &&
          (gap <= 0 ? (
            <span className="ok">{t('grid.reached')}</span>
          ) : (
            <span className={stage === 'filed' ? '' : 'warn'}>{t('grid.missing', { households: count(gap) })}</span>
          ))}
      </p>
    </div>
  );
}
