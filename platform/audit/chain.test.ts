import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, withOwner, withSession } from '#platform/postgres/index.ts';
import type { Session, TestDatabase } from '#platform/postgres/index.ts';
import { openAuditChain, record, recordEach } from './index.ts';
import type { AuditChain } from './index.ts';

let database: TestDatabase;
let folder: string;
let chain: AuditChain;
const key = 'ab'.repeat(32);

beforeEach(async () => {
  database = await createTestDatabase('organization');
  folder = mkdtempSync(join(tmpdir(), 'qianmo-audit-'));
  chain = openAuditChain({ db: database.db, key, folder });
});
afterEach(async () => {
  await database.drop();
  rmSync(folder, { recursive: true });
});

const session = (entityId: string): Session => ({ entityId, actorId: 'S1', roles: [], scopes: [entityId] });
const view = (entityId: string, person: string, actorId = 'S1') =>
  withSession(database.db, session(entityId), (tx) =>
    record(tx, { entityId, actorId, action: 'person.view', subjectKind: 'person', subjectId: person, detail: { b: 1, a: '中' } }),
  );

/** What somebody with every right on the database can do: the triggers are switched off first. */
const tamper = (statement: string) =>
  withOwner(database.db, async (tx) => {
    await tx.query('alter table audit.entry disable trigger append_only');
    await tx.query('alter table audit.link disable trigger append_only');
    await tx.query(statement);
  });

test('fifty writers at once make one whole chain, per legal entity', async () => {
  await Promise.all(Array.from({ length: 50 }, (_, index) => view(index % 2 ? '320723' : '999', `P${index}`)));
  await Promise.all([chain.seal(), chain.seal()]);
  expect(await chain.verify()).toEqual([
    { entityId: '320723', links: 25, brokenAt: null, fault: null },
    { entityId: '999', links: 25, brokenAt: null, fault: null },
  ]);
});

describe('verify finds the first link that does not hold', () => {
  test.each([
    ['an entry rewritten', `update audit.entry set subject_id = 'P9' where subject_id = 'P2'`, '3', 'changed'],
    [
      'an entry and its link removed',
      `with gone as (delete from audit.link where position = 3 returning entry_id) select * from gone`,
      '3',
      'gap',
    ],
    ['the end cut off', 'delete from audit.link where position > 4', '5', 'cut'],
    ['a hash made up', `update audit.link set hash = repeat('0', 64) where position = 2`, '2', 'changed'],
    [
      'two entries exchanged',
      `update audit.entry set subject_id = case subject_id when 'P2' then 'P3' else 'P2' end where subject_id in ('P2', 'P3')`,
      '3',
      'changed',
    ],
  ])('%s', async (_name, statement, brokenAt, fault) => {
    for (let person = 0; person < 5; person += 1) await view('320723', `P${person}`);
    await chain.seal();
    await tamper(statement);
    expect(await chain.verify()).toMatchObject([{ brokenAt, fault }]);
  });

  test('without the key no chain holds', async () => {
    await view('320723', 'P1');
    await chain.seal();
    const other = openAuditChain({ db: database.db, key: 'cd'.repeat(32), folder });
    expect(await other.verify()).toMatchObject([{ brokenAt: '1', fault: 'changed' }]);
  });
});

describe('the trail is append-only', () => {
  test.each(['update audit.entry set reason = null', 'delete from audit.entry', 'truncate audit.entry cascade', 'delete from audit.link'])(
    'for the owner: %s',
    async (statement) => {
      await expect(withOwner(database.db, (tx) => tx.query(statement))).rejects.toThrow(/append-only/);
    },
  );
  test.each([
    'update audit.entry set reason = null',
    'delete from audit.entry',
    'select * from audit.unchained',
    "insert into audit.link values ('1', 1, 1, '', '')",
  ])('for requests: %s', async (statement) => {
    await expect(withSession(database.db, session('320723'), (tx) => tx.query(statement))).rejects.toThrow(/permission denied/);
  });
  test('nobody writes in another name or for another legal entity', async () => {
    await expect(view('320723', 'P1', 'S2')).rejects.toThrow(/row-level security/);
    const foreign = withSession(database.db, session('999'), (tx) =>
      record(tx, { entityId: '320723', actorId: 'S1', action: 'a.b', subjectKind: 'x', subjectId: 'y' }),
    );
    await expect(foreign).rejects.toThrow(/row-level security/);
  });
  test('an act that fails leaves no trail of having happened', async () => {
    const work = withSession(database.db, session('320723'), async (tx) => {
      await record(tx, { entityId: '320723', actorId: 'S1', action: 'a.b', subjectKind: 'x', subjectId: 'y' });
      throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    expect(await chain.seal()).toBe(0);
  });
});

test('lines written together are the same as lines written one by one, in their order', async () => {
  const line = (subjectId: string, more: object = {}) => ({
    entityId: '320723',
    actorId: 'S1',
    action: 'person.view',
    subjectKind: 'person',
    subjectId,
    ...more,
  });
  const lines = [line('P1', { detail: { b: 1, a: '中' }, reason: '看' }), line('P2'), line('P3', { requestId: 'r-1' })];
  const kept = await withSession(database.db, session('320723'), async (tx) => {
    for (const one of lines) await record(tx, one);
    await recordEach(tx, lines);
    await recordEach(tx, []);
    return tx.query(
      'select entity_id, actor_id, action, subject_kind, subject_id, reason, detail, request_id from audit.entry order by entry_id',
    );
  });
  expect(kept).toHaveLength(6);
  expect(kept.slice(3)).toEqual(kept.slice(0, 3));
});
