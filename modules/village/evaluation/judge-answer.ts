/** Whether an answer is taken. Pure: what is known of the sheet comes in, one verdict an answer goes out. */
import { createHash } from 'node:crypto';
import { answerFaults as formFaults } from '#core/product/index.ts';
import { canonicalJson } from '#platform/files/index.ts';
import type { VillageConfiguration } from '../configuration.ts';
import { answerFaults } from './contract.ts';
import type { Answer, AnswerFaultCode, AnswersTaken } from './contract.ts';

/** A row of the sheet in the present attempt of its round. */
export interface AskedRow {
  readonly personId: string;
  readonly round: number;
  readonly attempt: number;
  readonly householdId: string;
  readonly gridCode: string;
  readonly recusal: string | null;
  readonly isOpen: boolean;
  readonly isRated: boolean;
  readonly isAnswered: boolean;
}

export interface Known {
  /** By round and person, see `rowKey`. */
  readonly rows: ReadonlyMap<string, AskedRow>;
  /** What stands under the ids that were sent. */
  readonly hashes: ReadonlyMap<string, string>;
}

export interface Taken {
  readonly answer: Answer;
  readonly row: AskedRow;
  readonly hash: string;
}

export interface Verdicts {
  readonly taken: Taken[];
  /** Sent again: taken before, or earlier in the same request. */
  readonly again: Answer[];
  readonly refused: AnswersTaken['refused'];
}

export const rowKey = (round: number, personId: string): string => `${round} ${personId}`;

/** Of what was said, not of when or how long it took. */
export function hashOf(reviewerId: bigint, channel: string, answer: Answer): string {
  const { round, person_id, knows, answers = null, suggested_fen = null, kinds } = answer;
  const said = { reviewer: String(reviewerId), channel, round, person_id, knows, answers, suggested_fen, kinds: kinds.toSorted() };
  return createHash('sha256').update(canonicalJson(said)).digest('hex');
}

/** Each answer on its own, in the order they came: a wrong one keeps none of the others out. */
export function judgeAnswers(
  configuration: VillageConfiguration,
  known: Known,
  sent: readonly { readonly answer: Answer; readonly hash: string }[],
): Verdicts {
  const verdicts: Verdicts = { taken: [], again: [], refused: [] };
  const hashes = new Map(known.hashes);
  const answered = new Set<string>();
  for (const { answer, hash } of sent) {
    const key = rowKey(answer.round, answer.person_id);
    const row = known.rows.get(key);
    const standing = hashes.get(answer.evaluation_id);
    if (row !== undefined && standing === hash) {
      verdicts.again.push(answer);
      continue;
    }
    const refused = refusalOf(configuration, answer, row, standing !== undefined, answered.has(key));
    if (refused !== null || row === undefined) {
      verdicts.refused.push(refused ?? worded(answer, 'not_on_sheet'));
      continue;
    }
    hashes.set(answer.evaluation_id, hash);
    answered.add(key);
    verdicts.taken.push({ answer, row, hash });
  }
  return verdicts;
}

function refusalOf(
  configuration: VillageConfiguration,
  answer: Answer,
  row: AskedRow | undefined,
  isKeyUsed: boolean,
  isAnsweredNow: boolean,
): AnswersTaken['refused'][number] | null {
  if (row === undefined) return worded(answer, 'not_on_sheet');
  if (isKeyUsed) return worded(answer, 'evaluation_key_reused');
  if (!row.isOpen) return worded(answer, 'round_closed');
  if (row.recusal !== null) return worded(answer, 'person_recused');
  if (!row.isRated) return worded(answer, 'person_not_rated');
  if (row.isAnswered || isAnsweredNow) return worded(answer, 'evaluation_exists');
  const places = contentFaults(configuration, answer);
  return places.length === 0 ? null : worded(answer, 'answer_invalid', places);
}

export const worded = (
  { evaluation_id, person_id }: Answer,
  code: AnswerFaultCode,
  places: AnswersTaken['refused'][number]['places'] = [],
): AnswersTaken['refused'][number] => ({ evaluation_id, person_id, code, ...answerFaults[code], places });

type Places = AnswersTaken['refused'][number]['places'];

/** What is wrong with what was said; the reviewer's page asks the same before it sends. */
export function contentFaults({ forms, exclusions, settings }: VillageConfiguration, answer: Answer): Places {
  if (answer.knows !== 'yes') {
    const isSilent = answer.answers === undefined && answer.suggested_fen === undefined && answer.kinds.length === 0;
    return isSilent
      ? []
      : [{ place: 'knows', zh: '不知道或回避的，别的都不填', en: 'nothing else is said where the household is not known' }];
  }
  const faults: Places = [];
  if (answer.answers === undefined) faults.push({ place: 'answers', zh: '请把情况选上', en: 'say how things stand' });
  else faults.push(...formFaults(forms.evaluation, answer.answers));
  if (answer.suggested_fen === undefined) faults.push({ place: 'suggested_fen', zh: '请选建议额度', en: 'choose a suggested limit' });
  else if (!settings.suggestions_fen.includes(answer.suggested_fen)) {
    faults.push({ place: 'suggested_fen', zh: '建议额度只能按档选', en: 'the suggested limit is one of the steps' });
  }
  if (new Set(answer.kinds).size < answer.kinds.length) faults.push({ place: 'kinds', zh: '同一情形只选一次', en: 'each kind once' });
  for (const kind of answer.kinds) {
    if (exclusions[kind] === undefined) faults.push({ place: 'kinds', zh: `没有情形 ${kind}`, en: `there is no kind ${kind}` });
  }
  return faults;
}
