import { performance } from 'node:perf_hooks';
import { bankTimeZone } from '#platform/clock/index.ts';
import type { Clock } from '#platform/clock/index.ts';
import { HttpSource, requireId, requirePerson, unavailable, WireError } from '#platform/wire/index.ts';
import type { Asking, HttpReply, HttpSettings } from '#platform/wire/index.ts';
import { queryReasons } from './contract.ts';
import type { BureauAnswer, BureauQuestion, CreditBureau } from './contract.ts';
import { maxAnswerBytes, path, readReply, refusals, writeRequest } from './message.ts';
import type { BureauReply } from './message.ts';

export interface CreditBureauSettings extends HttpSettings {
  /** Our organisation's code at the bureau, 14 characters. */
  organisation: string;
  operator: string;
  password: string;
  clock: Clock;
}

/** Resident ID. */
const idType = '10';
/** A report of the greatest size is read in a fifth of it. */
const readingMs = 5_000;

/** Connects with the first question. Never sends one twice. */
export function openCreditBureau(settings: CreditBureauSettings): CreditBureau {
  const source = new HttpSource(settings);
  return {
    ask: (question, asking) => ask(source, settings, question, asking),
    figures: () => source.figures(),
    close: () => source.close(),
  };
}

async function ask(
  source: HttpSource,
  { organisation, operator, password, clock }: CreditBureauSettings,
  question: BureauQuestion,
  asking?: Asking,
): Promise<BureauAnswer> {
  requireId(question.id, /^[0-9A-Za-z]{1,20}$/);
  requireId(question.consentNo, /^[0-9A-Za-z-]{1,40}$/);
  requirePerson(question);
  const { id, name, idNo, consentNo } = question;
  const sentAt = clock.now().toZonedDateTimeISO(bankTimeZone).toPlainDateTime().toString({ smallestUnit: 'second' });
  const reason = queryReasons[question.reason].wire;
  const body = writeRequest({ id, organisation, operator, password, name, idType, idNo, reason, consentNo, sentAt });
  const headers = { 'content-type': 'application/xml; charset=utf-8' };
  return source.ask({ path, headers, body, maxBytes: maxAnswerBytes }, (reply) => read(reply, question), asking);
}

async function read({ status, body }: HttpReply, question: BureauQuestion): Promise<BureauAnswer> {
  if (status === 429 || status >= 500) return unavailable('try_later', `HTTP ${status}`);
  if (status !== 200) return unavailable(status >= 400 ? 'refused' : 'unreadable_answer', `HTTP ${status}`);
  const start = performance.now();
  try {
    return answerOf(await readReply(body, () => performance.now() - start > readingMs), question, body);
  } catch (error) {
    if (error instanceof WireError) return unavailable('unreadable_answer', error.message);
    throw error;
  }
}

function answerOf({ reference, code, report }: BureauReply, { id, name, idNo }: BureauQuestion, raw: Buffer): BureauAnswer {
  if (reference !== id) return unavailable('contradictory_answer', 'MesgRefID');
  if (report === null) {
    const refusal = refusals[code];
    return refusal ? unavailable(refusal.reason, `${code} ${refusal.zh}`) : unavailable('unreadable_answer', `ResultCode ${code}`);
  }
  if (report.head.idNo !== idNo) return unavailable('contradictory_answer', 'PA01BI01');
  if (report.head.name !== name) return unavailable('contradictory_answer', 'PA01BQ01');
  return { outcome: 'answered', report, raw };
}
