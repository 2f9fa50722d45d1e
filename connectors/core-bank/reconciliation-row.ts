import { formatYuan, parseYuan } from '#core/money/index.ts';
import { formatDay, forms, parseDay } from './fields.ts';

/** One booking of the core's day. */
export interface CoreRow {
  entityId: string;
  coreDate: Temporal.PlainDate;
  coreReference: string;
  sequence: string;
  kind: 'pay' | 'collect' | 'reverse';
  account: string;
  accountName: string;
  amountFen: bigint;
  /** Of a reversal: what it takes back. */
  originalSequence: string | null;
  /** Of an order: taken back later on the day. */
  reversed: boolean;
}

/** The file's columns in their order, under the names the core gives them. */
export const columns = [
  'FR_ID',
  'CORE_DATE',
  'CORE_REF',
  'BUSI_SEQ',
  'TRAN_TYPE',
  'ACCT_NO',
  'ACCT_NAME',
  'TRAN_AMT',
  'OLD_BUSI_SEQ',
  'STATUS',
] as const;
type Column = (typeof columns)[number];

export const delimiter = '|@|';
const kinds = { PAY: 'pay', COL: 'collect', REV: 'reverse' } as const;
const types = { pay: 'PAY', collect: 'COL', reverse: 'REV' } as const;

/** What each column holds; of a value that fails here the whole file is refused. */
const patterns: Readonly<Record<Column, RegExp>> = {
  FR_ID: forms.identifier,
  CORE_DATE: forms.date,
  CORE_REF: forms.reference,
  BUSI_SEQ: forms.sequence,
  TRAN_TYPE: /^(PAY|COL|REV)$/,
  ACCT_NO: forms.account,
  ACCT_NAME: forms.name,
  TRAN_AMT: forms.amount,
  OLD_BUSI_SEQ: /^[0-9A-Za-z_-]{0,32}$/,
  STATUS: /^[NR]$/,
};

export function formatRow(row: CoreRow): string {
  return [
    row.entityId,
    formatDay(row.coreDate),
    row.coreReference,
    row.sequence,
    types[row.kind],
    row.account,
    row.accountName,
    formatYuan(row.amountFen),
    row.originalSequence ?? '',
    row.reversed ? 'R' : 'N',
  ].join(delimiter);
}

/** The row, or the column that is not as agreed (`columns`: their number). */
export function parseRow(line: string): CoreRow | Column | 'columns' {
  const values = line.split(delimiter);
  if (values.length !== columns.length) return 'columns';
  const wrong = columns.find((column, place) => !patterns[column].test(values[place] ?? ''));
  if (wrong !== undefined) return wrong;
  const of = (column: Column): string => values[columns.indexOf(column)] ?? '';
  const coreDate = parseDay(of('CORE_DATE'));
  const amountFen = parseYuan(of('TRAN_AMT'));
  const kind = Object.entries(kinds).find(([type]) => type === of('TRAN_TYPE'))?.[1];
  const originalSequence = of('OLD_BUSI_SEQ') === '' ? null : of('OLD_BUSI_SEQ');
  const reversed = of('STATUS') === 'R';
  if (coreDate === null) return 'CORE_DATE';
  if (amountFen === null) return 'TRAN_AMT';
  if (kind === undefined) return 'TRAN_TYPE';
  if ((kind === 'reverse') !== (originalSequence !== null)) return 'OLD_BUSI_SEQ';
  if (kind === 'reverse' && reversed) return 'STATUS';
  return {
    entityId: of('FR_ID'),
    coreDate,
    coreReference: of('CORE_REF'),
    sequence: of('BUSI_SEQ'),
    kind,
    account: of('ACCT_NO'),
    accountName: of('ACCT_NAME'),
    amountFen,
    originalSequence,
    reversed,
  };
}
