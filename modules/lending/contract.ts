/** What staff do with channels and applications. Browser-safe. Amounts are fen as digit strings, rates millionths a year. */
import { drawdownState } from '#modules/servicing/contract.ts';
import { z } from 'zod';
import { applicationId, channelCode } from './portal/contract.ts';

const wording = z.object({ zh: z.string(), en: z.string() });
const instant = z.iso.datetime();
const fen = z.string().regex(/^\d{1,18}$/);
const positiveFen = z.string().regex(/^[1-9]\d{0,14}$/);
const gridCode = z.string().regex(/^\d{6}(\d{3}(\d{3}(\d{2})?)?)?$/);
const productCode = z.string().regex(/^[a-z][a-z0-9_]{1,40}$/);

// ── channels ─────────────────────────────────────────────────────────────────

export const channelKinds = ['manager', 'product', 'programme', 'branch'] as const;
export const channel = z.object({
  code: channelCode,
  kind: z.enum(channelKinds),
  product: z.object({ code: z.string(), name: wording }),
  staff: z.object({ staff_id: z.string(), name: z.string() }).nullable(),
  grid_code: z.string(),
  note: z.string().nullable(),
  created_at: instant,
  revoked_at: instant.nullable(),
  /** What came through it. */
  applications: z.int(),
  approved: z.int(),
});
export type Channel = z.infer<typeof channel>;
export const channelList = z.object({ items: z.array(channel) });
export type ChannelList = z.infer<typeof channelList>;
export const makeChannel = z.object({
  kind: z.enum(channelKinds).default('manager'),
  product: productCode,
  /** One's own when left out; somebody else's is for whoever supervises. */
  staff_id: z.string().trim().min(1).max(60).optional(),
  grid_code: gridCode.optional(),
  note: z.string().trim().max(60).optional(),
});
export type MakeChannel = z.output<typeof makeChannel>;

// ── applications ─────────────────────────────────────────────────────────────

export const applicationSummary = z.object({
  application_id: applicationId,
  state: z.string(),
  name: z.string().nullable(),
  id_no_masked: z.string().nullable(),
  phone_masked: z.string(),
  person_id: z.string().nullable(),
  product: z.object({ code: z.string(), name: wording }),
  amount_fen: fen.nullable(),
  outcome: z.enum(['approve', 'refer', 'decline']).nullable(),
  /** Names of the sources that are asked again for it; null when none is. */
  awaited: z.array(wording).nullable(),
  case_id: z.string().nullable(),
  manager: z.object({ staff_id: z.string(), name: z.string() }).nullable(),
  grid_code: z.string(),
  created_at: instant,
  changed_at: instant,
});
export type ApplicationSummary = z.infer<typeof applicationSummary>;
export const applicationQuery = z.object({
  state: z.string().max(20).optional(),
  person_id: z
    .string()
    .regex(/^P[0-9a-f]{15}$/)
    .optional(),
  product: productCode.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  after: applicationId.optional(),
});
export type ApplicationQuery = z.output<typeof applicationQuery>;
/** Newest first. */
export const applicationList = z.object({ items: z.array(applicationSummary), next_cursor: applicationId.nullable() });
export type ApplicationList = z.infer<typeof applicationList>;

const place = z.object({
  lat: z.number().min(-90).max(90),
  lon: z.number().min(-180).max(180),
  accuracy_m: z.number().min(0).max(100_000),
});
const formAnswer = z.union([z.string().max(500), z.boolean(), z.int(), z.array(z.string().max(60)).max(40)]);
export const saveInvestigation = z.object({
  answers: z.record(z.string().max(40), formAnswer),
  limit_fen: positiveFen.nullable(),
  opinion: z.string().trim().max(1000).nullable(),
  place: place.nullable(),
});
export type SaveInvestigation = z.output<typeof saveInvestigation>;
export const investigation = z.object({
  number: z.int(),
  investigator: z.object({ staff_id: z.string(), name: z.string() }),
  answers: z.record(z.string(), z.unknown()),
  limit_fen: fen.nullable(),
  opinion: z.string().nullable(),
  place: place.nullable(),
  saved_at: instant,
  sent_at: instant.nullable(),
});
export const saveApproval = z.object({
  task_id: z.string().regex(/^T[1-9]\d{0,14}$/),
  limit_fen: positiveFen,
  discount_bp: z.int().min(0).max(500).default(0),
  reason: z.string().trim().max(500).optional(),
});
export type SaveApproval = z.output<typeof saveApproval>;

/** It waited, or waits, for sources that did not answer, and the machine asks them again. */
export const held = z.object({
  /** `left`: nothing is asked any more, and people decide without it. */
  state: z.enum(['waiting', 'answered', 'left']),
  sources: z.array(z.object({ code: z.string(), name: wording, is_answered: z.boolean() })),
  /** Why the last try brought nothing, or why none follows: as an inquiry ends, or `tries_used`, `time_over`, `passed_on`, `application_over`. */
  reason: z.string().nullable(),
  since: instant,
  tries: z.int(),
  asked_at: instant.nullable(),
  /** While it waits. */
  next_try: instant.nullable(),
  ended_at: instant.nullable(),
});
export type Held = z.infer<typeof held>;

/** Everything that people who work on it look at. The decision's explanation is read by its id. */
export const applicationPage = applicationSummary.extend({
  product_version: z.string(),
  terms: z.record(z.string(), z.unknown()),
  answers: z.record(z.string(), z.unknown()),
  /** Of the application and of the investigation. */
  form: z.unknown(),
  investigation_form: z.unknown().nullable(),
  decision_id: z.string().nullable(),
  machine: z
    .object({ verdict: z.string(), limit_fen: fen.nullable(), rate_ppm: z.int().nullable(), reasons: z.array(z.string()) })
    .nullable(),
  is_internet_loan: z.boolean(),
  held: held.nullable(),
  investigations: z.array(investigation),
  approvals: z.array(
    z.object({
      task_id: z.string(),
      approver: z.object({ staff_id: z.string(), name: z.string() }),
      limit_fen: fen,
      discount_bp: z.int(),
      reason: z.string().nullable(),
      outcome: z.string().nullable(),
      saved_at: instant,
    }),
  ),
  offer: z
    .object({ offer_id: z.string(), limit_fen: fen, rate_ppm: z.int(), valid_until: z.string(), state: z.string(), origin: z.string() })
    .nullable(),
  events: z.array(z.object({ number: z.int(), at: instant, actor: z.string(), act: z.string(), state: z.string() })),
});
export type ApplicationPage = z.infer<typeof applicationPage>;

// ── contracts ────────────────────────────────────────────────────────────────

export const signedPaperName = z.enum(['contract', 'disclosure', 'spouse']);
const signerField = z.enum(['borrower', 'spouse', 'bank']);
const contractPage = z.object({
  contract_id: z.string(),
  state: z.enum(['open', 'signing', 'signed']),
  made_at: instant,
  signed_at: instant.nullable(),
  /** Known once it is signed. */
  is_internet_loan: z.boolean().nullable(),
  /** SHA-256 of what proves the signing. */
  evidence_hash: z.string().nullable(),
  needs_spouse: z.boolean(),
  spouse_phone_masked: z.string().nullable(),
  needs_recording: z.boolean(),
  recordings: z.array(z.object({ recording_id: z.string(), hash: z.string(), noted_by: z.string(), noted_at: instant })),
  /** Those that count now, in the order in which they are read. */
  papers: z.array(
    z.object({
      name: signedPaperName,
      pages: z.int(),
      reading_seconds: z.int(),
      opened_at: instant.nullable(),
      confirmed_at: instant.nullable(),
      /** SHA-256 as shown and as signed. */
      hash: z.string(),
      signed_hash: z.string().nullable(),
      signed_by: z.array(signerField),
    }),
  ),
  signers: z.array(z.object({ field: signerField, intended_at: instant, has_certificate: z.boolean() })),
  facility_id: z.string().nullable(),
  /** Newest first, at most 200: what was asked for, and how the money fares. */
  draws: z.array(
    z.object({
      draw_id: z.string(),
      amount_fen: fen,
      purpose: wording,
      said: z.string().nullable(),
      /** To the seller's account; otherwise to the borrower's own. */
      is_entrusted: z.boolean(),
      account_masked: z.string().nullable(),
      asked: z.enum(['asked', 'requested', 'refused']),
      state: drawdownState.nullable(),
      loan_id: z.string().nullable(),
      asked_at: instant,
    }),
  ),
});
export type ContractPage = z.infer<typeof contractPage>;
/** Null before papers are made. */
export const contractView = z.object({ contract: contractPage.nullable() });
export type ContractView = z.infer<typeof contractView>;

// ── refusals, permissions, addresses ─────────────────────────────────────────

/** In the order in which they are looked for. */
export const refusals = {
  channel_not_found: { status: 404, zh: '没有这个渠道码', en: 'There is no such channel' },
  channel_not_yours: {
    status: 403,
    zh: '只能为自己建码，为他人建码须由管理岗办理',
    en: 'Codes are made for oneself; for others by whoever supervises',
  },
  application_unknown: { status: 404, zh: '没有这笔申请', en: 'There is no such application' },
  not_signed: { status: 404, zh: '还没有签好的这份文件', en: 'There is no such signed paper' },
  not_investigating: { status: 409, zh: '现在不由您调查', en: 'It is not yours to investigate now' },
  not_approving: { status: 409, zh: '现在不由您审批', en: 'It is not yours to approve now' },
  reason_needed: { status: 400, zh: '请写明原因，客户和后面的人要看', en: 'Give the reason; others will read it' },
  investigation_missing: { status: 409, zh: '还没有保存调查结果和建议额度', en: 'No investigation with a proposed limit has been saved' },
  investigation_incomplete: { status: 409, zh: '调查表还没有填完', en: 'The investigation is not complete' },
  above_proposal: {
    status: 409,
    zh: '不能高于调查建议的额度，需要更高请退回调查',
    en: 'Not above what was investigated; return it for more',
  },
  above_product: { status: 409, zh: '超过产品最高额度', en: 'Above the highest limit of the product' },
  below_product: { status: 409, zh: '低于产品最低额度', en: 'Below the least limit of the product' },
  discount_too_large: { status: 409, zh: '超过您的利率优惠权限', en: 'More than your post may take off the price' },
} as const;
export type RefusalCode = keyof typeof refusals;

export const permissions = { read: 'lending.read', work: 'lending.work', channels: 'lending.channels' } as const;

/** A recording of a signing in person (双录), by whoever made it: its number at the recorder, and the SHA-256 of the file. */
export const noteRecording = z.object({ recording_id: z.string().trim().min(1).max(80), hash: z.string().regex(/^[0-9a-f]{64}$/) });
export type NoteRecording = z.output<typeof noteRecording>;

export const addresses = {
  recordings: '/api/v1/applications/:id/recordings',
  contract: '/api/v1/applications/:id/contract',
  signedPaper: '/api/v1/applications/:id/papers/:name/file.pdf',
  channels: '/api/v1/channels',
  revoke: '/api/v1/channels/:code/revocation',
  picture: '/api/v1/channels/:code/picture.svg',
  applications: '/api/v1/applications',
  application: '/api/v1/applications/:id',
  investigation: '/api/v1/applications/:id/investigation',
  approval: '/api/v1/applications/:id/approval',
} as const;
