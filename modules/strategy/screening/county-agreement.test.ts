/** The whole way of the data at 20,000 people: extracts, load, indicators, screening; then everybody again through closures. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { generate } from '#county/index.ts';
import { createIndicators } from '#modules/indicators/index.ts';
import { createIntake, templateFolder as configuration } from '#modules/intake/index.ts';
import { settableClock } from '#platform/clock/index.ts';
import { createTestDatabase, withOwner } from '#platform/postgres/index.ts';
import { openLake, openWarehouse, textLiteral } from '#platform/warehouse/index.ts';
import { openStrategy, screen, screenedInputs, templateFolder, withScene } from '../index.ts';
import type { Inputs } from '../definition/strategy.ts';

const entity = '320723';
const asOf = '2026-11-20';
const people = 20_000;

test('screening and deciding agree on every person of a county', { timeout: 240_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'county-agreement-'));
  const database = await createTestDatabase();
  const warehouse = await openWarehouse({ tempFolder: join(folder, 'temp') });
  try {
    const clock = settableClock('2026-11-21T01:00:00Z');
    const lake = openLake(folder);
    await generate({ people, seed: 7, entity, townships: 1, folder: join(folder, 'county') });
    await withOwner(database.db, (tx) =>
      tx.query('insert into organization.entity (entity_id, name, short_name, root_grid_code) values ($1, $2, $2, $1)', [entity, '灌云']),
    );
    const ground = { db: database.db, lake, warehouse, clock, dataFolder: folder, configuration };
    await createIntake({ ...ground, vault: { installationKey: '0'.repeat(64) } }).runLoad(join(folder, 'county'));
    const { file } = await createIndicators(ground).compute(entity, asOf);

    const strategy = await openStrategy(templateFolder, 'retail');
    const out = join(folder, 'decisions.parquet');
    const [screened, inputs] = await warehouse.session(async (session) => {
      await screen(session, { strategy, indicators: file, asOf, out });
      const columns = screenedInputs(strategy).map((name) => `"${name}"`);
      return [
        await session.rows(`select * exclude (person_id, strategy_version, as_of) from read_parquet(${textLiteral(out)})`),
        await session.rows<Inputs>(`select ${columns.join(', ')} from read_parquet(${textLiteral(file)})`),
      ] as const;
    });

    expect(screened.length).toBeGreaterThan(people * 0.95);
    expect(screened.length).toBe(inputs.length);
    const differing = inputs.flatMap((person, index) => {
      const [decided, row] = [text(strategy.answer(withScene(person, asOf, 'screen'))), text(screened[index])];
      return decided === row ? [] : [{ decided, row }];
    });
    expect(differing).toEqual([]);

    // Anchors of a whole-village county: a quarter to a third of adults pre-approved, limits of tens of thousands of yuan, all segments met.
    const adults = inputs.filter((person) => Number(person['AGE'] ?? 0) >= 18).length;
    const approved = screened.filter((row) => row['outcome'] === 'approve');
    expect(approved.length / adults).toBeGreaterThan(0.2);
    expect(approved.length / adults).toBeLessThan(0.4);
    const mean = approved.reduce((sum, row) => sum + Number(row['limit_fen']), 0) / approved.length;
    expect(mean).toBeGreaterThan(4_000_000);
    expect(mean).toBeLessThan(8_000_000);
    expect(new Set(screened.map((row) => row['segment'])).size).toBe(5);
    const isDecided = (reason: string, wanted: (person: Inputs) => boolean): boolean =>
      inputs.every((person, index) => !wanted(person) || ((screened[index]?.['reasons'] ?? []) as string[]).includes(reason));
    expect(isDecided('B01', (person) => person['AGE'] !== null && Number(person['AGE']) < 18)).toBe(true);
    expect(isDecided('X13', (person) => person['GV_DEATH'] === true)).toBe(true);
  } finally {
    warehouse.close();
    await database.drop();
    await rm(folder, { recursive: true });
  }
});

function text(answers: object | undefined): string {
  return JSON.stringify(answers, (_key, value: unknown) => (typeof value === 'bigint' ? Number(value) : value));
}
