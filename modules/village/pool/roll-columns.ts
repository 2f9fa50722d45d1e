/** The roll 名册 as a workbook: one row a person, found again by internal ids; which columns may be filled in, and what they take. */
import { presences, relations } from './contract.ts';

/** A line of the roll as it goes out. */
export interface RollLine {
  readonly household_id: string;
  readonly person_id: string;
  readonly place: string;
  readonly household_no: string | null;
  readonly head_name: string | null;
  readonly name: string;
  readonly id_masked: string | null;
  readonly sex: string | null;
  readonly birth_year: string | null;
  readonly relation: string | null;
  readonly presence: string;
  readonly manager_id: string | null;
  readonly excluded_reason: string | null;
  /** Of the household when the roll went out. */
  readonly revision: string;
}

/** What somebody may fill in, as it is stored. */
export interface Filled {
  readonly relation: string | null;
  readonly presence: string;
  readonly manager_id: string | null;
  readonly excluded_reason: string | null;
}
export type FillColumn = keyof Filled;

type Words = Readonly<Record<string, string>>;
export const relationWords: Words = {
  head: '户主',
  spouse: '配偶',
  son: '子',
  daughter: '女',
  father: '父',
  mother: '母',
  grandchild: '孙辈',
  grandparent: '祖辈',
  sibling: '兄弟姐妹',
  in_law: '姻亲',
  other: '其他',
} satisfies Record<(typeof relations)[number], string>;
export const presenceWords: Words = { present: '在户', moved: '迁出', deceased: '去世' } satisfies Record<
  (typeof presences)[number],
  string
>;

interface Column {
  readonly key: keyof RollLine;
  readonly zh: string;
  readonly en: string;
  readonly width: number;
  /** Words of the codes that the cells hold. */
  readonly words?: Words;
  /** May be filled in; the others only say whose row it is. */
  readonly isOpen?: true;
  /** The same on all rows of a household. */
  readonly ofHousehold?: true;
}

export const rollColumns: readonly Column[] = [
  { key: 'household_id', zh: '户标识', en: 'Household id', width: 22 },
  { key: 'person_id', zh: '人员标识', en: 'Person id', width: 20 },
  { key: 'place', zh: '村组', en: 'Group', width: 26 },
  { key: 'household_no', zh: '户号', en: 'Household number', width: 10 },
  { key: 'head_name', zh: '户主姓名', en: 'Head', width: 12 },
  { key: 'name', zh: '姓名', en: 'Name', width: 12 },
  { key: 'id_masked', zh: '证件号', en: 'Resident ID', width: 22 },
  { key: 'sex', zh: '性别', en: 'Sex', width: 6, words: { M: '男', F: '女' } },
  { key: 'birth_year', zh: '出生年', en: 'Year of birth', width: 8 },
  { key: 'relation', zh: '与户主关系', en: 'Relation', width: 12, words: relationWords, isOpen: true },
  { key: 'presence', zh: '在户情况', en: 'Presence', width: 10, words: presenceWords, isOpen: true },
  { key: 'manager_id', zh: '客户经理工号', en: 'Manager', width: 14, isOpen: true, ofHousehold: true },
  { key: 'excluded_reason', zh: '剔除原因', en: 'Why excluded', width: 30, isOpen: true, ofHousehold: true },
  { key: 'revision', zh: '版次', en: 'Revision', width: 6 },
];

/** `2` → `B`, as spreadsheets name columns. There are fewer than 26. */
export const letterOf = (column: number): string => String.fromCharCode(64 + column);
export const columnOf = (key: keyof RollLine): number => rollColumns.findIndex((column) => column.key === key) + 1;

export const sheetName = '名册';
/** The first row says which project it is, the second names the columns. */
export const headingRow = 2;
export const projectMark = (projectId: bigint): string => `V${projectId}`;
