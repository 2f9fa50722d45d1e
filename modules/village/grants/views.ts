/** Batches as the console shows them. In a session. */
import { refuse } from '#platform/http/index.ts';
import type { JobProgress } from '#platform/jobs/index.ts';
import { readPage, Where } from '#platform/postgres/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import { limitRefusals } from '../limits/contract.ts';
import { reversalKind } from './change-kinds.ts';
import { grantRefusals } from './contract.ts';
import type { Batch, BatchLine, BatchPage, LineList, LineQuery } from './contract.ts';

interface Row extends Omit<Batch, 'batch_id' | 'project_id' | 'total_fen'> {
  batch_id: bigint;
  project_id: bigint;
  total_fen: bigint;
}

/** A proposal that came to nothing leaves its batch behind. */
const columns = `b.batch_id, b.project_id, b.grid_code, b.valid_from, b.valid_to, b.list_hash, b.people, b.total_fen, b.left_out, b.made_by, b.made_at,
  b.approved_by, b.granted_at, p.proposal_id,
  case when b.state = 'proposed' and p.state in ('rejected', 'withdrawn', 'expired') then 'rejected' else b.state end as state`;
const source = `village.batch b left join change.proposal p on p.entity_id = b.entity_id and p.proposal_id = 'C' || b.proposal_id`;

const batchOf = (row: Row): Batch => ({
  ...row,
  batch_id: `B${row.batch_id}`,
  project_id: `V${row.project_id}`,
  total_fen: String(row.total_fen),
});

export async function listBatches(tx: Tx, projectId: bigint): Promise<Batch[]> {
  const rows = await tx.query<Row>(`select ${columns} from ${source} where b.project_id = $1 order by b.batch_id desc limit 100`, [
    projectId,
  ]);
  return rows.map(batchOf);
}

interface Sums {
  waiting: number;
  granted: number;
  blocked: number;
  reversed: number;
  withdrawn: number;
  lapsed: number;
  notified: number;
  granted_fen: string;
  fresh: number;
  fresh_fen: string;
  raised: number;
  raised_fen: string;
  lowered: number;
  lowered_fen: string;
  same: number;
  same_fen: string;
}

const side = (name: string, when: string): string =>
  `count(*) filter (where listed and ${when})::int as ${name}, coalesce(sum(limit_fen) filter (where listed and ${when}), 0)::text as ${name}_fen`;

const countOf = (value: unknown): number => (typeof value === 'number' ? value : 0);

/** A job as the page shows it; granting reports no `settled`, its lines tell how far it is. */
export const workOf = (job: JobProgress | null): BatchPage['work'] =>
  job && { state: job.state, settled: countOf(job.progress['settled']), people: countOf(job.progress['people']) };

/** Refuses: batch_unknown. */
export async function readBatchPage(tx: Tx, batchId: bigint): Promise<Omit<BatchPage, 'work'>> {
  const [row] = await tx.query<Row>(`select ${columns} from ${source} where b.batch_id = $1`, [batchId]);
  if (!row) throw refuse(grantRefusals, 'batch_unknown');
  const [sums] = await tx.query<Sums>(
    `select count(*) filter (where state = 'waiting')::int as waiting, count(*) filter (where state = 'granted')::int as granted,
       count(*) filter (where state = 'blocked')::int as blocked, count(*) filter (where state = 'reversed')::int as reversed,
       count(*) filter (where state = 'withdrawn')::int as withdrawn, count(*) filter (where state = 'lapsed')::int as lapsed,
       count(notified_at)::int as notified, coalesce(sum(limit_fen) filter (where state = 'granted'), 0)::text as granted_fen,
       ${side('fresh', 'before_fen is null')}, ${side('raised', 'before_fen < limit_fen')}, ${side('lowered', 'before_fen > limit_fen')},
       ${side('same', 'before_fen = limit_fen')}
     from (select *, state <> 'left_out' as listed from village.batch_line where batch_id = $1) l`,
    [batchId],
  );
  if (!sums) throw new Error('sums of nothing');
  const reasons = await tx.query<BatchPage['reasons'][number]>(
    `select reason, count(*)::int as people from village.batch_line, unnest(reasons) reason
     where batch_id = $1 and state in ('left_out', 'blocked') group by reason order by people desc, reason`,
    [batchId],
  );
  const { waiting, granted, blocked, reversed, withdrawn, lapsed, notified } = sums;
  return {
    ...batchOf(row),
    progress: { waiting, granted, blocked, reversed, withdrawn, lapsed, notified },
    granted_fen: sums.granted_fen,
    difference: {
      fresh: { people: sums.fresh, fen: sums.fresh_fen },
      raised: { people: sums.raised, fen: sums.raised_fen },
      lowered: { people: sums.lowered, fen: sums.lowered_fen },
      same: { people: sums.same, fen: sums.same_fen },
    },
    reasons,
  };
}

interface LineRow extends Omit<BatchLine, 'limit_fen' | 'before_fen' | 'facility_id' | 'reversal'> {
  limit_fen: bigint;
  before_fen: bigint | null;
  facility_id: bigint | null;
  reversal_reason: string | null;
  asked_by: string;
  asker: string | null;
  approved_by: string;
  approver: string | null;
  reversed_at: string;
}

/** Lines with what was done against them: who asks to take one back, and the counter-record of what was taken back. */
const lines = `(
  select l.*, c.proposal_id as reversal_waits, r.reason as reversal_reason, r.asked_by, a.name as asker, r.approved_by, b.name as approver, r.reversed_at
  from village.batch_line l
  left join change.proposal c on c.entity_id = l.entity_id and c.kind = '${reversalKind}' and c.state = 'proposed'
    and c.subject = 'B' || l.batch_id || ' ' || l.person_id
  left join village.line_reversal r on r.batch_id = l.batch_id and r.person_id = l.person_id
  left join organization.staff a on a.entity_id = r.entity_id and a.staff_id = r.asked_by
  left join organization.staff b on b.entity_id = r.entity_id and b.staff_id = r.approved_by) as lines`;
const lineColumns = [
  'person_id, name, household_id, grid_code, limit_fen, rate_ppm, before_fen, state, reasons, facility_id, notified_at, done_at',
  'reversal_waits, reversal_reason, asked_by, asker, approved_by, approver, reversed_at',
].join(', ');

/** Refuses: batch_unknown, cursor_invalid. */
export async function listLines(tx: Tx, batchId: bigint, query: LineQuery): Promise<LineList> {
  const [batch] = await tx.query('select 1 from village.batch where batch_id = $1', [batchId]);
  if (!batch) throw refuse(grantRefusals, 'batch_unknown');
  const { rows, nextCursor } = await readPage<LineRow>(tx, {
    table: lines,
    id: 'person_id',
    select: lineColumns,
    where: new Where()
      .add((place) => `batch_id = ${place(batchId)}`)
      .equals('state', query.state)
      .equals('person_id', query.person),
    sort: { column: 'person_id', type: 'text', nullable: false },
    descending: false,
    limit: query.limit,
    cursor: query.cursor,
    invalidCursor: () => refuse(limitRefusals, 'cursor_invalid'),
  });
  return {
    items: rows.map((row) => ({
      person_id: row.person_id,
      name: row.name,
      household_id: row.household_id,
      grid_code: row.grid_code,
      limit_fen: String(row.limit_fen),
      rate_ppm: row.rate_ppm,
      before_fen: row.before_fen === null ? null : String(row.before_fen),
      state: row.state,
      reasons: row.reasons,
      facility_id: row.facility_id === null ? null : `F${row.facility_id}`,
      notified_at: row.notified_at,
      done_at: row.done_at,
      reversal_waits: row.reversal_waits,
      reversal: reversalOf(row),
    })),
    next_cursor: nextCursor,
  };
}

const reversalOf = ({ reversal_reason, asked_by, asker, approved_by, approver, reversed_at }: LineRow): BatchLine['reversal'] =>
  reversal_reason === null
    ? null
    : {
        reason: reversal_reason,
        asked_by: { staff_id: asked_by, name: asker ?? asked_by },
        approved_by: { staff_id: approved_by, name: approver ?? approved_by },
        reversed_at,
      };
