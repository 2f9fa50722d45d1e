import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dashText, parseDay, type Day } from './calendar.ts';
import { layoutOf } from './contracts.ts';
import { joinParts, writeControl } from './joining.ts';
import { parameters } from './parameters.ts';
import { truthFile, truthHeader, writePart, type PartReport } from './part.ts';
import { countyGrids, settle, townshipsBySize, townshipsFor } from './places.ts';
import type { Setting } from './setting.ts';

export type Request = {
  people: number;
  seed: number;
  folder: string;
  /** Business day `YYYY-MM-DD`. */
  date?: string;
  /** How many townships, or their codes; without it as many as the people need. */
  townships?: number | readonly string[];
  entity?: string;
};

export type FileReport = { file: string; source: string; rows: number; bytes: number };

export type CountyReport = {
  entity: string;
  seed: number;
  people: number;
  date: string;
  townships: readonly string[];
  villages: number;
  groups: number;
  households: number;
  adults: number;
  defaults_12m: number;
  rows: number;
  bytes: number;
  files: FileReport[];
};

/** What a request asks wrongly; the message names the place and the cure. */
export class RequestError extends Error {}

const defaultDate = '2026-11-20';
/** Persons of a part; parts are cut by this alone, so the bytes do not depend on who writes them. */
const personsPerPart = 30_000;

/** Writes a county into `folder`: `in/` as a bank would get it, `truth.csv` and `county.json` beside. */
export async function generate(request: Request): Promise<CountyReport> {
  const setting = settingOf(request);
  const target = join(request.folder, 'in');
  const scratch = join(request.folder, '.parts');
  mkdirSync(request.folder, { recursive: true });
  if (readdirSync(request.folder).some((name) => name !== '.parts')) {
    throw new RequestError(`目标文件夹不是空的，请换一个或先清空 · ${request.folder} is not empty; choose another folder or empty it`);
  }
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch);
  mkdirSync(target);
  const parts = cutParts(setting);
  const reports = parts.map(({ name, from, to }) => writePart(setting, scratch, name, from, to));
  const files = joinAll(
    setting,
    scratch,
    target,
    parts.map(({ name }) => name),
    reports,
  );
  joinParts(
    scratch,
    truthFile,
    parts.map(({ name }) => name),
    join(request.folder, truthFile),
    truthHeader,
  );
  rmSync(scratch, { recursive: true });
  const report = reportOf(setting, reports, files);
  writeFileSync(join(request.folder, 'county.json'), `${JSON.stringify(report, null, 2)}\n`);
  return report;
}

function joinAll(
  setting: Setting,
  scratch: string,
  target: string,
  parts: readonly string[],
  reports: readonly PartReport[],
): FileReport[] {
  const rows = new Map<string, { source: string; rows: number }>();
  for (const report of reports) {
    for (const [file, { source, rows: more }] of report.files) rows.set(file, { source, rows: (rows.get(file)?.rows ?? 0) + more });
  }
  return [...rows.keys()].toSorted().map((file) => {
    const { source, rows: count } = rows.get(file)!;
    const layout = layoutOf(source);
    const header = layout.header ? layout.columns.map((column) => column.field).join(layout.delimiter) : null;
    const joined = joinParts(scratch, file, parts, join(target, file), header);
    writeControl(join(target, file), { file, rows: count, date: fileDate(file), encoding: layout.encoding, ...joined });
    return { file, source, rows: count, bytes: joined.bytes };
  });
}

/** The day in a file's name, `YYYY-MM-DD`. */
function fileDate(file: string): string {
  const [, year, month, day] = /_(20[0-9]{2})([0-9]{2})([0-9]{2})_/.exec(file)!;
  return `${year}-${month}-${day}`;
}

function settingOf(request: Request): Setting {
  const { people, seed, date = defaultDate, entity = parameters.county.code } = request;
  if (!Number.isInteger(people) || people < 100 || people > 2_000_000) {
    throw new RequestError(`人数应为100至2000000的整数 · --people must be a whole number from 100 to 2000000, not ${people}`);
  }
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new RequestError(`种子应为非负整数 · --seed must be a whole number from 0, not ${seed}`);
  if (!/^[0-9A-Za-z]{1,20}$/.test(entity))
    throw new RequestError(`法人代码应为1至20位字母或数字 · --entity must be 1 to 20 letters or digits, not ${entity}`);
  const businessDay: Day | null = parseDay(date);
  if (businessDay === null) throw new RequestError(`日期应为存在的 YYYY-MM-DD · --date must be an existing YYYY-MM-DD, not ${date}`);
  const townships = chooseTownships(request);
  const villages = settle(people, townships);
  return { entity, seed, people, businessDay, fullDay: businessDay - 1, townships, villages, workbookTownships: [] };
}

function chooseTownships({ people, townships }: Request): readonly string[] {
  const known = townshipsBySize(countyGrids());
  if (townships === undefined) return townshipsFor(people);
  if (typeof townships === 'number') {
    if (Number.isInteger(townships) && townships >= 1 && townships <= known.length) return known.slice(0, townships);
    throw new RequestError(`乡镇数应为1至${known.length} · --townships must be 1 to ${known.length} or township codes, not ${townships}`);
  }
  const unknown = townships.find((code) => !known.includes(code));
  if (unknown === undefined && townships.length > 0) return townships;
  throw new RequestError(`没有这个乡镇代码 · --townships has no township ${unknown ?? ''}; known codes: ${known.join(', ')}`);
}

function cutParts(setting: Setting): { name: string; from: number; to: number }[] {
  const parts: { name: string; from: number; to: number }[] = [];
  let from = 0;
  let persons = 0;
  setting.villages.forEach((village, i) => {
    persons += village.people;
    if (persons < personsPerPart && i < setting.villages.length - 1) return;
    parts.push({ name: String(parts.length).padStart(4, '0'), from, to: i + 1 });
    from = i + 1;
    persons = 0;
  });
  return parts;
}

function reportOf(setting: Setting, reports: readonly PartReport[], files: FileReport[]): CountyReport {
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  return {
    entity: setting.entity,
    seed: setting.seed,
    people: sum(reports.map((report) => report.persons)),
    date: dashText(setting.businessDay),
    townships: setting.townships,
    villages: setting.villages.length,
    groups: sum(setting.villages.map((village) => village.groups)),
    households: sum(reports.map((report) => report.households)),
    adults: sum(reports.map((report) => report.adults)),
    defaults_12m: sum(reports.map((report) => report.defaults)),
    rows: sum(files.map((file) => file.rows)),
    bytes: sum(files.map((file) => file.bytes)),
    files,
  };
}
