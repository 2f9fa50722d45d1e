import type { z } from 'zod';
import type { Tx } from '#platform/postgres/index.ts';
import type { gridLevel } from '../contract.ts';

export type GridLevel = z.infer<typeof gridLevel>;
export interface Place {
  code: string;
  level: GridLevel;
  name: string;
}

const levelLengths = [6, 9, 12, 14];
const isPool = (code: string): boolean => code.length === 12 && code.endsWith('000000');

export function levelOf(code: string): GridLevel {
  if (isPool(code)) return 'pool';
  const levels: Record<number, GridLevel> = { 6: 'county', 9: 'township', 12: 'village', 14: 'group' };
  const level = levels[code.length];
  if (!level) throw new Error(`${code}: 网格编码长度应为 6、9、12 或 14 位 / a grid code has 6, 9, 12 or 14 digits`);
  return level;
}

/** County, township, village, group codes down to `code` itself; the branch pool hangs under the county. */
export function codesAbove(code: string): string[] {
  if (isPool(code)) return [code.slice(0, 6), code];
  return levelLengths.filter((length) => length <= code.length).map((length) => code.slice(0, length));
}

/** Names of all nodes on the way to these codes, as far as the reader's scope shows them. */
export async function readPlaces(tx: Tx, codes: readonly string[]): Promise<Map<string, Place>> {
  const wanted = [...new Set(codes.flatMap(codesAbove))];
  const rows = await tx.query<{ code: string; level: GridLevel; name: string }>(
    'select grid_code as code, level, name from population.grid_node where grid_code = any($1::text[])',
    [wanted],
  );
  return new Map(rows.map((row) => [row.code, row]));
}

/** The way from the county down to `code`, each with its name; the code itself stands in where a name is missing. */
export function pathTo(code: string, places: ReadonlyMap<string, Place>): Place[] {
  return codesAbove(code).map((at) => places.get(at) ?? { code: at, level: levelOf(at), name: at });
}

/** `杨集镇 五福庄村 3组`: without the county, which the reader knows. */
export function placeText(code: string, places: ReadonlyMap<string, Place>): string {
  const [county, ...below] = pathTo(code, places);
  return below.length === 0 ? (county?.name ?? code) : below.map((place) => place.name).join(' ');
}
