/** The list and the page of a product, as read in a session. */
import { differenceOf, fieldNames, resolve } from '#core/product/index.ts';
import type { Layer, Resolution, Terms } from '#core/product/index.ts';
import { refuse } from '#platform/http/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import { layerChangeKind, refusals } from './contract.ts';
import type { Difference, LayerVersionRow, ProductList, ProductPage, ProductQuery, ProductRow } from './contract.ts';
import { chainOn, versionOn } from './versions/in-force.ts';
import { layerByHash, readLine, readNewest, readVersions } from './versions/store.ts';
import type { StoredVersion } from './versions/store.ts';

/** A product as it is sold on a day. */
export interface Sold extends Resolution {
  readonly name: Layer['name'];
}

/** @throws Problem product_unknown, product_not_sold, product_not_in_force */
export async function resolveProduct(tx: Tx, entityId: string, code: string, on: Temporal.PlainDate): Promise<Sold> {
  const line = await readLine(tx, entityId, code);
  const known = line.find((one) => one.layer.code === code);
  if (!known) throw refuse(refusals, 'product_unknown', { zh: code, en: code });
  if (known.layer.layer === 'base') throw refuse(refusals, 'product_not_sold', { zh: code, en: code });
  const chain = chainOn(line, code, on.toString());
  if (!chain) throw refuse(refusals, 'product_not_in_force', { zh: `${code} ${on.toString()}`, en: `${code} ${on.toString()}` });
  return { ...resolved(chain, on), name: known.layer.name };
}

/** The newest name. With the hash of the newest text nothing is asked when that has been read before. @throws Problem product_unknown */
export async function readName(tx: Tx, entityId: string, code: string, hash?: string | null): Promise<Layer['name']> {
  const read = hash == null ? undefined : layerByHash(hash);
  if (read) return read.name;
  const known = await readNewest(tx, entityId, code);
  if (!known) throw refuse(refusals, 'product_unknown', { zh: code, en: code });
  return known.layer.name;
}

/** What the same texts come to on the same day, worked out once: every borrower asks for it. */
const resolutions = new Map<string, Resolution>();
const mostKept = 500;

/** Layers in force were checked before they came into force; a finding here is a fault of ours. */
function resolved(chain: readonly StoredVersion[], on: Temporal.PlainDate): Resolution {
  const key = [on.toString(), ...chain.map(({ version, hash }) => `${version} ${hash}`)].join('|');
  const before = resolutions.get(key);
  if (before) return before;
  const answer = resolve(chain, on);
  if ('findings' in answer) throw new Error(`a product in force does not resolve: ${JSON.stringify(answer.findings)}`);
  if (resolutions.size >= mostKept) resolutions.clear();
  resolutions.set(key, freeze(answer.resolution));
  return answer.resolution;
}

/** Shared by all who ask, so nobody may change it. */
function freeze<Kept>(kept: Kept): Kept {
  if (typeof kept !== 'object' || kept === null) return kept;
  for (const inner of Object.values(kept)) freeze(inner);
  return Object.freeze(kept);
}

export async function listProducts(tx: Tx, session: Session, query: ProductQuery, today: Temporal.PlainDate): Promise<ProductList> {
  const on = query.on === undefined ? today : Temporal.PlainDate.from(query.on);
  const versions = await readVersions(tx, session.entityId);
  const pending = await pendingCodes(tx, session.entityId);
  const rows = inTreeOrder(rowsOn(versions, on, pending));
  const matches = rows.filter((row) => isWanted(row, query, rows));
  const kept = new Set(matches.flatMap((row) => wayUp(rows, row)));
  const items = rows.filter((row) => kept.has(row.code));
  const sold = rows.filter((row) => row.is_sold).length;
  return { items, total: matches.filter((row) => row.is_sold).length, sold, on: on.toString() };
}

async function pendingCodes(tx: Tx, entityId: string): Promise<Set<string>> {
  const rows = await tx.query<{ subject: string }>(
    "select subject from change.proposal where entity_id = $1 and kind = $2 and state = 'proposed' order by subject",
    [entityId, layerChangeKind],
  );
  return new Set(rows.map((row) => row.subject));
}

function rowsOn(versions: readonly StoredVersion[], on: Temporal.PlainDate, pending: ReadonlySet<string>): ProductRow[] {
  const codes = [...new Set(versions.map((one) => one.layer.code))];
  return codes.flatMap((code): ProductRow[] => {
    const shown = versionOn(versions, code, on.toString());
    if (!shown) return [];
    const chain = shown.layer.layer === 'base' ? null : chainOn(versions, code, on.toString());
    return [rowOf(shown, chain ? resolved(chain, on).terms : null, pending.has(code))];
  });
}

function rowOf({ layer, version, effectiveFrom }: StoredVersion, terms: Terms | null, isPending: boolean): ProductRow {
  return {
    code: layer.code,
    layer: layer.layer,
    from: layer.from,
    name: layer.name,
    plain: terms?.plain ?? null,
    version,
    effective_from: effectiveFrom,
    effective_to: layer.effective_to,
    is_sold: terms !== null,
    segments: terms?.segments ?? null,
    methods: terms?.methods ?? null,
    limit_min_fen: terms?.limit_min_fen ?? null,
    limit_max_fen: terms?.limit_max_fen ?? null,
    price_floor_ppm: terms?.price_floor_ppm ?? null,
    price_cap_ppm: terms?.price_cap_ppm ?? null,
    longest_months: terms ? Math.max(...terms.draw_months) : null,
    process: terms?.process ?? null,
    own_terms: fieldNames.filter((name) => layer.terms[name] !== undefined).length,
    is_pending: isPending,
  };
}

function inTreeOrder(rows: readonly ProductRow[]): ProductRow[] {
  const under = (parent: string | null): ProductRow[] =>
    rows.filter((row) => row.from === parent).flatMap((row) => [row, ...under(row.code)]);
  return under(null);
}

function wayUp(rows: readonly ProductRow[], row: ProductRow): string[] {
  const above = rows.find((one) => one.code === row.from);
  return [row.code, ...(above ? wayUp(rows, above) : [])];
}

function isWanted(row: ProductRow, { q, layer, base, segment, method }: ProductQuery, rows: readonly ProductRow[]): boolean {
  const text = `${row.code} ${row.name.zh} ${row.name.en} ${row.plain?.zh ?? ''} ${row.plain?.en ?? ''}`.toLowerCase();
  return (
    (q === undefined || text.includes(q.toLowerCase())) &&
    (layer === undefined || row.layer === layer) &&
    (base === undefined || wayUp(rows, row).includes(base)) &&
    (segment === undefined || (row.segments?.includes(segment) ?? false)) &&
    (method === undefined || (row.methods?.includes(method) ?? false))
  );
}

/** @throws Problem product_unknown, product_not_in_force */
export async function readProductPage(
  tx: Tx,
  session: Session,
  code: string,
  on: Temporal.PlainDate,
  today: Temporal.PlainDate,
): Promise<ProductPage> {
  const { entityId } = session;
  const versions = await readVersions(tx, entityId);
  const own = versions.filter((one) => one.layer.code === code);
  if (own.length === 0) throw refuse(refusals, 'product_unknown', { zh: code, en: code });
  const chain = chainOn(versions, code, on.toString());
  if (!chain) throw refuse(refusals, 'product_not_in_force', { zh: `${code} ${on.toString()}`, en: `${code} ${on.toString()}` });
  const below = new Map(versions.filter(({ layer }) => layer.from === code).map(({ layer }) => [layer.code, layer]));
  return {
    chain: chain.map(({ layer, version }) => ({ version, layer: { ...layer, terms: { ...layer.terms } } })),
    resolution: chain.at(-1)?.layer.layer === 'base' ? null : answerOf(resolved(chain, on)),
    versions: own.toReversed().map((one) => versionRow(one, own, today.toString())),
    below: [...below.values()].map(({ code: lower, name, layer }) => ({ code: lower, name, layer })),
    lpr: await lprOn(tx, entityId, on),
    lender: await lenderOf(tx, entityId),
  };
}

/** A resolution as it goes over the wire. */
export const answerOf = (one: Resolution): NonNullable<ProductPage['resolution']> => ({
  ...one,
  terms: { ...one.terms },
  provenance: { ...one.provenance },
  items: { ...one.items },
});

function versionRow(one: StoredVersion, own: readonly StoredVersion[], today: string): LayerVersionRow {
  return {
    version: one.version,
    state: stateOf(one, own, today),
    effective_from: one.effectiveFrom,
    effective_to: one.layer.effective_to,
    proposed_by: one.proposedBy,
    approved_by: one.approvedBy,
    approved_at: one.approvedAt,
    hash: one.hash,
    content: one.content,
  };
}

function stateOf(one: StoredVersion, own: readonly StoredVersion[], today: string): LayerVersionRow['state'] {
  if (one.effectiveFrom > today) return 'coming';
  if (versionOn(own, one.layer.code, today) === one) return 'in_force';
  const { effective_to: end } = one.layer;
  return end !== null && end <= today ? 'ended' : 'superseded';
}

async function lprOn(tx: Tx, entityId: string, on: Temporal.PlainDate): Promise<ProductPage['lpr']> {
  const [row] = await tx.query<NonNullable<ProductPage['lpr']>>(
    `select published_on, one_year_ppm, five_year_ppm from servicing.lpr where entity_id = $1 and published_on <= $2
     order by published_on desc limit 1`,
    [entityId, on.toString()],
  );
  return row ?? null;
}

async function lenderOf(tx: Tx, entityId: string): Promise<ProductPage['lender']> {
  const [row] = await tx.query<{ name: string }>('select name from organization.entity where entity_id = $1', [entityId]);
  return { zh: row?.name ?? entityId, en: row?.name ?? entityId };
}

/** @throws Problem product_unknown, product_version_unknown */
export async function readDifference(tx: Tx, session: Session, code: string, asked: { from: number; to: number }): Promise<Difference> {
  const own = (await readVersions(tx, session.entityId)).filter((one) => one.layer.code === code);
  if (own.length === 0) throw refuse(refusals, 'product_unknown', { zh: code, en: code });
  const layerOf = (version: number): Layer => {
    const found = own.find((one) => one.version === version);
    if (!found) throw refuse(refusals, 'product_version_unknown', { zh: `${code} ${version}`, en: `${code} ${version}` });
    return found.layer;
  };
  const changes = differenceOf(layerOf(asked.from), layerOf(asked.to));
  return {
    code,
    ...asked,
    changes: changes.map(({ field, before, after }) => ({ field, before: before ?? null, after: after ?? null })),
  };
}
