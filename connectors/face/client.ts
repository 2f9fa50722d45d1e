import { requireId, requirePerson, SignedJsonSource, unavailable } from '#platform/wire/index.ts';
import type { Asking, SignedJsonSettings } from '#platform/wire/index.ts';
import type { FaceAnswer, FaceCheck, FaceQuestion } from './contract.ts';
import { path, wireAnswer } from './wire.ts';
import type { WireQuestion } from './wire.ts';

/** Connects with the first question. Never sends one twice. */
export function openFaceCheck(settings: SignedJsonSettings): FaceCheck {
  const source = new SignedJsonSource(settings);
  return { ask: (question, asking) => ask(source, question, asking), figures: () => source.figures(), close: () => source.close() };
}

async function ask(source: SignedJsonSource, asked: FaceQuestion, asking?: Asking): Promise<FaceAnswer> {
  const { id, sessionToken, name, idNo } = asked;
  requireId(id);
  requirePerson(asked);
  // Of the person's device, and no bug of ours.
  if (!/^[\w-]{8,200}$/.test(sessionToken)) return unavailable('refused', 'session token');
  const question: WireQuestion = { question_id: id, session_token: sessionToken, name, id_no: idNo };
  const answer = await source.ask(path, question, {
    schema: wireAnswer,
    isAnswer: (value) => value.question_id === id && value.session_token === sessionToken && value.id_no === idNo && isConsistent(value),
    asking,
  });
  if (answer.outcome === 'unavailable') return answer;
  const { liveness_score: livenessScore, match_score: matchScore, match, captured_at: capturedAt } = answer.value;
  return { outcome: 'answered', livenessScore, matchScore, match, capturedAt, raw: answer.raw };
}

/** Without a photo to compare with there is no likeness, and with one there is. */
function isConsistent({ match, match_score: score }: { match: string; match_score: number | null }): boolean {
  return (match === 'no_reference') === (score === null);
}
