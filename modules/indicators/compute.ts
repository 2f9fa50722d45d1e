/** Computes the catalogue for one legal entity as of a day and writes the wide Parquet file. */
import { join } from 'node:path';
import { openWarehouse, writeParquet } from '#platform/warehouse/index.ts';
import type { Lake, WarehouseSession } from '#platform/warehouse/index.ts';
import type { IndicatorRefusal } from './contract.ts';
import type { Catalogue } from './indicator.ts';
import { planComputation } from './plan.ts';

export interface ComputeInput {
  lake: Lake;
  catalogue: Catalogue;
  entityId: string;
  /** `YYYY-MM-DD` */
  asOf: string;
  onProgress?: ((step: { name: string; index: number; of: number }) => void) | undefined;
  threads?: number | undefined;
  memoryLimit?: string | undefined;
}

export interface Computed {
  file: string;
  persons: number;
  /** Sources that had come by the day. */
  loaded: string[];
  scans: number;
}

/** Where the indicators of a day lie. */
export function indicatorFile(lake: Lake, entityId: string, asOf: string): string {
  return join(lake.folder(entityId), 'indicators', `as_of=${asOf}`, 'indicators.parquet');
}

/** What cannot be computed and why. */
export class IndicatorError extends Error {
  readonly code: IndicatorRefusal;
  readonly zh: string;
  readonly en: string;
  constructor(code: IndicatorRefusal, zh: string, en: string) {
    super(`${zh} / ${en}`);
    this.name = 'IndicatorError';
    this.code = code;
    this.zh = zh;
    this.en = en;
  }
}

export function noData(entityId: string): IndicatorError {
  return new IndicatorError(
    'indicators_no_data',
    `法人 ${entityId} 还没有已发布的数据，请先执行 load`,
    `nothing has been published for legal entity ${entityId}: run load first`,
  );
}

/** Runs `work` on the same DuckDB after the file is written, so that what follows can use its memory. */
export async function computeIndicators<Result>(
  input: ComputeInput,
  work: (session: WarehouseSession, computed: Computed) => Promise<Result>,
): Promise<Result> {
  const manifest = await input.lake.manifest(input.entityId);
  if (!manifest) throw noData(input.entityId);
  const plan = planComputation({ lake: input.lake, manifest, catalogue: input.catalogue, asOf: input.asOf });
  const file = indicatorFile(input.lake, input.entityId, input.asOf);
  const warehouse = await openWarehouse({
    threads: input.threads ?? 2,
    memoryLimit: input.memoryLimit ?? '3GB',
    tempFolder: join(input.lake.root, '..', 'temp'),
  });
  try {
    return await warehouse.session(async (session) => {
      const of = plan.steps.length + 1;
      for (const [index, step] of plan.steps.entries()) {
        input.onProgress?.({ name: step.name, index, of });
        await session.run(`CREATE OR REPLACE TEMP TABLE ${step.table} AS ${step.query}`);
      }
      const [found] = await session.rows<{ apart: bigint }>(plan.check);
      if (found?.apart !== 0n) throw new Error(`${found?.apart} persons stand in different rows of the scans' tables`);
      for (const table of plan.passing) await session.run(`DROP TABLE ${table}`);
      input.onProgress?.({ name: 'indicators', index: of - 1, of });
      const persons = await writeParquet(session, plan.query, file);
      return work(session, { file, persons, loaded: plan.loaded, scans: plan.scans });
    });
  } finally {
    warehouse.close();
  }
}
