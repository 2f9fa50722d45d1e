import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { dashText, parseDay, type Day } from './calendar.ts';
import { hireCrew } from './crew.ts';
import { dirtKinds, type DirtKind } from './dirt.ts';
import type { DirtCounts, SinkReport } from './extracts.ts';
import { parameters } from './parameters.ts';
import { truthFile, type PartReport } from './part.ts';
import { countyGrids, settle, townshipsBySize, townshipsFor } from './places.ts';
import { writeResentFiles, type BrokenFile } from './resent.ts';
import type { Setting } from './setting.ts';
import type { Answer, Job, Task } from './tasks.ts';

export type Request = {
  people: number;
  seed: number;
  folder: string;
  /** Business day `YYYY-MM-DD`. */
  date?: string;
  /** How many townships, or their codes; without it as many as the people need. */
  townships?: number | readonly string[];
  entity?: string;
  /** Threads; without it as many as there are cores, at most four. The bytes do not depend on it. */
  workers?: number;
};

export type FileReport = { file: string; source: string; rows: number; bytes: number; dirt: DirtCounts };

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
  /** Rows soiled, by kind, with what a careful reader makes of such a row. */
  dirt: Record<DirtKind, { rows: number; effect: string }>;
  /** Files that must be refused whole; their rows are in other files too. */
  broken_files: BrokenFile[];
  files: FileReport[];
};

/** What a request asks wrongly; the message names the place and the cure. */
export class RequestError extends Error {}

const defaultDate = '2026-11-20';
/** Persons of a part; parts are cut by this alone, so the bytes do not depend on who writes them. */
const personsPerPart = 15_000;

/** Writes a county into `folder`: `in/` as a bank would get it, `truth.csv` and `county.json` beside. */
export async function generate(request: Request): Promise<CountyReport> {
  const setting = settingOf(request);
  const scratch = join(request.folder, '.parts');
  prepareFolder(request.folder, scratch);
  const target = join(scratch, 'in');
  mkdirSync(target);
  const cuts = cutParts(setting);
  const job: Job = { setting, scratch, target, parts: cuts.map(({ name }) => name) };
  const crew = hireCrew(job, Math.min(request.workers ?? Math.min(4, availableParallelism()), cuts.length));
  try {
    const reports = partReports(await crew.perform(cuts.map((cut): Task => ({ kind: 'part', ...cut }))));
    const sinks = mergeSinks(reports);
    const joins = [...sinks].map(([file, report]): Task => ({ kind: 'join', file, report }));
    const joined = await crew.perform([{ kind: 'truth', path: join(scratch, truthFile) }, ...joins]);
    const broken = writeResentFiles(setting, target);
    const report = reportOf(setting, reports, fileReports(sinks, joined), broken);
    publish(request.folder, scratch, report);
    return report;
  } finally {
    await crew.dismiss();
  }
}

/** A folder that holds nothing but what an interrupted run left behind. */
function prepareFolder(folder: string, scratch: string): void {
  mkdirSync(folder, { recursive: true });
  if (readdirSync(folder).some((name) => name !== '.parts')) {
    throw new RequestError(`目标文件夹不是空的，请换一个或先清空 / ${folder} is not empty; choose another folder or empty it`);
  }
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch);
}

/** Moves the finished county into place, the report last: a folder with county.json is a whole county. */
function publish(folder: string, scratch: string, report: CountyReport): void {
  renameSync(join(scratch, truthFile), join(folder, truthFile));
  renameSync(join(scratch, 'in'), join(folder, 'in'));
  rmSync(scratch, { recursive: true });
  writeFileSync(join(folder, 'county.json'), `${JSON.stringify(report, null, 2)}\n`);
}

function partReports(answers: readonly Answer[]): PartReport[] {
  return answers.flatMap((answer) => (answer.kind === 'part' ? [answer.report] : []));
}

/** Rows and dirt of each file over all parts, by name. */
function mergeSinks(reports: readonly PartReport[]): Map<string, SinkReport> {
  const merged = new Map<string, SinkReport>();
  for (const [file, part] of reports.flatMap((report) => [...report.files])) {
    const known = merged.get(file);
    if (known === undefined) merged.set(file, { ...part, dirt: { ...part.dirt } });
    else {
      known.rows += part.rows;
      for (const kind of dirtKinds) if (part.dirt[kind] !== undefined) known.dirt[kind] = (known.dirt[kind] ?? 0) + part.dirt[kind];
    }
  }
  return new Map([...merged].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function fileReports(sinks: ReadonlyMap<string, SinkReport>, answers: readonly Answer[]): FileReport[] {
  const bytes = new Map(answers.flatMap((answer) => (answer.kind === 'join' ? [[answer.joined.file, answer.joined.bytes] as const] : [])));
  return [...sinks].map(([file, { source, rows, dirt }]) => ({ file, source, rows, bytes: bytes.get(file)!, dirt }));
}

function settingOf(request: Request): Setting {
  const { people, seed, date = defaultDate, entity = parameters.county.code } = request;
  if (!Number.isInteger(people) || people < 100 || people > 2_000_000) {
    throw new RequestError(`人数应为100至2000000的整数 / --people must be a whole number from 100 to 2000000, not ${people}`);
  }
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new RequestError(`种子应为非负整数 / --seed must be a whole number from 0, not ${seed}`);
  if (!/^[0-9A-Za-z]{1,20}$/.test(entity))
    throw new RequestError(`法人代码应为1至20位字母或数字 / --entity must be 1 to 20 letters or digits, not ${entity}`);
  const businessDay: Day | null = parseDay(date);
  if (businessDay === null) throw new RequestError(`日期应为存在的 YYYY-MM-DD / --date must be an existing YYYY-MM-DD, not ${date}`);
  const townships = chooseTownships(request);
  const villages = settle(people, townships);
  return {
    entity,
    seed,
    people,
    businessDay,
    fullDay: businessDay - 1,
    townships,
    villages,
    workbookTownships: workbookTownships(townships),
  };
}

/** The smaller half of the townships, three at most, send workbooks; `townships` may stand in any order. */
function workbookTownships(townships: readonly string[]): string[] {
  const bySize = townshipsBySize(countyGrids()).filter((code) => townships.includes(code));
  return bySize.slice(0, Math.min(3, Math.floor(townships.length / 2)));
}

function chooseTownships({ people, townships }: Request): readonly string[] {
  const known = townshipsBySize(countyGrids());
  if (townships === undefined) return townshipsFor(people);
  if (typeof townships === 'number') {
    if (Number.isInteger(townships) && townships >= 1 && townships <= known.length) return known.slice(0, townships);
    throw new RequestError(`乡镇数应为1至${known.length} / --townships must be 1 to ${known.length} or township codes, not ${townships}`);
  }
  const unknown = townships.find((code) => !known.includes(code));
  if (unknown === undefined && townships.length > 0) return townships;
  throw new RequestError(`没有这个乡镇代码 / --townships has no township ${unknown ?? ''}; known codes: ${known.join(', ')}`);
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

function reportOf(setting: Setting, reports: readonly PartReport[], files: FileReport[], broken: BrokenFile[]): CountyReport {
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  const dirtOf = (kind: DirtKind) => ({ rows: sum(files.map((file) => file.dirt[kind] ?? 0)), effect: parameters.dirt[kind].effect });
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
    dirt: Object.fromEntries(dirtKinds.map((kind) => [kind, dirtOf(kind)])) as CountyReport['dirt'],
    broken_files: broken,
    files,
  };
}
