/** Public notices 公示: names and nothing else, and what people object. Browser-safe. */
import { z } from 'zod';
import { count, day, gridCode, instant, personId, staff } from '../values/contract.ts';

export const noticeAddresses = {
  notices: '/api/v1/village/projects/:id/notices',
  objections: '/api/v1/village/projects/:id/objections',
  raise: '/api/v1/village/notices/:notice/objections',
  answer: '/api/v1/village/objections/:objection/answer',
} as const;

/** In the order in which they are looked for. */
export const noticeRefusals = {
  nobody_to_name: { status: 409, zh: '该片没有可公示的名字，先完成审定', en: 'There is nobody to name; determine limits first' },
  notice_unknown: { status: 404, zh: '没有这份公示', en: 'There is no such notice' },
  notice_over: { status: 409, zh: '公示期已过', en: 'The notice is over' },
  not_on_notice: { status: 400, zh: '公示里没有此人', en: 'The notice does not name this person' },
  objection_unknown: { status: 404, zh: '没有这项异议', en: 'There is no such objection' },
  objection_answered: { status: 409, zh: '该异议已答复', en: 'The objection has been answered' },
} as const;

export const noticeId = z.string().regex(/^N[1-9]\d{0,14}$/);
export const objectionId = z.string().regex(/^O[1-9]\d{0,14}$/);
export const objectionOutcomes = ['upheld', 'dismissed'] as const;

export const postNotice = z.object({ grid_code: gridCode });
export const noticePosted = z.object({ notice_id: noticeId });
export const notice = z.object({
  notice_id: noticeId,
  grid_code: z.string(),
  /** Where it hangs, by name. */
  place: z.string(),
  /** Never an amount, never a reason. */
  names: z.array(z.string()),
  people: z.array(z.string()),
  posted_on: day,
  until: day,
  /** The last day is over, by the bank's calendar: nothing is taken against it any more. */
  is_over: z.boolean(),
  posted_by: staff,
  objections: count,
});
export type Notice = z.infer<typeof notice>;
/** Newest first. */
export const noticeList = z.object({ items: z.array(notice) });
export type NoticeList = z.infer<typeof noticeList>;

export const raiseObjection = z.object({ person_id: personId, text: z.string().trim().min(4).max(500) });
export type RaiseObjection = z.output<typeof raiseObjection>;
export const objectionRaised = z.object({ objection_id: objectionId, due_at: instant });
export const answerObjection = z.object({ outcome: z.enum(objectionOutcomes), answer: z.string().trim().min(4).max(500) });
export type AnswerObjection = z.output<typeof answerObjection>;

export const objection = z.object({
  objection_id: objectionId,
  notice_id: noticeId,
  person_id: z.string(),
  name: z.string(),
  grid_code: z.string(),
  text: z.string(),
  raised_at: instant,
  due_at: instant,
  /** Of working time; negative when it is late, null when answered. */
  seconds_left: z.number().nullable(),
  /** Of working time, from when it was raised. */
  seconds_allowed: z.number(),
  taken_by: staff,
  outcome: z.enum(objectionOutcomes).nullable(),
  answer: z.string().nullable(),
  answered_by: staff.nullable(),
  answered_at: instant.nullable(),
});
export type Objection = z.infer<typeof objection>;
/** Those that wait first, by what is due next. */
export const objectionList = z.object({ items: z.array(objection) });
export type ObjectionList = z.infer<typeof objectionList>;
