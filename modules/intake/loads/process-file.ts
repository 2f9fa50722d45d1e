import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lake, WarehouseSession } from '#platform/warehouse/index.ts';
import type { FileIdentity } from '../contracts/file-name.ts';
import { checkContent, type FileFault } from '../deliveries/control-file.ts';
import type { Delivered } from '../deliveries/delivery-plan.ts';
import { landText, type Landed } from '../landing/land-text.ts';
import { landWorkbook } from '../landing/land-workbook.ts';
import { validate, type Validated } from '../rows/validate.ts';

/** What a load brings to every file. */
export interface FileSetting {
  lake: Lake;
  entities: readonly string[];
  fallbackEntity: string;
  installationKey: string;
  /** Version of a source's contract in force. */
  versions: ReadonlyMap<string, number>;
  /** Folder for scratch files, one subfolder a file. */
  scratch: string;
}

export type Processed =
  | { state: 'refused'; fault: FileFault; md5: string | null }
  | { state: 'unchanged'; md5: string }
  | { state: 'ready'; md5: string; rows: number; validated: Validated };

export interface FileEvents {
  onBytes: (count: number) => void;
  onValidating: () => void;
}

/** Lands a file, holds it against its control file and validates it. `isKnown` says whether this very content was published before. */
export async function processFile(
  session: WarehouseSession,
  file: Delivered & { identity: FileIdentity; date: string },
  setting: FileSetting,
  isKnown: (md5: string) => boolean,
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
    const fault = file.control ? checkContent(file.control, landed) : null;
    if (fault) return { state: 'refused', fault, md5: landed.md5 };
    if (isKnown(landed.md5)) return { state: 'unchanged', md5: landed.md5 };
    events.onValidating();
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
      target: (entityId) =>
        setting.lake.path(entityId, typedPath(file.identity, file.date, landed.md5, setting.versions.get(contract.source) ?? 1)),
      fallbackEntity: setting.fallbackEntity,
    });
    if (validated.rows !== landed.rows) throw new Error(`${file.name}: ${landed.rows} rows landed but ${validated.rows} were validated`);
    return { state: 'ready', md5: landed.md5, rows: landed.rows, validated };
  } finally {
    await rm(target, { force: true });
  }
}

/**
 * Where the typed rows of a file lie below an entity's folder. Content hash and contract version keep a re-sent or newly read file beside
 * the published one until it is published itself.
 */
export function typedPath(identity: FileIdentity, date: string, md5: string, version: number): string {
  return `typed/${identity.contract.source}/date=${date}/${identity.mode}-${identity.part}-${md5.slice(0, 12)}-v${version}.parquet`;
}
