/** Invented people of the demonstration apply as borrowers do: through a code, with the sources' stand-ins answering in their own time. */
import type { Logger } from 'pino';
import { permissionsOf } from '#modules/organization/index.ts';
import type { PortalApplication, Question } from '#modules/lending/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import type { Bank } from '../bank.ts';
import { demonstrationCounty } from './demonstration-bank.ts';

const { entity, townships } = demonstrationCounty;
const [town] = townships;
const product = 'zheng_cun_dai';
const manager = { staffId: 'M101', grid: `${town}201` };
const applicants = 12;

export interface Visitor {
  name: string;
  id_no: string;
  phone: string;
  code: string;
}

/** A code and an invented person with whom whoever starts the demonstration may apply; made once and found again. */
export async function visitorOf(bank: Bank): Promise<Visitor | null> {
  const code = await channelOf(bank);
  const [person] = await people(bank, 1, (await hasApplied(bank)) ? 0 : applicants);
  return person ? { ...person, code } : null;
}

/** A dozen applications, so that work-lists and pages show what they are for. Does nothing when somebody has applied already. */
export async function applyInDemonstration(bank: Bank, log: Logger, leaving: AbortSignal): Promise<void> {
  if (await hasApplied(bank)) return;
  const code = await channelOf(bank);
  for (const [index, person] of (await people(bank, applicants, 0)).entries()) {
    if (leaving.aborted) return;
    await apply(bank, code, person, index).catch((error: unknown) =>
      log.warn({ err: error, index }, 'a demonstration application ended early'),
    );
  }
}

const hasApplied = (bank: Bank): Promise<boolean> =>
  withOwner(bank.db, async (tx) => (await tx.query('select 1 from lending.application limit 1')).length > 0);

async function channelOf(bank: Bank): Promise<string> {
  const session = { entityId: entity, actorId: manager.staffId, roles: ['manager'], scopes: [manager.grid] };
  const known = (await bank.lending.channels(session)).items.find(
    ({ revoked_at, product: sold }) => revoked_at === null && sold.code === product,
  );
  if (known) return known.code;
  const caller = { session, permissions: permissionsOf(['manager']), csrf: '', mustChangePassword: false };
  return (await bank.lending.addChannel(caller, { kind: 'manager', product })).code;
}

interface Person {
  name: string;
  id_no: string;
  phone: string;
}

/** Villagers of the manager's grid whom the last screening approves and nothing waits for, best score first. */
const people = (bank: Bank, count: number, after: number): Promise<Person[]> =>
  withOwner(bank.db, (tx) =>
    tx.query<Person>(
      `select p.name, p.id_no, p.phone from population.person p
       join strategy.decision_current d on d.entity_id = p.entity_id and d.person_id = p.person_id and d.outcome = 'approve' and d.segment = 'villager'
       where p.entity_id = $1 and p.grid_code ^@ $2 and p.id_no is not null and p.phone ~ '^1[3-9][0-9]{9}$'
         and not d.reasons && array['N09', 'N09U']
         and not exists (select 1 from lending.application a where a.entity_id = p.entity_id and a.person_id = p.person_id)
       order by d.score desc, p.person_id limit $3 offset $4`,
      [entity, manager.grid, count, after],
    ),
  );

async function apply(bank: Bank, code: string, person: Person, index: number): Promise<void> {
  const { portal } = bank.lending;
  // Every third comes with a phone that the bank does not know: people look at it.
  const phone = index % 3 === 1 ? `1990723${String(1000 + index)}` : person.phone;
  const { demonstration_code: sent } = await portal.askCode(code, phone);
  if (sent === null) throw new Error('this is no demonstration');
  const { token } = await portal.enter(code, phone, sent);
  await portal.identify(token, { name: person.name, residentId: person.id_no });
  // Some leave half-way, as people do.
  if (index === 10) return;
  const { consents } = await portal.page(token);
  await portal.agree(
    token,
    (consents ?? []).map(({ text, is_required }) => ({ text, is_given: is_required })),
  );
  const { face } = await portal.page(token);
  await portal.showFace(token, { text: face?.consent.text ?? '', token: (await portal.capture(token)).face_token });
  const amount = 2_000_000 + index * 1_000_000;
  for (let page = await portal.page(token); page.questions && !page.questions.is_complete;) {
    page = await portal.answer(token, answersTo(page, amount));
  }
  await portal.submit(token);
}

const answersTo = ({ questions }: PortalApplication, amount: number) =>
  Object.fromEntries(
    (questions?.items ?? []).filter(({ is_optional }) => !is_optional).map((question) => [question.name, answerTo(question, amount)]),
  );

function answerTo({ name, kind, options, minimum, maximum }: Question, amount: number): string | number | boolean | string[] {
  if (name === 'amount') return Math.min(amount, maximum ?? amount);
  if (name === 'months') return 12;
  const first = options[0]?.value ?? '';
  if (kind === 'choice') return first;
  if (kind === 'several') return [first];
  if (kind === 'yes_no') return true;
  if (kind === 'day') return '2027-06-30';
  return kind === 'text' ? '种植与养殖' : (minimum ?? 1);
}
