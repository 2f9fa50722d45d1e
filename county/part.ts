import { openSync, writeSync, closeSync } from 'node:fs';
import { join } from 'node:path';
import { Extracts, partFile, type SinkReport } from './extracts.ts';
import { strikes } from './livelihoods.ts';
import { parameters } from './parameters.ts';
import type { Setting } from './setting.ts';
import { adultsOf, drawTown, type Town, type Writer } from './village.ts';
import { writeBureau } from './writers/bureau.ts';
import { writeCustomers, writeDeposits, writeEbanking, writePayroll, writeQrCollections } from './writers/core-system.ts';
import { writeApplications, writeLoans } from './writers/credit.ts';
import { writeFarmers, writeHistory, writeReviews, writeRoll } from './writers/grid.ts';
import { writePlaces } from './writers/places.ts';
import { writeEnterprises, writeLists, writePersonRegisters, writeProperty } from './writers/registers.ts';

export const truthFile = 'truth.csv';
export const truthHeader = 'id_no,household_risk,latent_risk,segment,default_12m';

export type PartReport = {
  households: number;
  persons: number;
  adults: number;
  defaults: number;
  files: Map<string, SinkReport>;
};

const writers: readonly Writer[] = [
  writePlaces,
  writeRoll,
  writeCustomers,
  writeDeposits,
  writeEbanking,
  writeQrCollections,
  writePayroll,
  writeLoans,
  writeApplications,
  writeBureau,
  writeReviews,
  writeFarmers,
  writeHistory,
  writePersonRegisters,
  writeLists,
  writeProperty,
  writeEnterprises,
];

/** Writes the part files of the villages from `from` to before `to`; what a village holds depends on nothing but the setting. */
export function writePart(setting: Setting, folder: string, part: string, from: number, to: number): PartReport {
  const extracts = new Extracts(folder, part, setting.seed);
  const truth = openSync(join(folder, partFile(truthFile, part)), 'w');
  const report = { households: 0, persons: 0, adults: 0, defaults: 0 };
  for (const village of setting.villages.slice(from, to)) {
    const town = drawTown(setting, village);
    extracts.enter(village.code);
    for (const write of writers) write(town, extracts);
    const outcome = truthOf(town);
    writeSync(truth, outcome.text);
    report.households += town.livelihoods.length;
    report.persons += village.people;
    report.adults += outcome.adults;
    report.defaults += outcome.defaults;
  }
  closeSync(truth);
  return { ...report, files: extracts.close() };
}

/** What will have become of each adult in twelve months. It leans on the latent risk, and nothing in the extracts reads it. */
function truthOf(town: Town): { text: string; adults: number; defaults: number } {
  const random = town.random('truth');
  let text = '';
  let adults = 0;
  let defaults = 0;
  for (const { person, segment } of adultsOf(town)) {
    const bad = strikes(person.risk, parameters.default12m[segment], parameters.defaultLoading, random);
    adults++;
    if (bad) defaults++;
    text += `${person.id},${person.household.risk.toFixed(4)},${person.risk.toFixed(4)},${segment},${bad ? 1 : 0}\n`;
  }
  return { text, adults, defaults };
}
