import { record } from '#platform/audit/index.ts';
import { refuse } from '#platform/http/index.ts';
import { withSession, type Session } from '#platform/postgres/index.ts';
import { refusals, type Candidate } from '../contract.ts';
import type { IntakeDeps } from '../deps.ts';

interface CandidateRow {
  id: bigint;
  left_person: Candidate['left'];
  right_person: Candidate['right'];
  agreeing: string[];
  differing: string[];
  state: Candidate['state'];
  decided_by: string | null;
  decided_at: string | null;
}

const columns = 'candidate_no as id, left_person, right_person, agreeing, differing, state, decided_by, decided_at';

/** Pairs whose both sides lie in the reader's scope. */
export async function listCandidates(
  deps: IntakeDeps,
  session: Session,
  query: { state: Candidate['state']; limit: number; offset: number },
): Promise<{ items: Candidate[]; total: number; total_is_estimate: boolean; as_of: null }> {
  return withSession(deps.db, session, async (tx) => {
    const [count] = await tx.query<{ n: bigint }>('select count(*) as n from intake.candidate where state = $1', [query.state]);
    const rows = await tx.query<CandidateRow & Record<string, unknown>>(
      `select ${columns} from intake.candidate where state = $1 order by candidate_no limit $2 offset $3`,
      [query.state, query.limit, query.offset],
    );
    return { items: rows.map(candidateOf), total: Number(count?.n ?? 0n), total_is_estimate: false, as_of: null };
  });
}

/** Keeps what a person found; the next publication merges or keeps apart. */
export async function decideCandidate(
  deps: IntakeDeps,
  session: Session,
  id: string,
  decision: 'same' | 'different',
  requestId?: string,
): Promise<Candidate> {
  return withSession(deps.db, session, async (tx) => {
    const [known] = await tx.query<{ state: string }>('select state from intake.candidate where candidate_no = $1', [id]);
    if (!known) throw refuse(refusals, 'not_found');
    const [row] = await tx.query<CandidateRow & Record<string, unknown>>(
      `update intake.candidate set state = $2, decided_by = $3, decided_at = $4 where candidate_no = $1 and state = 'open' returning ${columns}`,
      [id, decision, session.actorId, deps.clock.now().toString()],
    );
    if (!row) throw refuse(refusals, 'candidate_decided');
    await record(tx, {
      entityId: session.entityId,
      actorId: session.actorId,
      action: `identity.${decision}`,
      subjectKind: 'candidate',
      subjectId: id,
      requestId,
    });
    return candidateOf(row);
  });
}

const candidateOf = (row: CandidateRow): Candidate => ({
  id: String(row.id),
  left: row.left_person,
  right: row.right_person,
  agreeing: row.agreeing,
  differing: row.differing,
  state: row.state,
  decided_by: row.decided_by,
  decided_at: row.decided_at,
});
