import { expect, test } from 'vitest';
import { answerOf, blank, dropped, finished, keyOf, newId, nothing, readKept, settled, withDraft, writeKept } from './kept.ts';
import type { Draft } from './kept.ts';

const draft: Draft = { knows: 'yes', answers: { work: 'farming' }, suggestedFen: '5000000', kinds: ['X07'], seconds: 8.26 };
const about = { id: '10000000-0000-4000-8000-000000000000', round: 1, personId: 'P1', at: '2026-11-23T01:00:00Z' };
const key = keyOf(1, 'P1');

function shelf() {
  const items = new Map<string, string>();
  return {
    items,
    getItem: (name: string) => items.get(name) ?? null,
    setItem: (name: string, value: string) => void items.set(name, value),
    removeItem: (name: string) => void items.delete(name),
  };
}

test('what was chosen is there again after a reload, for this reviewer only', () => {
  const place = shelf();
  writeKept(place, 'R1', withDraft(nothing, key, draft));
  expect(readKept(place, 'R1').drafts[key]).toEqual(draft);
  expect(readKept(place, 'R2')).toEqual(nothing);
});

test('a finished answer keeps its id until the bank has answered, then nothing is left', () => {
  const place = shelf();
  const answer = answerOf(draft, about);
  if (answer === null) throw new Error('the draft is whole');
  const kept = finished(withDraft(nothing, key, draft), key, answer);
  expect(kept.drafts).toEqual({});
  writeKept(place, 'R1', kept);
  expect(readKept(place, 'R1').waiting[key]?.evaluation_id).toBe(about.id);
  writeKept(place, 'R1', settled(kept, [about.id], []));
  expect(place.items.size).toBe(0);
});

test('what the bank refused comes back to be mended, or is dropped', () => {
  const answer = answerOf(draft, about);
  if (answer === null) throw new Error('the draft is whole');
  const back = settled(finished(nothing, key, answer), [], [about.id]);
  expect(back).toEqual({ drafts: { [key]: { ...draft, seconds: 8.3 } }, waiting: {} });
  expect(dropped(back, key)).toEqual(nothing);
});

test.each([
  ['nothing chosen', blank, null],
  ['not known', { ...draft, knows: 'no' as const }, { knows: 'no', kinds: [] }],
  ['stepping aside', { ...draft, knows: 'recused' as const }, { knows: 'recused', kinds: [] }],
  ['known', draft, { knows: 'yes', answers: { work: 'farming' }, suggested_fen: '5000000', kinds: ['X07'], seconds: 8.3 }],
  ['known, no amount yet', { ...draft, suggestedFen: null }, { knows: 'yes', kinds: ['X07'] }],
])('%s', (_name, given, expected) => {
  const answer = answerOf(given, about);
  if (expected === null) expect(answer).toBeNull();
  else expect(answer).toMatchObject(expected);
  if (given.knows !== 'yes' && answer !== null) expect([answer.answers, answer.suggested_fen]).toEqual([undefined, undefined]);
});

test('an id is a UUID of the fourth kind', () => {
  expect(newId((bytes) => bytes.fill(255))).toBe('ffffffff-ffff-4fff-bfff-ffffffffffff');
  expect(newId()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
