import { refuse } from '#platform/http/index.ts';
import type { Caller } from '#platform/http/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import { permissions as processPermissions } from '#modules/process/contract.ts';
import { refusals } from '../contract.ts';
import type { Channel, ChannelList, MakeChannel } from '../contract.ts';
import type { LendingDeps } from '../deps.ts';
import { makeCode } from './code.ts';

/** Refuses: channel_not_yours, product_unknown, product_not_sold, product_not_in_force. */
export async function addChannel(deps: LendingDeps, tx: Tx, caller: Caller, body: MakeChannel): Promise<{ code: string }> {
  const { entityId, actorId, scopes } = caller.session;
  const staffId = body.staff_id ?? (body.kind === 'manager' ? actorId : null);
  const isOwn = staffId === null || staffId === actorId;
  const gridCode = body.grid_code ?? scopes[0];
  const isInScope = gridCode !== undefined && scopes.some((scope) => gridCode.startsWith(scope));
  if (!isInScope || (!isOwn && !caller.permissions.has(processPermissions.supervise))) throw refuse(refusals, 'channel_not_yours');
  await deps.products.resolve(tx, entityId, body.product, deps.clock.today());
  const code = makeCode(deps.vault);
  await tx.query(
    `insert into lending.channel (entity_id, code, kind, product, staff_id, grid_code, note, created_at, created_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      entityId,
      code,
      body.kind,
      body.product,
      staffId,
      gridCode,
      body.note ?? null,
      deps.clock.now().round('millisecond').toString(),
      actorId,
    ],
  );
  return { code };
}

/** From then on nobody enters by it; applications that did go on. Refuses: channel_not_found, channel_not_yours. */
export async function revokeChannel(deps: LendingDeps, tx: Tx, caller: Caller, code: string): Promise<void> {
  const { entityId, actorId, scopes } = caller.session;
  const [row] = await tx.query<{ staff_id: string | null; grid_code: string }>(
    'select staff_id, grid_code from lending.channel where entity_id = $1 and code = $2 for update',
    [entityId, code],
  );
  if (!row || !scopes.some((scope) => row.grid_code.startsWith(scope))) throw refuse(refusals, 'channel_not_found');
  if (row.staff_id !== actorId && !caller.permissions.has(processPermissions.supervise)) throw refuse(refusals, 'channel_not_yours');
  await tx.query('update lending.channel set revoked_at = $3, revoked_by = $4 where entity_id = $1 and code = $2 and revoked_at is null', [
    entityId,
    code,
    deps.clock.now().round('millisecond').toString(),
    actorId,
  ]);
}

interface Row {
  code: string;
  kind: Channel['kind'];
  product: string;
  staff_id: string | null;
  staff_name: string | null;
  grid_code: string;
  note: string | null;
  created_at: string;
  revoked_at: string | null;
  applications: number;
  approved: number;
}

/** Those of the reader's scope, newest first, with what came through each. */
export async function listChannels(deps: LendingDeps, tx: Tx, session: Session): Promise<ChannelList> {
  const rows = await tx.query<Row>(
    `select c.code, c.kind, c.product, c.staff_id, s.name as staff_name, c.grid_code, c.note, c.created_at, c.revoked_at,
       (select count(*)::int from lending.application a where a.channel_id = c.channel_id) as applications,
       (select count(*)::int from lending.application a where a.channel_id = c.channel_id and a.outcome = 'approve') as approved
     from lending.channel c left join organization.staff s using (entity_id, staff_id) order by c.channel_id desc limit 200`,
  );
  const names = new Map<string, Channel['product']['name']>();
  for (const { product } of rows) if (!names.has(product)) names.set(product, await deps.products.nameOf(tx, session.entityId, product));
  return {
    items: rows.map(({ staff_id, staff_name, product, ...row }) => ({
      ...row,
      product: { code: product, name: names.get(product) ?? { zh: product, en: product } },
      staff: staff_id === null ? null : { staff_id, name: staff_name ?? staff_id },
    })),
  };
}
