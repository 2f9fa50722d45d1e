import type { Layer, LayerVersion } from '#core/product/index.ts';

/** A version of a layer with the days on which it counts. */
export interface DatedVersion extends LayerVersion {
  /** The day it states, or that of its approval when that came later. */
  readonly effectiveFrom: string;
}

/**
 * The version of a layer that counts on a day: the one that began last, of those begun on the same day the newest. When that one has ended, none
 * does: an earlier version does not come back.
 */
export function versionOn<V extends DatedVersion>(versions: readonly V[], code: string, on: string): V | null {
  const begun = versions.filter((one) => one.layer.code === code && one.effectiveFrom <= on);
  const last = begun
    .toSorted((a, b) => (a.effectiveFrom === b.effectiveFrom ? a.version - b.version : a.effectiveFrom < b.effectiveFrom ? -1 : 1))
    .at(-1);
  if (last === undefined) return null;
  const { effective_to: end } = last.layer;
  return end === null || on < end ? last : null;
}

/** The layers of a product on a day, the base first; null when one of them does not count on it. */
export function chainOn<V extends DatedVersion>(versions: readonly V[], code: string, on: string): V[] | null {
  const chain: V[] = [];
  for (let next: string | null = code; next !== null; next = chain[0]?.layer.from ?? null) {
    const found = versionOn(versions, next, on);
    if (!found || chain.includes(found)) return null;
    chain.unshift(found);
  }
  return chain;
}

/** A layer and every layer that stands on it, nearest first. */
export function familyOf(layers: readonly Layer[], code: string): string[] {
  const below = new Set([code]);
  for (const parent of below) for (const one of layers) if (one.from === parent) below.add(one.code);
  return [...below];
}

/** Days from `from` on when something begins, ends or is capped differently: between two of them nothing changes. */
export function turningDays(layers: readonly Layer[], versions: readonly DatedVersion[], from: string): string[] {
  const ends = layers.flatMap((one) => (one.effective_to === null ? [] : [one.effective_to]));
  const caps = layers.flatMap(({ terms }) => (Array.isArray(terms.caps) ? terms.caps.flatMap(daysOfCap) : []));
  const days = [from, ...versions.map((one) => one.effectiveFrom), ...ends, ...caps];
  return [...new Set(days.filter((day) => day >= from))].toSorted();
}

function daysOfCap(cap: unknown): string[] {
  if (cap === null || typeof cap !== 'object') return [];
  return ['effective_from', 'effective_to'].map((name): unknown => Reflect.get(cap, name)).filter((day) => typeof day === 'string');
}
