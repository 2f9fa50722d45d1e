import { afterAll, beforeAll, expect, test } from 'vitest';
import { withOwner } from '#platform/postgres/index.ts';
import { serveSmallBank } from '../served-bank.ts';
import type { ServedBank } from '../served-bank.ts';
import { ownEntity } from '../small-bank.ts';
import { breaches, openPage, picture, signIn, type Watched } from './browsing.ts';

/* What operations see of the outside sources through the day. */

const personId = 'P000000000000001';
let served: ServedBank;
let operations: Watched;
beforeAll(async () => {
  served = await serveSmallBank(0);
  await askToday();
  operations = await openPage(served.browser);
  await signIn(operations.page, served.url, 'everything');
});
afterAll(() => served.close());

/** One question by the front door, to a source that nobody has connected; and a day's worth beside it. */
async function askToday(): Promise<void> {
  const { inquiry, db } = served.bank;
  const items = [{ purpose: 'credit_approval', source: 'court', text: 'application@1' }];
  await withOwner(db, async (tx) => {
    const at = '2026-11-21T00:30:00Z';
    await inquiry.give(tx, { entityId: ownEntity, personId, items, channel: 'portal', evidence: {}, actorId: 'portal', at });
    await tx.query(
      `insert into inquiry.inquiry (entity_id, person_id, grid_code, source, purpose, subject, asked_by, asked_at, asked_on, state, reason, consent_id, attempts,
         may_have_left, cost_fen, took_ms, finished_at, keep_until)
       select $1, $2 || n, '320723103001', s.source, 'credit_approval', 'application A' || n, 'portal', $3, '2026-11-21', s.state, s.reason,
         (select consent_id from inquiry.consent limit 1), 1, true, s.cost, 300 + n * 17, $3, '2031-11-21'
       from generate_series(1, 24) n
       join (values ('credit_report', 'answered', null, 400, 1), ('identity', 'answered', null, 50, 1), ('face', 'answered', null, 80, 2),
         ('credit_report', 'unavailable', 'timeout', 0, 6)) as s (source, state, reason, cost, each) on n % s.each = 0`,
      [ownEntity, 'P0000000000000', at],
    );
    await tx.query(
      `insert into inquiry.breaker (entity_id, source, state, failures, failing_since, until) values ($1, 'credit_report', 'open', 5, $2, '2026-11-21T01:01:00Z')`,
      [ownEntity, at],
    );
  });
  const request = {
    source: 'court',
    personId,
    identity: { name: '张三', idNo: '320723199001011237' },
    purpose: 'credit_approval',
    subject: 'A',
    actorId: 'portal',
  };
  expect(await inquiry.ask(ownEntity, request)).toMatchObject({ outcome: 'unavailable', reason: 'not_connected' });
}

test('the board tells of every source what was asked, what came of it, and which is left alone', async () => {
  const { page } = operations;
  await page.goto(`${served.url}/inquiries`);
  const row = (name: string) => page.getByRole('row').filter({ hasText: name });
  await row('司法涉诉').getByText('未接入').waitFor();
  expect(await row('人行征信').getByRole('cell').allInnerTexts()).toEqual(expect.arrayContaining(['28', '24', '4', '96.00']));
  await page.getByText('今日未得到应答的原因').waitFor();
  expect(await page.getByText('超时').count()).toBe(1);
  await picture(page, 'inquiries');
  expect(await breaches(page)).toEqual([]);
  expect(operations.faults).toEqual([]);
});
