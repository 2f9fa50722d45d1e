/** The people of whole-village credit at their desks and doors, and what they do where a page need not be watched. */
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { permissionsOf } from '#modules/organization/index.ts';
import type { roles } from '#modules/organization/index.ts';
import { reviewAddresses, reviewCookie } from '#modules/village/evaluation/page/contract.ts';
import type { ReviewSheet } from '#modules/village/evaluation/page/contract.ts';
import type { Caller } from '#platform/http/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import type { ServedBank } from '../served-bank.ts';
import { otherEntity, ownEntity, password } from '../small-bank.ts';
import { breaches } from './browsing.ts';

export const township = '320723103';

interface Colleague {
  readonly login: string;
  readonly name: string;
  readonly role: keyof typeof roles;
  readonly entity: string;
}

export const colleagues: readonly Colleague[] = [
  { login: 'branch', name: '孙立国', role: 'branch_head', entity: ownEntity },
  { login: 'risk', name: '何静', role: 'risk_head', entity: ownEntity },
  { login: 'payments', name: '徐静怡', role: 'operations', entity: ownEntity },
  { login: 'doors', name: '周海涛', role: 'manager', entity: ownEntity },
  { login: 'second-branch', name: '吴兰', role: 'branch_head', entity: otherEntity },
  { login: 'second-risk', name: '陆远', role: 'risk_head', entity: otherEntity },
];

export function callerOf(login: string): Caller {
  const found = colleagues.find((one) => one.login === login);
  if (!found) throw new Error(`nobody is called ${login}`);
  const session = { entityId: found.entity, actorId: login.toUpperCase(), roles: [found.role], scopes: [township] };
  return { session, permissions: permissionsOf([found.role]), csrf: '', mustChangePassword: false };
}

export async function staffed({ bank }: ServedBank): Promise<void> {
  const names = { [ownEntity]: '灌云农商行', [otherEntity]: '云台农商行' };
  const entities = Object.entries(names).map(([entity_id, short_name]) => ({
    entity_id,
    name: short_name,
    short_name,
    root_grid_code: '320723',
    institutions: [],
    staff: colleagues
      .filter(({ entity }) => entity === entity_id)
      .map(({ login, name, role }) => ({
        staff_id: login.toUpperCase(),
        login,
        name,
        institution_id: 'HQ',
        roles: [role],
        grid_codes: [township],
        password,
        must_change_password: false,
      })),
  }));
  await bank.organization.found({ entities });
  await withOwner(bank.db, async (tx) => {
    for (const { entity_id, short_name } of entities)
      await tx.query('update organization.entity set short_name = $2 where entity_id = $1', [entity_id, short_name]);
  });
}

/** The group with the fewest households, so that it is walked through in minutes. */
export async function smallGroup({ bank }: ServedBank, entity: string): Promise<string> {
  const [group] = await withOwner(bank.db, (tx) =>
    tx.query<{ grid_code: string }>(
      `select grid_code from population.person where entity_id = $1 and grid_code ^@ $2 and length(grid_code) = 14
       group by 1 order by count(distinct household_id), 1 limit 1`,
      [entity, township],
    ),
  );
  if (!group) throw new Error('the small bank has no group of people');
  return group.grid_code;
}

/** Pictures of the screens, kept beside the results of the run. */
const pictures = resolve(import.meta.dirname, '../../test-results/village');
export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, `${name}.png`) });
}

/** As a person meets it: no breach of the rules of access, nothing wider than the screen; and a picture of it. */
export async function looksRight(page: Page, name: string): Promise<void> {
  await picture(page, name);
  expect([name, await breaches(page)]).toEqual([name, []]);
  expect([name, await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)]).toEqual([name, 0]);
}

/** What the village says of everybody alike in what the visit asks again. */
export const said = { work: 'farming', income: 'from_5_to_10', house: 'storeyed', debt: 'none' } as const;

/** A reviewer on the own phone, by the page's own requests: everybody who is still open, with one suggestion. */
export async function answerOpenRows(served: ServedBank, reviewerId: bigint, suggestedFen: bigint): Promise<number> {
  const { code } = await served.bank.villages.evaluation.giveCode(callerOf('branch').session, reviewerId);
  const entered = await served.api.app.inject({
    method: 'POST',
    url: reviewAddresses.session,
    payload: { reviewer_id: `R${reviewerId}`, code },
  });
  const token = entered.cookies.find(({ name }) => name === reviewCookie);
  if (!token) throw new Error(`R${reviewerId} could not enter: ${entered.body}`);
  const headers = { cookie: `${reviewCookie}=${token.value}`, 'x-qianmo-csrf': entered.json<{ csrf: string }>().csrf };
  const sheet = await served.api.app.inject({ url: reviewAddresses.sheet, headers });
  const items = sheet.json<ReviewSheet>().groups.flatMap(({ round, households }) =>
    households
      .flatMap(({ people }) => people)
      .filter((person) => !person.is_recused && !person.is_answered)
      .map(({ person_id }) => ({
        evaluation_id: randomUUID(),
        round,
        person_id,
        knows: 'yes',
        answers: said,
        suggested_fen: String(suggestedFen),
        kinds: [],
        seconds: 12,
      })),
  );
  const taken = await served.api.app.inject({ method: 'POST', url: reviewAddresses.answers, headers, payload: { items } });
  expect(taken.json()).toMatchObject({ refused: [] });
  return items.length;
}
