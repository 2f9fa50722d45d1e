import { bankTimeZone } from '#platform/clock/index.ts';
import type { AuditNote } from '#platform/http/index.ts';
import { intersectPrefixes } from '#platform/postgres/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import { readPlaces } from '../grid/place.ts';

/**
 * The last columns of every exported file. On every row, so that whoever cuts, sorts or pastes a part of it takes them along; a comment above or a
 * line below would not survive that, and breaks what reads the file as a table (ADR 0009).
 */
export const markColumns = [
  { zh: '导出编号', en: 'Export number' },
  { zh: '导出人', en: 'Exported by' },
  { zh: '导出时间', en: 'Exported at' },
  { zh: '导出范围', en: 'Exported part of the grid' },
] as const;

/** Made of the request's own number, so that the answer and its line in the audit trail agree without either knowing of the other. */
export function exportNumber(requestId: string): string {
  return `E${requestId.replaceAll('-', '').slice(0, 10).toUpperCase()}`;
}

/** The trail's line about an export: found by the number that stands in the file. `detail`: counts and names of filters. */
export function exportNote(action: string, requestId: string, detail: Record<string, unknown>): AuditNote {
  return { action, subjectKind: 'export', subjectId: exportNumber(requestId), detail };
}

/** `attachment; filename="persons-E3F9A0C2B7D.csv"`: a file without rows still says which export it is. */
export function exportHeader(list: string, requestId: string): string {
  return `attachment; filename="${list}-${exportNumber(requestId)}.csv"`;
}

export interface Exporting {
  requestId: string;
  at: Temporal.Instant;
  /** The part of the grid asked for; the reader's whole scope when left out. */
  grid?: string | undefined;
}

/** The cells under `markColumns`, the same on every row: number, who, when (Beijing time), of which part of the grid. */
export async function markExport(tx: Tx, session: Session, { requestId, at, grid }: Exporting): Promise<readonly string[]> {
  const [staff] = await tx.query<{ name: string }>(
    'select name from organization.staff where entity_id = (select organization.current_entity()) and staff_id = $1',
    [session.actorId],
  );
  const moment = at.toZonedDateTimeISO(bankTimeZone).toPlainDateTime().round('second').toString().replace('T', ' ');
  const who = staff ? `${staff.name} ${session.actorId}` : session.actorId;
  return [exportNumber(requestId), who, moment, await scopeText(tx, intersectPrefixes(session.scopes, grid))];
}

const namedPlaces = 3;

/** `五福庄村 320723001201; …`: the codes tell places of one name apart, the names keep a spreadsheet from taking a code for a number. */
async function scopeText(tx: Tx, codes: readonly string[]): Promise<string> {
  const named = codes.slice(0, namedPlaces);
  const places = await readPlaces(tx, named);
  const texts = named.map((code) => `${places.get(code)?.name ?? ''} ${code}`.trim());
  const more = codes.length - named.length;
  return [...texts, ...(more > 0 ? [`+${more}`] : [])].join('; ') || '-';
}
