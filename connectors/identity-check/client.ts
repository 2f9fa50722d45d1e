import type { Clock } from '#platform/clock/index.ts';
import { Exchange, requireId, requirePerson, unavailable, WireError } from '#platform/wire/index.ts';
import type { Asking, ExchangeSettings, Unavailable } from '#platform/wire/index.ts';
import { identityResults } from './contract.ts';
import type { IdentityAnswer, IdentityCheck, IdentityQuestion, IdentityResult } from './contract.ts';
import { frame, newFrames, readAnswer, writeRequest } from './protocol.ts';
import type { CheckAnswer } from './protocol.ts';

export interface IdentityCheckSettings extends ExchangeSettings {
  /** Our bank's code, 12 digits. */
  bank: string;
  /** The operator registered for this channel. */
  user: string;
  /** Kind of business, as agreed with the register. */
  business?: string;
  clock: Clock;
}

interface Heard {
  answer: CheckAnswer | WireError;
  raw: Buffer;
}

/** Connects with the first question and again with the first one after a loss. Never sends one twice. */
export function openIdentityCheck(settings: IdentityCheckSettings): IdentityCheck {
  const exchange = new Exchange<Heard>(settings, {
    newFrames,
    read(raw) {
      const { reference, answer } = readAnswer(raw);
      return { key: reference, value: { answer, raw } };
    },
  });
  return {
    ask: (question, asking) => ask(exchange, settings, question, asking),
    figures: () => exchange.figures(),
    close: () => exchange.close(),
  };
}

async function ask(
  exchange: Exchange<Heard>,
  { bank, user, business = '01', clock }: IdentityCheckSettings,
  question: IdentityQuestion,
  asking?: Asking,
): Promise<IdentityAnswer> {
  requireId(question.id, /^[0-9A-Za-z]{1,20}$/);
  requirePerson(question);
  const date = clock.today().toString().replaceAll('-', '');
  const request = writeRequest({ ...question, source: bank, user, business, date });
  const reply = await exchange.ask(question.id, frame(request), asking);
  if (reply.outcome === 'unavailable') return { outcome: 'unavailable', reason: reply.reason, detail: reply.detail };
  const { answer, raw } = reply.value;
  return answer instanceof WireError ? unavailable('unreadable_answer', answer.message) : answerOf(answer, question, bank, raw);
}

function answerOf(answer: CheckAnswer, question: IdentityQuestion, bank: string, raw: Buffer): IdentityAnswer {
  const contradiction = contradictionOf(answer, question, bank);
  if (contradiction !== null) return unavailable('contradictory_answer', contradiction);
  const result = resultOf(answer.result);
  // 04 and 05 are the register's trouble with the question, and no word about the person.
  if (typeof result !== 'string') return result;
  return {
    outcome: 'answered',
    result,
    photo: answer.photo === '' ? null : Buffer.from(answer.photo, 'base64'),
    issueOffice: answer.issueOffice || null,
    raw,
  };
}

/** What of an answer does not fit the question, or itself; null when all does. */
function contradictionOf({ idNo, name, source, result, photo }: CheckAnswer, question: IdentityQuestion, bank: string): string | null {
  if (idNo !== question.idNo) return 'ID';
  if (name !== question.name) return 'Name';
  if (source !== bank) return 'SRC';
  return (result === '00') === (photo !== '') ? null : 'Photo';
}

function resultOf(wire: string): IdentityResult | Unavailable {
  if (identityResults.match.wire.some((each) => each === wire)) return 'match';
  if (identityResults.name_differs.wire.some((each) => each === wire)) return 'name_differs';
  if (identityResults.number_not_found.wire.some((each) => each === wire)) return 'number_not_found';
  return unavailable('try_later', `CheckResult ${wire}`);
}
