import { requireId, requirePerson, SignedJsonSource } from '#platform/wire/index.ts';
import type { Asking, SignedJsonSettings } from '#platform/wire/index.ts';
import type { Court, CourtAnswer, CourtQuestion } from './contract.ts';
import { path, wireAnswer } from './wire.ts';
import type { WireQuestion } from './wire.ts';

/** Connects with the first question. Never sends one twice. */
export function openCourt(settings: SignedJsonSettings): Court {
  const source = new SignedJsonSource(settings);
  return { ask: (question, asking) => ask(source, question, asking), figures: () => source.figures(), close: () => source.close() };
}

async function ask(source: SignedJsonSource, { id, name, idNo }: CourtQuestion, asking?: Asking): Promise<CourtAnswer> {
  requireId(id);
  requirePerson({ name, idNo });
  const question: WireQuestion = { question_id: id, name, id_no: idNo };
  const answer = await source.ask(path, question, {
    schema: wireAnswer,
    isAnswer: (value) => value.question_id === id && value.id_no === idNo,
    asking,
  });
  if (answer.outcome === 'unavailable') return answer;
  const { dishonest, enforcements, cases, as_of: asOf } = answer.value;
  return { outcome: 'answered', dishonest, enforcements, cases, asOf, raw: answer.raw };
}
