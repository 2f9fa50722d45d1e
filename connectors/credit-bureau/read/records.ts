import { WireError } from '#platform/wire/index.ts';
import type { Postpaid, PublicRecord, PublicRecordKind, Query, ReportNote } from '../report.ts';
import type { Unit } from './unit.ts';

/** PE01 后付费业务信息 */
export function postpaidOf(unit: Unit): Postpaid {
  const basic = unit.group('PE01A');
  return {
    kind: basic.text('PE01AD01'),
    organisation: basic.text('PE01AQ01'),
    business: basic.text('PE01AD02'),
    openedOn: basic.day('PE01AR01'),
    payment: basic.text('PE01AD03'),
    owedFen: basic.fen('PE01AJ01'),
    month: basic.month('PE01AR02'),
    history: basic.text('PE01AQ02'),
    notes: unit.notes('PE01'),
  };
}

/** Where each kind of public record has its items; null for what it has not. */
export interface PublicRecordKeys {
  kind: PublicRecordKind;
  segment: string;
  authority: string | null;
  on: string;
  subject: string | null;
  amount: string | null;
  status: string | null;
  endedOn: string | null;
}

/** PF01 欠税 · PF02 民事判决 · PF03 强制执行 · PF04 行政处罚 · PF05 住房公积金 · PF06 低保救助 · PF07 执业资格 · PF08 行政奖励 */
export const publicRecordKeys: Readonly<Record<string, PublicRecordKeys>> = {
  PF01: { kind: 'tax_arrears', segment: 'POT', authority: 'Q01', on: 'R01', subject: null, amount: 'J01', status: null, endedOn: null },
  PF02: { kind: 'judgment', segment: 'PCJ', authority: 'Q01', on: 'R01', subject: 'Q02', amount: 'J01', status: 'Q03', endedOn: 'R02' },
  PF03: { kind: 'enforcement', segment: 'PCE', authority: 'Q01', on: 'R01', subject: 'Q02', amount: 'J01', status: 'Q03', endedOn: 'R02' },
  PF04: { kind: 'penalty', segment: 'PAP', authority: 'Q01', on: 'R01', subject: 'Q02', amount: 'J01', status: 'Q03', endedOn: 'R02' },
  PF05: { kind: 'housing_fund', segment: 'PHF', authority: 'Q04', on: 'R01', subject: 'Q01', amount: 'J01', status: 'D01', endedOn: 'R03' },
  PF06: { kind: 'aid', segment: 'PBS', authority: 'Q01', on: 'R02', subject: 'D01', amount: null, status: null, endedOn: null },
  PF07: { kind: 'qualification', segment: 'PPQ', authority: 'Q02', on: 'R01', subject: 'Q01', amount: null, status: 'D01', endedOn: 'R02' },
  PF08: { kind: 'award', segment: 'PAH', authority: 'Q01', on: 'R01', subject: 'Q02', amount: null, status: null, endedOn: 'R02' },
};

export function publicRecordOf(unit: Unit, key: string, keys: PublicRecordKeys): PublicRecord {
  const basic = unit.group(`${key}A`);
  const text = (item: string | null): string | null => (item === null ? null : basic.text(`${key}A${item}`));
  return {
    kind: keys.kind,
    authority: text(keys.authority),
    on: text(keys.on),
    subject: text(keys.subject),
    amountFen: keys.amount === null ? null : basic.fen(`${key}A${keys.amount}`),
    status: text(keys.status),
    endedOn: text(keys.endedOn),
    notes: unit.notes(key),
  };
}

/** PG01 其他标注及声明 */
export function reportNoteOf(unit: Unit): ReportNote {
  return {
    object: unit.text('PG010D01'),
    part: unit.text('PG010D02'),
    notes: unit.list('PG010H', 'PG010S01').map((each) => ({
      kind: each.required('PG010D03'),
      text: each.text('PG010Q01'),
      on: each.day('PG010R01'),
    })),
  };
}

/** PH01 查询记录 */
export function queryOf(unit: Unit): Query {
  const on = unit.day('PH010R01');
  if (on === null) throw new WireError('structure', `${unit.place}/PH010R01`);
  return { on, organisationKind: unit.text('PH010D01'), organisation: unit.text('PH010Q02'), reason: unit.required('PH010Q03') };
}
