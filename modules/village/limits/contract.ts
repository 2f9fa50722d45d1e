/** Three limits 三个额度, what is taken of them, and the branch's word. Browser-safe. */
import { z } from 'zod';
import { count, fen, gridCode, instant, staff } from '../values/contract.ts';

export const limitAddresses = {
  limits: '/api/v1/village/projects/:id/limits',
  limit: '/api/v1/village/projects/:id/limits/:person',
  determination: '/api/v1/village/projects/:id/limits/:person/determination',
  determinations: '/api/v1/village/projects/:id/determinations',
  retake: '/api/v1/village/projects/:id/retake',
  limitWork: '/api/v1/village/projects/:id/limit-work',
} as const;

/** In the order in which they are looked for. */
export const limitRefusals = {
  person_not_in_project: { status: 404, zh: '项目里没有此人', en: 'There is no such person in the project' },
  grid_outside: { status: 403, zh: '该网格不在您的范围内', en: 'The grid node is outside your scope' },
  nothing_taken: { status: 409, zh: '此人还没有取值，先完成评议或走访', en: 'Nothing has been taken yet; evaluate or visit first' },
  determination_excluded: { status: 409, zh: '评议不予授信，只能审定为 0', en: 'Excluded by the evaluation; only 0 can be determined' },
  determination_uneven: {
    status: 400,
    zh: '审定额度为 0，或不低于产品起点的整千元',
    en: 'Determine 0, or whole thousands of yuan from the product’s least on',
  },
  over_cap: { status: 409, zh: '超过各道上限中最小的', en: 'Above the least of the caps' },
  remark_needed: { status: 400, zh: '与取值不同，请写明理由', en: 'It differs from what was taken; say why' },
  cursor_invalid: { status: 400, zh: '翻页位置无效，请重新查询', en: 'The page position is not valid; ask again' },
} as const;

export const takeOutcomeCodes = ['taken', 'manual', 'excluded', 'rejected'] as const;
export const takeReasons = [
  'excluded',
  'declined',
  'flagged',
  'evaluated_missing',
  'model_missing',
  'visit_before_draw',
  'spread',
  'needs_word',
  'debt_unknown',
  'below_least',
] as const;
export const limitStepNames = ['by_rule', 'online', 'max2', 'product', 'segment', 'household', 'debt', 'village', 'rounded'] as const;

export const determination = z.object({
  determined_fen: fen,
  /** What had been taken then. */
  taken_fen: fen.nullable(),
  remark: z.string().nullable(),
  determined_by: staff,
  determined_at: instant,
});

export const limitRow = z.object({
  person_id: z.string(),
  name: z.string(),
  household_id: z.string(),
  grid_code: z.string(),
  evaluated_fen: fen.nullable(),
  model_fen: fen.nullable(),
  investigated_fen: fen.nullable(),
  outcome: z.enum(takeOutcomeCodes),
  taken_fen: fen.nullable(),
  cap_fen: fen,
  reasons: z.array(z.string()),
  determined_fen: fen.nullable(),
  remark: z.string().nullable(),
  /** Something else has been taken since the branch's word. */
  is_moved: z.boolean(),
});
export type LimitRow = z.infer<typeof limitRow>;

export const limitQuery = z.object({
  grid_code: gridCode.optional(),
  outcome: z.enum(takeOutcomeCodes).optional(),
  /** `open`: without the branch's word, or moved since. */
  determined: z.enum(['open', 'done']).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(500).optional(),
});
export type LimitQuery = z.output<typeof limitQuery>;
/**
 * In the order of the roll. `waiting`: whose limit is being worked out anew in the background, and is told as it was until then. `open` and `ready`: what waits for the branch's word, and what of it can be confirmed as taken; under the
 * grid node asked for.
 */
export const limitList = z.object({
  items: z.array(limitRow),
  next_cursor: z.string().nullable(),
  counts: z.object({ all: count, open: count, ready: count, ready_fen: fen, waiting: count }),
});
export type LimitList = z.infer<typeof limitList>;

export const limitRecord = z.object({
  kind: z.enum(['evaluated', 'model', 'investigated']),
  amount_fen: fen.nullable(),
  source: z.record(z.string(), z.unknown()),
  recorded_by: z.string(),
  recorded_at: instant,
});
export const limitStep = z.object({
  name: z.enum(limitStepNames),
  before: fen.nullable(),
  after: fen.nullable(),
  binding: z.boolean(),
});
export const limitPage = limitRow.extend({
  rule: z.string(),
  steps: z.array(limitStep),
  /** What the formula was told, amounts as decimal text of fen. */
  inputs: z.record(z.string(), z.unknown()),
  computed_at: instant,
  /** Newest first, of all three kinds. */
  records: z.array(limitRecord),
  determinations: z.array(determination),
});
export type LimitPage = z.infer<typeof limitPage>;

export const determine = z.object({ determined_fen: fen, remark: z.string().trim().min(2).max(300).optional() });
export type Determine = z.output<typeof determine>;
/** Everybody under a grid node whose limit was taken and waits: as it was taken, in the background. Told is who waits for it. */
export const determineAll = z.object({ grid_code: gridCode });
export const determinedAll = z.object({ people: count, total_fen: fen });
export const retakeAll = z.object({ grid_code: gridCode });
/** Who waits for it: it is done in the background. */
export const retaken = z.object({ people: count });

export const limitWorkQuery = z.object({ grid_code: gridCode });
export const limitWork = z.object({ state: z.enum(['waiting', 'running', 'done', 'failed']), done: count, people: count });
export type LimitWork = z.infer<typeof limitWork>;
/** How far the background is: taking everybody of the project anew, and determining under the node as taken. Null: never asked. */
export const limitWorks = z.object({ retake: limitWork.nullable(), determine: limitWork.nullable() });
export type LimitWorks = z.infer<typeof limitWorks>;
