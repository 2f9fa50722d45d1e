/**
 * Loads, quarantine, sources and identity candidates as the console sees them. Browser-safe: only zod.
 *
 * Row counts are plain integers. Days are `YYYY-MM-DD`, instants ISO text in UTC. Raw lines are personal data: lists carry them masked,
 * the plain line comes from `reveal`, for a stated reason, and every reading of one is audited.
 */
import { z } from 'zod';
import { fileNotes, fileRefusals, rowReasons, type FileNote, type FileRefusalCode, type RowReason } from './reasons.ts';

export { fileNotes, fileRefusals, rowReasons, type FileNote, type FileRefusalCode, type RowReason, type Wording } from './reasons.ts';

// ── words ────────────────────────────────────────────────────────────────────

const count = z.int().min(0);
const day = z.iso.date();
const instant = z.iso.datetime();
const wording = z.object({ zh: z.string(), en: z.string() });
const rowReason = z.enum(Object.keys(rowReasons) as [RowReason, ...RowReason[]]);
const fileRefusal = z.enum(Object.keys(fileRefusals) as [FileRefusalCode, ...FileRefusalCode[]]);
const fileNote = z.enum(Object.keys(fileNotes) as [FileNote, ...FileNote[]]);

export const channels = ['provincial_ods', 'in_house', 'third_party'] as const;
export const channel = z.enum(channels);
export const dataClasses = [
  'deposits',
  'loans',
  'e_banking',
  'payroll',
  'grid',
  'sunshine_2017',
  'lists',
  'social_security',
  'real_estate',
  'farmer',
  'enterprise',
  'pboc',
  'government',
  'in_house_registers',
] as const;
export const dataClass = z.enum(dataClasses);
export const dataClassText: Record<(typeof dataClasses)[number], { zh: string; en: string }> = {
  deposits: { zh: '存款', en: 'Deposits' },
  loans: { zh: '贷款', en: 'Loans' },
  e_banking: { zh: '电子银行', en: 'E-banking' },
  payroll: { zh: '代发', en: 'Payroll' },
  grid: { zh: '网格', en: 'Grid' },
  sunshine_2017: { zh: '2017年阳光信贷', en: 'Sunshine credit 2017' },
  lists: { zh: '黑灰名单', en: 'Black and grey lists' },
  social_security: { zh: '社保', en: 'Social security' },
  real_estate: { zh: '不动产', en: 'Real estate' },
  farmer: { zh: '农户信用信息', en: 'Farmer credit information' },
  enterprise: { zh: '企业信息', en: 'Enterprise information' },
  pboc: { zh: '人行征信', en: 'PBoC reports' },
  government: { zh: '政务', en: 'Government data' },
  in_house_registers: { zh: '行内登记', en: 'In-house registers' },
};

// ── loads ────────────────────────────────────────────────────────────────────

/**
 * waiting → running → published | unchanged | failed. A load that was asked for here goes on by itself when its server died or a fault stopped it
 * (`waiting` until then); one from the command line is `interrupted` and is finished by running it again.
 */
export const loadStates = ['waiting', 'running', 'published', 'unchanged', 'failed', 'interrupted'] as const;
export const loadState = z.enum(loadStates);
export const fileStates = ['waiting', 'landing', 'validating', 'ready', 'published', 'unchanged', 'refused'] as const;
export const fileState = z.enum(fileStates);
/** What a load is doing; later stages come after all files are ready. */
export const loadStages = ['files', 'resolve', 'publish', 'done'] as const;

export const loadId = z.string().regex(/^L\d{1,12}$/);
export const sourceName = z.string().regex(/^[a-z][a-z0-9_]{1,40}$/);

export const progress = z.object({
  stage: z.enum(loadStages),
  files_done: count,
  files_total: count,
  rows_done: count,
  bytes_done: count,
  bytes_total: count,
  /** Estimated from the bytes done so far; null until there is enough to estimate from. */
  seconds_left: count.nullable(),
});
export type Progress = z.infer<typeof progress>;

/** rows_in = published + merged + quarantined, always. A refused or unchanged file counts no rows. */
export const fileReport = z.object({
  file: z.string(),
  source: sourceName.nullable(),
  source_name: wording.nullable(),
  date: day.nullable(),
  mode: z.enum(['full', 'delta']).nullable(),
  state: fileState,
  rows_in: count,
  published: count,
  merged: count,
  quarantined: count,
  bytes: count,
  md5: z.string().nullable(),
  /** Set when state is `refused`; `detail` names the place, e.g. what the control file said and what was found. */
  refusal: z.object({ code: fileRefusal, zh: z.string(), en: z.string(), detail: z.string().nullable() }).nullable(),
  /** `left_out`: state is `unchanged` because a re-sent file says nothing about this legal entity, whose earlier rows stand. */
  note: z.object({ code: fileNote, zh: z.string(), en: z.string() }).nullable(),
});
export type FileReport = z.infer<typeof fileReport>;

export const loadSummary = z.object({
  id: loadId,
  /** Folder below the inbox, or the last part of the path for a load from the command line. */
  directory: z.string(),
  /** Day the population shows after it; null before a load knows. */
  as_of: day.nullable(),
  state: loadState,
  started_at: instant,
  finished_at: instant.nullable(),
  started_by: z.string().nullable(),
  files: count,
  files_published: count,
  files_unchanged: count,
  files_refused: count,
  rows_in: count,
  published: count,
  merged: count,
  quarantined: count,
  /** Of the whole published population; null until published. */
  persons: count.nullable(),
  households: count.nullable(),
  relations: count.nullable(),
  /** One clear line when the load failed. */
  message: wording.nullable(),
});
export type LoadSummary = z.infer<typeof loadSummary>;
export const loadReport = loadSummary.extend({
  progress,
  file_reports: z.array(fileReport),
  /** Quarantined rows by reason, most frequent first. */
  reasons: z.array(z.object({ code: rowReason, zh: z.string(), en: z.string(), rows: count })),
  /** Persons by how they were recognised at this publication; null until published. */
  identity: z
    .object({
      by_id: count,
      without_id: count,
      merged_automatically: count,
      merged_by_review: count,
      candidates_open: count,
      pool: count,
    })
    .nullable(),
});
export type LoadReport = z.infer<typeof loadReport>;

export const loadListQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  offset: z.coerce.number().int().min(0).max(100_000).default(0),
});
const listOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), total: count, total_is_estimate: z.boolean(), as_of: day.nullable() });
export const loadList = listOf(loadSummary);

/** `directory` is a folder below the inbox (`QIANMO_DATA/inbox`), `.` for the inbox itself; never an absolute path. */
export const startLoad = z.object({ directory: z.string().trim().min(1).max(200), as_of: day.optional() });
export const loadStarted = z.object({ id: loadId });
export const inbox = z.object({ folders: z.array(z.object({ directory: z.string(), files: count, bytes: count })) });

// ── quarantine ───────────────────────────────────────────────────────────────

/** open → corrected (valid, waiting for reload) → reloaded (published as of the file's day). `superseded`: a re-sent file replaced the day. */
export const quarantineStates = ['open', 'corrected', 'reloaded', 'superseded'] as const;
export const quarantineState = z.enum(quarantineStates);
export const quarantineRow = z.object({
  id: z.string().regex(/^\d{1,18}$/),
  load_id: loadId,
  file: z.string(),
  source: sourceName,
  source_name: wording,
  file_date: day,
  /** Physical line in the file, the header being line 1; for a workbook the row of the sheet. */
  row_number: z.int().min(1),
  /** Column of the contract; null when the line as a whole is at fault. */
  field: z.string().nullable(),
  code: rowReason,
  zh: z.string(),
  en: z.string(),
  raw_masked: z.string(),
  state: quarantineState,
  corrected_by: z.string().nullable(),
  corrected_at: instant.nullable(),
});
export type QuarantineRow = z.infer<typeof quarantineRow>;
export const quarantineQuery = z.object({
  file: z.string().max(200).optional(),
  source: sourceName.optional(),
  code: rowReason.optional(),
  state: quarantineState.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  offset: z.coerce.number().int().min(0).max(10_000_000).default(0),
});
export type QuarantineQuery = z.infer<typeof quarantineQuery>;
export const quarantineList = listOf(quarantineRow);

export const reasoned = z.object({ reason: z.string().trim().min(4).max(200) });
/** The plain line, its fields by contract column, and the line as corrected so far. */
export const quarantineLine = z.object({
  id: quarantineRow.shape.id,
  raw_line: z.string(),
  corrected_line: z.string().nullable(),
  /** Split by the contract where the number of columns allows; names are the file's own. */
  fields: z.array(z.object({ field: z.string(), as: z.string(), type: z.string(), required: z.boolean(), value: z.string() })).nullable(),
});
export type QuarantineLine = z.infer<typeof quarantineLine>;

export const correctRow = z.object({ line: z.string().min(1).max(20_000) });
export const finding = z.object({ field: z.string().nullable(), code: rowReason, zh: z.string(), en: z.string() });
export type Finding = z.infer<typeof finding>;
/** `valid` rows are kept as corrected and wait for the reload; otherwise nothing is stored and `findings` says why. */
export const correction = z.object({ id: quarantineRow.shape.id, valid: z.boolean(), findings: z.array(finding) });
export type Correction = z.infer<typeof correction>;
/** Publishes all corrected rows of the load, each as of the day of its file. */
export const reloadStarted = z.object({ id: loadId, rows: count });

// ── sources ──────────────────────────────────────────────────────────────────

export const source = z.object({
  source: sourceName,
  class: dataClass,
  name: wording,
  channel,
  subject: z.string(),
  priority: z.int(),
  encodings: z.array(z.string()),
  modes: z.array(z.enum(['full', 'delta'])),
  key: z.array(z.string()),
  columns: z.array(z.object({ field: z.string(), as: z.string(), type: z.string(), required: z.boolean(), personal: z.boolean() })),
  /** Version of the published contract; 1 is the template's. */
  version: z.int().min(1),
  published_at: instant,
  published_by: z.string().nullable(),
  /** Latest published file day; null when nothing was delivered yet. */
  latest: day.nullable(),
});
export type Source = z.infer<typeof source>;
export const sourceList = z.object({ items: z.array(source) });
export const sourceText = z.object({ source: sourceName, version: z.int().min(1), yaml: z.string() });
/** A changed contract is proposed here and published when a second person approves it. */
export const proposeSource = z.object({ yaml: z.string().min(1).max(200_000), reason: z.string().trim().min(4).max(500) });
export const sourceProposed = z.object({ proposal_id: z.string() });
/** Where a contract is wrong: 1-based line and column of the YAML text. */
export const contractFinding = z.object({ line: z.int().min(1), column: z.int().min(1), path: z.string(), zh: z.string(), en: z.string() });

/** Sources by day. A day without a file has no cell: not delivered is not empty. */
export const matrixQuery = z.object({ from: day.optional(), to: day.optional() });
export const matrixCell = z.object({
  day,
  state: z.enum(['published', 'partial', 'refused']),
  files: count,
  rows_in: count,
  published: count,
  merged: count,
  quarantined: count,
  load_id: loadId,
});
export const matrix = z.object({
  days: z.array(day),
  rows: z.array(z.object({ source: sourceName, name: wording, class: dataClass, cells: z.array(matrixCell) })),
});
export type Matrix = z.infer<typeof matrix>;

// ── identity ─────────────────────────────────────────────────────────────────

export const candidateStates = ['open', 'same', 'different'] as const;
export const candidatePerson = z.object({
  person_id: z.string(),
  name: z.string(),
  id_masked: z.string().nullable(),
  phone_masked: z.string().nullable(),
  birth_date: day.nullable(),
  sex: z.enum(['M', 'F']).nullable(),
  address: z.string().nullable(),
  grid_code: z.string(),
  sources: z.array(z.string()),
});
/** Two records that may be one person. `agreeing` and `differing` name the compared fields; a field unknown on a side is in neither. */
export const candidate = z.object({
  id: z.string().regex(/^\d{1,18}$/),
  left: candidatePerson,
  right: candidatePerson,
  agreeing: z.array(z.string()),
  differing: z.array(z.string()),
  state: z.enum(candidateStates),
  decided_by: z.string().nullable(),
  decided_at: instant.nullable(),
});
export type Candidate = z.infer<typeof candidate>;
export const candidateQuery = z.object({
  state: z.enum(candidateStates).default('open'),
  limit: z.coerce.number().int().min(1).max(100).default(20),
  offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
});
export const candidateList = listOf(candidate);
/** Takes effect with the next publication. */
export const decideCandidate = z.object({ decision: z.enum(['same', 'different']) });

// ── refusals, permissions, addresses ─────────────────────────────────────────

export const refusals = {
  not_found: { status: 404, zh: '没有这条记录', en: 'There is no such record' },
  directory_outside: { status: 400, zh: '只能装载收件目录以内的文件夹', en: 'Only folders inside the inbox can be loaded' },
  directory_missing: { status: 404, zh: '收件目录中没有这个文件夹', en: 'There is no such folder in the inbox' },
  directory_empty: { status: 422, zh: '文件夹中没有可装载的文件', en: 'The folder holds no file to load' },
  load_running: { status: 409, zh: '已有装载正在进行，请等它结束', en: 'A load is running; wait until it has ended' },
  nothing_corrected: { status: 409, zh: '没有已更正待重装的行', en: 'No corrected row waits to be reloaded' },
  row_closed: {
    status: 409,
    zh: '该行已重装或已被新文件取代，不能再改',
    en: 'The row was reloaded or replaced by a newer file and cannot be changed',
  },
  candidate_decided: { status: 409, zh: '这一对已经有结论', en: 'This pair is decided already' },
  contract_invalid: { status: 422, zh: '数据源约定有误', en: 'The source contract is wrong' },
  date_invalid: { status: 400, zh: '日期应为 YYYY-MM-DD', en: 'A day is written YYYY-MM-DD' },
} as const;
export type RefusalCode = keyof typeof refusals;

export const permissions = {
  read: 'intake.read',
  load: 'intake.load',
  /** Plain quarantine lines and their download. */
  reveal: 'intake.reveal',
  correct: 'intake.correct',
  identity: 'intake.identity',
  propose: 'intake.propose',
} as const;

export const addresses = {
  loads: '/api/v1/loads',
  load: '/api/v1/loads/:id',
  inbox: '/api/v1/loads/inbox',
  quarantine: '/api/v1/loads/:id/quarantine',
  quarantineFile: '/api/v1/loads/:id/quarantine.csv',
  quarantineRow: '/api/v1/loads/:id/quarantine/:row',
  quarantineReveal: '/api/v1/loads/:id/quarantine/:row/reveal',
  reload: '/api/v1/loads/:id/reload',
  sources: '/api/v1/sources',
  source: '/api/v1/sources/:source',
  sourceProposals: '/api/v1/sources/:source/proposals',
  matrix: '/api/v1/sources/matrix',
  candidates: '/api/v1/identity/candidates',
  candidateDecision: '/api/v1/identity/candidates/:id/decision',
} as const;
