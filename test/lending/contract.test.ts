import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { verifyPdf } from '#connectors/e-sign/index.ts';
import type { SigningService } from '#connectors/e-sign/index.ts';
import type { PortalApplication, PortalDraw } from '#modules/lending/portal/contract.ts';
import { Problem } from '#platform/http/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import { testGround } from '../../connectors/e-sign/testing.ts';
import type { Simulator } from '../../connectors/e-sign/simulator/start.ts';
import { scriptedCore } from '../../modules/servicing/sample-bank.ts';
import { entityId, openLendingBank } from './sample.ts';
import type { LendingBank } from './sample.ts';
import { act, apply, enter, numberOf, taskOf } from './story.ts';
import type { Borrower } from './story.ts';

const ground = testGround();
const core = scriptedCore();
let simulator: Simulator;
let signing: SigningService;
let bank: LendingBank;
let people = 0;
/** The authority's clock begins before the bank's, so that its certificates count at the bank. */
const authorityBegins = '2026-11-22T00:00:00Z';
/** Its signing can be cut off, as if the line were. */
let isCut = false;
beforeAll(async () => {
  simulator = await ground.start({ at: authorityBegins });
  const service = ground.open(simulator, { timeoutMs: 5_000 });
  signing = {
    ...service,
    sign: async (request) => (isCut ? { outcome: 'unknown', reason: 'timeout', detail: 'cut' } : service.sign(request)),
  };
  bank = await openLendingBank({ signing, payments: core });
}, 240_000);
afterAll(async () => {
  await bank.close();
  await ground.end();
});
afterEach(async () => {
  isCut = false;
  bank.isGatewayDown = false;
  bank.faults.length = 0;
  await simulator.setFaults({ rates: {} });
});

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => {
      if (error instanceof Problem) return error.code;
      throw error;
    },
  );
const later = (seconds: number): void => bank.clock.advance({ seconds });

/** Up to papers: an offer accepted. */
async function accepted(changes: Record<string, unknown> = {}, amount = 5_000_000, product = 'zheng_cun_dai'): Promise<Borrower> {
  const borrower = await enter(bank, await bank.villager((people += 1), changes), await bank.channel(product));
  const { offer } = await apply(bank, borrower, amount);
  if (!offer) throw new Error('no offer');
  await bank.lending.portal.accept(borrower.token, { offerId: offer.offer_id, hash: offer.hash });
  await expect.poll(async () => [bank.faults, (await borrower.page()).step], { timeout: 30_000 }).toEqual([[], 'papers']);
  return borrower;
}

async function read(borrower: Borrower): Promise<PortalApplication> {
  const { papers } = await borrower.page();
  for (const { name } of papers ?? []) await bank.lending.after.openPaper(borrower.token, name);
  later(20);
  for (const { name, hash } of papers ?? []) await bank.lending.after.confirmPaper(borrower.token, { name, hash });
  return borrower.page();
}

const contractOf = (page: PortalApplication): string => page.signing?.contract_id ?? page.ready?.contract_id ?? 'K1';

async function askCode({ token, person }: Borrower): Promise<string> {
  later(61);
  await bank.lending.after.askSigningCode(token);
  return bank.codeFor(person.phone);
}
const given = (page: PortalApplication, code: string) => ({ contractId: contractOf(page), code, spouseCode: null, recordingId: null });

async function signed(borrower: Borrower): Promise<Borrower> {
  const page = await read(borrower);
  await bank.lending.after.sign(borrower.token, given(page, await askCode(borrower)));
  return borrower;
}

/** Signed, released by the third post, and with an account to draw to. */
async function ready(borrower: Borrower): Promise<PortalApplication> {
  await signed(borrower);
  await expect.poll(async () => (await borrower.page()).manual !== null, { timeout: 30_000 }).toBe(true);
  const task = await taskOf(bank, await borrower.page(), 'release');
  await act(bank, task, 'complete', { outcome: 'release' });
  await bank.processes.proceed(task.caseId);
  await expect.poll(async () => [bank.faults, (await borrower.page()).step], { timeout: 30_000 }).toEqual([[], 'ready']);
  return bank.lending.after.giveAccount(borrower.token, '6228480000003317');
}

let keys = 0;
const drawOf = (page: PortalApplication, changes: Partial<PortalDraw> = {}): PortalDraw => ({
  key: `draw-key-${(keys += 1)}`,
  amount_fen: '3000000',
  method: 'revolving',
  months: 12,
  purpose: 'farm_inputs',
  account_id: page.ready?.accounts[0]?.account_id ?? '',
  ...changes,
});

describe('a villager gets ¥50,000 and repays early', () => {
  test('from the papers to the money, and less interest than was to come', async () => {
    const borrower = await accepted();
    const page = await ready(borrower);
    expect(page.ready?.accounts).toEqual([{ account_id: expect.any(String), masked: '**** 3317' }]);
    const { token } = borrower;
    const { after } = bank.lending;
    const preview = await after.previewDraw(token, { amount_fen: '5000000', method: 'revolving', months: 12 });
    expect(preview.lines.reduce((sum, { principal_fen }) => sum + BigInt(principal_fen), 0n)).toBe(5_000_000n);
    const { state } = await after.draw(token, drawOf(page, { amount_fen: '5000000', said: '买化肥' }));
    expect(state).toBe('reserved');
    await bank.servicing.payOpen(entityId);
    const [loan] = (await after.loans(token)).items;
    if (!loan) throw new Error('no loan');
    expect(loan).toMatchObject({ principal_fen: '5000000', balance_fen: '5000000', rate_ppm: page.ready?.rate_ppm });
    // What leaves the core bank goes to the borrower's own account.
    expect([...core.booked.values()].at(-1)).toMatchObject({ account: '6228480000003317', accountName: borrower.person.name });
    // As previewed, line by line: interest of the loan is that of the preview.
    const loanId = BigInt(loan.loan_id.slice(1));
    const sides = await after.previewRepay(token, loanId, { amount_fen: '2000000', prepayment: 'shorten' });
    expect(sides.interest_to_come_fen).toBe(preview.interest_fen);
    expect(BigInt(sides.saved_fen)).toBe(BigInt(sides.interest_to_come_fen) - BigInt(sides.interest_after_fen));
    expect(BigInt(sides.saved_fen)).toBeGreaterThan(0n);
    const key = 'repay-key-1';
    const loans = await after.repay(token, loanId, { key, amount_fen: '2000000', prepayment: 'shorten' });
    expect(loans.items[0]?.balance_fen).toBe(sides.balance_after_fen);
    expect(await after.repay(token, loanId, { key, amount_fen: '2000000', prepayment: 'shorten' })).toEqual(loans);
  }, 120_000);
});
