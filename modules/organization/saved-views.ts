import { refuse } from '#platform/http/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import { refusals, viewsPerList } from './contract.ts';
import type { SavedView, ViewBody } from './contract.ts';

interface ViewRow {
  view_id: string;
  list: string;
  name: string;
  is_shared: boolean;
  filters: Record<string, string>;
  columns: string[] | null;
  saved_at: string;
  staff_id: string;
  staff_name: string;
}

const viewColumns = 'view_id, list, saved_view.name, is_shared, filters, columns, saved_at, staff_id, staff.name as staff_name';
const viewTables = 'organization.saved_view join organization.staff using (entity_id, staff_id)';

/** One's own first, then what colleagues of the institution share; row-level security knows which these are. */
export async function listViews(tx: Tx, { actorId }: Session, list: string): Promise<SavedView[]> {
  const rows = await tx.query<ViewRow>(
    `select ${viewColumns} from ${viewTables} where list = $1 order by staff_id <> $2, saved_view.name, staff_id limit 500`,
    [list, actorId],
  );
  return rows.map((row) => viewOf(row, actorId));
}

/** Refuses: view_limit, view_name_taken. */
export async function addView(tx: Tx, session: Session, list: string, body: ViewBody, now: Temporal.Instant): Promise<SavedView> {
  const { entityId, actorId } = session;
  await takeTurn(tx, session);
  const [held] = await tx.query<{ views: number }>(
    'select count(*)::int as views from organization.saved_view where staff_id = $1 and list = $2',
    [actorId, list],
  );
  if (held && held.views >= viewsPerList) throw refuse(refusals, 'view_limit');
  const [added] = await tx.query<{ view_id: string }>(
    `insert into organization.saved_view (entity_id, staff_id, list, name, is_shared, filters, columns, saved_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (entity_id, staff_id, list, name) do nothing returning view_id`,
    [entityId, actorId, list, body.name, body.is_shared, JSON.stringify(body.filters), body.columns, now.toString()],
  );
  if (!added) throw refuse(refusals, 'view_name_taken');
  return readView(tx, actorId, added.view_id);
}

/** Refuses: view_unknown, view_of_colleague, view_name_taken. */
export async function replaceView(tx: Tx, session: Session, viewId: string, body: ViewBody, now: Temporal.Instant): Promise<SavedView> {
  await takeTurn(tx, session);
  const view = await readOwnView(tx, session, viewId);
  const [namesake] = await tx.query(
    'select from organization.saved_view where staff_id = $1 and list = $2 and name = $3 and view_id <> $4',
    [session.actorId, view.list, body.name, viewId],
  );
  if (namesake) throw refuse(refusals, 'view_name_taken');
  await tx.query(
    'update organization.saved_view set name = $2, is_shared = $3, filters = $4, columns = $5, saved_at = $6 where view_id = $1',
    [viewId, body.name, body.is_shared, JSON.stringify(body.filters), body.columns, now.toString()],
  );
  return readView(tx, session.actorId, viewId);
}

/** Refuses: view_unknown, view_of_colleague. */
export async function removeView(tx: Tx, session: Session, viewId: string): Promise<void> {
  await readOwnView(tx, session, viewId);
  await tx.query('delete from organization.saved_view where view_id = $1', [viewId]);
}

/** One person's views are written one after the other, so that what was counted and compared still holds at the writing. */
async function takeTurn(tx: Tx, { entityId, actorId }: Session): Promise<void> {
  await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`saved views ${entityId} ${actorId}`]);
}

async function readOwnView(tx: Tx, { actorId }: Session, viewId: string): Promise<SavedView> {
  const view = await readView(tx, actorId, viewId);
  if (!view.is_own) throw refuse(refusals, 'view_of_colleague');
  return view;
}

async function readView(tx: Tx, actorId: string, viewId: string): Promise<SavedView> {
  const [row] = await tx.query<ViewRow>(`select ${viewColumns} from ${viewTables} where view_id = $1`, [viewId]);
  if (!row) throw refuse(refusals, 'view_unknown');
  return viewOf(row, actorId);
}

function viewOf({ staff_id, staff_name, ...row }: ViewRow, actorId: string): SavedView {
  return { ...row, owner: { staff_id, name: staff_name }, is_own: staff_id === actorId };
}
