import { expect, it } from 'vitest';
import { createTestDatabase, listMigrations, migrate, withOwner } from '#platform/postgres/index.ts';
import { standingDeliveries } from './standing.ts';

it('what stood when deliveries were not yet kept by legal entity stands for those whose rows it held', async () => {
  const database = await createTestDatabase('population');
  const own = listMigrations('intake').filter(({ name }) => name.startsWith('modules/intake/'));
  await migrate(database.db, own.slice(0, 1));
  await withOwner(database.db, async (tx) => {
    await tx.query(
      `insert into intake.load (directory, kind, state, started_at, progress) values ('a', 'folder', 'published', now(), '{}'), ('b', 'folder', 'waiting', now(), '{}')`,
    );
    await tx.query(
      `insert into intake.delivery values ('customer', '2026-11-19', 'full', '001', 'both.dat', 'm1', 2, 1), ('visit', '2026-11-19', 'full', '000', 'empty.csv', 'm2', 1, 1)`,
    );
    await tx.query(`insert into intake.file (load_no, file, entity_id, state, rows_in, published) values (1, 'both.dat', '320723', 'published', 2, 2),
      (1, 'both.dat', '320799', 'published', 3, 3), (1, 'empty.csv', '320723', 'published', 0, 0), (1, 'bad.dat', '320799', 'refused', 0, 0)`);
  });
  await migrate(database.db, own);
  const standing = await withOwner(database.db, standingDeliveries);
  const both = { md5: 'm1', contract_version: 2, entities: ['320723', '320799'], is_named: true };
  expect(standing.get('customer|2026-11-19|full|001')?.toSorted((a, b) => (a.entity_id < b.entity_id ? -1 : 1))).toMatchObject([
    { entity_id: '320723', ...both },
    { entity_id: '320799', ...both },
  ]);
  expect(standing.get('visit|2026-11-19|full|000')).toMatchObject([{ entity_id: '320723', entities: ['320723'], is_named: false }]);
  expect(standing.size).toBe(2);
  expect(await withOwner(database.db, (tx) => tx.query('select state from intake.load order by load_no'))).toEqual([
    { state: 'published' },
    { state: 'interrupted' },
  ]);
  await database.drop();
});
