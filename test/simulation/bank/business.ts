/** Does to the bank what people decided, and notes what they were told. */
import { isDeepStrictEqual } from 'node:util';
import type { Change } from '#modules/change/index.ts';
import { loanTerms } from '#modules/servicing/contract.ts';
import type { Repaid, Repay, RequestDrawdown } from '#modules/servicing/contract.ts';
import type { Servicing } from '#modules/servicing/index.ts';
import { Problem } from '#platform/http/index.ts';
import { firstPayment } from './act.ts';
import type { Act, ActOf, Outcome, Told } from './act.ts';
import { isBroken, wordsOf } from './fault.ts';
import { secondPersonOf, tellerOf } from './entity.ts';

export interface Counter {
  readonly servicing: Servicing;
  readonly change: Change;
}

const nothing: Outcome = { told: [] };
const reason = '按约定办理';

/** Refusals are answers; a broken connection is thrown; anything else that is thrown is the bank's fault. */
export async function perform(counter: Counter, act: Act): Promise<Outcome> {
  try {
    return await performed(counter, act);
  } catch (error) {
    if (isBroken(error)) throw error;
    if (error instanceof Problem) return { told: [], refused: error.code };
    return { told: [], wrong: `${act.kind} ${act.name}: ${wordsOf(error)}` };
  }
}

async function performed(counter: Counter, act: Act): Promise<Outcome> {
  const { servicing } = counter;
  const teller = tellerOf(act.entityId);
  const changed = (change: Parameters<Servicing['changeFacility']>[2]) => (facilityId: bigint) =>
    approved(counter, act.entityId, servicing.changeFacility(teller, facilityId, change));
  switch (act.kind) {
    case 'open':
      await servicing.openFacility(teller, { key: act.name, ...act.facility });
      return nothing;
    case 'draw':
      return draw(servicing, act);
    case 'repay':
      return repay(servicing, act);
    case 'recover':
      return recover(servicing, act);
    case 'amend':
      return afterPayment(counter, act, () => servicing.proposeAmendment(teller, act.loanId, act.amendment));
    case 'renew':
      return afterPayment(counter, act, () => servicing.proposeRenewal(teller, act.loanId, { terms: act.terms, reason }));
    case 'mandate':
      await servicing.setAutoDebit(teller, act.loanId, { auto_debit: act.isOn, reason });
      return nothing;
    case 'limit':
      return changed({ limit_fen: String(act.limitFen), reason })(act.facilityId);
    case 'freeze':
      return changed({ state: 'frozen', reason })(act.facilityId);
    case 'thaw':
      return changed({ state: 'active', reason })(act.facilityId);
    case 'lpr': {
      const { publishedOn: published_on, oneYearPpm: one_year_ppm } = act;
      const published = { published_on, one_year_ppm, five_year_ppm: one_year_ppm + 5_000, reason };
      return approved(counter, act.entityId, servicing.proposeLpr(teller, published));
    }
    case 'trespass':
      return trespass(servicing, act);
  }
}

async function approved({ change }: Counter, entityId: string, proposed: Promise<string | null>): Promise<Outcome> {
  const proposal = await proposed;
  if (proposal !== null) await change.approve(secondPersonOf(entityId), proposal, '同意');
  return nothing;
}

/** What was paid stays told, whatever becomes of the proposal. */
async function afterPayment(counter: Counter, act: ActOf<'amend' | 'renew'>, propose: () => Promise<string>): Promise<Outcome> {
  const paid = act.payFirstFen > 0n ? await perform(counter, firstPayment(act)) : nothing;
  if (paid.refused !== undefined || paid.wrong !== undefined) return paid;
  try {
    await approved(counter, act.entityId, propose());
    return paid;
  } catch (error) {
    if (error instanceof Problem) return { ...paid, refused: error.code };
    throw error;
  }
}

async function draw(servicing: Servicing, act: ActOf<'draw'>): Promise<Outcome> {
  const teller = tellerOf(act.entityId);
  const request: RequestDrawdown = {
    key: `draw-${act.name}`,
    amount_fen: String(act.amountFen),
    terms: act.terms,
    account: act.account,
    account_name: act.accountName,
    purpose: '购买化肥',
    auto_debit: act.autoDebit,
  };
  const ask = (amount_fen: string): Promise<{ drawdown_id: string }> =>
    servicing.requestDrawdown(teller, act.facilityId, { ...request, amount_fen });
  const [first, second] = await Promise.all([ask(request.amount_fen), act.manner === 'twice_at_once' ? ask(request.amount_fen) : null]);
  if (second && !isDeepStrictEqual(first, second))
    return { told: [], wrong: `${request.key}: ${first.drawdown_id} and ${second.drawdown_id}` };
  const wrong = act.manner === 'contradicted' ? await contradict(request.key, ask(String(act.amountFen + 1n))) : undefined;
  await servicing.payOut(act.entityId, BigInt(first.drawdown_id.slice(1)));
  return wrong === undefined ? nothing : { told: [], wrong };
}

async function repay(servicing: Servicing, act: ActOf<'repay'>): Promise<Outcome> {
  const { loanId, payer, prepayment, manner } = act;
  const request: Repay = { key: act.name, amount_fen: String(act.amountFen), payer, ...(prepayment === null ? {} : { prepayment }) };
  const ask = (amount_fen = request.amount_fen): Promise<Repaid> =>
    servicing.repay(tellerOf(act.entityId), loanId, { ...request, amount_fen });
  const [first, atOnce] = await Promise.all([ask(), manner === 'twice_at_once' ? ask() : null]);
  const again = manner === 'twice' ? await ask() : atOnce;
  const told: Told[] = [{ kind: 'repayment', eventId: numberOf(first.event_id), loanId, amountFen: act.amountFen, prepayment }];
  if (again && !isDeepStrictEqual(first, again)) return { told, wrong: `${request.key}: ${first.event_id} and ${again.event_id}` };
  if (manner === 'contradicted') {
    const wrong = await contradict(request.key, ask(String(act.amountFen + 1n)));
    return wrong === undefined ? { told } : { told, wrong };
  }
  return manner === 'reversed' || manner === 'reversed_twice' ? reverse(servicing, act, told) : { told };
}

async function reverse(servicing: Servicing, act: ActOf<'repay'>, told: Told[]): Promise<Outcome> {
  const [paid] = told;
  if (!paid) return { told };
  const ask = async (suffix: string): Promise<bigint> => {
    const request = { key: `${act.name}-${suffix}`, reason: '误操作' };
    const answer = await servicing.reverse(tellerOf(act.entityId), act.loanId, paid.eventId, request);
    return numberOf(answer.event_id);
  };
  const asked = await Promise.allSettled([ask('back'), ...(act.manner === 'reversed_twice' ? [ask('back-again')] : [])]);
  for (const one of asked) {
    if (one.status === 'fulfilled')
      told.push({ kind: 'repayment.reverse', eventId: one.value, loanId: act.loanId, amountFen: -act.amountFen, prepayment: null });
    // Another day has begun, or something came after it: that is an answer.
    else if (isBroken(one.reason)) throw one.reason;
    else if (!(one.reason instanceof Problem)) return { told, wrong: `${act.name}-back: ${wordsOf(one.reason)}` };
  }
  return told.length > 2 ? { told, wrong: `${act.name}: reversed twice` } : { told };
}

async function recover(servicing: Servicing, { name, entityId, loanId, amountFen }: ActOf<'recover'>): Promise<Outcome> {
  const answer = await servicing.recover(tellerOf(entityId), loanId, { key: `recover-${name}`, amount_fen: String(amountFen) });
  return { told: [{ kind: 'recovery', eventId: numberOf(answer.event_id), loanId, amountFen, prepayment: null }] };
}

const trespassTerms = loanTerms.parse({ method: 'bullet', day_count: '30/360', rate_ppm: 36_000, months: 6, due_day: 15 });

/** What is another's is not there. */
async function trespass(servicing: Servicing, { name, entityId, loanId, facilityId }: ActOf<'trespass'>): Promise<Outcome> {
  const teller = tellerOf(entityId);
  const payment: Repay = { key: `${name}-repay`, amount_fen: '100', prepayment: 'lower', payer: 'borrower' };
  const to = { account: '6228480000000001', account_name: '借款人', purpose: '购买化肥' };
  const tries: [string, Promise<unknown>][] = [
    ['loan_unknown', servicing.repay(teller, loanId, payment)],
    ['loan_unknown', servicing.loan(teller, loanId)],
    ['loan_unknown', servicing.proposeAmendment(teller, loanId, { kind: 'write_off', reason })],
    ['facility_unknown', servicing.facility(teller, facilityId)],
    [
      'facility_unknown',
      servicing.requestDrawdown(teller, facilityId, { key: `${name}-draw`, amount_fen: '100', terms: trespassTerms, ...to }),
    ],
  ];
  const answers = await Promise.allSettled(tries.map(([, asked]) => asked));
  const words = answers.map((answer) => {
    if (answer.status === 'fulfilled') return 'done';
    if (isBroken(answer.reason)) throw answer.reason;
    return answer.reason instanceof Problem ? answer.reason.code : wordsOf(answer.reason);
  });
  const wrong = tries.flatMap(([expected], index) => (words[index] === expected ? [] : [`${words[index]} instead of ${expected}`]));
  return wrong.length === 0 ? { told: [], refused: 'trespass' } : { told: [], wrong: `${name} on L${loanId}: ${wrong.join(', ')}` };
}

/** The key of something done, with other content: must be refused, and for that reason. */
async function contradict(key: string, asked: Promise<unknown>): Promise<string | undefined> {
  return asked.then(
    () => `${key}: other content was taken`,
    (error: unknown) => {
      if (isBroken(error)) throw error;
      return error instanceof Problem && error.code === 'key_reused' ? undefined : `${key}: ${wordsOf(error)}`;
    },
  );
}

const numberOf = (id: string): bigint => BigInt(id.slice(1));
