import type { CardSummary, CountAndAmount, CreditSummary, LineSummary, QuerySummary } from '../report.ts';
import type { Unit } from './unit.ts';

/** PC02 信贷交易信息概要 */
export function creditSummaryOf(unit: Unit): CreditSummary {
  const badDebt = unit.group('PC02C');
  return {
    prompts: unit
      .group('PC02A')
      .list('PC02AH', 'PC02AS02')
      .map((each) => ({
        kind: each.required('PC02AD01'),
        group: each.required('PC02AD02'),
        accounts: each.count('PC02AS03'),
        firstMonth: each.month('PC02AR01'),
      })),
    recovered: unit
      .group('PC02B')
      .list('PC02BH', 'PC02BS02')
      .map((each) => ({ kind: each.required('PC02BD01'), count: each.count('PC02BS03'), amountFen: each.fen('PC02BJ02') })),
    badDebt: unit.has('PC02C') ? { accounts: badDebt.count('PC02CS01'), balanceFen: badDebt.fen('PC02CJ01') } : null,
    overdue: unit
      .group('PC02D')
      .list('PC02DH', 'PC02DS01')
      .map((each) => ({
        kind: each.required('PC02DD01'),
        accounts: each.count('PC02DS02'),
        months: each.count('PC02DS03'),
        highestFen: each.fen('PC02DJ01'),
        longestMonths: each.count('PC02DS04'),
      })),
    nonRevolving: lineOf(unit, 'PC02E'),
    subAccounts: lineOf(unit, 'PC02F'),
    revolving: lineOf(unit, 'PC02G'),
    creditCard: cardOf(unit, 'PC02H'),
    quasiCard: cardOf(unit, 'PC02I'),
    liabilities: unit
      .group('PC02K')
      .list('PC02KH', 'PC02KS01')
      .map((each) => ({
        of: each.required('PC02KD01'),
        kind: each.required('PC02KD02'),
        accounts: each.count('PC02KS02'),
        amountFen: each.fen('PC02KJ01'),
        balanceFen: each.fen('PC02KJ02'),
      })),
  };
}

/** PC02E 非循环贷, PC02F 循环额度下分账户, PC02G 循环贷 */
function lineOf(unit: Unit, key: string): LineSummary | null {
  if (!unit.has(key)) return null;
  const group = unit.group(key);
  return {
    lenders: group.count(`${key}S01`),
    accounts: group.count(`${key}S02`),
    limitFen: group.fen(`${key}J01`),
    balanceFen: group.fen(`${key}J02`),
    average6mDueFen: group.fen(`${key}J03`),
  };
}

/** PC02H 贷记卡, PC02I 准贷记卡 */
function cardOf(unit: Unit, key: string): CardSummary | null {
  if (!unit.has(key)) return null;
  const group = unit.group(key);
  return {
    lenders: group.count(`${key}S01`),
    accounts: group.count(`${key}S02`),
    limitFen: group.fen(`${key}J01`),
    highestLimitFen: group.fen(`${key}J02`),
    lowestLimitFen: group.fen(`${key}J03`),
    usedFen: group.fen(`${key}J04`),
    average6mFen: group.fen(`${key}J05`),
  };
}

/** PC03 后付费业务欠费汇总, PC04 公共信息概要 */
export function countsOf(unit: Unit, key: string): readonly CountAndAmount[] {
  return unit.list(`${key}0H`, `${key}0S01`).map((each) => ({
    kind: each.required(`${key}0D01`),
    count: each.count(`${key}0S02`),
    amountFen: each.fen(`${key}0J01`),
  }));
}

/** PC05 查询记录概要 */
export function querySummaryOf(unit: Unit): QuerySummary {
  const last = unit.group('PC05A');
  const counts = unit.group('PC05B');
  return {
    lastOn: last.day('PC05AR01'),
    lastOrganisation: last.text('PC05AI01'),
    lastReason: last.text('PC05AQ01'),
    organisationsLoan1m: counts.count('PC05BS01'),
    organisationsCard1m: counts.count('PC05BS02'),
    loan1m: counts.count('PC05BS03'),
    card1m: counts.count('PC05BS04'),
    self1m: counts.count('PC05BS05'),
    postLoan24m: counts.count('PC05BS06'),
    guarantor24m: counts.count('PC05BS07'),
    merchant24m: counts.count('PC05BS08'),
  };
}
