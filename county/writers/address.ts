import { parameters } from '../parameters.ts';
import type { Town } from '../village.ts';

/** The address of a household, as a clerk would write it. */
export function addressOf(town: Town, group: number, household: string): string {
  const { townshipName, name } = town.village;
  return `${parameters.county.address}${townshipName}${name}${group}组${Number(household)}号`;
}
