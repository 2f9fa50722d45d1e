/** Rows of applications that wait for sources. */
import type { Tx } from '#platform/postgres/index.ts';
import type { ApplicationRow } from '../applications/store.ts';

export interface HeldRow {
  application_id: bigint;
  entity_id: string;
  sources: string[];
  answered: string[];
  state: 'waiting' | 'answered' | 'left';
  reason: string | null;
  since: string;
  tries: number;
  asked_at: string | null;
  next_try: string;
  gives_up_at: string;
  is_shut: boolean;
  ended_at: string | null;
}

const columns =
  'application_id, entity_id, sources, answered, state, reason, since, tries, asked_at, next_try, gives_up_at, is_shut, ended_at';

/** From now on it waits, whatever became of an earlier wait. */
export const holdBack = (
  tx: Tx,
  { application_id, entity_id, grid_code }: Pick<ApplicationRow, 'application_id' | 'entity_id' | 'grid_code'>,
  wait: { sources: readonly string[]; since: string; nextTry: string; givesUpAt: string },
): void =>
  void tx.along(
    `insert into lending.held (application_id, entity_id, grid_code, sources, since, next_try, gives_up_at) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (application_id) do update set sources = excluded.sources, answered = '{}', state = 'waiting', reason = null, since = excluded.since,
       tries = 0, asked_at = null, next_try = excluded.next_try, gives_up_at = excluded.gives_up_at, is_shut = false, ended_at = null`,
    [application_id, entity_id, grid_code, wait.sources, wait.since, wait.nextTry, wait.givesUpAt],
  );

export async function readHeld(tx: Tx, applicationId: bigint): Promise<HeldRow | null> {
  const [row] = await tx.prepared<HeldRow>(`select ${columns} from lending.held where application_id = $1`, [applicationId]);
  return row ?? null;
}

export const waitingEntities = async (tx: Tx): Promise<string[]> =>
  (await tx.prepared<{ entity_id: string }>(`select distinct entity_id from lending.held where state = 'waiting' order by 1`, [])).map(
    ({ entity_id: id }) => id,
  );

/** Those that wait for one of these sources are to be asked as soon as it is well again. */
export const noteShut = (tx: Tx, entityId: string, sources: readonly string[]): Promise<unknown> =>
  tx.prepared(
    `update lending.held set is_shut = true where entity_id = $1 and state = 'waiting' and not is_shut and sources && $2::text[]`,
    [entityId, sources],
  );

/** Whose turn it may be, longest waiting first. */
export const readTurns = (tx: Tx, entityId: string, at: string, most: number): Promise<HeldRow[]> =>
  tx.prepared<HeldRow>(
    `select ${columns} from lending.held where entity_id = $1 and state = 'waiting' and (next_try <= $2 or is_shut or gives_up_at <= $2)
     order by next_try, application_id limit $3`,
    [entityId, at, most],
  );

/** This try is one server's: whoever comes second finds another number of tries. */
export async function claim(tx: Tx, row: HeldRow, at: string, untilLost: string): Promise<boolean> {
  const rows = await tx.prepared(
    `update lending.held set tries = tries + 1, asked_at = $3, next_try = $4, is_shut = false
     where application_id = $1 and state = 'waiting' and tries = $2 returning 1`,
    [row.application_id, row.tries, at, untilLost],
  );
  return rows.length > 0;
}

/** The wait after a claimed try, held; null when it is over or another try has begun since. */
export async function lockTry(tx: Tx, applicationId: bigint, tries: number): Promise<HeldRow | null> {
  const [row] = await tx.prepared<HeldRow>(
    `select ${columns} from lending.held where application_id = $1 and state = 'waiting' and tries = $2 for no key update`,
    [applicationId, tries],
  );
  return row ?? null;
}

export const waitOn = (
  tx: Tx,
  applicationId: bigint,
  wait: { sources: readonly string[]; answered: readonly string[]; reason: string | null; nextTry: string },
): Promise<unknown> =>
  tx.prepared('update lending.held set sources = $2, answered = $3, reason = $4, next_try = $5 where application_id = $1', [
    applicationId,
    wait.sources,
    wait.answered,
    wait.reason,
    wait.nextTry,
  ]);

export const endWait = (
  tx: Tx,
  applicationId: bigint,
  end: { state: 'answered' | 'left'; reason: string | null; at: string; answered?: readonly string[] },
): Promise<unknown> =>
  tx.prepared(
    `update lending.held set state = $2, reason = $3, ended_at = $4, answered = coalesce($5, answered)
     where application_id = $1 and state = 'waiting'`,
    [applicationId, end.state, end.reason, end.at, end.answered ?? null],
  );
