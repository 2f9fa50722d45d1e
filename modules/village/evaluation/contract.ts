/**
 * Evaluation 评议 as the bank's staff work with it: reviewers, panels, what the answers come to, settling, acceptance. The reviewer's own page has
 * its own contract (`page/contract.ts`). Browser-safe. Amounts are fen as digit strings, shares per mille.
 */
import { z } from 'zod';
import {
  count,
  day,
  fen,
  gridCode,
  groupCode,
  householdId,
  instant,
  permille,
  personId,
  reason,
  reviewerId,
  staff,
  villageCode,
  wording,
} from '../values/contract.ts';

export const round = z.int().min(1).max(5);
export const roundText = z.coerce.number().int().min(1).max(5);
export const kindCode = z.string().regex(/^[A-Z]\d{2}$/);
const ofCode = z.string().regex(/^[a-z][a-z0-9_]{1,40}$/);
const cursor = z.string().max(512).optional();
const limit = z.coerce.number().int().min(1).max(200).default(50);

// ── reviewers ────────────────────────────────────────────────────────────────

export const registerReviewer = z.object({
  grid_code: villageCode,
  /** Of the roll, where the reviewer stands on it: recusal follows from it. */
  person_id: personId.nullable(),
  name: z.string().trim().min(2).max(60),
  phone: z
    .string()
    .regex(/^1[3-9]\d{9}$/)
    .nullable(),
  qualification: ofCode,
  is_committee: z.boolean(),
});
export type RegisterReviewer = z.output<typeof registerReviewer>;
export const registered = z.object({ reviewer_id: reviewerId });

export const swearIn = z.object({ text_hash: z.string().regex(/^[0-9a-f]{64}$/) });
export const dismissReviewer = z.object({ reason });
export const saidWhys = ['dispute', 'debtor', 'creditor', 'kin'] as const;
export const sayRecusal = z.object({ household_id: householdId, why: z.enum(saidWhys) });

const share = permille.nullable();
export const alerts = ['too_quick', 'identical', 'maximum', 'disagrees', 'unreliable'] as const;
export const quality = z.object({
  rows: count,
  valid: count,
  agreement: share,
  median_seconds: z.number().nullable(),
  identical: share,
  maximum: share,
  bad: share,
  reliability: share,
  alerts: z.array(z.enum(alerts)),
  computed_at: instant,
});

export const reviewer = z.object({
  reviewer_id: reviewerId,
  name: z.string(),
  phone_masked: z.string().nullable(),
  person_id: personId.nullable(),
  grid_code: villageCode,
  village: z.string(),
  qualification: z.object({ code: ofCode, name: wording }),
  is_committee: z.boolean(),
  state: z.enum(['registered', 'sworn', 'dismissed']),
  oath_at: instant.nullable(),
  dismissed_for: z.string().nullable(),
  /** What is asked of them now, over all groups. */
  asked: count,
  answered: count,
  recused: count,
  quality: quality.nullable(),
});
export type Reviewer = z.infer<typeof reviewer>;
export const reviewerQuery = z.object({ grid: gridCode.optional(), cursor, limit });
export const reviewerList = z.object({ items: z.array(reviewer), next: z.string().nullable(), oath: wording, oath_hash: z.string() });
export const qualificationList = z.object({ items: z.array(z.object({ code: ofCode, name: wording })) });

export const oneTimeCode = z.object({ reviewer_id: reviewerId, code: z.string(), valid_until: instant });

/** Paid for rows that are valid; what is approved on them plays no part. */
export const fees = z.object({
  items: z.array(z.object({ reviewer_id: reviewerId, name: z.string(), village: z.string(), rows: count, valid: count, fee_fen: fen })),
  fee_per_row_fen: fen,
  rows: count,
  valid: count,
  total_fen: fen,
});

// ── panels and sheets ────────────────────────────────────────────────────────

export const setPanel = z.object({
  reviewers: z
    .array(reviewerId)
    .min(1)
    .max(9)
    .refine((ids) => new Set(ids).size === ids.length, '每人只列一次 / each reviewer once'),
  due_on: day.nullable(),
});
export const askMore = z.object({ reviewer_id: reviewerId, persons: z.array(personId).min(1).max(200) });
export const sheetMade = z.object({ rows: count, recused: count });

export const outcomes = ['waiting', 'more_reviewers', 'third_opinion', 'manual', 'excluded', 'evaluated'] as const;
export type Outcome = (typeof outcomes)[number];

export const groupRow = z.object({
  grid_code: groupCode,
  village: z.string(),
  group: z.string(),
  round,
  /** `unset`: nobody has been named yet. */
  state: z.enum(['unset', 'rating', 'sampled', 'accepted']),
  attempt: count,
  due_on: day.nullable(),
  households: count,
  /** People who are to be evaluated. */
  rated: count,
  reviewers: z.array(z.object({ reviewer_id: reviewerId, name: z.string(), is_committee: z.boolean(), asked: count, answered: count })),
  asked: count,
  answered: count,
  recused: count,
  /** How many people the answers came to what; nobody is counted who has no answer yet. */
  outcomes: z.object(Object.fromEntries(outcomes.map((name) => [name, count])) as Record<Outcome, typeof count>),
  acceptance: z.object({ acceptance_id: z.string(), state: z.enum(['drawn', 'passed', 'failed']) }).nullable(),
});
export type GroupRow = z.infer<typeof groupRow>;
export const groupQuery = z.object({ grid: gridCode.optional(), round: roundText.default(1), cursor, limit });
export const groupList = z.object({
  items: z.array(groupRow),
  next: z.string().nullable(),
  panel: z.object({ reviewers: count, least_outside_committee: count, households_per_reviewer: count }),
  rounds: round,
});

// ── answers keyed by staff ───────────────────────────────────────────────────

export const knows = ['yes', 'no', 'recused'] as const;
const answerValue = z.union([z.string().max(500), z.boolean(), z.int(), z.array(z.string().max(60)).max(40)]);
/** One reviewer's answer about one person. `answers` and `suggested_fen` only where the reviewer knows the household. */
export const answer = z.object({
  evaluation_id: z.uuid(),
  round,
  person_id: personId,
  knows: z.enum(knows),
  answers: z.record(z.string().max(60), answerValue).optional(),
  suggested_fen: fen.optional(),
  kinds: z.array(kindCode).max(20).default([]),
  /** How long the person was on the screen. */
  seconds: z.number().min(0).max(86_400).optional(),
  answered_at: instant.optional(),
});
export type Answer = z.output<typeof answer>;
export const answerItems = z.array(answer).min(1).max(200);

/** Why one answer was not taken, in the order in which it is looked at. */
export const answerFaults = {
  not_on_sheet: { zh: '评议表上没有这个人', en: 'This person is not on the sheet' },
  evaluation_key_reused: { zh: '这个编号已用于另一份评议', en: 'This id was used for another answer' },
  round_closed: { zh: '本组这一轮已经截止', en: 'This round of the group is closed' },
  person_recused: { zh: '按规定回避，不评这一户', en: 'The reviewer steps aside for this household' },
  person_not_rated: { zh: '此人已不在评议范围', en: 'This person is not evaluated any more' },
  evaluation_exists: { zh: '此人已经评过，不能再评', en: 'This person has been answered for already' },
  answer_invalid: { zh: '有一项没填或填得不对', en: 'Something is missing or not valid' },
} as const;
export type AnswerFaultCode = keyof typeof answerFaults;
export const answerFaultCodes = [
  'not_on_sheet',
  'evaluation_key_reused',
  'round_closed',
  'person_recused',
  'person_not_rated',
  'evaluation_exists',
  'answer_invalid',
] as const satisfies readonly AnswerFaultCode[];
export const answersTaken = z.object({
  /** Also those that had been taken before: sent again is taken once. */
  accepted: z.array(z.object({ evaluation_id: z.uuid(), person_id: personId })),
  refused: z.array(
    z.object({
      evaluation_id: z.uuid(),
      person_id: personId,
      code: z.enum(answerFaultCodes),
      ...wording.shape,
      places: z.array(z.object({ place: z.string(), ...wording.shape })),
    }),
  ),
});
export type AnswersTaken = z.infer<typeof answersTaken>;
/** What a reviewer said before a member of staff, who is on record as having taken it down: where, and when. */
export const keyAnswers = z.object({
  channel: z.enum(['meeting', 'phone']),
  place: z.string().trim().min(2).max(100),
  held_at: instant,
  items: answerItems,
});
export type KeyAnswers = z.output<typeof keyAnswers>;

/** A filled-in sheet as a workbook, in base64. */
export const paperSheet = z.object({ round, file: z.base64().max(2_800_000) });
export const paperTaken = z.object({
  rows: count,
  taken: count,
  /** Wrong places of the sheet: `F12`. Nothing of a row with one is taken. */
  faults: z.array(z.object({ place: z.string(), ...wording.shape })),
});
export type PaperTaken = z.infer<typeof paperTaken>;

// ── what the answers come to ─────────────────────────────────────────────────

export const evaluatedRow = z.object({
  person_id: personId,
  household_id: householdId,
  name: z.string(),
  grid_code: groupCode,
  place: z.string(),
  round,
  outcome: z.enum(outcomes),
  answers: count,
  valid: count,
  evaluated_fen: fen.nullable(),
  dispersion: z.number().nullable(),
  kinds: z.array(z.object({ code: kindCode, ...wording.shape, treatment: z.string(), votes: count, evidence: z.array(ofCode) })),
  steps: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  settled: z.object({ as: z.enum(['cleared', 'excluded']), by: staff, at: instant, evidence: z.string() }).nullable(),
  /** What the person may be told, whoever asks: no kind, no vote, no name. */
  told: wording,
});
export type EvaluatedRow = z.infer<typeof evaluatedRow>;
export const evaluatedQuery = z.object({ grid: gridCode.optional(), outcome: z.enum(outcomes).optional(), cursor, limit });
export const evaluatedList = z.object({ items: z.array(evaluatedRow), next: z.string().nullable() });
export const settle = z.object({ as: z.enum(['cleared', 'excluded']), evidence: z.string().trim().min(8).max(1000) });

/** Who said what: head office and audit only. */
export const whoSaid = z.object({
  items: z.array(
    z.object({
      reviewer_id: reviewerId,
      name: z.string(),
      round,
      attempt: count,
      counts: z.boolean(),
      channel: z.enum(['app', 'meeting', 'phone', 'paper']),
      knows: z.enum(knows),
      suggested_fen: fen.nullable(),
      kinds: z.array(kindCode),
      answers: z.record(z.string(), answerValue).nullable(),
      seconds: z.number().nullable(),
      answered_at: instant,
      taken_by: z.string().nullable(),
      /** Of a meeting or a call. */
      taken_place: z.string().nullable(),
    }),
  ),
});

/** How many answers came which way, of those that count. */
export const channelCounts = z.object({ app: count, meeting: count, phone: count, paper: count });

// ── quality and acceptance ───────────────────────────────────────────────────

export const renewQuality = z.object({ grid_code: villageCode });
export const qualityRenewed = z.object({ reviewers: count, alerts: count });

export const acceptanceId = z.string().regex(/^N[1-9]\d{0,14}$/);
export const acceptance = z.object({
  acceptance_id: acceptanceId,
  grid_code: groupCode,
  round,
  attempt: count,
  state: z.enum(['drawn', 'passed', 'failed']),
  seed: z.string(),
  ratio: permille,
  wrong_allowed: permille,
  drawn_by: staff,
  drawn_at: instant,
  decided_by: staff.nullable(),
  decided_at: instant.nullable(),
  remark: z.string().nullable(),
  photo_hash: z.string().nullable(),
  items: z.array(
    z.object({
      person_id: personId,
      name: z.string(),
      household_id: householdId,
      evaluated_fen: fen.nullable(),
      outcome: z.enum(outcomes),
      is_right: z.boolean().nullable(),
      remark: z.string().nullable(),
    }),
  ),
});
export type Acceptance = z.infer<typeof acceptance>;
const picture = z.string().regex(/^data:image\/(png|jpeg);base64,[A-Za-z0-9+/]{16,}={0,2}$/);
export const decideAcceptance = z.object({
  items: z
    .array(z.object({ person_id: personId, is_right: z.boolean(), remark: z.string().trim().max(200).nullable() }))
    .min(1)
    .max(500),
  remark: z.string().trim().max(500).nullable(),
  /** Of whoever looked, and everybody together on the spot. */
  signature: picture.max(400_000),
  photo: picture.max(2_800_000),
});
export type DecideAcceptance = z.output<typeof decideAcceptance>;

const at = '/api/v1/village/projects/:id';
export const evaluationAddresses = {
  reviewers: `${at}/reviewers`,
  qualifications: `${at}/qualifications`,
  fees: `${at}/reviewer-fees`,
  oath: '/api/v1/village/reviewers/:id/oath',
  dismissal: '/api/v1/village/reviewers/:id/dismissal',
  recusals: '/api/v1/village/reviewers/:id/recusals',
  code: '/api/v1/village/reviewers/:id/code',
  handover: '/api/v1/village/reviewers/:id/handover',
  keyed: '/api/v1/village/reviewers/:id/answers',
  /** What the reviewer is asked, for whoever types it in. */
  keyedSheet: '/api/v1/village/reviewers/:id/sheet',
  paper: '/api/v1/village/reviewers/:id/paper',
  paperFile: '/api/v1/village/reviewers/:id/rounds/:round/sheet.xlsx',
  groups: `${at}/evaluation-groups`,
  panel: `${at}/rounds/:round/groups/:grid/panel`,
  sheet: `${at}/rounds/:round/groups/:grid/sheet`,
  more: `${at}/rounds/:round/groups/:grid/more`,
  draw: `${at}/rounds/:round/groups/:grid/acceptance`,
  acceptance: '/api/v1/village/acceptances/:id',
  quality: `${at}/reviewer-quality`,
  evaluated: `${at}/evaluated`,
  settlement: `${at}/persons/:person/settlement`,
  whoSaid: `${at}/persons/:person/evaluations`,
  channels: `${at}/evaluation-channels`,
} as const;

/** In the order in which they are looked for. */
export const evaluationRefusals = {
  reviewer_unknown: { status: 404, zh: '没有这个评议员', en: 'There is no such reviewer' },
  group_unknown: { status: 404, zh: '项目里没有这个村组', en: 'The project has no such group' },
  person_unknown: { status: 404, zh: '项目里没有这个人', en: 'The project has no such person' },
  acceptance_unknown: { status: 404, zh: '没有这次验收', en: 'There is no such acceptance' },
  round_unknown: { status: 404, zh: '项目没有这一轮评议', en: 'The project has no such round' },
  qualification_unknown: { status: 400, zh: '没有这种评议员资格', en: 'There is no such qualification' },
  reviewer_exists: { status: 409, zh: '此人已是本项目的评议员', en: 'This person is a reviewer of the project already' },
  reviewer_dismissed: { status: 409, zh: '评议员已解聘', en: 'The reviewer has been dismissed' },
  oath_changed: { status: 409, zh: '承诺文本已更新，请重新宣读', en: 'The oath has changed; read it again' },
  reviewer_not_sworn: { status: 409, zh: '评议员还没有签署承诺和保密', en: 'The reviewer has not taken the oath yet' },
  reviewer_elsewhere: { status: 409, zh: '评议员不是本村的', en: 'The reviewer is not of this village' },
  household_elsewhere: { status: 404, zh: '本村没有这一户', en: 'The village has no such household' },
  round_closed: { status: 409, zh: '本组这一轮已经验收或正在验收', en: 'This round of the group is closed' },
  panel_size: { status: 400, zh: '评议员人数不合要求', en: 'The panel has too few or too many reviewers' },
  panel_committee: { status: 409, zh: '村两委以外的评议员不够', en: 'Too few reviewers are from outside the committee' },
  panel_load: { status: 409, zh: '评议员负责的户数超过上限', en: 'A reviewer would have more households than allowed' },
  panel_answered: { status: 409, zh: '已交评议的评议员不能撤下', en: 'A reviewer who has answered cannot be taken off' },
  panel_unset: { status: 409, zh: '本组还没有定评议员', en: 'The group has no panel yet' },
  nothing_to_ask: { status: 409, zh: '这些人不需要再找人评', en: 'None of these people needs another reviewer' },
  nothing_to_settle: { status: 409, zh: '此人没有待认定的情形', en: 'There is nothing to settle about this person' },
  round_unfinished: { status: 409, zh: '还有没评完的，评完或过期后再验收', en: 'Some answers are missing and the round is not due yet' },
  nothing_to_accept: { status: 409, zh: '本组还没有可抽查的评议', en: 'There is nothing to sample yet' },
  acceptance_decided: { status: 409, zh: '这次验收已有结论', en: 'This acceptance has been decided' },
  acceptance_incomplete: { status: 400, zh: '抽中的人要逐一核对', en: 'Everybody drawn has to be judged, and nobody else' },
  file_unreadable: {
    status: 400,
    zh: '文件读不出来，请用下载的评议表填写',
    en: 'The file cannot be read; fill in the sheet that is downloaded',
  },
  cursor_invalid: { status: 400, zh: '翻页位置无效，请从头查看', en: 'The cursor is not valid; start again' },
} as const;
