import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { facilityQuery, loanQuery } from '#modules/servicing/contract.ts';
import type { LoanSummary } from '#modules/servicing/contract.ts';
import type { Session } from '#platform/postgres/index.ts';
import { connectCore, startStandIn } from '../apps/server/core-bank.ts';
import type { ConnectedCore } from '../apps/server/core-bank.ts';
import { makeDemonstrationLoans } from '../apps/server/demonstration-loans.ts';
import { idleFacilities, stories } from '../apps/server/demonstration-stories.ts';
import { openSmallBank, ownEntity } from './small-bank.ts';
import type { SmallBank } from './small-bank.ts';

const asOf = '2026-11-20';
const folder = mkdtempSync(join(tmpdir(), 'qianmo-demonstration-'));
const session: Session = { entityId: ownEntity, actorId: 'X', roles: [], scopes: [ownEntity] };

let small: SmallBank;
let core: ConnectedCore;
let standIn: Awaited<ReturnType<typeof startStandIn>>;
beforeAll(async () => {
  small = await openSmallBank(3000);
  standIn = await startStandIn(folder);
  core = connectCore(standIn.place, small.bank.clock);
}, 240_000);
afterAll(async () => {
  await core.close();
  await standIn.stop();
  await small.close();
  rmSync(folder, { recursive: true, force: true });
});

const loans = async (): Promise<LoanSummary[]> => (await small.bank.servicing.loans(session, loanQuery.parse({ limit: 200 }))).items;

test('the demonstration has loans in every state, and an interrupted start changes nothing more', { timeout: 120_000 }, async () => {
  await makeDemonstrationLoans(small.bank, core.paymentsOf, asOf);
  const { servicing } = small.bank;
  const made = await loans();
  expect(made.length).toBe(stories.filter((story) => !story.isRefused).length);
  const count = (is: (loan: LoanSummary) => boolean): number => made.filter(is).length;
  expect(count((loan) => loan.state === 'settled')).toBe(2);
  expect(count((loan) => loan.days_past_due > 30)).toBeGreaterThan(0);
  expect(count((loan) => !loan.is_accruing)).toBeGreaterThan(0);
  expect(count((loan) => loan.state === 'active' && loan.days_past_due === 0 && BigInt(loan.due_interest_fen) > 0n)).toBeGreaterThan(0);
  const facilities = await servicing.facilities(session, facilityQuery.parse({ limit: 200 }));
  expect(facilities.as_of).toBe(asOf);
  expect(facilities.items.filter((facility) => facility.used_fen === '0').length).toBeGreaterThan(idleFacilities);
  const states = await Promise.all(facilities.items.map(({ facility_id }) => servicing.drawdowns(session, BigInt(facility_id.slice(1)))));
  expect(states.flat().filter((one) => one.state === 'failed').length).toBe(1);

  await makeDemonstrationLoans(small.bank, core.paymentsOf, asOf);
  expect(await loans()).toEqual(made);
  expect((await servicing.dayEnds(session)).open_date).toBe(asOf);
});
