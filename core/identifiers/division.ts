/** Levels of the statistical division codes (统计用区划代码), continued by two digits for the village group (组). */
export type DivisionLevel = 'province' | 'city' | 'county' | 'township' | 'village' | 'group';

const lengths: Record<DivisionLevel, number> = { province: 2, city: 4, county: 6, township: 9, village: 12, group: 14 };
const levels = Object.keys(lengths) as DivisionLevel[];

/** The level of a prefix code (2, 4, 6, 9, 12 or 14 digits), or null when `code` is none. */
export function divisionLevel(code: string): DivisionLevel | null {
  if (!/^[0-9]+$/.test(code)) return null;
  return levels.find((level) => lengths[level] === code.length) ?? null;
}

/** The part of `code` at `level`, or null when `code` is no division code or lies above that level. */
export function divisionAt(code: string, level: DivisionLevel): string | null {
  return divisionLevel(code) !== null && code.length >= lengths[level] ? code.slice(0, lengths[level]) : null;
}

/** The next division above, or null for a province and for what is no division code. */
export function parentDivision(code: string): string | null {
  const level = divisionLevel(code);
  const parent = level === null ? undefined : levels[levels.indexOf(level) - 1];
  return parent === undefined ? null : divisionAt(code, parent);
}
