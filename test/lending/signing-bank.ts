/** A bank whose contracts are signed at a real authority and whose money leaves a scripted core bank: what borrowers do there, in a line each. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { openSigningService } from '#connectors/e-sign/index.ts';
import type { SigningService } from '#connectors/e-sign/index.ts';
import type { LendingDeps } from '#modules/lending/index.ts';
import type { PortalApplication, PortalDraw } from '#modules/lending/portal/contract.ts';
import { settableClock } from '#platform/clock/index.ts';
import { Problem } from '#platform/http/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import { startSimulator } from '../../connectors/e-sign/simulator/start.ts';
import type { Simulator } from '../../connectors/e-sign/simulator/start.ts';
import { scriptedCore } from '../../modules/servicing/sample-bank.ts';
import { openLendingBank } from './sample.ts';
import type { LendingBank } from './sample.ts';
import { act, apply, enter, numberOf, taskOf } from './story.ts';
import type { Borrower } from './story.ts';

export const core = scriptedCore();
const folder = mkdtempSync(join(tmpdir(), 'qianmo-contract-'));
export let simulator: Simulator;
let service: SigningService;
export let bank: LendingBank;
let people = 0;
/** The authority's clock begins before the bank's, so that its certificates count at the bank. */
const authorityBegins = '2026-11-22T00:00:00Z';
interface Told {
  /** What breaks on the way to a signed contract, once or for as long as it is said. */
  broken: 'nothing' | 'line' | 'process_after_signature';
}
export const told: Told = { broken: 'nothing' };

const signing = (): SigningService => ({
  ...service,
  async sign(request) {
    if (told.broken === 'line') return { outcome: 'unknown', reason: 'timeout', detail: 'cut' };
    return service.sign(request);
  },
  async evidence(requestId) {
    const answer = await service.evidence(requestId);
    if (told.broken !== 'process_after_signature') return answer;
    told.broken = 'nothing';
    throw new Error('the process ended');
  },
});

/** As whole-village credit tells it: what waits for this person's signature. */
const grantedBefore: LendingDeps['granted'] = async (tx, { entityId, personId, day }) => {
  const [row] = await tx.query<{ facility_id: bigint; limit_fen: bigint }>(
    `select facility_id, limit_fen from servicing.facility where entity_id = $1 and person_id = $2 and state = 'granted' and valid_to >= $3::date`,
    [entityId, personId, day],
  );
  return row ? { facilityId: row.facility_id, limitFen: row.limit_fen, ratePpm: 46_000 } : null;
};

export async function openSigningBank(): Promise<void> {
  simulator = await startSimulator({ folder, at: authorityBegins });
  const settings = { url: simulator.url, platform: 'QIANMO', secret: 'demonstration', timeoutMs: 5_000, trust: [simulator.root] };
  service = openSigningService({ ...settings, clock: settableClock('2026-11-23T01:00:00Z') });
  bank = await openLendingBank({
    signing: signing(),
    payments: core,
    granted: grantedBefore,
  });
}

export async function closeSigningBank(): Promise<void> {
  await bank.close();
  service.close();
  await simulator.stop();
  rmSync(folder, { recursive: true });
}

/** As if nothing had been told. */
export function calm(): void {
  told.broken = 'nothing';
  core.script = [];
  bank.isGatewayDown = false;
  bank.faults.length = 0;
}

export const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => {
      if (error instanceof Problem) return error.code;
      throw error;
    },
  );
export const later = (seconds: number): void => bank.clock.advance({ seconds });

/** Up to papers: an offer accepted. */
export async function accepted(changes: Record<string, unknown> = {}, amount = 5_000_000, product = 'zheng_cun_dai'): Promise<Borrower> {
  const borrower = await enter(bank, await bank.villager((people += 1), changes), await bank.channel(product));
  const { offer } = await apply(bank, borrower, amount);
  if (!offer) throw new Error('no offer');
  await bank.lending.portal.accept(borrower.token, { offerId: offer.offer_id, hash: offer.hash });
  await expect.poll(async () => [bank.faults, (await borrower.page()).step], { timeout: 30_000 }).toEqual([[], 'papers']);
  return borrower;
}

export async function read(borrower: Borrower): Promise<PortalApplication> {
  const { papers } = await borrower.page();
  for (const { name } of papers ?? []) await bank.lending.after.openPaper(borrower.token, name);
  later(20);
  for (const { name, hash } of papers ?? []) await bank.lending.after.confirmPaper(borrower.token, { name, hash });
  return borrower.page();
}

const contractOf = (page: PortalApplication): string => page.signing?.contract_id ?? page.ready?.contract_id ?? 'K1';

export async function askCode({ token, person }: Borrower): Promise<string> {
  later(61);
  await bank.lending.after.askSigningCode(token);
  return bank.codeFor(person.phone);
}
const given = (page: PortalApplication, code: string, more: { spouseCode?: string; recordingId?: string } = {}) => ({
  contractId: contractOf(page),
  code,
  spouseCode: more.spouseCode ?? null,
  recordingId: more.recordingId ?? null,
});
export const sign = (borrower: Borrower, page: PortalApplication, code: string, more = {}) =>
  bank.lending.after.sign(borrower.token, given(page, code, more));
/** Something else than the bank would do by itself. */
export const change = (sql: string, values: unknown[]) => withOwner(bank.database.db, (tx) => tx.query(sql, values));
export const packageOf = async (borrower: Borrower) => {
  const found = await bank.lending.signedPackage(numberOf(await borrower.page()));
  if (!found) throw new Error('not signed');
  return found;
};
/** What the bank's lists say of a borrower from now on. */
export const noteIndicator = ({ person }: Borrower, code: string, value: string) =>
  change(
    `update indicators.person p set line = '|' || array_to_string(
       (select array_agg(case when c = $2 then $3 else v end order by o)
        from unnest(o.codes, (string_to_array(substr(p.line, 2), '|'))[1:cardinality(o.codes)]) with ordinality as t(c, v, o)), '|')
     from indicators.online o where o.entity_id = p.entity_id and p.person_id = $1`,
    [person.personId, code, value],
  );
/** poppler's reading, which shares no line with ours; null where it is not installed. */
export function askPoppler(program: 'pdfsig' | 'pdftotext', pdf: Buffer): string | null {
  if (spawnSync(program, ['-v']).error) return null;
  const path = join(folder, `${program}.pdf`);
  writeFileSync(path, pdf);
  const parameters = program === 'pdftotext' ? ['-layout', path, '-'] : [path];
  return execFileSync(program, parameters, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
  });
}

export async function signed(borrower: Borrower): Promise<Borrower> {
  const page = await read(borrower);
  await sign(borrower, page, await askCode(borrower));
  return borrower;
}

/** Let go by the third post, where the process asks for one; then there is a limit to draw on. */
export async function released(borrower: Borrower): Promise<void> {
  await expect.poll(async () => isBeyond(await borrower.page()), { timeout: 30_000 }).toBe(true);
  const page = await borrower.page();
  if (page.step === 'ready') return;
  const task = await taskOf(bank, page, 'release');
  await act(bank, task, 'complete', { outcome: 'release' });
  await bank.processes.proceed(task.caseId);
  await expect.poll(async () => [bank.faults, (await borrower.page()).step], { timeout: 30_000 }).toEqual([[], 'ready']);
}
const isBeyond = ({ step, manual }: PortalApplication): boolean => bank.faults.length > 0 || step === 'ready' || manual !== null;

/** Signed, released by the third post, and with an account to draw to. */
export async function ready(borrower: Borrower): Promise<PortalApplication> {
  await signed(borrower);
  await released(borrower);
  return bank.lending.after.giveAccount(borrower.token, '6228480000003317');
}

let keys = 0;
export const drawOf = (page: PortalApplication, changes: Partial<PortalDraw> = {}): PortalDraw => ({
  key: `draw-key-${(keys += 1)}`,
  amount_fen: '3000000',
  method: 'revolving',
  months: 12,
  purpose: 'farm_inputs',
  account_id: page.ready?.accounts[0]?.account_id ?? '',
  ...changes,
});
