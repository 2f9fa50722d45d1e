/** What staff may ask about consents, inquiries and sources. Browser-safe: only zod and the words of population. */
import { z } from 'zod';
import { fen, personId } from '#modules/population/contract.ts';

export const wording = z.object({ zh: z.string(), en: z.string() });
export const consentId = z.string().regex(/^C\d{1,18}$/);
export const inquiryId = z.string().regex(/^Q\d{1,18}$/);
const instant = z.iso.datetime();
const name = z.string().regex(/^[a-z][a-z0-9_]{1,31}$/);

export const consentStates = ['effective', 'not_yet', 'withdrawn', 'expired', 'used'] as const;
export const consent = z.object({
  consent_id: consentId,
  purpose: name,
  source: name,
  source_name: wording,
  state: z.enum(consentStates),
  text: z.string(),
  title: wording,
  /** SHA-256 of the text that was shown. */
  text_hash: z.string(),
  /** Given in an act of its own. */
  is_separate: z.boolean(),
  channel: z.string(),
  given_at: instant,
  valid_until: instant.nullable(),
  withdrawn_at: instant.nullable(),
  used_at: instant.nullable(),
});
export type ConsentView = z.infer<typeof consent>;
export const consentList = z.object({ person_id: personId, items: z.array(consent) });
export type ConsentList = z.infer<typeof consentList>;

export const inquiryStates = ['asking', 'answered', 'cached', 'unavailable', 'refused'] as const;
export const inquiry = z.object({
  inquiry_id: inquiryId,
  source: name,
  source_name: wording,
  purpose: z.string(),
  subject: z.string(),
  state: z.enum(inquiryStates),
  /** Why refused or unavailable. */
  reason: z.string().nullable(),
  consent_id: consentId.nullable(),
  answer_of: inquiryId.nullable(),
  asked_by: z.string(),
  asked_at: instant,
  took_ms: z.int().nullable(),
  attempts: z.int(),
  cost_fen: fen,
  /** Codes of the values that the answer gave; the values stand on the person's indicators. */
  codes: z.array(z.string()),
  valid_until: instant.nullable(),
});
export type InquiryView = z.infer<typeof inquiry>;
export const inquiryList = z.object({ person_id: personId, items: z.array(inquiry), next_cursor: inquiryId.nullable() });
export type InquiryList = z.infer<typeof inquiryList>;
export const inquiryQuery = z.object({ after: inquiryId.optional(), limit: z.coerce.number().int().min(1).max(200).default(50) });
export type InquiryQuery = z.infer<typeof inquiryQuery>;

export const withdrawBody = z.strictObject({ purpose: name, source: name });
export type WithdrawBody = z.infer<typeof withdrawBody>;
export const withdrawn = z.object({ withdrawn: z.int() });

export const breakerStates = ['closed', 'open', 'half_open'] as const;
/** A source today: what was asked and what came of it. */
export const sourceToday = z.object({
  source: name,
  name: wording,
  connector: z.string(),
  is_connected: z.boolean(),
  asked: z.int(),
  answered: z.int(),
  cached: z.int(),
  unavailable: z.int(),
  refused: z.int(),
  cost_fen: fen,
  /** Half of the answers took less; null without any. */
  middle_ms: z.int().nullable(),
  last_answer_at: instant.nullable(),
  breaker: z.enum(breakerStates),
  /** When an open breaker lets one question try. */
  tries_at: instant.nullable(),
  cost_each_fen: fen,
  quota_per_day: z.int(),
  valid_for: z.string(),
  office_hours: z.object({ from: z.string(), to: z.string() }).nullable(),
  is_sensitive: z.boolean(),
});
export type SourceToday = z.infer<typeof sourceToday>;
export const sourceBoard = z.object({
  on: z.iso.date(),
  items: z.array(sourceToday),
  /** Questions that failed today, by source and reason, most first. */
  reasons: z.array(z.object({ source: name, state: z.enum(['unavailable', 'refused']), reason: z.string(), count: z.int() })),
});
export type SourceBoard = z.infer<typeof sourceBoard>;

/** Stable codes of refusals of giving and reading, with status and wording; what a question is refused for stands in `ask/judge.ts`. */
export const refusals = {
  source_unknown: { status: 404, zh: '没有这个外部来源', en: 'There is no such source' },
  text_unknown: { status: 404, zh: '没有这个版本的授权书', en: 'There is no such version of a consent text' },
  text_other: { status: 422, zh: '该授权书不涉及这一用途或来源', en: 'The text is about another purpose or source' },
  separate_only: {
    status: 422,
    zh: '敏感个人信息须单独同意，不能与其他事项一并勾选',
    en: 'Consent to sensitive information is given apart from everything else',
  },
  no_consent: { status: 409, zh: '此人没有这项有效授权', en: 'The person has no such effective consent' },
  inquiry_person_not_found: { status: 404, zh: '没有此人，或不在您的网格范围', en: 'No such person, or outside your grid' },
} as const;
export type InquiryRefusal = keyof typeof refusals;

export const permissions = { read: 'inquiry.read', withdraw: 'inquiry.withdraw', sources: 'inquiry.sources' } as const;

export const addresses = {
  consents: '/api/v1/persons/:id/consents',
  withdraw: '/api/v1/persons/:id/consents/withdraw',
  inquiries: '/api/v1/persons/:id/inquiries',
  board: '/api/v1/inquiry-sources',
} as const;
