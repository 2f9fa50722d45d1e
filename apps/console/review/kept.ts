/**
 * What a reviewer has chosen and the bank has not answered yet, kept in the browser: leaving, reloading or losing the signal loses nothing. What the bank
 * took is forgotten here at once, so that whoever holds the device next finds nothing of it.
 */
import type { Answer } from './bank.ts';

export interface Draft {
  readonly knows: Answer['knows'] | null;
  readonly answers: Readonly<Record<string, string | boolean>>;
  /** Null until chosen: a figure that stands there first would pull towards itself. */
  readonly suggestedFen: string | null;
  readonly kinds: readonly string[];
  readonly seconds: number;
}

export const blank: Draft = { knows: null, answers: {}, suggestedFen: null, kinds: [], seconds: 0 };

export interface Kept {
  /** By round and person. */
  readonly drafts: Readonly<Record<string, Draft>>;
  /** Finished, on their way to the bank; the id stays with the answer however often it is sent. */
  readonly waiting: Readonly<Record<string, Answer>>;
}

export const nothing: Kept = { drafts: {}, waiting: {} };
export const keyOf = (round: number, personId: string): string => `${round} ${personId}`;

export const withDraft = (kept: Kept, key: string, draft: Draft): Kept => ({ ...kept, drafts: { ...kept.drafts, [key]: draft } });

export function finished(kept: Kept, key: string, answer: Answer): Kept {
  return { drafts: without(kept.drafts, key), waiting: { ...kept.waiting, [key]: answer } };
}

/** What the bank took is gone; what it refused may be mended, and is sent under a new id. */
export function settled(kept: Kept, taken: readonly string[], refused: readonly string[]): Kept {
  const gone = new Set([...taken, ...refused]);
  const back = Object.entries(kept.waiting).filter(([, answer]) => refused.includes(answer.evaluation_id));
  return {
    drafts: { ...kept.drafts, ...Object.fromEntries(back.map(([key, answer]) => [key, draftOf(answer)])) },
    waiting: Object.fromEntries(Object.entries(kept.waiting).filter(([, answer]) => !gone.has(answer.evaluation_id))),
  };
}

/** Answers that can never be taken are not offered again. */
export const dropped = (kept: Kept, key: string): Kept => ({ drafts: without(kept.drafts, key), waiting: without(kept.waiting, key) });

function draftOf(answer: Answer): Draft {
  const answers = Object.entries(answer.answers ?? {}).flatMap(([name, value]) =>
    typeof value === 'string' || typeof value === 'boolean' ? [[name, value] as const] : [],
  );
  return {
    knows: answer.knows,
    answers: Object.fromEntries(answers),
    suggestedFen: answer.suggested_fen ?? null,
    kinds: answer.kinds,
    seconds: answer.seconds ?? 0,
  };
}

export function answerOf(draft: Draft, about: { id: string; round: number; personId: string; at: string }): Answer | null {
  if (draft.knows === null) return null;
  const base = {
    evaluation_id: about.id,
    round: about.round,
    person_id: about.personId,
    knows: draft.knows,
    seconds: Math.round(draft.seconds * 10) / 10,
    answered_at: about.at,
  };
  if (draft.knows !== 'yes') return { ...base, kinds: [] };
  return {
    ...base,
    answers: { ...draft.answers },
    kinds: [...draft.kinds],
    ...(draft.suggestedFen === null ? {} : { suggested_fen: draft.suggestedFen }),
  };
}

function without<Value>(record: Readonly<Record<string, Value>>, key: string): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));
}

const shelfOf = (reviewerId: string): string => `qianmo.review.${reviewerId}`;

export function readKept(shelf: Pick<Storage, 'getItem'>, reviewerId: string): Kept {
  const text = shelf.getItem(shelfOf(reviewerId));
  if (text === null) return nothing;
  const found: Partial<Kept> = JSON.parse(text);
  return { drafts: found.drafts ?? {}, waiting: found.waiting ?? {} };
}

export function writeKept(shelf: Pick<Storage, 'setItem' | 'removeItem'>, reviewerId: string, kept: Kept): void {
  const isEmpty = Object.keys(kept.drafts).length === 0 && Object.keys(kept.waiting).length === 0;
  if (isEmpty) shelf.removeItem(shelfOf(reviewerId));
  else shelf.setItem(shelfOf(reviewerId), JSON.stringify(kept));
}

/** `getRandomValues` and not `randomUUID`: the latter is missing where a bank serves the page without TLS. */
export function newId(random: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array = (bytes) => crypto.getRandomValues(bytes)): string {
  const bytes = random(new Uint8Array(16));
  const hex = [...bytes].map((byte, index) => {
    const marked = index === 6 ? (byte & 0x0f) | 0x40 : index === 8 ? (byte & 0x3f) | 0x80 : byte;
    return marked.toString(16).padStart(2, '0');
  });
  const text = hex.join('');
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join('-');
}
