import { afterAll, beforeAll, expect, test } from 'vitest';
import { withOwner } from '#platform/postgres/index.ts';
import { actBody } from '../contract.ts';
import type { CasePage } from '../contract.ts';
import type { Work } from '../registry.ts';
import { loanDrawing } from '../sample-drawings.ts';
import { openSampleOffice } from '../sample-office.ts';
import type { SampleOffice } from '../sample-office.ts';

let office: SampleOffice;
beforeAll(async () => {
  office = await openSampleOffice();
  await office.publish('loan', loanDrawing);
  await withOwner(office.database.db, (tx) => tx.query('create table public.kept (case_id bigint, status text)'));
}, 120_000);
afterAll(() => office.close());

const senior = () => office.caller('ib', ['risk_head']);
const page = (caseId: bigint): Promise<CasePage> => office.processes.one(senior(), caseId);
const at = async (caseId: bigint): Promise<string[]> => (await page(caseId)).at.map(({ node }) => node);
const kept = (caseId: bigint) =>
  withOwner(office.database.db, (tx) => tx.query<{ status: string }>('select status from public.kept where case_id = $1', [caseId]));
/** The first try does something before it answers; what is kept shows how the case stood. */
const keeping = async (first: (work: Work) => Promise<unknown>, when: 'running' | 'keeping'): Promise<bigint> => {
  let tries = 0;
  office.answers.set('collect', async (work) => {
    const isFirst = (tries += 1) === 1;
    if (isFirst && when === 'running') await first(work);
    return {
      variables: { score: 600 },
      async keep(tx) {
        await tx.query('insert into public.kept select case_id, status from process.case_state where case_id = $1', [work.caseId]);
        if (isFirst && when === 'keeping') await first(work);
      },
    };
  });
  office.answers.set('admit', async () => ({ variables: { verdict: 'refer' } }));
  return office.open('loan', { amount: 1 });
};
const afterwards = async (): Promise<void> => {
  office.clock.advance({ seconds: 61 });
  await office.processes.sweep();
  office.answers.delete('collect');
  office.clock.set('2026-11-23T01:00:00Z');
};

test('what is kept of an answer is kept with the step: what breaks takes both back, and the next try keeps it once', async () => {
  office.faults.length = 0;
  const caseId = await keeping(async () => Promise.reject(new Error('no room')), 'keeping');
  expect(await kept(caseId)).toEqual([]);
  expect((await page(caseId)).history.map(({ verb }) => verb)).toEqual(['opened']);
  expect(office.faults).toEqual([new Error('no room')]);
  await afterwards();
  expect(await kept(caseId)).toEqual([{ status: 'open' }]);
  expect(await at(caseId)).toEqual(['investigate']);
});

test('what is kept is seen by nobody before the step', async () => {
  const seen: unknown[] = [];
  const caseId = await keeping(async (work) => seen.push(await kept(work.caseId), await at(work.caseId)), 'keeping');
  expect(seen).toEqual([[], ['collect']]);
  expect(await kept(caseId)).toHaveLength(1);
  await afterwards();
});

test('what is kept waits while the case is put aside', async () => {
  const caseId = await keeping(
    ({ caseId: own }) => office.processes.actOnCase(senior(), own, 'suspend', actBody.parse({ reason: '等一等' })),
    'running',
  );
  expect(await kept(caseId)).toEqual([]);
  await office.processes.actOnCase(senior(), caseId, 'resume', actBody.parse({ reason: '可以了' }));
  await afterwards();
  expect(await kept(caseId)).toEqual([{ status: 'open' }]);
});

test('what is kept is left out when the case is over', async () => {
  const caseId = await keeping(
    ({ caseId: own }) => office.processes.actOnCase(senior(), own, 'cancel', actBody.parse({ reason: '客户放弃' })),
    'running',
  );
  await afterwards();
  expect(await kept(caseId)).toEqual([]);
  expect((await page(caseId)).status).toBe('cancelled');
});
