/** A bank that lends over the wire, with the desks of its staff: contracts signed at a real authority, money paid by the core bank's stand-in. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { pino } from 'pino';
import { openCreditBureau } from '#connectors/credit-bureau/index.ts';
import { bureauSimulator, startSimulator as startProcess } from '#connectors/credit-bureau/simulator/start.ts';
import type { BureauSimulator } from '#connectors/credit-bureau/simulator/start.ts';
import { openSigningService } from '#connectors/e-sign/index.ts';
import { portsTo } from '#modules/inquiry/index.ts';
import type { Ports } from '#modules/inquiry/index.ts';
import type { Message } from '#modules/lending/index.ts';
import type { roles } from '#modules/organization/index.ts';
import { settableClock } from '#platform/clock/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import { keepHeld } from '../../apps/server/keep-held.ts';
import { startSimulator } from '../../connectors/e-sign/simulator/start.ts';
import { serveSmallBank } from '../served-bank.ts';
import type { ServedBank } from '../served-bank.ts';
import { ownEntity, password } from '../small-bank.ts';
import { breaches, openPage, signIn, type Watched } from './browsing.ts';

export type Colleague = readonly [login: string, name: string, role: keyof typeof roles, gridCode?: string];

export interface Office {
  readonly served: ServedBank;
  readonly messages: Message[];
  readonly faults: unknown[];
  /** The credit bureau, a process of its own that can be stopped and go on. */
  readonly bureau: BureauSimulator;
  /** Signed in at a desk of one's own. */
  desk(login: string): Promise<Page>;
  /** Nothing has gone wrong at a desk or behind it. */
  quiet(login: string): void;
  codeFor(phone: string): string;
  close(): Promise<void>;
}

/** A Monday morning: time limits run in working hours. */
const morning = '2026-11-23T01:58:00Z';
const firstDay = '2026-11-23';

export async function openOffice(colleagues: readonly Colleague[]): Promise<Office> {
  const folder = mkdtempSync(join(tmpdir(), 'qianmo-office-'));
  const [messages, faults, desks]: [Message[], unknown[], Map<string, Watched>] = [[], [], new Map()];
  const bureau = await startProcess(bureauSimulator({ seed: 7, at: morning, pace_ms: [0, 0] }));
  const place = {
    host: '127.0.0.1',
    port: bureau.port,
    organisation: 'A10313207230XX',
    operator: 'QM01',
    password: 'password-of-the-simulation',
  };
  // Whoever waits before a screen waits no longer than this for a process that hangs.
  const creditBureau = openCreditBureau({ ...place, timeoutMs: 1_500, clock: settableClock(morning) });
  // The authority's clock begins before the bank's, so that its certificates count at the bank.
  const authority = await startSimulator({ folder, at: '2026-11-22T00:00:00Z' });
  const wire = { url: authority.url, platform: 'QIANMO', secret: 'demonstration', timeoutMs: 5_000, trust: [authority.root] };
  const signing = openSigningService({ ...wire, clock: settableClock(morning) });
  const served = await serveSmallBank(undefined, {
    hasCore: true,
    serving: {
      send: async (_entity, message) => (messages.push(message), 'sent'),
      ports: portsOf(portsTo({ creditBureau })),
      onFault: (error) => faults.push(error),
      signing,
      seal: async () => ({ name: '灌云农村商业银行', uscc: '91110000600037341L' }),
    },
  });
  served.clock.set(morning);
  await staffed(served, colleagues);
  const stopAsking = keepHeld(served.bank.lending, pino({ level: 'silent' }));
  return {
    served,
    messages,
    faults,
    bureau,
    async desk(login) {
      const known = desks.get(login);
      if (known) return known.page;
      const made = await openPage(served.browser);
      desks.set(login, made);
      await signIn(made.page, served.url, login);
      return made.page;
    },
    quiet: (login) => expect([...(desks.get(login)?.faults ?? []), ...faults]).toEqual([]),
    codeFor: (phone) => /\d{6}/.exec(messages.findLast((message) => message.phone === phone)?.text ?? '')?.[0] ?? '',
    async close() {
      await stopAsking();
      await served.close();
      await creditBureau.close();
      await bureau.kill();
      signing.close();
      await authority.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function staffed({ bank }: ServedBank, colleagues: readonly Colleague[]): Promise<void> {
  const staff = colleagues.map(([login, name, role, gridCode = '320723103']) => ({
    staff_id: login.toUpperCase(),
    login,
    name,
    institution_id: 'HQ',
    roles: [role],
    grid_codes: [gridCode],
    password,
    must_change_password: false,
  }));
  const head = { entity_id: ownEntity, name: '灌云农村商业银行', short_name: '灌云农商行', root_grid_code: ownEntity, institutions: [] };
  await bank.organization.found({ entities: [{ ...head, staff }] });
  // Those who hold every post at once would be given the tasks of this office.
  await withOwner(bank.db, (tx) =>
    tx.query(`update organization.staff set is_active = false where entity_id = $1 and not (staff_id = any($2))`, [
      ownEntity,
      staff.map(({ staff_id: id }) => id),
    ]),
  );
  if ((await bank.servicing.businessDate(ownEntity)) === null) await bank.servicing.begin(ownEntity, firstDay);
}

/** The bureau is asked over its wire. Of its report only the day counts here: whom the office lends to was chosen by the bank's own figures. */
function portsOf({ credit_bureau: askBureau }: Ports): Ports {
  if (!askBureau) throw new Error('the bureau is connected');
  const raw = Buffer.from('{}');
  return {
    identity_check: async (_source, { today }) => ({
      outcome: 'answered',
      raw,
      rows: null,
      named: { ID_CHECK_RESULT: '01' },
      asOf: today,
    }),
    face: async (_source, { today }) => ({
      outcome: 'answered',
      raw,
      rows: null,
      named: { FACE_SCORE: 0.93, FACE_LIVE: true },
      asOf: today,
    }),
    court: async (_source, { today }) => ({ outcome: 'answered', raw, rows: [], named: {}, asOf: today }),
    credit_bureau: async (source, question, asking) => {
      const answer = await askBureau(source, question, asking);
      if (answer.outcome !== 'answered') return answer;
      return { ...answer, rows: null, named: { CR_REPORT_DT: question.today.toString() } };
    },
  };
}

export interface Neighbour {
  readonly person_id: string;
  readonly name: string;
  readonly id_no: string;
  readonly phone: string;
}

/** People of the township whom the strategy approves, of the age that borrows; each with the phone on record. */
export const soundNeighbours = ({ served }: Office, most: number): Promise<Neighbour[]> =>
  withOwner(served.bank.db, (tx) =>
    tx.query<{ person_id: string; name: string; id_no: string; phone: string }>(
      `select p.person_id, p.name, p.id_no, p.phone from population.person p join strategy.decision_current d using (entity_id, person_id)
       where p.entity_id = $1 and d.outcome = 'approve' and p.grid_code ^@ '320723103' and p.birth_date between '1970-01-01' and '1996-01-01'
         and p.phone is not null order by p.person_id limit $2`,
      [ownEntity, most],
    ),
  );

/** What a small application from the person's own phone tells beside the bank's own figures. */
const smallApplication = {
  APP_AMOUNT: '3000000',
  APP_TERM_M: 12,
  APP_PURPOSE: 'production',
  APP_GUARANTEE: 'credit',
  APP_IN_REGION: true,
  INTERNET_LOAN: true,
  PHONE_CHECK: 'match',
  ID_CHECK_RESULT: '01',
  FACE_SCORE: 0.93,
  FACE_LIVE: true,
  CONSENT_PBOC_TO: '9999-12-31',
  CONSENT_DATA_TO: '9999-12-31',
} as const;

/**
 * Of them, villagers whom the machine itself makes an offer as soon as the credit bureau has answered: nothing but an old report and what is settled
 * before signing holds them. `isBureauNeeded`: only those who are held by an old report until then.
 */
export async function offeredNeighbours(office: Office, most: number, { isBureauNeeded = false } = {}): Promise<Neighbour[]> {
  const settledOrAsked = new Set(['R07', 'R07U', 'B09', 'B09U', 'P14']);
  const session = { entityId: ownEntity, actorId: 'OFFICE', roles: [], scopes: [ownEntity] };
  const found: Neighbour[] = [];
  for (const person of await soundNeighbours(office, 1_000)) {
    if (found.length === most) break;
    const { decision, explanation } = await office.served.bank.strategies.decide(session, {
      strategy: 'retail',
      stage: 'apply',
      person_id: person.person_id,
      inputs: { ...smallApplication },
    });
    const holding = explanation.reasons.filter(({ effect }) => effect !== 'cap' && effect !== 'price').map(({ code }) => code);
    const isOffered = decision.segment === 'villager' && decision.limit_fen !== null && holding.every((code) => settledOrAsked.has(code));
    if (isOffered && (!isBureauNeeded || holding.includes('P14'))) found.push(person);
  }
  if (found.length < most) throw new Error(`the county has ${found.length} such people, not ${most}`);
  return found;
}

/** Pictures at the sizes that people have, and nothing that keeps anybody from using the page. */
export async function look(page: Page, folder: string, name: string, sizes: readonly number[] = [1440, 360]): Promise<void> {
  const into = resolve(import.meta.dirname, '../../test-results', folder);
  mkdirSync(into, { recursive: true });
  for (const width of sizes) {
    await page.setViewportSize({ width, height: width === 360 ? 780 : 900 });
    await page.waitForLoadState('networkidle');
    await page.screenshot({ path: join(into, `${name}-${width}.png`), fullPage: width === 360 });
  }
  await page.setViewportSize({ width: 1440, height: 900 });
  expect(await breaches(page)).toEqual([]);
}
