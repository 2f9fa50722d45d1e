/** What a filled-in roll asks for, or what is wrong with it, cell by cell. Pure. */
import type { Fault } from '#platform/http/index.ts';
import { columnOf, presenceWords, relationWords } from './roll-columns.ts';
import type { Filled, FillColumn, RollLine } from './roll-columns.ts';
import { cellAt } from './roll-file.ts';
import type { FileRow } from './roll-file.ts';

export interface Keeper {
  readonly staffId: string;
  readonly gridCodes: readonly string[];
}

export interface Known {
  /** Everybody of the project whom the reader may see, by person. */
  readonly lines: ReadonlyMap<string, RollLine & { readonly grid_code: string }>;
  readonly keepers: ReadonlyMap<string, Keeper>;
}

export interface Wanted {
  readonly people: readonly {
    readonly personId: string;
    readonly householdId: string;
    readonly relation: string;
    readonly presence: string;
  }[];
  readonly households: readonly {
    readonly householdId: string;
    readonly gridCode: string;
    readonly managerId: string | null;
    readonly excludedReason: string | null;
    /** Columns that differ, with what stood before. */
    readonly before: Partial<Record<'manager_id' | 'excluded_reason', string | null>>;
  }[];
}

const leastReason = 4;

/** Only what differs from what stands is asked for; rows left as they were cost nothing. */
export function judgeRoll(rows: readonly FileRow[], known: Known): { wanted: Wanted } | { faults: Fault[] } {
  const faults: Fault[] = [];
  const wrong = (row: FileRow, key: keyof RollLine, zh: string, en: string): void =>
    void faults.push({ place: cellAt(row.number, columnOf(key)), zh, en });
  const seen = new Map<string, FileRow>();
  const first = new Map<string, FileRow>();
  const people: Wanted['people'][number][] = [];
  const households: Wanted['households'][number][] = [];
  for (const row of rows) {
    const line = known.lines.get(row.cells.person_id);
    if (!line) {
      wrong(row, 'person_id', '项目里没有这个人，或不在您的网格内', 'The project has no such person within your grid');
      continue;
    }
    const twin = seen.get(line.person_id);
    if (twin) {
      wrong(row, 'person_id', `与第 ${twin.number} 行是同一个人`, `The same person as in row ${twin.number}`);
      continue;
    }
    seen.set(line.person_id, row);
    judgeIdentity(row, line, wrong);
    const filled = readFilled(row, wrong);
    if (!filled) continue;
    if (filled.relation !== line.relation || filled.presence !== line.presence) {
      people.push({ personId: line.person_id, householdId: line.household_id, relation: filled.relation, presence: filled.presence });
    }
    const sibling = first.get(line.household_id);
    if (sibling) {
      for (const key of ['manager_id', 'excluded_reason'] as const)
        if (sibling.cells[key] !== row.cells[key])
          wrong(row, key, `同一户应相同，第 ${sibling.number} 行不是`, `The same for a household; row ${sibling.number} says otherwise`);
      continue;
    }
    first.set(line.household_id, row);
    judgeManager(row, filled, line, known, wrong);
    const before = differing(filled, line);
    if (Object.keys(before).length > 0)
      households.push({
        householdId: line.household_id,
        gridCode: line.grid_code,
        managerId: filled.manager_id,
        excludedReason: filled.excluded_reason,
        before,
      });
  }
  return faults.length > 0 ? { faults } : { wanted: { people, households } };
}

type Wrong = (row: FileRow, key: keyof RollLine, zh: string, en: string) => void;

/** A column that was sorted by itself shows in names that no longer fit their ids. */
function judgeIdentity(row: FileRow, line: RollLine, wrong: Wrong): void {
  if (row.cells.household_id !== line.household_id)
    wrong(row, 'household_id', `此人现在在户 ${line.household_id}`, `The person now belongs to household ${line.household_id}`);
  if (row.cells.name !== line.name)
    wrong(row, 'name', '姓名与人员标识不符，此列不能改', 'The name does not fit the person id; it cannot be changed here');
  if (row.cells.revision !== line.revision)
    wrong(row, 'revision', '导出之后该户已改过，请重新导出', 'The household has changed since; export the roll again');
}

function readFilled(row: FileRow, wrong: Wrong): (Filled & { relation: string }) | null {
  const relation = codeOf(relationWords, row.cells.relation);
  const presence = codeOf(presenceWords, row.cells.presence);
  if (relation === null) wrong(row, 'relation', choices(relationWords), `One of: ${Object.values(relationWords).join(', ')}`);
  if (presence === null) wrong(row, 'presence', choices(presenceWords), `One of: ${Object.values(presenceWords).join(', ')}`);
  const reason = row.cells.excluded_reason;
  if (reason !== '' && reason.length < leastReason)
    wrong(row, 'excluded_reason', `至少 ${leastReason} 个字`, `${leastReason} characters at least`);
  if (relation === null || presence === null) return null;
  return { relation, presence, manager_id: row.cells.manager_id || null, excluded_reason: reason || null };
}

function judgeManager(row: FileRow, filled: Filled, line: RollLine & { grid_code: string }, known: Known, wrong: Wrong): void {
  if (filled.manager_id === null || filled.manager_id === line.manager_id) return;
  const keeper = known.keepers.get(filled.manager_id);
  if (!keeper) wrong(row, 'manager_id', '没有这位在岗的客户经理', 'There is no such manager at work');
  else if (!keeper.gridCodes.some((grid) => line.grid_code.startsWith(grid)))
    wrong(row, 'manager_id', '客户经理的网格不含该户', 'The manager’s grid does not cover the household');
}

function differing(filled: Filled, line: RollLine): Wanted['households'][number]['before'] {
  const before: Partial<Record<FillColumn, string | null>> = {};
  for (const key of ['manager_id', 'excluded_reason'] as const) if (filled[key] !== line[key]) before[key] = line[key];
  return before;
}

const codeOf = (words: Readonly<Record<string, string>>, text: string): string | null =>
  Object.entries(words).find(([code, word]) => word === text || code === text)?.[0] ?? null;

const choices = (words: Readonly<Record<string, string>>): string => `应为 ${Object.values(words).join('、')} 之一`;
