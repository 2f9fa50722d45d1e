import type { Extracts } from './extracts.ts';
import { drawLivelihoods, type Adult, type Livelihood } from './livelihoods.ts';
import { drawLoans, type Loan } from './loans.ts';
import { settleVillage } from './people.ts';
import type { Village } from './places.ts';
import { Random } from './random.ts';
import type { Setting } from './setting.ts';

/** One village with its people and all that was drawn about them; what the writers of the extracts read. */
export type Town = {
  setting: Setting;
  village: Village;
  livelihoods: Livelihood[];
  loans: Map<Adult, Loan[]>;
  /** A random stream of one subject in this village. */
  random: (subject: string) => Random;
};

export type Writer = (town: Town, extracts: Extracts) => void;

export function drawTown(setting: Setting, village: Village): Town {
  const livelihoods = drawLivelihoods(setting, village, settleVillage(setting, village));
  const loans = drawLoans(setting, village, livelihoods);
  return { setting, village, livelihoods, loans, random: (subject) => new Random(setting.seed, village.code, subject) };
}

/** Every adult of the village, household by household. */
export function* adultsOf(town: Town): Generator<Adult> {
  for (const livelihood of town.livelihoods) yield* livelihood.adults;
}
