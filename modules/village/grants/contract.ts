/** Batch grants 批量授信: a list that is seen, proposed, approved and granted as it was seen. Browser-safe. */
import { z } from 'zod';
import { batchId, count, day, fen, gridCode, instant, personId, reason, staff } from '../values/contract.ts';

export const grantAddresses = {
  batches: '/api/v1/village/projects/:id/batches',
  batch: '/api/v1/village/batches/:batch',
  batchLines: '/api/v1/village/batches/:batch/lines',
  batchPropose: '/api/v1/village/batches/:batch/propose',
  batchDrop: '/api/v1/village/batches/:batch/drop',
  batchResume: '/api/v1/village/batches/:batch/resume',
  lineReverse: '/api/v1/village/batches/:batch/lines/:person/reverse',
} as const;

/** In the order in which they are looked for. */
export const grantRefusals = {
  batch_unknown: { status: 404, zh: '没有这个批次', en: 'There is no such batch' },
  batch_wrong_state: { status: 409, zh: '该批次现在不能这样办理', en: 'The batch is not in a state for this' },
  nobody_to_grant: { status: 409, zh: '没有可以授信的人', en: 'There is nobody to grant to' },
  list_moved: { status: 409, zh: '名单自预览后有变化，请重新预览', en: 'The list has moved since it was previewed; preview it again' },
  line_unknown: { status: 404, zh: '批次里没有此人', en: 'There is no such person in the batch' },
  line_not_granted: { status: 409, zh: '此人在该批次没有生效的授信', en: 'The person has no grant of this batch in force' },
  line_signed: { status: 409, zh: '已签约，请在授信额度里变更或终止', en: 'It has been signed; change or end the facility instead' },
  not_approved: { status: 409, zh: '批次未经复核，不能授信', en: 'The batch has not been approved' },
} as const;

/** `preparing`: its list is still being made. */
export const batchStates = ['preparing', 'preview', 'proposed', 'granting', 'granted', 'rejected', 'dropped'] as const;
export const workStates = ['waiting', 'running', 'done', 'failed'] as const;
/** Never signed: `withdrawn` because more was signed for elsewhere, `lapsed` because its last day passed. */
export const lineStates = ['waiting', 'granted', 'blocked', 'left_out', 'reversed', 'withdrawn', 'lapsed'] as const;
/** Why somebody is not on a list, or was stopped on the day. Neutral: what was said of a person, and by whom, is not among them. */
export const lineReasons = [
  'not_determined',
  'determined_zero',
  'determination_moved',
  'over_cap',
  'declined',
  'listed',
  'gone',
  'has_limit',
  'already_granted',
  'in_other_batch',
  'applying',
  'objection',
] as const;
export type LineReason = (typeof lineReasons)[number];

export const previewBatch = z.object({ grid_code: gridCode });

export const batchLine = z.object({
  person_id: z.string(),
  name: z.string(),
  household_id: z.string(),
  grid_code: z.string(),
  limit_fen: fen,
  rate_ppm: z.int().nullable(),
  before_fen: fen.nullable(),
  state: z.enum(lineStates),
  reasons: z.array(z.string()),
  facility_id: z.string().nullable(),
  notified_at: instant.nullable(),
  done_at: instant.nullable(),
  /** A proposal to take it back that waits for a second person. */
  reversal_waits: z.string().nullable(),
  /** The counter-record of what was taken back: the line itself stays as it was granted. */
  reversal: z.object({ reason: z.string(), asked_by: staff, approved_by: staff, reversed_at: instant }).nullable(),
});
export type BatchLine = z.infer<typeof batchLine>;

const side = z.object({ people: count, fen });
export const batch = z.object({
  batch_id: batchId,
  project_id: z.string(),
  grid_code: z.string(),
  valid_from: day,
  valid_to: day,
  list_hash: z.string(),
  state: z.enum(batchStates),
  people: count,
  total_fen: fen,
  left_out: count,
  proposal_id: z.string().nullable(),
  made_by: z.string(),
  made_at: instant,
  approved_by: z.string().nullable(),
  granted_at: instant.nullable(),
});
export type Batch = z.infer<typeof batch>;
/** Newest first. */
export const batchList = z.object({ items: z.array(batch) });
export const batchPage = batch.extend({
  /** How far the granting has come. */
  progress: z.object({
    waiting: count,
    granted: count,
    blocked: count,
    reversed: count,
    withdrawn: count,
    lapsed: count,
    notified: count,
  }),
  granted_fen: fen,
  /** The work in the background: of the list while it is made, of the granting afterwards; null where there is none. */
  work: z.object({ state: z.enum(workStates), settled: count, people: count }).nullable(),
  /** Against the last limit that each of them was granted in the project. */
  difference: z.object({ fresh: side, raised: side, lowered: side, same: side }),
  /** Who was left out or stopped, by reason. */
  reasons: z.array(z.object({ reason: z.string(), people: count })),
});
export type BatchPage = z.infer<typeof batchPage>;

export const lineQuery = z.object({
  state: z.enum(lineStates).optional(),
  person: personId.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(500).optional(),
});
export type LineQuery = z.output<typeof lineQuery>;
/** By person. */
export const lineList = z.object({ items: z.array(batchLine), next_cursor: z.string().nullable() });
export type LineList = z.infer<typeof lineList>;

export const withReason = z.object({ reason });
export const proposedBatch = z.object({ proposal_id: z.string() });
export const ofLine = z.object({ batch: batchId, person: personId });
