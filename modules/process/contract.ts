/**
 * Processes, cases and tasks as the console and other modules see them. Browser-safe: zod and core only.
 * Instants are UTC, amounts fen as digit strings, time left working seconds.
 */
import { z } from 'zod';

const wording = z.object({ zh: z.string(), en: z.string() });
const instant = z.iso.datetime();
const count = z.int().min(0);
const fen = z.string().regex(/^\d{1,18}$/);

export const processName = z.string().regex(/^[a-z][a-z0-9_]{1,39}$/);
export const caseId = z.string().regex(/^C[1-9]\d{0,14}$/);
export const taskId = z.string().regex(/^T[1-9]\d{0,14}$/);
const staffId = z.string().trim().min(1).max(60);
const nodeId = z.string().trim().min(1).max(120);

// ── work-list ────────────────────────────────────────────────────────────────

/** `stuck`: a step could not go on by itself, and somebody must look. */
export const caseStatuses = ['open', 'suspended', 'stuck', 'ended', 'cancelled'] as const;
export type CaseStatus = (typeof caseStatuses)[number];

/** What a list shows of the subject; kept up to date by whoever owns it. */
const headline = z.object({
  title: z.string(),
  product: z.string().nullable(),
  amount_fen: fen.nullable(),
  proposed_fen: fen.nullable(),
  note: z.string().nullable(),
});

export const taskSummary = headline.extend({
  task_id: taskId,
  case_id: caseId,
  process: processName,
  subject_kind: z.string(),
  subject_id: z.string(),
  grid_code: z.string(),
  node: z.string(),
  /** As the step is called in the drawing. */
  name: z.string(),
  role: z.string(),
  post: z.string().nullable(),
  form: z.string().nullable(),
  assignee: z.object({ staff_id: z.string(), name: z.string() }).nullable(),
  /** Why nobody was found. */
  unassigned: z.enum(['no_candidate', 'all_away', 'all_barred', 'pool']).nullable(),
  created_at: instant,
  due_at: instant.nullable(),
  /** Working seconds; negative when overdue; null without a limit or while the clock stands. */
  seconds_left: z.number().nullable(),
  /** Working seconds of the whole limit. */
  seconds_allowed: z.number().nullable(),
  is_suspended: z.boolean(),
  urged: count,
});
export type TaskSummary = z.infer<typeof taskSummary>;

/** Whose: mine, those nobody has taken and I may, or those of my scope that I look after. */
export const workViews = ['mine', 'pool', 'scope', 'done'] as const;
export const workQuery = z.object({
  view: z.enum(workViews).default('mine'),
  process: processName.optional(),
  node: nodeId.optional(),
  product: z.string().max(60).optional(),
  grid: z
    .string()
    .regex(/^\d{6}(\d{3}(\d{3}(\d{2})?)?)?$/)
    .optional(),
  /** Due within so many minutes of the clock; 0 is overdue. */
  due_within: z.coerce.number().int().min(0).max(100_000).optional(),
  amount_from: fen.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(200).optional(),
});
export type WorkQuery = z.output<typeof workQuery>;
/** Least time first. The counts are of the view without its other filters. */
export const workList = z.object({
  items: z.array(taskSummary),
  next_cursor: z.string().nullable(),
  counts: z.object({ all: count, overdue: count, within_hour: count }),
  as_of: instant,
});
export type WorkList = z.infer<typeof workList>;

// ── case ─────────────────────────────────────────────────────────────────────

export const casePage = headline.extend({
  case_id: caseId,
  process: processName,
  version: z.int().min(1),
  process_title: wording,
  subject_kind: z.string(),
  subject_id: z.string(),
  grid_code: z.string(),
  status: z.enum(caseStatuses),
  opened_at: instant,
  opened_by: z.string(),
  ended_at: instant.nullable(),
  outcome: z.string().nullable(),
  /** The definition as drawn. */
  xml: z.string(),
  /** Where the case stands. */
  at: z.array(z.object({ node: z.string(), name: z.string(), since: instant.nullable() })),
  tasks: z.array(
    z.object({
      task_id: taskId,
      node: z.string(),
      name: z.string(),
      role: z.string(),
      state: z.enum(['open', 'done', 'cancelled']),
      assignee: z.object({ staff_id: z.string(), name: z.string() }).nullable(),
      created_at: instant,
      due_at: instant.nullable(),
      done_at: instant.nullable(),
      outcome: z.string().nullable(),
      /** What the reader may do with it now. */
      verbs: z.array(z.string()),
      outcomes: z.array(z.object({ value: z.string(), name: wording })),
      /** Steps it may be returned to. */
      returnable: z.array(z.object({ node: z.string(), name: z.string() })),
    }),
  ),
  history: z.array(
    z.object({
      number: z.int(),
      at: instant,
      actor: z.object({ staff_id: z.string(), name: z.string() }),
      verb: z.string(),
      node: z.string().nullable(),
      node_name: z.string().nullable(),
      reason: z.string().nullable(),
    }),
  ),
});
export type CasePage = z.infer<typeof casePage>;

export const verbName = z.enum([
  'claim',
  'put_back',
  'complete',
  'return',
  'take_back',
  'hand_over',
  'delegate',
  'add_signer',
  'remove_signer',
  'urge',
  'suspend',
  'resume',
  'retry',
  'jump',
  'cancel',
]);
export const caseVerbs = ['urge', 'suspend', 'resume', 'retry', 'jump', 'cancel'] as const;
export const actBody = z.object({
  reason: z.string().trim().max(500).optional(),
  outcome: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,39}$/)
    .optional(),
  node: nodeId.optional(),
  /** After the step returned to is done again, go on where the case was. */
  resume: z.boolean().default(false),
  staff_id: staffId.optional(),
});
export type ActBody = z.output<typeof actBody>;
export const acted = z.object({ case_id: caseId, status: z.enum(caseStatuses), open_tasks: z.array(taskId) });
export type Acted = z.infer<typeof acted>;
/** Who could take a task, best first, with what stands in the way of those who may not. */
export const candidateList = z.object({
  items: z.array(
    z.object({
      staff_id: z.string(),
      name: z.string(),
      institution: z.string(),
      open_tasks: count,
      is_away: z.boolean(),
      bar: z.enum(['recused', 'other_post', 'signed']).nullable(),
    }),
  ),
});
export type CandidateList = z.infer<typeof candidateList>;

// ── definitions ──────────────────────────────────────────────────────────────

export const finding = z.object({
  code: z.string(),
  level: z.enum(['error', 'warning', 'note']),
  /** The id of the element; empty when the file as a whole is meant. */
  element: z.string(),
  name: z.string(),
  what: wording,
  cure: wording,
});
export type Finding = z.infer<typeof finding>;
export const processList = z.object({
  items: z.array(
    z.object({
      process: processName,
      title: wording,
      version: z.int(),
      versions: count,
      published_at: instant,
      open_cases: count,
      /** Cases that still run on an earlier version. */
      earlier_cases: count,
    }),
  ),
});
export type ProcessList = z.infer<typeof processList>;
export const processPage = z.object({
  process: processName,
  title: wording,
  version: z.int(),
  xml: z.string(),
  versions: z.array(
    z.object({
      version: z.int(),
      state: z.enum(['proposed', 'published']),
      created_by: z.string(),
      published_at: instant.nullable(),
      open_cases: count,
    }),
  ),
  findings: z.array(finding),
  /** Open cases at each step of this version, for the picture. */
  standing: z.array(z.object({ node: z.string(), cases: count, overdue: count })),
});
export type ProcessPage = z.infer<typeof processPage>;
export const checkBody = z.object({ xml: z.string().min(1).max(2_000_000) });
export const checked = z.object({ findings: z.array(finding), is_publishable: z.boolean() });
export type Checked = z.infer<typeof checked>;
export const proposeBody = checkBody.extend({ title: wording, reason: z.string().trim().min(4).max(500) });
export type ProposeBody = z.output<typeof proposeBody>;
export const proposed = z.object({ proposal_id: z.string(), version: z.int(), findings: z.array(finding) });
export type Proposed = z.infer<typeof proposed>;
/** What moving running cases to a version would do: how many can, and which cannot and why. */
export const migrationQuery = z.object({ from: z.coerce.number().int().min(1), to: z.coerce.number().int().min(1) });
export const migrationPreview = z.object({
  from: z.int(),
  to: z.int(),
  movable: count,
  blocked: z.array(z.object({ node: z.string(), name: z.string(), cases: count, why: wording })),
});
export type MigrationPreview = z.infer<typeof migrationPreview>;
export const migrateBody = z.object({ from: z.int().min(1), to: z.int().min(1), reason: z.string().trim().min(4).max(500) });

// ── absences ─────────────────────────────────────────────────────────────────

export const absence = z.object({
  absence_id: z.string(),
  staff: z.object({ staff_id: z.string(), name: z.string() }),
  away_from: instant,
  away_to: instant,
  stand_in: z.object({ staff_id: z.string(), name: z.string() }).nullable(),
});
export const absenceList = z.object({ items: z.array(absence) });
export type AbsenceList = z.infer<typeof absenceList>;
export const absenceBody = z
  .object({ staff_id: staffId.optional(), away_from: instant, away_to: instant, stand_in_id: staffId.optional() })
  .refine((body) => Date.parse(body.away_to) > Date.parse(body.away_from), {
    message: '请假止应晚于请假起 / must be after away_from',
    path: ['away_to'],
  });
export type AbsenceBody = z.output<typeof absenceBody>;

// ── refusals, permissions, addresses ─────────────────────────────────────────

/** In the order in which they are looked for. */
export const refusals = {
  process_unknown: { status: 404, zh: '没有此流程', en: 'There is no such process' },
  version_unknown: { status: 404, zh: '没有此流程版本', en: 'There is no such process version' },
  process_invalid: { status: 422, zh: '流程未通过检查', en: 'The process does not pass the check' },
  process_unchanged: { status: 409, zh: '与已有版本相同', en: 'The same version exists already' },
  cursor_invalid: {
    status: 400,
    zh: '分页位置无效，请从第一页重新查看',
    en: 'The position is not one of this list; begin at its first page',
  },
  case_unknown: { status: 404, zh: '没有此案件', en: 'There is no such case' },
  task_unknown: { status: 404, zh: '没有此任务', en: 'There is no such task' },
  subject_has_case: { status: 409, zh: '该申请已有在办案件', en: 'The subject has a case under way' },
  case_over: { status: 409, zh: '案件已结束', en: 'The case is over' },
  case_suspended: { status: 409, zh: '案件已挂起，恢复后再办', en: 'The case is suspended; resume it first' },
  case_not_stuck: { status: 409, zh: '案件没有停在出错的步骤', en: 'The case does not stand at a step that failed' },
  case_not_suspended: { status: 409, zh: '案件没有挂起', en: 'The case is not suspended' },
  task_over: { status: 409, zh: '任务已办结或已撤销', en: 'The task is done or was cancelled' },
  task_taken: { status: 409, zh: '任务已由他人认领', en: 'Somebody has taken the task' },
  not_candidate: { status: 403, zh: '您不在该任务的办理范围内', en: 'The task is not for your post or your part of the grid' },
  not_assignee: { status: 403, zh: '任务不由您办理', en: 'The task is not yours' },
  not_supervisor: { status: 403, zh: '须由管理岗办理', en: 'This is for whoever supervises the case' },
  nothing_to_take_back: { status: 409, zh: '下一步已有人办理，不能拿回', en: 'Somebody has gone on with it; it cannot be taken back' },
  recused: { status: 409, zh: '须回避：与当事人有关系', en: 'Recusal: related to the people concerned' },
  other_post: { status: 409, zh: '须回避：同一案件已任其他岗位', en: 'Another post on the same case is held already' },
  signed_already: { status: 409, zh: '本步骤已签过', en: 'This step is signed by the same person already' },
  reason_missing: { status: 400, zh: '请填写原因', en: 'Give a reason' },
  outcome_missing: { status: 400, zh: '请选择结论', en: 'Choose an outcome' },
  outcome_unknown: { status: 400, zh: '本步骤没有该结论', en: 'The step has no such outcome' },
  node_missing: { status: 400, zh: '请选择步骤', en: 'Choose a step' },
  node_unknown: { status: 400, zh: '流程中没有该步骤，或不能去', en: 'The process has no such step, or it cannot be gone to' },
  staff_missing: { status: 400, zh: '请选择人员', en: 'Choose a person' },
  staff_unsuitable: { status: 409, zh: '该人员不能办理此任务', en: 'That person cannot take the task' },
  not_signing: { status: 409, zh: '本步骤不是会签', en: 'The step is not signed by several people' },
  last_signer: { status: 409, zh: '至少保留一名签批人', en: 'One signer at least stays' },
  not_awaited: { status: 409, zh: '案件不在等待该事项', en: 'The case does not wait for that' },
  migration_blocked: { status: 409, zh: '有案件所在步骤在新版本中不存在', en: 'Some cases stand at steps that the version does not have' },
  absence_unknown: { status: 404, zh: '没有此请假', en: 'There is no such absence' },
} as const;
export type RefusalCode = keyof typeof refusals;

export const permissions = {
  work: 'process.work',
  supervise: 'process.supervise',
  jump: 'process.jump',
  read: 'process.read',
  propose: 'process.propose',
  approve: 'process.approve',
} as const;

export const addresses = {
  tasks: '/api/v1/tasks',
  act: '/api/v1/tasks/:id/:verb',
  candidates: '/api/v1/tasks/:id/candidates',
  case: '/api/v1/cases/:id',
  caseAct: '/api/v1/cases/:id/:verb',
  processes: '/api/v1/processes',
  process: '/api/v1/processes/:name',
  check: '/api/v1/process-checks',
  proposals: '/api/v1/processes/:name/versions',
  migration: '/api/v1/processes/:name/migration',
  absences: '/api/v1/absences',
  absence: '/api/v1/absences/:id',
} as const;
