/** The borrower's door: a code by SMS, a session, and the application that it is about. */
import { maskPhone } from '#core/identifiers/index.ts';
import type { Sold } from '#modules/product/index.ts';
import { refuse } from '#platform/http/index.ts';
import { lastOf, withOwner } from '#platform/postgres/index.ts';
import type { Going, Tx } from '#platform/postgres/index.ts';
import { applicationColumns } from '../applications/store.ts';
import type { ApplicationRow } from '../applications/store.ts';
import { isGenuine } from '../channels/code.ts';
import { borrower } from '../deps.ts';
import type { LendingDeps } from '../deps.ts';
import { aroundColumns, aroundOf, contactOf } from './contact.ts';
import type { AroundRow } from './contact.ts';
import { portalRefusals } from './contract.ts';
import type { ChannelPage, PortalApplication } from './contract.ts';
import { look, pageOf } from './page.ts';
import { codeRules, issueCode, takeCode } from './phone-code.ts';
import { openPortalSession } from './session.ts';
import type { Visited } from './session.ts';

export interface ChannelRow extends AroundRow {
  channel_id: bigint;
  entity_id: string;
  code: string;
  product: string;
  staff_id: string | null;
  grid_code: string;
}

/** Refuses: channel_unknown, for a forged code before anything is looked up. */
export async function findChannel({ vault }: LendingDeps, tx: Tx, code: string): Promise<ChannelRow> {
  if (!isGenuine(vault, code)) throw refuse(portalRefusals, 'channel_unknown');
  const [row] = await tx.prepared<ChannelRow>(
    `select channel_id, entity_id, code, product, staff_id, grid_code, ${aroundColumns}
     from lending.channel cross join ${aroundOf('channel', 'staff_id')} where code = $1 and revoked_at is null`,
    [code],
  );
  if (!row) throw refuse(portalRefusals, 'channel_unknown');
  return row;
}

/** What a person sees who has just scanned a code. Refuses: channel_unknown, and what a product that is no longer sold refuses. */
export async function readChannel(deps: LendingDeps, code: string): Promise<ChannelPage> {
  return withOwner(deps.db, async (tx) => {
    const channel = await findChannel(deps, tx, code);
    const sold = await deps.products.resolve(lastOf(tx), channel.entity_id, channel.product, deps.clock.today());
    const { bank, contact } = contactOf(deps, channel);
    return { code, bank, product: { code: channel.product, name: sold.name, line: sold.terms.plain }, contact };
  });
}

export const phoneKeyOf = ({ vault }: LendingDeps, entityId: string, phone: string): string =>
  vault.fingerprint('lending.phone', `${entityId}|${phone}`);

/** Sends a code. Refuses: channel_unknown, too_many_codes, message_unavailable. */
export async function askCode(deps: LendingDeps, asked: { channelCode: string; phone: string }) {
  const { entityId, code, sent } = await withOwner(deps.db, async (tx) => {
    const channel = await findChannel(deps, tx, asked.channelCode);
    const place = { entityId: channel.entity_id, phoneKey: phoneKeyOf(deps, channel.entity_id, asked.phone), use: 'enter' as const };
    return { entityId: channel.entity_id, code: await issueCode(tx, place, deps.clock.now()), sent: deps.clock.now() };
  });
  const sending = await deps.send(entityId, {
    id: `enter-${sent.epochMilliseconds}-${phoneKeyOf(deps, entityId, asked.phone).slice(0, 16)}`,
    phone: asked.phone,
    text: `验证码 ${code},${codeRules.validSeconds / 60} 分钟内有效。用于贷款申请，请勿告诉他人，本行工作人员也不会向您索要。`,
  });
  if (sending === 'unavailable') throw refuse(portalRefusals, 'message_unavailable');
  return {
    resend_after_seconds: codeRules.resendSeconds,
    valid_seconds: codeRules.validSeconds,
    demonstration_code: deps.demonstration ? code : null,
  };
}

/** Opens the session, with the application that the phone has under way, or a new one. Refuses: channel_unknown, code_wrong, code_locked. */
export async function enter(
  deps: LendingDeps,
  given: { channelCode: string; phone: string; code: string },
): Promise<{ token: string; page: PortalApplication }> {
  const at = deps.clock.now();
  const entered = await withOwner(deps.db, async (tx) => {
    const channel = await findChannel(deps, tx, given.channelCode);
    const phoneKey = phoneKeyOf(deps, channel.entity_id, given.phone);
    const taking = takeCode(tx, { entityId: channel.entity_id, phoneKey, use: 'enter' }, given.code, at);
    const selling = deps.products.resolve(tx, channel.entity_id, channel.product, deps.clock.today());
    // Asked for along with the code and what may stand, since most who enter begin; that it is no longer sold is told only to them.
    selling.catch(() => undefined);
    const [taken, stands] = await Promise.all([taking, standing(deps, tx, channel, phoneKey)]);
    // Answered, not refused in here: a wrong code is to stay counted.
    if (taken !== 'right') return taken;
    const sealed = deps.vault.seal('lending.application.phone', given.phone);
    const phone = { key: phoneKey, sealed, masked: maskPhone(given.phone) };
    const beginning = stands ? null : begin(deps, tx, channel, { phone, sold: await selling });
    const session = {
      entity_id: channel.entity_id,
      phone_key: phoneKey,
      phone_sealed: sealed,
      phone_masked: phone.masked,
      channel_id: channel.channel_id,
      application_id: stands?.row.application_id ?? null,
    };
    const token = await openPortalSession(tx, session, at);
    return { token, found: stands ?? { row: await begun(beginning), around: channel } };
  });
  if (typeof entered === 'string') throw refuse(portalRefusals, entered);
  const seen = await withOwner(deps.db, (tx) => look(deps, tx, entered.found));
  return { token: entered.token, page: await pageOf(deps, seen) };
}

/** The application that a person comes back to: one under way, a signed one, or a no that still keeps them waiting. */
async function standing(deps: LendingDeps, tx: Tx, channel: ChannelRow, phoneKey: string): Promise<Visited | null> {
  const [latest] = await tx.prepared<ApplicationRow & AroundRow>(
    `select ${applicationColumns}, ${aroundColumns} from lending.application cross join ${aroundOf('application', 'manager_id')}
     where entity_id = $1 and phone_key = $2 and product = $3
     order by closed_at is null desc, application_id desc limit 1 for no key update of application`,
    [channel.entity_id, phoneKey, channel.product],
  );
  if (!latest) return null;
  const { bank, staff_name, institution_name, layer_hash, ...row } = latest;
  const waits = row.reapply_on !== null && row.reapply_on > deps.clock.today().toString();
  const isStanding = row.closed_at === null || row.state === 'signed' || waits;
  return isStanding ? { row, around: { bank, staff_name, institution_name, layer_hash } } : null;
}

function begin(
  deps: LendingDeps,
  tx: Tx,
  channel: ChannelRow,
  { phone, sold }: { phone: { key: string; sealed: string; masked: string }; sold: Pick<Sold, 'version' | 'terms'> },
): Going<ApplicationRow> {
  const at = deps.clock.now().round('millisecond');
  return tx.along<ApplicationRow>(
    `with begun as (
       insert into lending.application (entity_id, channel_id, product, product_version, terms, phone_key, phone_sealed, phone_masked, grid_code,
         manager_id, state, created_at, changed_at, expires_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'begun', $11, $11, $12) returning ${applicationColumns}
     ), told as (
       insert into lending.application_event (entity_id, application_id, number, at, actor_id, act, state, detail, grid_code)
       select entity_id, application_id, 1, $11, $13, 'begin', state, $14, grid_code from begun
     )
     select ${applicationColumns} from begun`,
    [
      channel.entity_id,
      channel.channel_id,
      channel.product,
      sold.version,
      JSON.stringify(sold.terms),
      phone.key,
      phone.sealed,
      phone.masked,
      channel.grid_code,
      channel.staff_id,
      at.toString(),
      at.add({ hours: 24 * deps.configuration.days_open }).toString(),
      borrower,
      JSON.stringify({ channel: channel.code }),
    ],
  );
}

async function begun(beginning: Going<ApplicationRow> | null): Promise<ApplicationRow> {
  const [row] = (await beginning?.rows()) ?? [];
  if (!row) throw new Error('no application was begun');
  return row;
}
