import { requireId, requirePerson, SignedJsonSource } from '#platform/wire/index.ts';
import type { Asking, SignedJsonSettings } from '#platform/wire/index.ts';
import type { GovernmentAnswer, GovernmentData, GovernmentQuestion } from './contract.ts';
import { path, wireAnswer } from './wire.ts';
import type { WireQuestion } from './wire.ts';

/** Connects with the first question. Never sends one twice. */
export function openGovernmentData(settings: SignedJsonSettings): GovernmentData {
  const source = new SignedJsonSource(settings);
  return { ask: (question, asking) => ask(source, question, asking), figures: () => source.figures(), close: () => source.close() };
}

async function ask(source: SignedJsonSource, asked: GovernmentQuestion, asking?: Asking): Promise<GovernmentAnswer> {
  const { id, topic, consentNo, name, idNo } = asked;
  requireId(id);
  requireId(consentNo, /^[0-9A-Za-z-]{1,40}$/);
  requirePerson(asked);
  const question: WireQuestion = { question_id: id, topic, consent_no: consentNo, name, id_no: idNo };
  const answer = await source.ask(path, question, {
    schema: wireAnswer,
    isAnswer: (value) =>
      value.question_id === id && value.consent_no === consentNo && value.id_no === idNo && value.content.topic === topic,
    asking,
  });
  if (answer.outcome === 'unavailable') return answer;
  const { content, as_of: asOf, receipt_no: receiptNo } = answer.value;
  return { outcome: 'answered', content, asOf, receiptNo, raw: answer.raw };
}
