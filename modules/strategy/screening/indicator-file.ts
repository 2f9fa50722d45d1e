/** Indicator files of the lake: what a screening reads, and one person of it. */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { refuse } from '#platform/http/index.ts';
import { textLiteral } from '#platform/warehouse/index.ts';
import type { Lake, WarehouseSession } from '#platform/warehouse/index.ts';
import { refusals } from '../contract.ts';
import { screenedInputs } from '../definition/strategy.ts';
import type { Inputs, Strategy } from '../definition/strategy.ts';

export interface IndicatorFile {
  entityId: string;
  asOf: string;
  path: string;
}

/**
 * The indicator file of a day, by default the newest. Without `entityId` the lake must hold one legal entity.
 * @throws Problem indicators_missing, entity_ambiguous
 */
export async function findIndicators(
  lake: Lake,
  wanted: { entityId?: string | undefined; asOf?: string | undefined },
): Promise<IndicatorFile> {
  const entities = wanted.entityId === undefined ? await lake.entities() : [wanted.entityId];
  const [entityId, second] = entities;
  if (entityId === undefined) throw refuse(refusals, 'indicators_missing', { zh: '请先执行 load', en: 'run load first' });
  if (second !== undefined) {
    const there = entities.map((each) => `--entity ${each}`).join(' | ');
    throw refuse(refusals, 'entity_ambiguous', { zh: there, en: there });
  }
  const folder = join(lake.folder(entityId), 'indicators');
  const days = existsSync(folder) ? (await readdir(folder)).flatMap((name) => /^as_of=(\d{4}-\d{2}-\d{2})$/.exec(name)?.[1] ?? []) : [];
  const asOf = wanted.asOf ?? days.toSorted().at(-1);
  const path = indicatorPath(lake, entityId, asOf ?? '');
  if (asOf === undefined || !existsSync(path)) {
    const day = asOf ?? '-';
    throw refuse(refusals, 'indicators_missing', {
      zh: `法人 ${entityId}，${day}`,
      en: `legal entity ${entityId}, ${day}; run: qianmo indicators`,
    });
  }
  return { entityId, asOf, path };
}

/** Where the indicators of a day lie. */
export function indicatorPath(lake: Lake, entityId: string, asOf: string): string {
  return join(lake.folder(entityId), 'indicators', `as_of=${asOf}`, 'indicators.parquet');
}

/**
 * What the strategy reads about one person.
 * @throws Problem person_unknown
 */
export async function readPerson(session: WarehouseSession, strategy: Strategy, file: string, personId: string): Promise<Inputs> {
  const columns = screenedInputs(strategy).map((name) => `"${name}"`);
  const [row] = await session.rows<Inputs>(
    `select ${columns.join(', ')} from read_parquet(${textLiteral(file)}) where person_id = ${textLiteral(personId)}`,
  );
  if (!row) throw refuse(refusals, 'person_unknown', { zh: personId, en: personId });
  return row;
}
