/**
 * Reviewers at work through the bank's own door: each enters with a one-time code, swears, reads the sheet and answers in portions that come out of
 * order, twice, or twice at once.
 */
import { createHash } from 'node:crypto';
import type { Form, Question } from '#core/product/index.ts';
import { isAsked, readForm } from '#core/product/index.ts';
import { reviewAddresses, reviewCookie } from '#modules/village/evaluation/page/contract.ts';
import type { ReviewSession, ReviewSheet } from '#modules/village/evaluation/page/contract.ts';
import type { Answer, AnswersTaken } from '#modules/village/evaluation/contract.ts';
import type { Api } from '#platform/http/index.ts';
import { chanceOf } from '../simulation/chance.ts';
import type { Seat, World } from './world.ts';

export interface Reviewing {
  readonly reviewerId: string;
  readonly code: string;
  readonly seat: Seat;
}

export interface Way {
  readonly api: Api;
  readonly world: World;
  readonly seed: number;
  /** Of everybody on the sheets, who is answered for. */
  readonly isChosen: (person: string) => boolean;
}

export interface Sent {
  /** Answers made now, each counted once. */
  answers: number;
  /** Requests with answers, sent again included. */
  requests: number;
  again: number;
  refused: Record<string, number>;
  /** What the bank's own rows must come to, answers of an earlier run included. */
  due: { answers: number; suggestedFen: bigint };
}

/** People a phone sends at once. */
const portion = 20;

interface Door {
  readonly address: string;
  cookie: string;
  csrf: string;
}

export async function review(way: Way, { reviewerId, code, seat }: Reviewing): Promise<Sent> {
  const door: Door = { address: addressOf(reviewerId), cookie: '', csrf: '' };
  const session = await ask<ReviewSession>(way.api, door, 'POST', reviewAddresses.session, { reviewer_id: reviewerId, code });
  door.csrf = session.csrf;
  if (!session.is_sworn) await ask(way.api, door, 'POST', reviewAddresses.oath, { text_hash: session.oath_hash });
  const sheet = await ask<ReviewSheet>(way.api, door, 'GET', reviewAddresses.sheet);
  const asked = answersOf(way, { reviewerId, seat }, sheet);
  const due = { answers: asked.length, suggestedFen: asked.reduce((sum, { answer }) => sum + BigInt(answer.suggested_fen ?? 0), 0n) };
  const open = asked.filter(({ isAnswered }) => !isAnswered).map(({ answer }) => answer);
  return { ...(await send(way, door, seat, open)), due };
}

/** Of everybody on the sheet; `isAnswered`: before this run. */
function answersOf(
  { world, isChosen }: Way,
  { reviewerId, seat }: Pick<Reviewing, 'reviewerId' | 'seat'>,
  sheet: ReviewSheet,
): { answer: Answer; isAnswered: boolean }[] {
  const form = formOf(sheet.form);
  return sheet.groups.flatMap(({ grid_code, round, households }) =>
    households
      .flatMap(({ people }) => people)
      .filter((person) => !person.is_recused && isChosen(person.person_id))
      .map(({ person_id, is_answered }) => {
        const said = world.answer(seat, grid_code, person_id);
        const base = {
          evaluation_id: uuidOf(reviewerId, round, person_id),
          round,
          person_id,
          kinds: [...said.kinds],
          seconds: said.seconds,
        };
        const answer: Answer =
          said.suggestedFen === null
            ? { ...base, knows: 'no' }
            : { ...base, knows: 'yes', suggested_fen: String(said.suggestedFen), answers: filled(form, seat, person_id) };
        return { answer, isAnswered: is_answered };
      }),
  );
}

async function send({ api, seed }: Way, door: Door, seat: Seat, answers: readonly Answer[]): Promise<Omit<Sent, 'due'>> {
  const chance = chanceOf(seed, 'wire', seat.key);
  const sent: Omit<Sent, 'due'> = { answers: 0, requests: 0, again: 0, refused: {} };
  const mixed = answers.toSorted((a, b) => chance.unit('order', a.person_id) - chance.unit('order', b.person_id));
  const accepted = new Set<string>();
  const post = async (items: readonly Answer[]): Promise<void> => {
    sent.requests += 1;
    const taken = await ask<AnswersTaken>(api, door, 'POST', reviewAddresses.answers, { items });
    for (const { evaluation_id } of taken.accepted) accepted.add(evaluation_id);
    for (const { code } of taken.refused) sent.refused[code] = (sent.refused[code] ?? 0) + 1;
  };
  for (let at = 0; at < mixed.length; at += portion) {
    const items = mixed.slice(at, at + portion);
    const drawn = chance.unit('again', at);
    // Of fifty portions one goes out twice at once, and two are sent again after their answer.
    await Promise.all(drawn < 0.02 ? [post(items), post(items)] : [post(items)]);
    if (drawn > 0.96) await post(items.toReversed());
    if (drawn < 0.02 || drawn > 0.96) sent.again += 1;
  }
  const lost = mixed.filter(({ evaluation_id }) => !accepted.has(evaluation_id));
  if (lost.length > 0) throw new Error(`${seat.key}: ${lost.length} answers were not taken, ${JSON.stringify(sent.refused)}`);
  sent.answers = mixed.length;
  return sent;
}

async function ask<Result>(api: Api, door: Door, method: 'GET' | 'POST', url: string, payload?: object): Promise<Result> {
  const response = await api.app.inject({
    method,
    url,
    remoteAddress: door.address,
    headers: { cookie: door.cookie, 'x-qianmo-csrf': door.csrf },
    ...(payload ? { payload } : {}),
  });
  if (response.statusCode >= 400) throw new Error(`${url}: ${response.statusCode} ${response.body.slice(0, 300)}`);
  const token = response.cookies.find(({ name }) => name === reviewCookie);
  if (token) door.cookie = `${token.name}=${token.value}`;
  return response.json();
}

const forms = new WeakMap<object, Form>();
function formOf(written: unknown): Form {
  const key = typeof written === 'object' && written !== null ? written : {};
  const known = forms.get(key);
  if (known) return known;
  const read = readForm(written);
  if (!('form' in read)) throw new Error(`the sheet's form cannot be read: ${JSON.stringify(read.faults)}`);
  forms.set(key, read.form);
  return read.form;
}

/** Any answer that the form takes; those of a lazy reviewer are always the same. */
function filled(form: Form, { key, kind }: Seat, person: string): Record<string, string | boolean | number | string[]> {
  const chance = chanceOf(0, key, kind === 'lazy' ? '' : person);
  const answers: Record<string, string | boolean | number | string[]> = {};
  for (const [name, question] of Object.entries(form.properties)) {
    if (form.required.includes(name) && isAsked(question, answers))
      answers[name] = anyAnswer(question, (most) => chance.whole(0, most, name));
  }
  return answers;
}

function anyAnswer(question: Question, draw: (most: number) => number): string | boolean | number | string[] {
  if ('items' in question) return question.items.enum.slice(0, 1);
  if ('enum' in question) return question.enum[draw(question.enum.length - 1)] ?? '';
  if (question.type === 'boolean') return draw(1) === 1;
  if (question.type === 'integer') return question.minimum;
  return 'format' in question ? '2026-01-01' : '无';
}

/** The same answer has the same id on every run. */
function uuidOf(...parts: (string | number)[]): string {
  const hex = createHash('sha256').update(parts.join('|')).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Each device has an address of its own. */
function addressOf(reviewerId: string): string {
  const number = Number(reviewerId.slice(1));
  return `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`;
}
