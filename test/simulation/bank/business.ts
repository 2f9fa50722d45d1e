/** Does to the bank what people decided, and notes what they were told. */
import { isDeepStrictEqual } from 'node:util';
import type { Repaid, Repay, RequestDrawdown } from '#modules/servicing/contract.ts';
import { Problem } from '#platform/http/index.ts';
import type { Chance } from '../chance.ts';
import type { Act, Told } from './act.ts';
import { borrowerOf } from './borrower.ts';
import type { Box } from './box.ts';
import { isBroken, wordsOf } from './fault.ts';
import { entityId, secondPerson, teller } from './entity.ts';

export interface Outcome {
  readonly told: Told[];
  /** Code of the refusal, when it was refused. */
  readonly refused?: string;
  /** What the bank said that it must not say. */
  readonly wrong?: string;
}

type Of<Kind extends Act['kind']> = Extract<Act, { kind: Kind }>;
const nothing: Outcome = { told: [] };

/** Refusals are answers; anything else that is thrown is the bank's fault. */
export async function perform(box: Box, chance: Chance, act: Act): Promise<Outcome> {
  try {
    return await performed(box, chance, act);
  } catch (error) {
    if (error instanceof Problem) return { told: [], refused: error.code };
    // What is not asked for under a key is not asked for again: it may have been done.
    if (isBroken(error)) return { told: [], refused: 'connection_lost' };
    return { told: [], wrong: `${act.kind} ${act.name}: ${wordsOf(error)}` };
  }
}

async function performed(box: Box, chance: Chance, act: Act): Promise<Outcome> {
  switch (act.kind) {
    case 'open':
      await box.certainly(({ servicing }) => servicing.openFacility(teller, { key: act.name, ...act.facility }));
      return nothing;
    case 'draw':
      return draw(box, chance, act);
    case 'repay':
      return repay(box, act);
    case 'recover':
      return recover(box, act);
    case 'amend':
      return approved(box, () => box.servicing.proposeAmendment(teller, act.loanId, act.amendment));
    case 'limit':
      return approved(box, () => box.servicing.changeFacility(teller, act.facilityId, { limit_fen: String(act.limitFen), reason }));
    case 'freeze':
      return approved(box, () => box.servicing.changeFacility(teller, act.facilityId, { state: 'frozen', reason }));
    case 'thaw':
      return approved(box, () => box.servicing.changeFacility(teller, act.facilityId, { state: 'active', reason }));
    case 'lpr': {
      const published_on = act.name.slice('lpr-'.length);
      const five_year_ppm = act.oneYearPpm + 5_000;
      return approved(box, () => box.servicing.proposeLpr(teller, { published_on, one_year_ppm: act.oneYearPpm, five_year_ppm, reason }));
    }
  }
}

const reason = '按约定办理';

async function approved(box: Box, propose: () => Promise<string | null>): Promise<Outcome> {
  const proposal = await propose();
  if (proposal !== null) await box.change.approve(secondPerson, proposal, '同意');
  return nothing;
}

async function draw(box: Box, chance: Chance, act: Of<'draw'>): Promise<Outcome> {
  const { account, accountName } = borrowerOf(chance, act.borrower);
  const request: RequestDrawdown = {
    key: `draw-${act.name}`,
    amount_fen: String(act.amountFen),
    terms: act.terms,
    account,
    account_name: accountName,
    purpose: '购买化肥',
  };
  const ask = (amount_fen: string): Promise<{ drawdown_id: string }> =>
    box.certainly(({ servicing }) => servicing.requestDrawdown(teller, act.facilityId, { ...request, amount_fen }));
  const [first, second] = await Promise.all([ask(request.amount_fen), act.manner === 'twice_at_once' ? ask(request.amount_fen) : null]);
  if (second && !isDeepStrictEqual(first, second))
    return { told: [], wrong: `${request.key}: ${first.drawdown_id} and ${second.drawdown_id}` };
  const wrong = act.manner === 'contradicted' ? await contradict(request.key, ask(String(act.amountFen + 1n))) : undefined;
  await box.certainly(({ servicing }) => servicing.payOut(entityId, BigInt(first.drawdown_id.slice(1))));
  return wrong === undefined ? nothing : { told: [], wrong };
}

async function repay(box: Box, act: Of<'repay'>): Promise<Outcome> {
  const { loanId, payer, prepayment, manner } = act;
  const request: Repay = { key: act.name, amount_fen: String(act.amountFen), payer, ...(prepayment === null ? {} : { prepayment }) };
  const ask = (amount_fen = request.amount_fen): Promise<Repaid> =>
    box.certainly(({ servicing }) => servicing.repay(teller, loanId, { ...request, amount_fen }));
  const [first, atOnce] = await Promise.all([ask(), manner === 'twice_at_once' ? ask() : null]);
  const again = manner === 'twice' ? await ask() : atOnce;
  const told: Told[] = [{ kind: 'repayment', eventId: numberOf(first.event_id), loanId, amountFen: act.amountFen, prepayment }];
  if (again && !isDeepStrictEqual(first, again)) return { told, wrong: `${request.key}: ${first.event_id} and ${again.event_id}` };
  if (manner === 'contradicted') {
    const wrong = await contradict(request.key, ask(String(act.amountFen + 1n)));
    return wrong === undefined ? { told } : { told, wrong };
  }
  return manner === 'reversed' || manner === 'reversed_twice' ? reverse(box, act, told) : { told };
}

async function reverse(box: Box, act: Of<'repay'>, told: Told[]): Promise<Outcome> {
  const [paid] = told;
  if (!paid) return { told };
  const ask = (suffix: string): Promise<bigint> =>
    box.certainly(async ({ servicing }) => {
      const answer = await servicing.reverse(teller, act.loanId, paid.eventId, { key: `${act.name}-${suffix}`, reason: '误操作' });
      return numberOf(answer.event_id);
    });
  const asked = await Promise.allSettled([ask('back'), ...(act.manner === 'reversed_twice' ? [ask('back-again')] : [])]);
  for (const one of asked) {
    if (one.status === 'fulfilled')
      told.push({ kind: 'repayment.reverse', eventId: one.value, loanId: act.loanId, amountFen: -act.amountFen, prepayment: null });
    // Another day has begun, or something came after it: that is an answer.
    else if (!(one.reason instanceof Problem)) return { told, wrong: `${act.name}-back: ${wordsOf(one.reason)}` };
  }
  return told.length > 2 ? { told, wrong: `${act.name}: reversed twice` } : { told };
}

async function recover(box: Box, { name, loanId, amountFen }: Of<'recover'>): Promise<Outcome> {
  const answer = await box.certainly(({ servicing }) => servicing.recover(teller, loanId, { key: name, amount_fen: String(amountFen) }));
  return { told: [{ kind: 'recovery', eventId: numberOf(answer.event_id), loanId, amountFen, prepayment: null }] };
}

/** The key of something done, with other content: must be refused, and for that reason. */
async function contradict(key: string, asked: Promise<unknown>): Promise<string | undefined> {
  return asked.then(
    () => `${key}: other content was taken`,
    (error: unknown) => (error instanceof Problem && error.code === 'key_reused' ? undefined : `${key}: ${wordsOf(error)}`),
  );
}

const numberOf = (id: string): bigint => BigInt(id.slice(1));
