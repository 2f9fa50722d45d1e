/** Screening (SQL) and deciding (closures) give the same answer, field by field and reason by reason. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWarehouse, textLiteral } from '#platform/warehouse/index.ts';
import type { Warehouse } from '#platform/warehouse/index.ts';
import { openStrategy, templateFolder } from '../definition/library.ts';
import { samplePeople, writeSamplePeople } from '../definition/sample-people.ts';
import { screen } from './screen.ts';
import { withScene } from '../definition/strategy.ts';
import type { Answers } from '../definition/strategy.ts';

const strategy = await openStrategy(templateFolder, 'retail');
let warehouse: Warehouse;
let folder: string;
beforeAll(async () => {
  warehouse = await openWarehouse();
  folder = await mkdtemp(join(tmpdir(), 'agreement-'));
});
afterAll(async () => {
  warehouse.close();
  await rm(folder, { recursive: true });
});

// From nearly sound people, who reach limit and price, to people of whom little is known or everything is odd; the last day has no price parameters.
test.each([
  { count: 10_000, seed: 11, changedShare: 0.03, unknownShare: 0.003, asOf: '2026-11-20', reaches: ['approve', 'refer', 'decline'] },
  { count: 5000, seed: 12, changedShare: 0.2, unknownShare: 0.05, asOf: '2026-11-20', reaches: ['refer', 'decline'] },
  { count: 3000, seed: 13, changedShare: 1, unknownShare: 0.4, asOf: '2025-03-13', reaches: ['decline'] },
  { count: 2000, seed: 14, changedShare: 0.01, unknownShare: 0, asOf: '2023-08-20', reaches: ['refer', 'decline'] },
])('on $count people, seed $seed, $changedShare changed, $unknownShare unknown, as of $asOf', async (sample) => {
  const people = [...samplePeople(strategy, sample)];
  const [indicators, out] = [join(folder, `in-${sample.seed}.parquet`), join(folder, `out-${sample.seed}.parquet`)];
  const screened = await warehouse.session(async (session) => {
    await writeSamplePeople(session, strategy, people, indicators);
    await screen(session, { strategy, indicators, asOf: sample.asOf, out });
    return session.rows<Answers & { person_id: string; strategy_version: string; as_of: string }>(
      `select * from read_parquet(${textLiteral(out)})`,
    );
  });
  expect(screened.map((row) => row.person_id)).toEqual(people.map((person) => person.person_id));
  const differing = people.flatMap((person, index) => {
    const row = screened[index];
    const decided = {
      ...strategy.answer(withScene(person, sample.asOf, 'screen')),
      strategy_version: strategy.version,
      as_of: sample.asOf,
    };
    const expected = JSON.stringify({ person_id: person.person_id, ...decided }, fenAsText);
    return JSON.stringify(row, fenAsText) === expected ? [] : [{ expected, screened: JSON.stringify(row, fenAsText) }];
  });
  expect(differing).toEqual([]);
  expect([...new Set(screened.map((row) => row.outcome))]).toEqual(expect.arrayContaining(sample.reaches));
});

const fenAsText = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);
