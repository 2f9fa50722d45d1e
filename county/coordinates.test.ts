import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseDay } from './calendar.ts';
import { layoutOf } from './contracts.ts';
import { committeeOf, seatOf, type Point } from './coordinates.ts';
import { Extracts, partFile, type SinkReport } from './extracts.ts';
import { outletsOf } from './outlets.ts';
import { parameters } from './parameters.ts';
import { settle, townshipsFor } from './places.ts';
import type { Setting } from './setting.ts';
import { splitLine } from './testing/read-extract.ts';
import { writePlaces } from './writers/places.ts';

const { people } = parameters.county;
const townships = townshipsFor(people);
const villages = settle(people, townships);
const fullDay = parseDay('2026-11-19')!;

function settingOf(seed: number): Setting {
  return { entity: '320723', seed, people, businessDay: fullDay + 1, fullDay, townships, villages, workbookTownships: [] };
}

/** Plane distance, good to metres inside a county. */
function kmBetween(a: Point, b: Point): number {
  const kmOfLongitude = 111.195 * Math.cos((a.latitude * Math.PI) / 180);
  return Math.hypot((a.longitude - b.longitude) * kmOfLongitude, (a.latitude - b.latitude) * 111.195);
}

describe('villages and outlets of the whole county', () => {
  const setting = settingOf(7);
  const outlets = townships.flatMap((township) => outletsOf(setting, township));

  test('every township of the county has a seat', () => {
    expect(townships.map((township) => seatOf(township).latitude).every((latitude) => latitude > 34.2 && latitude < 34.6)).toBe(true);
    expect(() => seatOf('320324100')).toThrow('320324100');
  });

  test('villages lie around the seat of their township, as far as its area reaches', () => {
    for (const township of townships) {
      const own = villages.filter(({ townshipCode }) => townshipCode === township);
      const radius = Math.sqrt(((1_840 / 355) * own.length) / Math.PI);
      const distances = own.map((village) => kmBetween(committeeOf(setting, village), seatOf(township)));
      expect(Math.max(...distances)).toBeLessThan(radius * 1.001);
      expect(new Set(distances).size).toBe(own.length);
    }
  });

  test('each township has an outlet at its seat, and sub-branches beside committees', () => {
    expect(outlets.filter(({ kind }) => kind === 'head_office')).toHaveLength(1);
    expect(outlets.filter(({ kind }) => kind === 'branch')).toHaveLength(townships.length - 1);
    const subBranches = outlets.filter(({ kind }) => kind === 'sub_branch');
    expect(subBranches.length).toBeGreaterThan(20);
    const committees = villages.map((village) => committeeOf(setting, village));
    const apart = subBranches.map(({ point }) => Math.min(...committees.map((committee) => kmBetween(point, committee))));
    expect(Math.max(...apart)).toBeLessThan(parameters.outlet.besideKm * 1.001);
    expect(new Set(outlets.map(({ code }) => code)).size).toBe(outlets.length);
  });

  test('over many seeds some sub-branches have closed and some are still to open, in the stated shares', () => {
    const all = Array.from({ length: 60 }, (_, seed) => townships.flatMap((township) => outletsOf(settingOf(seed), township))).flat();
    const subBranches = all.filter(({ kind }) => kind === 'sub_branch');
    const share = (count: number) => count / subBranches.length;
    expect(Math.abs(share(subBranches.filter(({ closed }) => closed !== null).length) - parameters.outlet.closed)).toBeLessThan(0.02);
    expect(Math.abs(share(subBranches.filter(({ opened }) => opened > fullDay).length) - parameters.outlet.planned)).toBeLessThan(0.015);
    expect(all.every(({ opened, closed }) => closed === null || (opened < closed && closed <= fullDay))).toBe(true);
  });
});

describe('dirt in coordinates', () => {
  const counted = { swapped_coordinates: 0, missing_coordinates: 0 };
  /** Latitudes as written, of every row that has all its fields. */
  const latitudes: string[] = [];
  let folder: string;
  let written = 0;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'coordinates-'));
    for (let seed = 0; seed < 40; seed++) {
      for (const [file, { source, rows, dirt }] of writeAll(seed)) {
        written += rows;
        counted.swapped_coordinates += dirt.swapped_coordinates ?? 0;
        counted.missing_coordinates += dirt.missing_coordinates ?? 0;
        latitudes.push(...readLatitudes(file, source, seed));
      }
    }
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function writeAll(seed: number): Map<string, SinkReport> {
    const setting = settingOf(seed);
    const extracts = new Extracts(folder, String(seed), seed);
    for (const village of setting.villages) {
      extracts.enter(village.code);
      writePlaces({ setting, village }, extracts);
    }
    return extracts.close();
  }

  function readLatitudes(file: string, source: string, seed: number): string[] {
    const layout = layoutOf(source);
    const at = layout.columns.findIndex(({ as }) => as.endsWith('_latitude'));
    const lines = readFileSync(join(folder, partFile(file, String(seed))), 'utf8')
      .trimEnd()
      .split('\n');
    const rows = lines.map((line) => splitLine(line, layout)).filter((fields) => fields.length === layout.columns.length);
    return rows.map((fields) => fields[at]!);
  }

  test.each([
    ['swapped_coordinates', (latitude: string) => Number(latitude) > 100],
    ['missing_coordinates', (latitude: string) => latitude === ''],
  ] as const)('%s is counted exactly and comes in the stated proportion', (kind, holds) => {
    expect(latitudes.filter(holds).length).toBe(counted[kind]);
    const ratio = counted[kind] / written / parameters.dirt[kind].share;
    expect(ratio > 0.7 && ratio < 1.3).toBe(true);
  });
});
