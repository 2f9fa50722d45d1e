import { WireError } from '#platform/wire/index.ts';
import { accountTypes, paymentStates } from '../report.ts';
import type { Account, Agreement, LatestState, Liability, MonthMark, MonthState } from '../report.ts';
import type { Unit } from './unit.ts';

/** PD01 借贷账户信息 */
export function accountOf(unit: Unit): Account {
  const basic = unit.group('PD01A');
  const months24 = unit
    .group('PD01D')
    .list('PD01DH')
    .map((each) => markOf(each, 'PD01DR03', 'PD01DD01'));
  const months60 = unit
    .group('PD01E')
    .list('PD01EH', 'PD01ES01')
    .map((each) => ({ ...markOf(each, 'PD01ER03', 'PD01ED01'), overdueFen: each.fen('PD01EJ01') }));
  requireAgreement(unit, months24, months60);
  return {
    number: basic.required('PD01AI01'),
    type: basic.code('PD01AD01', accountTypes),
    lenderKind: basic.text('PD01AD02'),
    lender: basic.text('PD01AI02'),
    agreementNo: basic.text('PD01AI04'),
    business: basic.text('PD01AD03'),
    openedOn: basic.day('PD01AR01'),
    endsOn: basic.day('PD01AR02'),
    currency: basic.text('PD01AD04'),
    amountFen: basic.fen('PD01AJ01'),
    limitFen: basic.fen('PD01AJ02'),
    sharedLimitFen: basic.fen('PD01AJ03'),
    method: basic.text('PD01AD05'),
    frequency: basic.text('PD01AD06'),
    terms: basic.count('PD01AS01'),
    guarantee: basic.text('PD01AD07'),
    transferredState: basic.text('PD01AD10'),
    latest: unit.has('PD01B') ? latestOf(unit.group('PD01B')) : null,
    month: unit.has('PD01C') ? monthOf(unit.group('PD01C')) : null,
    months24,
    months60,
    specialTrades: unit
      .group('PD01F')
      .list('PD01FH', 'PD01FS01')
      .map((each) => ({
        kind: each.required('PD01FD01'),
        on: each.day('PD01FR01'),
        changedMonths: each.count('PD01FS02'),
        amountFen: each.fen('PD01FJ01'),
        detail: each.text('PD01FQ01'),
      })),
    specialEvents: unit
      .group('PD01G')
      .list('PD01GH', 'PD01GS01')
      .map((each) => ({ month: each.month('PD01GR01'), kind: each.required('PD01GD01') })),
    instalments: unit
      .group('PD01H')
      .list('PD01HH', 'PD01HS01')
      .map((each) => ({
        limitFen: each.fen('PD01HJ01'),
        from: each.day('PD01HR01'),
        to: each.day('PD01HR02'),
        usedFen: each.fen('PD01HJ02'),
      })),
    notes: unit.notes('PD01'),
  };
}

function markOf(unit: Unit, monthKey: string, stateKey: string): MonthMark {
  const month = unit.month(monthKey);
  if (month === null) throw new WireError('structure', `${unit.place}/${monthKey}`);
  return { month, state: unit.code(stateKey, paymentStates) };
}

/** Two histories of one account tell the same of a month, or the report contradicts itself. */
function requireAgreement({ place }: Unit, months24: readonly MonthMark[], months60: readonly MonthMark[]): void {
  const states = new Map<string, string>();
  for (const marks of [months24, months60]) {
    const seen = new Set<string>();
    for (const { month, state } of marks) {
      if (seen.has(month) || (states.get(month) ?? state) !== state) throw new WireError('structure', `${place}: ${month}`);
      seen.add(month);
      states.set(month, state);
    }
  }
}

/** PD01B 最新表现 */
function latestOf(unit: Unit): LatestState {
  return {
    status: unit.text('PD01BD01'),
    closedOn: unit.day('PD01BR01'),
    transferredMonth: unit.month('PD01BR04'),
    balanceFen: unit.fen('PD01BJ01'),
    paidOn: unit.day('PD01BR02'),
    paidFen: unit.fen('PD01BJ02'),
    class5: unit.text('PD01BD03'),
    payment: unit.text('PD01BD04'),
    reportedOn: unit.day('PD01BR03'),
  };
}

/** PD01C 最近一次月度表现 */
function monthOf(unit: Unit): MonthState {
  return {
    month: unit.month('PD01CR01'),
    status: unit.text('PD01CD01'),
    balanceFen: unit.fen('PD01CJ01'),
    usedFen: unit.fen('PD01CJ02'),
    unbilledInstalmentFen: unit.fen('PD01CJ03'),
    class5: unit.text('PD01CD02'),
    termsLeft: unit.count('PD01CS01'),
    dueOn: unit.day('PD01CR02'),
    dueFen: unit.fen('PD01CJ04'),
    paidFen: unit.fen('PD01CJ05'),
    paidOn: unit.day('PD01CR03'),
    overdueTerms: unit.count('PD01CS02'),
    overdueFen: unit.fen('PD01CJ06'),
    overdue31Fen: unit.fen('PD01CJ07'),
    overdue61Fen: unit.fen('PD01CJ08'),
    overdue91Fen: unit.fen('PD01CJ09'),
    overdue181Fen: unit.fen('PD01CJ10'),
    overdrawn181Fen: unit.fen('PD01CJ11'),
    averageUsed6mFen: unit.fen('PD01CJ12'),
    averageOverdrawn6mFen: unit.fen('PD01CJ13'),
    highestUsedFen: unit.fen('PD01CJ14'),
    highestOverdrawnFen: unit.fen('PD01CJ15'),
    reportedOn: unit.day('PD01CR04'),
  };
}

/** PD02 授信协议信息 */
export function agreementOf(unit: Unit): Agreement {
  const basic = unit.group('PD02A');
  return {
    number: basic.required('PD02AI01'),
    lenderKind: basic.text('PD02AD01'),
    lender: basic.text('PD02AI02'),
    purpose: basic.text('PD02AD02'),
    limitFen: basic.fen('PD02AJ01'),
    usedFen: basic.fen('PD02AJ04'),
    capFen: basic.fen('PD02AJ03'),
    from: basic.day('PD02AR01'),
    to: basic.day('PD02AR02'),
    status: basic.text('PD02AD04'),
    notes: unit.notes('PD02'),
  };
}

/** PD03 相关还款责任信息 */
export function liabilityOf(unit: Unit): Liability {
  const basic = unit.group('PD03A');
  return {
    of: basic.text('PD03AD08'),
    lenderKind: basic.text('PD03AD01'),
    lender: basic.text('PD03AQ01'),
    business: basic.text('PD03AD02'),
    from: basic.day('PD03AR01'),
    to: basic.day('PD03AR02'),
    kind: basic.text('PD03AD03'),
    contractNo: basic.text('PD03AQ02'),
    amountFen: basic.fen('PD03AJ01'),
    balanceFen: basic.fen('PD03AJ02'),
    class5: basic.text('PD03AD05'),
    payment: basic.text('PD03AD07'),
    overdueMonths: basic.count('PD03AS01'),
    reportedOn: basic.day('PD03AR03'),
    notes: unit.notes('PD03'),
  };
}
