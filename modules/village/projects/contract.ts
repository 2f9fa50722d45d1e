/** Projects 项目: which villages, until when, against which targets, with which configuration. Browser-safe. */
import { z } from 'zod';
import { count, day, fen, gridCode, instant, permille, projectId, reason, staff, wording } from '../values/contract.ts';

export const projectStates = ['draft', 'open', 'closed'] as const;
const rounds = z.int().min(1).max(5);
const reviewers = z.int().min(2).max(9);
const targets = z.object({ filed: permille, granted: permille, used: permille });
const takeRule = z.string().regex(/^[A-Z][A-Z0-9]{1,11}$/);

/** What a project does not say is as the bank's configuration has it. */
export const setUpProject = z.object({
  name: z.string().trim().min(2).max(60),
  batch_no: z
    .string()
    .trim()
    .regex(/^[0-9A-Za-z][0-9A-Za-z-]{0,29}$/),
  /** Villages or groups; a township or county stands for all its villages. */
  grid_codes: z.array(gridCode).min(1).max(3000),
  /** Today when left out. */
  starts_on: day.optional(),
  ends_on: day,
  rounds: rounds.optional(),
  reviewers: reviewers.optional(),
  /** Whether answers of reviewers who are not to be relied on count less. */
  weighs_reviewers: z.boolean().optional(),
  targets: targets.partial().optional(),
  take_rule: takeRule.optional(),
});
export type SetUpProject = z.output<typeof setUpProject>;
export const projectSetUp = z.object({ project_id: projectId });

export const openingRequest = z.object({ reason });
export const openingProposed = z.object({ proposal_id: z.string() });
export const closeProject = z.object({ reason });

export const place = z.object({ grid_code: gridCode, name: z.string() });
export const projectRow = z.object({
  project_id: projectId,
  name: z.string(),
  batch_no: z.string(),
  product: z.string(),
  state: z.enum(projectStates),
  starts_on: day,
  ends_on: day,
  /** Until its last day; negative after it. */
  days_left: z.int(),
  /** Villages or groups of it that the reader may see. */
  areas: count,
  /** The first of them, by name. */
  places: z.array(place),
  /** Of the pool as far as the reader may see it. */
  households: count,
  people: count,
  made_by: staff,
  opened_at: instant.nullable(),
  closed_at: instant.nullable(),
});
export type ProjectRow = z.infer<typeof projectRow>;
export const projectQuery = z.object({ state: z.enum(projectStates).optional() });
export type ProjectQuery = z.output<typeof projectQuery>;
/** Newest first. */
export const projectList = z.object({ items: z.array(projectRow) });
export type ProjectList = z.infer<typeof projectList>;

/** How far the pool has been filled; `error` says why it stands still. */
export const filling = z.object({ areas: count, filled: count, error: z.string().nullable() });

export const area = place.extend({ filled_at: instant.nullable(), households: count, people: count });
export const projectPage = projectRow.extend({
  rounds,
  reviewers,
  weighs_reviewers: z.boolean(),
  targets,
  take_rule: takeRule,
  configuration: z.string(),
  /** The bank's folder says the same today. */
  is_configuration_current: z.boolean(),
  areas_list: z.array(area),
  filling,
  shades: z.object({ white: count, grey: count, black: count }),
  /** A proposal to open it that waits for a second person. */
  opening: z.string().nullable(),
});
export type ProjectPage = z.infer<typeof projectPage>;

/** One decision of a formula; exactly one of `expression` and `table` is there. */
export const readableDecision = z.object({
  name: z.string(),
  description: z.string().nullable(),
  /** Inputs and decisions before it. */
  reads: z.array(z.string()),
  expression: z.string().nullable(),
  table: z
    .object({
      policy: z.string(),
      inputs: z.array(z.string()),
      outputs: z.array(z.string()),
      rules: z.array(z.object({ note: z.string().nullable(), inputs: z.array(z.string()), outputs: z.array(z.string()) })),
    })
    .nullable(),
});
export type ReadableDecision = z.infer<typeof readableDecision>;
const readableFormula = z.array(readableDecision);

const texts = z.record(z.string(), wording);
/** A bank's way of doing whole-village credit, as people read it. */
export const configurationPage = z.object({
  hash: z.string(),
  product: z.string(),
  rounds,
  targets,
  project: z.object({ least_days: count, most_days: count }),
  rated: z.object({ from_age: count, to_age: count, members: count }),
  panel: z.object({ reviewers, least_outside_committee: count, households_per_reviewer: count, fee_per_row_fen: fen }),
  qualifications: texts,
  oath: wording,
  weighs_reviewers: z.boolean(),
  acceptance: z.object({ ratio: permille, least: count, wrong_allowed: permille }),
  visit: z.object({ metres: count, seconds: count, photos: count }),
  limits: z.object({
    rules: z.array(takeRule),
    rule: takeRule,
    max2_cap_fen: fen,
    household_cap_fen: fen,
    village_cap_fen: fen.nullable(),
  }),
  notice: z.object({ days: count, objection_working_days: count }),
  grant: z.object({ months: count }),
  prefilter_reasons: texts,
  kinds: z.array(
    z.object({
      code: z.string(),
      name: wording,
      treatment: z.string(),
      record_makes_hard: z.boolean(),
      evidence: z.array(z.string()),
    }),
  ),
  /** As `core/product` reads forms. */
  forms: z.object({ evaluation: z.record(z.string(), z.unknown()), visit: z.record(z.string(), z.unknown()) }),
  formulas: z.object({ prefilter: readableFormula, aggregate: readableFormula, take: readableFormula }),
});
export type ConfigurationPage = z.infer<typeof configurationPage>;

/** The kind of change under which projects are opened, and what its `before` and `after` hold. */
export const openingKind = 'village.project';
export const openingChange = z.object({
  name: z.string(),
  batch_no: z.string(),
  state: z.enum(projectStates),
  starts_on: day,
  ends_on: day,
  grid_codes: z.array(gridCode),
  rounds,
  reviewers,
  weighs_reviewers: z.boolean(),
  targets,
  take_rule: takeRule,
  configuration: z.string(),
});
export type OpeningChange = z.infer<typeof openingChange>;

export const projectAddresses = {
  configuration: '/api/v1/village/configuration',
  projects: '/api/v1/village/projects',
  project: '/api/v1/village/projects/:id',
  projectConfiguration: '/api/v1/village/projects/:id/configuration',
  opening: '/api/v1/village/projects/:id/opening',
  closing: '/api/v1/village/projects/:id/closing',
} as const;

/** In the order in which they are looked for. */
export const projectRefusals = {
  project_unknown: { status: 404, zh: '没有这个项目', en: 'There is no such project' },
  project_not_open: { status: 409, zh: '项目没有开放，不能办理', en: 'The project is not open' },
  project_not_draft: {
    status: 409,
    zh: '项目已经开放或已结束，不能再改',
    en: 'The project has been opened or closed and can no longer be changed',
  },
  area_out_of_scope: { status: 403, zh: '有的村组不在您的网格内', en: 'Some of the villages or groups are outside your grid' },
  area_unknown: { status: 422, zh: '没有这个村组，或其中没有户', en: 'There is no such village or group, or no household in it' },
  area_twice: { status: 422, zh: '同一个组写了两次', en: 'A group is named twice' },
  dates_wrong: { status: 422, zh: '起止日期不对', en: 'The dates do not fit' },
  rule_unknown: { status: 422, zh: '本行没有这种额度取值规则', en: 'The bank has no such rule for taking a limit' },
  batch_taken: { status: 409, zh: '批次号已被使用，请换一个', en: 'The batch number is taken; choose another' },
  group_taken: { status: 409, zh: '有的组已在另一个开放的项目里', en: 'Some groups belong to another open project' },
} as const;
