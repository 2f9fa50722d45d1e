import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lake, WarehouseSession } from '#platform/warehouse/index.ts';
import type { FileIdentity } from '../contracts/file-name.ts';
import { concernFault, unchangedFor } from '../deliveries/concern.ts';
import { checkContent, type FileFault } from '../deliveries/control-file.ts';
import type { Delivered } from '../deliveries/delivery-plan.ts';
import type { Standing } from '../deliveries/standing.ts';
import { landText, type Landed } from '../landing/land-text.ts';
import { landWorkbook } from '../landing/land-workbook.ts';
import { validate, type Validated } from '../rows/validate.ts';

/** What a load brings to every file. */
export interface FileSetting {
  lake: Lake;
  /** Registered legal entities. */
  entities: readonly string[];
  /** The entities that the load is for, if its order says so. */
  stated: readonly string[];
  installationKey: string;
  /** Version of a source's contract in force. */
  versions: ReadonlyMap<string, number>;
  /** Folder for scratch files, one subfolder a file. */
  scratch: string;
  loadNo: number;
}

/** `unowned`: no row names a legal entity, so that the other files of the folder have to tell whose it is. */
export type Processed =
  | { state: 'refused'; fault: FileFault; md5: string | null }
  | { state: 'unchanged'; md5: string; entities: readonly string[] }
  | { state: 'unowned'; md5: string }
  | { state: 'ready'; md5: string; rows: number; validated: Validated };

export type NamedFile = Delivered & { identity: FileIdentity; date: string };

export interface FileEvents {
  onBytes: (count: number) => void;
  onValidating: () => void;
}

/**
 * Lands a file, holds it against its control file and against what stands in its place, and validates it. `owners`: whose it is if no row
 * says so.
 */
export async function processFile(
  session: WarehouseSession,
  file: NamedFile,
  setting: FileSetting,
  standing: readonly Standing[],
  owners: readonly string[],
  events: FileEvents,
): Promise<Processed> {
  const { contract, format } = file.identity;
  const scratch = join(setting.scratch, file.name);
  await mkdir(scratch, { recursive: true });
  const target = join(scratch, 'landed.txt');
  try {
    const headings = contract.columns.map((column) => column.field);
    const landed: Landed | FileFault =
      format.format === 'delimited'
        ? await landText(file.path, target, format, headings, events.onBytes)
        : await landWorkbook(file.path, target, format, headings, events.onBytes);
    if ('code' in landed) return { state: 'refused', fault: landed, md5: null };
    const { md5 } = landed;
    const fault = file.control ? checkContent(file.control, landed) : null;
    if (fault) return { state: 'refused', fault, md5 };
    const version = setting.versions.get(contract.source) ?? 1;
    const unchanged = unchangedFor({ md5, version }, standing, owners, setting.stated);
    if (unchanged) return { state: 'unchanged', md5, entities: unchanged };
    events.onValidating();
    const pathOf = (entityId: string) => setting.lake.path(entityId, typedPath(file.identity, file.date, setting.loadNo));
    const validated = await validate(session, {
      contract,
      lines: {
        ...landed,
        header: format.header,
        delimiter: format.format === 'delimited' ? format.delimiter : '\t',
      },
      setting: { fileDate: file.date, entities: setting.entities },
      installationKey: setting.installationKey,
      scratch,
      target: pathOf,
      owners,
    });
    if (validated.rows !== landed.rows) throw new Error(`${file.name}: ${landed.rows} rows landed but ${validated.rows} were validated`);
    if (validated.entities.size === 0) return { state: 'unowned', md5 };
    const concern = validated.isNamed ? concernFault(rowsByEntity(validated), standing, setting.stated) : null;
    if (!concern) return { state: 'ready', md5, rows: landed.rows, validated };
    for (const entityId of validated.entities.keys()) await rm(pathOf(entityId), { force: true });
    return { state: 'refused', fault: concern, md5 };
  } finally {
    await rm(target, { force: true });
  }
}

function rowsByEntity(validated: Validated): Map<string, number> {
  return new Map(
    [...validated.entities].map(([entityId, { published, merged, quarantined }]) => [entityId, published + merged + quarantined]),
  );
}

/**
 * Where the typed rows of a file lie below an entity's folder. The number of the load keeps a re-sent or newly read file beside the published
 * one until it is published itself.
 */
export function typedPath(identity: FileIdentity, date: string, loadNo: number): string {
  return `typed/${identity.contract.source}/date=${date}/${identity.mode}-${identity.part}-L${loadNo}.parquet`;
}
