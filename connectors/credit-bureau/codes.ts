/** Codes of the bureau that figures are drawn from. Everything else stays as the bureau wrote it. */
import type { Account, AccountType, LatestState } from './report.ts';

/** Loans, as against cards and claims under collection. */
export const loanTypes: ReadonlySet<AccountType> = new Set(['D1', 'R1', 'R4']);
export const cardTypes: ReadonlySet<AccountType> = new Set(['R2', 'R3']);

/** Statuses by which an account is over: settled or transferred out; cancelled; ended. `5` of a revolving loan is only a stop by the bank. */
const endedStatuses: Readonly<Record<AccountType, readonly string[]>> = {
  D1: ['3', '5'],
  R1: ['3'],
  R4: ['3'],
  R2: ['4'],
  R3: ['4'],
  C1: ['2'],
};
const badDebtStatuses: Readonly<Record<AccountType, string | null>> = { D1: '4', R1: '4', R4: '4', R2: '5', R3: '5', C1: null };

const statusOf = ({ latest, month }: Account): string | null => latest?.status ?? month?.status ?? null;

export const isOpen = (account: Account): boolean => !endedStatuses[account.type].includes(statusOf(account) ?? '');
export const isBadDebt = (account: Account): boolean => statusOf(account) !== null && statusOf(account) === badDebtStatuses[account.type];

/** 小额贷款公司 */
export const smallLender = '51';
/** 信用/免担保 */
export const unsecured = '4';
/** 贷款审批 */
export const loanApproval = '02';

/** Classes of the wire in the words of the bank's files, from best to worst. `9` and anything else is not classified. */
export const classes = [
  ['1', 'normal'],
  ['2', 'special_mention'],
  ['3', 'substandard'],
  ['4', 'doubtful'],
  ['5', 'loss'],
] as const;
export type Class5 = (typeof classes)[number][1];
/** Place in `classes`; -1 when not classified. */
export const classRank = (state: Pick<LatestState, 'class5'> | null): number => classes.findIndex(([wire]) => wire === state?.class5);
export const badRank = 2;

/**
 * 展期, 代偿, 以资抵债, 强制平仓未结清, 司法追偿, 债务减免. Not 提前还款 and 提前结清, nor what the lender did on its own account
 * (资产剥离, 资产转让, 银行主动延期) or agreed as a service (信用卡个性化分期).
 */
export const specialTradesAgainst: ReadonlySet<string> = new Set(['1', '2', '3', '6', '8', '11']);

export const noteKinds = {
  dispute: '1',
  special_mark: '2',
  statement: '3',
  lender_remark: '4',
  bureau_remark: '5',
} as const;

/** Whole texts of special marks that stand for a disaster; a text that is not here stays a special mark. */
export const disasterMarks: ReadonlySet<string> = new Set(['受自然灾害影响', '受疫情影响', '因灾延期']);
