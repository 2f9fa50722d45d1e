import type { PersonRow } from '../contract.ts';
import { ageOn } from './age.ts';
import { householdHue } from '../households/hue.ts';
import { placeText } from '../grid/place.ts';
import type { Place } from '../grid/place.ts';

/** A row of `population.roster` as the lists select it. */
export interface RosterRow {
  person_id: string;
  household_id: string | null;
  grid_code: string;
  name: string;
  sex: PersonRow['sex'];
  birth_date: string | null;
  relation: PersonRow['relation'];
  trade: PersonRow['trade'];
  id_masked: string | null;
  phone_masked: string | null;
  deposit_fen: bigint | null;
  loan_fen: bigint | null;
  segment: PersonRow['segment'];
  outcome: PersonRow['outcome'];
  limit_fen: bigint | null;
  rate_ppm: number | null;
  score: number | null;
  reasons: string | null;
}

export const rosterColumns = [
  'person_id',
  'household_id',
  'grid_code',
  'name',
  'sex',
  'birth_date',
  'relation',
  'trade',
  'id_masked',
  'phone_masked',
  'deposit_fen',
  'loan_fen',
  'segment',
  'outcome',
  'limit_fen',
  'rate_ppm',
  'score',
  'reasons',
] as const;

/** Amounts leave as decimal strings; null stays null. */
export const fenText = (amount: bigint | number | null): string | null => (amount === null ? null : String(amount));

export function personRowOf(row: RosterRow, asOf: string, places: ReadonlyMap<string, Place>): PersonRow {
  const { reasons: _staffOnly, birth_date, deposit_fen, loan_fen, limit_fen, ...shown } = row;
  const age = ageOn(asOf, birth_date);
  return {
    ...shown,
    age,
    place: placeText(row.grid_code, places),
    portrait: { seed: row.person_id, sex: row.sex, age },
    hue: row.household_id === null ? null : householdHue(row.household_id),
    deposit_fen: fenText(deposit_fen),
    loan_fen: fenText(loan_fen),
    limit_fen: fenText(limit_fen),
  };
}
