/** What investigators and approvers end their tasks with, and what has to be there before they may. */
import { answerFaults } from '#core/product/index.ts';
import type { Completion, Form } from '#modules/process/index.ts';
import { refuse } from '#platform/http/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import { advanceApplication, lockApplication } from '../applications/store.ts';
import type { ApplicationRow } from '../applications/store.ts';
import { headlineOf } from '../applications/headline.ts';
import { refusals } from '../contract.ts';
import { numberOf } from '../decision/services.ts';
import type { LendingDeps } from '../deps.ts';
import { levelOf, oversteps, priced } from './authority.ts';

const askMore = { value: 'ask_more', name: { zh: '请客户补件', en: 'Ask for more' } } as const;
const refuseIt = { value: 'refuse', name: { zh: '不同意', en: 'Refuse' } } as const;
const agree = { value: 'agree', name: { zh: '同意', en: 'Agree' } } as const;

export interface InvestigationRow {
  number: number;
  investigator_id: string;
  answers: Record<string, unknown>;
  limit_fen: bigint | null;
  opinion: string | null;
  place: { lat: number; lon: number; accuracy_m: number } | null;
  saved_at: string;
  sent_at: string | null;
}

/** Outcomes of an investigation. Refuses: investigation_missing, investigation_incomplete, reason_needed. */
export function investigationForm(deps: LendingDeps): Form {
  return {
    outcomes: [{ value: 'submit', name: { zh: '提交审批', en: 'Send to approval' } }, askMore, refuseIt],
    gives: ['outcome', 'level', 'committee'],
    async complete(tx, completion) {
      const application = await lockApplication(tx, completion.entityId, numberOf(completion.subject.id));
      if (completion.outcome === 'ask_more') return askForMore(deps, tx, application, completion);
      if (completion.outcome === 'refuse') {
        needReason(completion);
        return { level: 0, committee: [] };
      }
      return sendInvestigation(deps, tx, application, completion);
    },
  };
}

async function askForMore(deps: LendingDeps, tx: Tx, application: ApplicationRow, completion: Completion) {
  const text = needReason(completion);
  const by = { actorId: completion.caller.session.actorId, at: deps.clock.now().round('millisecond'), today: deps.clock.today() };
  await advanceApplication(tx, application, 'ask_more', { supplement: { text } }, { ...by, detail: { text } });
  return { level: 0, committee: [] };
}

function needReason({ reason }: Completion): string {
  if (reason === null) throw refuse(refusals, 'reason_needed');
  return reason;
}

async function sendInvestigation(deps: LendingDeps, tx: Tx, application: ApplicationRow, completion: Completion) {
  const investigation = await latestInvestigation(tx, application.application_id);
  const { actorId } = completion.caller.session;
  if (!investigation || investigation.sent_at !== null || investigation.investigator_id !== actorId || investigation.limit_fen === null) {
    throw refuse(refusals, 'investigation_missing');
  }
  const { forms } = await deps.products.library();
  const form = application.terms.investigation_form === null ? undefined : forms.get(application.terms.investigation_form);
  const faults = form ? answerFaults(form, investigation.answers) : [];
  if (faults.length > 0) throw refuse(refusals, 'investigation_incomplete', undefined, faults);
  const at = deps.clock.now().round('millisecond').toString();
  await tx.query('update lending.investigation set sent_at = $3 where application_id = $1 and number = $2', [
    application.application_id,
    investigation.number,
    at,
  ]);
  const kept = { limitFen: String(investigation.limit_fen), by: actorId };
  await keepFacts(tx, application, { investigation: kept }, { judged: 'person', ...(investigation.place ? { visit: true } : {}) });
  await deps.processes.describe(tx, completion.caseId, await headlineOf(deps, tx, application.application_id));
  const table = deps.configuration.authorities[application.terms.authority];
  if (!table) throw new Error(`authority ${application.terms.authority} is not configured`);
  return { level: levelOf(table, investigation.limit_fen), committee: await committeeOf(tx, application) };
}

export async function latestInvestigation(tx: Tx, applicationId: bigint): Promise<InvestigationRow | null> {
  const [row] = await tx.query<InvestigationRow>(
    `select number, investigator_id, answers, limit_fen, opinion, place, saved_at, sent_at from lending.investigation
     where application_id = $1 order by number desc limit 1`,
    [applicationId],
  );
  return row ?? null;
}

/** Approvers of the entity who look after the place, at most seven: the loan committee of the template. */
async function committeeOf(tx: Tx, { entity_id, grid_code }: ApplicationRow): Promise<string[]> {
  const rows = await tx.query<{ staff_id: string }>(
    `select distinct s.staff_id from organization.staff s join organization.grid_assignment g using (entity_id, staff_id)
     where s.entity_id = $1 and s.is_active and 'approver' = any(s.roles) and $2 ^@ g.grid_code order by s.staff_id limit 7`,
    [entity_id, grid_code],
  );
  return rows.map(({ staff_id }) => staff_id);
}

const keepFacts = async (tx: Tx, application: ApplicationRow, facts: object, evidence: object): Promise<void> =>
  void (await tx.query('update lending.application set facts = facts || $2, evidence = evidence || $3 where application_id = $1', [
    application.application_id,
    JSON.stringify(facts),
    JSON.stringify(evidence),
  ]));

interface ApprovalRow {
  limit_fen: bigint;
  discount_bp: number;
}

/**
 * Outcomes of an approval. Agreeing without a word of one's own agrees to what the investigation proposes.
 * Refuses: reason_needed, and what an approver's word oversteps.
 */
export function approvalForm(deps: LendingDeps, posts: Readonly<Record<string, string>>): Form {
  return {
    outcomes: [agree, refuseIt],
    gives: ['outcome'],
    async complete(tx, completion) {
      const application = await lockApplication(tx, completion.entityId, numberOf(completion.subject.id));
      if (completion.outcome === 'refuse') needReason(completion);
      else await grant(deps, tx, application, completion, posts[completion.node] ?? 'branch_head');
      await countApproval(deps, tx, application, completion);
      return {};
    },
  };
}

async function grant(deps: LendingDeps, tx: Tx, application: ApplicationRow, completion: Completion, post: string): Promise<void> {
  const investigation = await latestInvestigation(tx, application.application_id);
  if (investigation?.limit_fen == null) throw refuse(refusals, 'investigation_missing');
  const [own] = await tx.query<ApprovalRow>(
    'select limit_fen, discount_bp from lending.approval where application_id = $1 and task_id = $2',
    [application.application_id, completion.taskId],
  );
  const before = grantedBefore(application);
  const word = { limitFen: own?.limit_fen ?? before ?? investigation.limit_fen, discountBp: own?.discount_bp ?? 0 };
  const wrong = oversteps(word, investigation.limit_fen, application.terms, post);
  if (wrong) throw refuse(refusals, wrong);
  const rate = baseRate(application);
  const kept = {
    limitFen: String(word.limitFen),
    ratePpm: priced(rate, word.discountBp, application.terms.price_floor_ppm),
    conditions: conditionsOf(deps, application),
    by: completion.caller.session.actorId,
  };
  await keepFacts(tx, application, { approval: kept }, {});
  await deps.processes.describe(tx, completion.caseId, await headlineOf(deps, tx, application.application_id));
}

/** What the approver before granted: the next one does not silently raise it again. */
function grantedBefore({ facts }: ApplicationRow): bigint | null {
  const { approval } = facts;
  return typeof approval === 'object' && approval !== null && 'limitFen' in approval && typeof approval.limitFen === 'string'
    ? BigInt(approval.limitFen)
    : null;
}

/** The strategy's price, which a referral has as well; the product's highest where it gave none. */
function baseRate({ facts, terms }: ApplicationRow): number {
  const { priced: price } = facts;
  return typeof price === 'number' ? price : terms.price_cap_ppm;
}

function conditionsOf({ configuration }: LendingDeps, { facts }: ApplicationRow): string[] {
  const { held } = facts;
  if (!Array.isArray(held)) return [];
  const names = held.map((code) => (typeof code === 'string' ? configuration.settled_before_signing[code] : undefined));
  return [...new Set(names.filter((name) => name !== undefined))];
}

async function countApproval(deps: LendingDeps, tx: Tx, application: ApplicationRow, completion: Completion): Promise<void> {
  await tx.query(`update lending.approval set counted_at = $3, outcome = $4 where application_id = $1 and task_id = $2`, [
    application.application_id,
    completion.taskId,
    deps.clock.now().round('millisecond').toString(),
    completion.outcome,
  ]);
}

/** A vote has no word of its own: it is for or against what the approver before granted. */
export const voteForm: Form = {
  outcomes: [agree, refuseIt],
  gives: ['outcome'],
  async complete(_tx, completion) {
    if (completion.outcome === 'refuse') needReason(completion);
    return {};
  },
};

/** The third post looks at the papers before the limit is opened. */
export const releaseForm: Form = { outcomes: [{ value: 'release', name: { zh: '放款', en: 'Release' } }], gives: [] };
