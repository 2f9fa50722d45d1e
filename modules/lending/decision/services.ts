/** What a process asks of lending: inquiries, the decision, an offer, a no. Each does what counts once, however often it is asked. */
import type { Value } from '#modules/indicators/index.ts';
import type { Agreed, Facts } from '#modules/inquiry/index.ts';
import type { Service, ServiceAnswer, Work } from '#modules/process/index.ts';
import type { ApplicationDecision, Decider } from '#modules/strategy/index.ts';
import { lastOf, withOwner, withSession } from '#platform/postgres/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import { headlineOf } from '../applications/headline.ts';
import { advanceApplication, lockApplication } from '../applications/store.ts';
import type { ApplicationRow } from '../applications/store.ts';
import { machine } from '../deps.ts';
import type { LendingDeps } from '../deps.ts';
import { hold } from '../held/ask-held.ts';
import { grantedBefore, keepGrant, within } from '../offers/granted.ts';
import { makeOffer } from '../offers/offer.ts';
import type { Granted } from '../offers/offer.ts';
import { insertOffer } from '../offers/store.ts';
import { decideAboutAgreed } from './ask-about.ts';
import { inputsOf, isInArea, phoneCheck } from './inputs.ts';
import { verdictOf } from './verdict.ts';
import type { Verdict } from './verdict.ts';

export const numberOf = (id: string): bigint => BigInt(id.slice(1));

/** Asks every source that the person has agreed to, all at once. One that is down leaves its values unknown, and nothing else. */
export function inquire(deps: LendingDeps): Service {
  return {
    gives: ['unavailable'],
    async run(work): Promise<ServiceAnswer> {
      const asking = await withOwner(deps.db, async (tx) => {
        const application = await lockApplication(tx, work.entityId, numberOf(work.subject.id));
        // The face was asked about while the person stood before it.
        return decideAboutAgreed(deps, tx, application, ['face']);
      });
      const unavailable = [...(await asking())]
        .filter(([, { outcome }]) => outcome === 'unavailable' || outcome === 'refused')
        .map(([source]) => source);
      return { variables: { unavailable } };
    },
  };
}

/** The machine works for one application, whose person may stand in the county's pool: it sees the county. */
export const sessionOf = ({ entity_id, grid_code }: Pick<ApplicationRow, 'entity_id' | 'grid_code'>) => ({
  entityId: entity_id,
  actorId: machine,
  roles: [],
  scopes: [grid_code.slice(0, 6)],
});

/** The strategy's word, kept with the application. Answers `verdict`, and with an approval its limit in yuan and rate. */
export function decide(deps: LendingDeps): Service {
  return {
    gives: ['verdict', 'limit', 'rate'],
    async run(work): Promise<ServiceAnswer> {
      const { application, personId, agreed } = await withOwner(deps.db, (tx) => readAgreed(deps, tx, work));
      const { inputs, known, judge } = await learn(deps, application, personId, agreed);
      const decided = judge({ personId, gridCode: application.grid_code, inputs, actorId: machine }, known);
      const unanswered = unansweredOf(work);
      const verdict = verdictOf(decided, { settled: deps.configuration.settled_before_signing, ...application.terms, unanswered });
      const isApproved = verdict.verdict === 'approve';
      return {
        variables: {
          verdict: verdict.verdict,
          limit: isApproved ? Number(verdict.limitFen) / 100 : null,
          rate: isApproved ? verdict.ratePpm : null,
        },
        async keep(tx) {
          await decided.keep(tx);
          keepVerdict(tx, application, decided, verdict);
          if (verdict.verdict === 'refer' && unanswered.length > 0) await hold(deps, tx, application, unanswered);
        },
      };
    },
  };
}

/** Sources that `inquire` got no answer from; the process carries them from there. */
function unansweredOf({ variables: { unavailable } }: Work): string[] {
  return Array.isArray(unavailable) ? unavailable.filter((source) => typeof source === 'string') : [];
}

function keepVerdict(tx: Tx, { application_id: id }: ApplicationRow, decided: ApplicationDecision, verdict: Verdict): void {
  const facts = {
    verdict: { ...verdict, ...('limitFen' in verdict ? { limitFen: String(verdict.limitFen) } : {}) },
    // A referral has its price and what holds it as well: whoever grants it later begins there.
    priced: decided.decision.rate_ppm,
    held: decided.reasons.filter(({ effect }) => effect === 'refer' || effect === 'wait').map(({ code }) => code),
  };
  const evidence = verdict.verdict === 'refer' ? {} : { judged: 'machine' };
  tx.along(
    `update lending.application set decision_id = $2, outcome = $3, facts = facts || $4, evidence = evidence || $5 where application_id = $1`,
    [id, decided.decisionId, verdict.verdict, JSON.stringify(facts), JSON.stringify(evidence)],
  );
}

/** The application of a case, with what its person agrees to be asked about; the last that its transaction reads. */
async function readAgreed(
  deps: LendingDeps,
  tx: Tx,
  work: Work,
): Promise<{ application: ApplicationRow; personId: string; agreed: readonly Agreed[] }> {
  const application = await lockApplication(tx, work.entityId, numberOf(work.subject.id));
  const { person_id: personId } = application;
  if (personId === null) throw new Error(`application A${application.application_id} has no person`);
  const agreed = await deps.inquiry.agreedTo(lastOf(tx), work.entityId, personId, 'credit_approval');
  return { application, personId, agreed };
}

/** What the strategy is told of an application as it stands now. */
export async function gather(deps: LendingDeps, application: ApplicationRow, personId: string): Promise<Record<string, unknown>> {
  const agreed = await withOwner(deps.db, (tx) => deps.inquiry.agreedTo(tx, application.entity_id, personId, 'credit_approval'));
  return (await learn(deps, application, personId, agreed)).inputs;
}

interface Learned {
  readonly inputs: Record<string, unknown>;
  /** The indicators with what sources said over them; null for somebody of whom nothing is computed. */
  readonly known: { readonly asOf: string; readonly values: Facts['values'] } | null;
  /** The strategy of the application's terms, as it was in force when all this was read. */
  readonly judge: Decider;
}

async function learn(deps: LendingDeps, application: ApplicationRow, personId: string, agreed: readonly Agreed[]): Promise<Learned> {
  const { dictionary } = await deps.products.library();
  return withSession(deps.db, sessionOf(application), async (tx) => {
    const [[known], { asOf, values, overlaid }, judge, beside] = await Promise.all([
      tx.prepared<{ phone: string | null; grid_code: string }>(
        'select phone, grid_code from population.person where entity_id = (select organization.current_entity()) and person_id = $1',
        [personId],
      ),
      deps.inquiry.factsFor(tx, personId, deps.clock.now().toString()),
      deps.strategies.decider(tx, application.entity_id, application.terms.strategy),
      besideOf(deps, tx, application, personId),
    ]);
    const phone = deps.vault.open('lending.application.phone', application.phone_sealed);
    const inputs = inputsOf(application, {
      dictionary,
      isInArea: isInArea(application.terms.grid_codes, known?.grid_code ?? null),
      hasVisit: values.get('GRD_VISIT_RESULT') === 'confirmed',
      phone: phoneCheck(phone, known?.phone ?? null),
      agreed: new Map(agreed.map(({ source, until }) => [source, until])),
      asked: new Map([...overlaid.keys()].map((code) => [code, values.get(code) ?? null])),
    });
    return {
      inputs: { ...inputs, ...exposureOf(values.get('HH_EXPOSURE'), beside) },
      known: asOf === null ? null : { asOf, values },
      judge,
    };
  });
}

/**
 * What was opened here beside the files of the household. Neither the application's own limit counts nor a grant of the person's own that waits for a
 * signature, which an application takes up.
 */
const besideOf = async ({ facilityExposure }: LendingDeps, tx: Tx, application: ApplicationRow, personId: string): Promise<bigint> =>
  facilityExposure === undefined
    ? 0n
    : facilityExposure(
        tx,
        personId,
        (facility) => `F${facility.facilityId}` !== application.facility_id && (facility.isSigned || facility.personId !== personId),
      );

/** The household's exposure by its files and what was opened beside them. Unknown stays unknown. */
const exposureOf = (known: Value | undefined, beside: bigint): { HH_EXPOSURE?: string } =>
  beside === 0n || (typeof known !== 'string' && typeof known !== 'number') ? {} : { HH_EXPOSURE: String(BigInt(known) + beside) };

/** An offer from the machine's approval, or from what a person granted. The borrower sees it as soon as the case waits for their word, and not before. */
export function offer(deps: LendingDeps): Service {
  return {
    gives: ['offered'],
    async run(work): Promise<ServiceAnswer> {
      const application = await read(deps, work);
      const market = await deps.market(work.entityId);
      const before = await grantedBefore(deps, application);
      const granted = within(grantedOf(application), before);
      const { conditions: words } = deps.configuration;
      const content = makeOffer({
        terms: application.terms,
        product: application.product,
        productVersion: application.product_version,
        granted,
        conditions: granted.conditions.map((code) => ({ code, text: words[code] ?? { zh: code, en: code } })),
        today: deps.clock.today(),
        market,
      });
      if ('none' in content) return { error: content.none };
      return {
        variables: { offered: true },
        async keep(tx) {
          const row = await lockApplication(tx, work.entityId, application.application_id);
          const at = deps.clock.now();
          const made = { origin: granted.origin, by: granted.by, at: at.toString() };
          const offerId = await insertOffer(tx, row, content, made);
          await keepGrant(tx, row.application_id, before);
          const detail = { offer: `O${offerId}`, limit_fen: content.limit_fen, rate_ppm: content.rate_ppm };
          await advanceApplication(tx, row, 'offer', {}, { actorId: granted.by, at, today: deps.clock.today(), detail });
        },
      };
    },
  };
}

interface Grant extends Granted {
  readonly origin: 'machine' | 'approval';
  readonly by: string;
  readonly conditions: readonly string[];
}

function grantedOf(application: ApplicationRow): Grant {
  const { approval, verdict } = application.facts;
  if (isGrant(approval)) {
    return {
      limitFen: BigInt(approval.limitFen),
      ratePpm: approval.ratePpm,
      origin: 'approval',
      by: approval.by ?? machine,
      conditions: approval.conditions,
    };
  }
  if (isGrant(verdict)) {
    return { limitFen: BigInt(verdict.limitFen), ratePpm: verdict.ratePpm, origin: 'machine', by: machine, conditions: verdict.conditions };
  }
  throw new Error(`nothing was granted to A${application.application_id}`);
}

interface KeptGrant {
  limitFen: string;
  ratePpm: number;
  conditions: string[];
  by?: string;
}

const isGrant = (kept: unknown): kept is KeptGrant =>
  typeof kept === 'object' &&
  kept !== null &&
  'limitFen' in kept &&
  'ratePpm' in kept &&
  'conditions' in kept &&
  Array.isArray(kept.conditions);

/** Tells the application that people look at it. */
export function refer(deps: LendingDeps): Service {
  return {
    gives: [],
    async run(work): Promise<ServiceAnswer> {
      const keep = async (tx: Tx): Promise<void> => {
        const id = numberOf(work.subject.id);
        // What lists show of it now says why people look.
        const [row, headline] = await Promise.all([lockApplication(tx, work.entityId, id), headlineOf(deps, tx, id)]);
        const by = { actorId: machine, at: deps.clock.now(), today: deps.clock.today() };
        // Decided once more on late answers, it is with people already.
        if (row.state !== 'referred') await advanceApplication(tx, row, 'refer', {}, by);
        await deps.processes.describe(tx, work.caseId, headline);
      };
      return { variables: {}, keep };
    },
  };
}

const personsNo = {
  code: 'person_declined',
  reason: {
    zh: '综合评估后暂不能提供授信，可申请人工复核。',
    en: 'After assessment no limit can be offered now; you may ask for a review by a person.',
  },
};

/** A no, with the neutral reason that the borrower reads and the day from which they may apply again. */
export function decline(deps: LendingDeps): Service {
  return {
    gives: [],
    async run(work): Promise<ServiceAnswer> {
      return ending(work, 'declined', async (tx, row) => {
        const { verdict } = row.facts;
        const told = isDecline(verdict) ? { code: verdict.code, reason: verdict.reason } : personsNo;
        const today = deps.clock.today();
        await advanceApplication(
          tx,
          row,
          'decline',
          { declined: { ...told, on: today.toString() } },
          { actorId: machine, at: deps.clock.now(), today, detail: { code: told.code } },
        );
      });
    },
  };
}

const isDecline = (kept: unknown): kept is { code: string; reason: { zh: string; en: string } } =>
  typeof kept === 'object' && kept !== null && 'code' in kept && typeof kept.code === 'string' && 'reason' in kept;

/** Nobody went on with it in time: an offer that lapsed, papers that were not signed. */
export function expire(deps: LendingDeps): Service {
  return {
    gives: [],
    async run(work): Promise<ServiceAnswer> {
      return ending(work, 'expired', async (tx, row) => {
        await tx.prepared(`update lending.offer set state = 'lapsed' where application_id = $1 and state in ('open', 'accepted')`, [
          row.application_id,
        ]);
        await advanceApplication(tx, row, 'expire', {}, { actorId: machine, at: deps.clock.now(), today: deps.clock.today() });
      });
    },
  };
}

/** The application ends, unless it stands there already. */
const ending = (work: Work, state: ApplicationRow['state'], act: (tx: Tx, row: ApplicationRow) => Promise<void>): ServiceAnswer => ({
  variables: {},
  async keep(tx) {
    const row = await lockApplication(tx, work.entityId, numberOf(work.subject.id));
    if (row.state !== state) await act(tx, row);
  },
});

const read = (deps: LendingDeps, work: Work): Promise<ApplicationRow> =>
  withOwner(deps.db, (tx) => lockApplication(tx, work.entityId, numberOf(work.subject.id)));
