/** A draw: looked at by the product's rules, by the strategy as of now, and asked of servicing once. */
import { createHash } from 'node:crypto';
import { costOfDraw, wordOf } from '#core/product/index.ts';
import { refusals as servicingRefusals } from '#modules/servicing/contract.ts';
import { Problem, refuse } from '#platform/http/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import { lockApplication } from '../applications/store.ts';
import { mustStillBeEligible } from '../decision/asked-again.ts';
import type { LendingDeps } from '../deps.ts';
import { portalRefusals } from '../portal/contract.ts';
import type { PortalDraw, PortalDrawn, PortalDrawPreview, PreviewPortalDraw } from '../portal/contract.ts';
import type { PortalSession } from '../portal/session.ts';
import { accountKeyOf, findAccount, openAccount, sealAccount } from './account.ts';
import { borrowing, mustBeAsSigned, servicingSession } from './borrowing.ts';
import type { Borrowing } from './borrowing.ts';
import { loanTermsOf, refusalOfDraw } from './draw.ts';
import type { AskedDraw } from './draw.ts';

interface DrawRow {
  draw_id: bigint;
  input_hash: string;
  state: 'asked' | 'requested' | 'refused';
  drawdown_id: string | null;
}

/**
 * Asks for money. The same key again is the same draw. Refuses: no_contract, paper_changed, draw_too_small, method_not_offered, purpose_forbidden,
 * entrusted_needed, draw_split, no_longer_eligible, account_unknown, and what servicing refuses of key, facility and plan.
 */
export async function draw(deps: LendingDeps, session: PortalSession, given: PortalDraw): Promise<PortalDrawn> {
  const place = await borrowing(deps, session);
  const input = hashOf(given);
  const known = await withOwner(deps.db, (tx) => readDraw(tx, place, given.key));
  if (known && known.input_hash !== input) throw refuse(servicingRefusals, 'key_reused', { zh: given.key, en: given.key });
  if (known?.drawdown_id != null) return drawnOf(deps, place, known.drawdown_id);
  await mustBeAsSigned(deps, place);
  const decisionId = known ? null : await askStrategy(deps, place, given);
  const drawId = known?.draw_id ?? (await keepDraw(deps, place, given, { input, decisionId: decisionId ?? '' }));
  return drawnOf(deps, place, await requestOnce(deps, place, given, drawId));
}

function hashOf({ amount_fen: amount, method, months, purpose, said, account_id: account, payee }: PortalDraw): string {
  const content = [amount, method, months, purpose, said ?? null, account, payee?.name ?? null, payee?.account ?? null];
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}

async function readDraw(tx: Tx, { row }: Borrowing, key: string): Promise<DrawRow | null> {
  const [found] = await tx.query<DrawRow>(
    `select draw_id, input_hash, state, drawdown_id from lending.draw where application_id = $1 and key = $2 and state <> 'refused'`,
    [row.application_id, key],
  );
  return found ?? null;
}

const askedOf = (given: PortalDraw): AskedDraw => ({
  amountFen: BigInt(given.amount_fen),
  method: given.method,
  months: given.months,
  purpose: given.purpose,
  said: given.said ?? null,
  isEntrusted: given.payee !== undefined,
});

/** Lists, household and everything else as they stand today. What is only referred was looked at when the limit was granted, but for lists. */
async function askStrategy(deps: LendingDeps, { row, offer }: Borrowing, given: PortalDraw): Promise<string> {
  const { dictionary } = await deps.products.library();
  const early = refusalOfDraw(askedOf(given), { terms: row.terms, dictionary, sameFen: 0n });
  if (early) throw refuse(portalRefusals, early);
  if (offer.content.limit_until < deps.clock.today().toString()) throw refuse(portalRefusals, 'no_longer_eligible');
  return mustStillBeEligible(deps, row, { ...row.answers, amount: Number(given.amount_fen), months: given.months, purpose: given.purpose });
}

/** One draw after another for a person: what adds up must not be split over two at once. */
async function keepDraw(
  deps: LendingDeps,
  place: Borrowing,
  given: PortalDraw,
  { input, decisionId }: { input: string; decisionId: string },
): Promise<bigint> {
  const { dictionary } = await deps.products.library();
  const { row, personId, contract } = place;
  return withOwner(deps.db, async (tx) => {
    await lockApplication(tx, row.entity_id, row.application_id);
    await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`lending.draw ${row.entity_id} ${personId}`]);
    const twin = await readDraw(tx, place, given.key);
    if (twin) return twin.draw_id;
    const account = await findAccount(tx, row, personId, given.account_id);
    if (!account) throw refuse(portalRefusals, 'account_unknown');
    const payee = given.payee === undefined ? null : { ...given.payee, key: accountKeyOf(deps, row.entity_id, given.payee.account) };
    // The seller is somebody else: one's own account is no seller's.
    if (payee !== null && given.payee?.account === openAccount(deps, account.account_sealed))
      throw refuse(portalRefusals, 'entrusted_needed');
    const refused = refusalOfDraw(askedOf(given), { terms: row.terms, dictionary, sameFen: await drawnForTheSame(deps, tx, place, given) });
    if (refused) throw refuse(portalRefusals, refused);
    const at = deps.clock.now().round('millisecond').toString();
    const [kept] = await tx.query<{ draw_id: bigint }>(
      `insert into lending.draw (entity_id, application_id, contract_id, person_id, grid_code, key, input_hash, amount_fen, purpose, said, account_sealed,
         payee_sealed, payee_key, decision_id, asked_on, asked_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
       on conflict (application_id, key) do update set state = 'asked', input_hash = excluded.input_hash, amount_fen = excluded.amount_fen,
         purpose = excluded.purpose, said = excluded.said, account_sealed = excluded.account_sealed, payee_sealed = excluded.payee_sealed,
         payee_key = excluded.payee_key, decision_id = excluded.decision_id, asked_on = excluded.asked_on, asked_at = excluded.asked_at
       returning draw_id`,
      [
        row.entity_id,
        row.application_id,
        contract.contract_id,
        personId,
        row.grid_code,
        given.key,
        input,
        given.amount_fen,
        given.purpose,
        given.said ?? null,
        account.account_sealed,
        payee === null ? null : sealAccount(deps, JSON.stringify({ name: payee.name, account: payee.account })),
        payee?.key ?? null,
        decisionId,
        deps.clock.today().toString(),
        at,
      ],
    );
    if (!kept) throw new Error(`no draw was kept for A${row.application_id}`);
    return kept.draw_id;
  });
}

/** Thirty days back, over all of the person's contracts; what failed at the core bank does not count. */
async function drawnForTheSame(deps: LendingDeps, tx: Tx, { row, personId }: Borrowing, given: PortalDraw): Promise<bigint> {
  const payeeKey = given.payee === undefined ? null : accountKeyOf(deps, row.entity_id, given.payee.account);
  const [sum] = await tx.query<{ fen: bigint }>(
    `select coalesce(sum(d.amount_fen), 0)::bigint as fen from lending.draw d
     left join servicing.drawdown w on w.drawdown_id = substr(d.drawdown_id, 2)::bigint
     where d.entity_id = $1 and d.person_id = $2 and d.asked_on > $3 and d.state <> 'refused' and coalesce(w.state, 'reserved') <> 'failed'
       and (d.purpose = $4 or d.payee_key = $5)`,
    [row.entity_id, personId, deps.clock.today().subtract({ days: 30 }).toString(), given.purpose, payeeKey],
  );
  return sum?.fen ?? 0n;
}

/** Servicing promises it under the draw's own key: after a crash in between it is the same drawdown. What it refuses is not counted any more. */
async function requestOnce(deps: LendingDeps, place: Borrowing, given: PortalDraw, drawId: bigint): Promise<string> {
  const { row, offer, facilityId } = place;
  const [{ dictionary }, market, day] = [
    await deps.products.library(),
    await deps.market(row.entity_id),
    await deps.servicing.businessDate(row.entity_id),
  ];
  if (day === null) throw new Error(`servicing has not begun for ${row.entity_id}`);
  const kept = await withOwner(deps.db, (tx) =>
    tx.query<{ account_sealed: string }>('select account_sealed from lending.draw where draw_id = $1', [drawId]),
  );
  const own = openAccount(deps, kept[0]?.account_sealed ?? '');
  const purpose = wordOf(dictionary, 'purposes', given.purpose).zh;
  const terms = loanTermsOf(row.terms, given, { ratePpm: offer.rate_ppm, day: Temporal.PlainDate.from(day), lprPpm: market.lprPpm });
  try {
    const { drawdown_id: drawdownId } = await deps.servicing.requestDrawdown(servicingSession(row), facilityId, {
      key: `lending.draw.${drawId}`,
      amount_fen: given.amount_fen,
      terms,
      account: given.payee?.account ?? own,
      account_name: given.payee?.name ?? row.name ?? '',
      purpose: (given.said === undefined ? purpose : `${purpose}：${given.said}`).slice(0, 100),
      auto_debit: given.payee === undefined,
    });
    await markDraw(deps, drawId, 'requested', drawdownId);
    return drawdownId;
  } catch (error) {
    if (error instanceof Problem) await markDraw(deps, drawId, 'refused', null);
    throw error;
  }
}

const markDraw = async (deps: LendingDeps, drawId: bigint, state: 'requested' | 'refused', drawdownId: string | null): Promise<void> =>
  void (await withOwner(deps.db, (tx) =>
    tx.query('update lending.draw set state = $2, drawdown_id = $3 where draw_id = $1', [drawId, state, drawdownId]),
  ));

async function drawnOf(deps: LendingDeps, { row }: Borrowing, drawdownId: string): Promise<PortalDrawn> {
  const { state } = await deps.servicing.drawdown(servicingSession(row), BigInt(drawdownId.slice(1)));
  return { drawdown_id: drawdownId, state };
}

/** What a draw would cost, line by line, from the day it is asked. Refuses: no_contract, draw_too_small, method_not_offered. */
export async function previewDraw(deps: LendingDeps, session: PortalSession, given: PreviewPortalDraw): Promise<PortalDrawPreview> {
  const { row, offer } = await borrowing(deps, session);
  const amountFen = BigInt(given.amount_fen);
  if (amountFen < BigInt(row.terms.draw_min_fen)) throw refuse(portalRefusals, 'draw_too_small');
  const isOffered = row.terms.methods.includes(given.method) && row.terms.draw_months.includes(given.months);
  const day = await deps.servicing.businessDate(row.entity_id);
  if (!isOffered || day === null) throw refuse(portalRefusals, 'method_not_offered');
  const cost = costOfDraw(
    row.terms,
    {
      amountFen,
      months: given.months,
      method: given.method,
      ratePpm: BigInt(offer.rate_ppm),
      startDate: Temporal.PlainDate.from(day),
    },
    await deps.market(row.entity_id),
  );
  if ('refused' in cost) throw refuse(portalRefusals, 'method_not_offered');
  return {
    interest_fen: String(cost.lines.reduce((sum, { interestFen }) => sum + interestFen, 0n)),
    total_fen: String(cost.statement.totalFen),
    yearly_ppm: Number(cost.statement.yearly.simplePpm),
    lines: cost.lines.map(({ due, principalFen, interestFen, balanceFen }) => ({
      due_date: due.toString(),
      principal_fen: String(principalFen),
      interest_fen: String(interestFen),
      balance_fen: String(balanceFen),
    })),
  };
}
