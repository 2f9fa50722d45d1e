/**
 * The reviewer's own page: one person, one device, nothing but what is asked of them. Browser-safe. What is here is all that a reviewer ever sees:
 * a name, a drawn portrait, the household and its hue, the relation, the age and the form; no answer of anybody else, no limit, no balance.
 */
import { z } from 'zod';
import { answerItems, answersTaken, round } from '../contract.ts';
import { count, day, fen, groupCode, instant, personId, reviewerId, wording } from '../../values/contract.ts';

export const reviewCookie = 'qianmo_review';

/** With the code a member of staff gave, on the reviewer's own phone. */
export const giveReviewCode = z.object({ reviewer_id: reviewerId, code: z.string().regex(/^\d{6}$/) });

export const reviewSession = z.object({
  reviewer_id: reviewerId,
  name: z.string(),
  village: z.string(),
  bank: z.string(),
  /** What every act carries in `x-qianmo-csrf`. */
  csrf: z.string(),
  /** Handed over by a member of staff: handing it back ends the session. */
  is_handed_over: z.boolean(),
  is_sworn: z.boolean(),
  oath: wording,
  oath_hash: z.string(),
  expires_at: instant,
});
export type ReviewSession = z.infer<typeof reviewSession>;

export const reviewOath = z.object({ text_hash: z.string().regex(/^[0-9a-f]{64}$/) });

const word = z.object({ code: z.string(), ...wording.shape });
export const sheetPerson = z.object({
  person_id: personId,
  name: z.string(),
  sex: z.enum(['M', 'F']).nullable(),
  age: z.int().nullable(),
  relation: z.string().nullable(),
  /** What the portrait is drawn from. */
  seed: z.string(),
  /** This reviewer does not rate this person; who or why is nobody's business on a screen. */
  is_recused: z.boolean(),
  is_answered: z.boolean(),
});
export type SheetPerson = z.infer<typeof sheetPerson>;
export const sheetHousehold = z.object({ household: z.string(), hue: z.int().min(0).max(7), people: z.array(sheetPerson) });
export const sheetGroup = z.object({
  grid_code: groupCode,
  place: z.string(),
  round,
  due_on: day.nullable(),
  is_open: z.boolean(),
  households: z.array(sheetHousehold),
});
export const reviewSheet = z.object({
  groups: z.array(sheetGroup),
  /** Read by `readForm` of core/product: the same rules on both sides. */
  form: z.unknown(),
  kinds: z.array(word),
  suggestions_fen: z.array(fen),
  asked: count,
  answered: count,
});
export type ReviewSheet = z.infer<typeof reviewSheet>;

export const reviewAnswers = z.object({ items: answerItems });
export const reviewAnswersTaken = answersTaken;

export const reviewAddresses = {
  session: '/api/v1/review/session',
  oath: '/api/v1/review/oath',
  sheet: '/api/v1/review/sheet',
  answers: '/api/v1/review/answers',
} as const;

/** In the order in which they are looked for. Words for somebody who does this once a year. */
export const reviewRefusals = {
  code_wrong: {
    status: 400,
    zh: '编号或一次性码不对，请向客户经理再要一个',
    en: 'Number or code is wrong; ask the customer manager for another',
  },
  review_signed_out: {
    status: 401,
    zh: '评议已退出，没交的还存在本机，请找客户经理',
    en: 'The session is over; what was not sent is kept here',
  },
  review_csrf: { status: 403, zh: '页面已过期，请重新打开', en: 'The page has expired; open it again' },
} as const;
