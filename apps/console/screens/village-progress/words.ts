/** What the page says in words: findings, days, shares. Pure but for the translator it is given. */
import type { TFunction } from 'i18next';
import type { Forecast, ProgressPage, ProgressRate, Stage, UnitKind } from '#modules/village/contract.ts';
import { count, percentOne, signed } from '../../format.ts';

export const permillePercent = (permille: number): string => percentOne(permille * 1000).replace(/\.0$/, '');
export const points = (ppm: number | null): string => (ppm === null ? '—' : signed(percentOne(ppm)));

/** The colour of a stage, everywhere the same. */
export const colourOf = (stage: Stage): string => `var(--qm-stage-${stageOrder.indexOf(stage) + 1}-${stage})`;
export const stageOrder: readonly Stage[] = ['collected', 'filed', 'evaluated', 'visited', 'granted', 'signed', 'used'];

export const rateOf = (page: ProgressPage, kind: ProgressRate['kind']): ProgressRate => {
  const found = page.rates.find((rate) => rate.kind === kind);
  if (found === undefined) throw new Error(`the page has no rate ${kind}`);
  return found;
};

/** Days after the deadline, when positive. */
export const lateBy = (day: string, deadline: string): number => Temporal.PlainDate.from(deadline).until(day).days;

export function lateness(t: TFunction, days: number): string {
  if (days === 0) return t('progress.onTime');
  return days > 0 ? t('progress.late', { days: count(days) }) : t('progress.early', { days: count(-days) });
}

/** The figure of the lead and what stands beside it. */
export function leadOf(t: TFunction, page: ProgressPage): { figure: string; beside: string } {
  const { forecast, target } = rateOf(page, 'granted');
  const percent = permillePercent(target);
  switch (forecast.kind) {
    case 'reached':
      return { figure: forecast.on ?? t('progress.reached'), beside: t('progress.leadReached', { percent }) };
    case 'day':
      return {
        figure: forecast.on,
        beside: `${t('progress.leadDay', { percent })}${t('progress.note.comma')}${lateness(t, lateBy(forecast.on, page.project.ends_on))}`,
      };
    case 'beyond':
      return { figure: t('progress.beyond', { year: forecast.year }), beside: t('progress.leadDay', { percent }) };
    case 'standing':
      return { figure: t('progress.standing'), beside: t('progress.standingNote') };
    case 'too_early':
      return { figure: t('progress.tooEarly'), beside: t('progress.tooEarlyNote') };
    case 'nothing':
      return { figure: '—', beside: '' };
  }
}

/** How the other targets will stand at the deadline, and where to look first. */
export function noteOf(t: TFunction, page: ProgressPage): string {
  const shares = (['filed', 'used'] as const).flatMap((kind) => {
    const rate = rateOf(page, kind);
    const stage = t(`progress.stage.${kind}`);
    if (rate.forecast.kind === 'reached') return [t('progress.note.reached', { stage })];
    if (rate.at_deadline === null) return [];
    const percent = percentOne(rate.at_deadline.ppm);
    const short = rate.target * 1000 - rate.at_deadline.ppm;
    return [
      short <= 0 ? t('progress.note.enough', { stage, percent }) : t('progress.note.short', { stage, percent, points: percentOne(short) }),
    ];
  });
  const behind = page.league.filter((row) => isBehind(row.forecast, row.days_late));
  const names = behind
    .slice(-2)
    .map(({ name, code }) => nameOf(t, name, code))
    .join(t('progress.note.and'));
  const unit = t(`progress.unit.${page.by}`);
  const where = behind.length > 0 ? [t('progress.note.behind', { count: behind.length, unit, names })] : [];
  const parts = [...shares, ...where];
  return parts.length === 0 ? '' : `${parts.join(t('progress.note.join'))}${t('progress.note.end')}`;
}

export const isBehind = (forecast: Forecast, late: number | null): boolean =>
  forecast.kind === 'standing' || forecast.kind === 'beyond' || (forecast.kind === 'day' && (late ?? 0) > 0);

/** What belongs to nobody has no name of its own. */
export const nameOf = (t: TFunction, name: string, code: string): string => (code === '' ? t('progress.none') : name);

export function dayText(t: TFunction, forecast: Forecast, late: number | null): string {
  switch (forecast.kind) {
    case 'reached':
      return forecast.on === null ? t('progress.reached') : t('progress.already', { day: forecast.on });
    case 'day':
      return (late ?? 0) > 0 ? `${forecast.on} ${lateness(t, late ?? 0)}` : forecast.on;
    case 'beyond':
      return t('progress.beyond', { year: forecast.year });
    case 'standing':
      return t('progress.standing');
    case 'too_early':
      return t('progress.tooEarly');
    case 'nothing':
      return '—';
  }
}

/** Whether granting and use will make it by the deadline. */
export function trendTitle(t: TFunction, page: ProgressPage): string {
  const makes = (kind: 'granted' | 'used'): boolean | null => {
    const rate = rateOf(page, kind);
    if (rate.forecast.kind === 'reached') return true;
    return rate.at_deadline === null ? null : rate.at_deadline.ppm >= rate.target * 1000;
  };
  const [granted, used] = [makes('granted'), makes('used')];
  if (granted === null || used === null) return t('progress.trend.early');
  if (granted) return used ? t('progress.trend.both') : t('progress.trend.granted');
  return used ? t('progress.trend.used') : t('progress.trend.neither');
}

/** The part of the grid a line leads down to; null where it leads nowhere. */
export const belowOf = (by: UnitKind): boolean => by === 'township' || by === 'village';
