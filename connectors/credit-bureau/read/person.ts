import type { Occupation, ReportHead, ReportIdentity, Residence, Score, Spouse } from '../report.ts';
import type { Unit } from './unit.ts';

/** PA01 报告头 */
export function headOf(unit: Unit): ReportHead {
  const [report, subject, ids, alert, disputes] = ['PA01A', 'PA01B', 'PA01C', 'PA01D', 'PA01E'].map((key) => unit.group(key));
  if (!report || !subject || !ids || !alert || !disputes) throw new TypeError('PA01');
  const contact = alert.text('PA01DQ01');
  return {
    reportNo: report.required('PA01AI01'),
    reportedAt: report.moment('PA01AR01'),
    name: subject.required('PA01BQ01'),
    idType: subject.required('PA01BD01'),
    idNo: subject.required('PA01BI01'),
    organisation: subject.required('PA01BI02'),
    reason: subject.required('PA01BD02'),
    otherIds: ids.list('PA01CH', 'PA01CS01').map((each) => ({ type: each.required('PA01CD01'), number: each.required('PA01CI01') })),
    fraudAlert:
      contact === null ? null : { contact, phone: alert.required('PA01DQ02'), from: alert.day('PA01DR01'), to: alert.day('PA01DR02') },
    disputes: disputes.count('PA01ES01') ?? 0,
  };
}

/** PB01 身份信息 */
export function identityOf(unit: Unit): ReportIdentity {
  const basic = unit.group('PB01A');
  return {
    sex: basic.text('PB01AD01'),
    birth: basic.day('PB01AR01'),
    education: basic.text('PB01AD02'),
    degree: basic.text('PB01AD03'),
    employment: basic.text('PB01AD04'),
    email: basic.text('PB01AQ01'),
    address: basic.text('PB01AQ02'),
    nationality: basic.text('PB01AD05'),
    registeredAddress: basic.text('PB01AQ03'),
    phones: unit
      .group('PB01B')
      .list('PB01BH', 'PB01BS01')
      .map((each) => ({ number: each.required('PB01BQ01'), updatedOn: each.day('PB01BR01') })),
  };
}

/** PB02 婚姻信息 */
export function spouseOf(unit: Unit): Spouse {
  return {
    marriage: unit.text('PB020D01'),
    name: unit.text('PB020Q01'),
    idType: unit.text('PB020D02'),
    idNo: unit.text('PB020I01'),
    employer: unit.text('PB020Q02'),
    phone: unit.text('PB020Q03'),
  };
}

/** PB03 居住信息 */
export function residenceOf(unit: Unit): Residence {
  return {
    kind: unit.text('PB030D01'),
    address: unit.text('PB030Q01'),
    phone: unit.text('PB030Q02'),
    updatedOn: unit.day('PB030R01'),
  };
}

/** PB04 职业信息 */
export function occupationOf(unit: Unit): Occupation {
  return {
    employment: unit.text('PB040D01'),
    employer: unit.text('PB040Q01'),
    employerKind: unit.text('PB040D02'),
    industry: unit.text('PB040D03'),
    address: unit.text('PB040Q02'),
    phone: unit.text('PB040Q03'),
    occupation: unit.text('PB040D04'),
    position: unit.text('PB040D05'),
    title: unit.text('PB040D06'),
    since: unit.text('PB040R01'),
    updatedOn: unit.day('PB040R02'),
  };
}

/** PC01 数字解读: -1 and words stand for no score. */
export function scoreOf(unit: Unit): Score {
  const points = unit.text('PC010Q01');
  return {
    points: points !== null && /^\d{1,4}$/.test(points) ? Number(points) : null,
    position: unit.text('PC010Q02'),
    factors:
      unit
        .text('PC010D01')
        ?.split(/[,，]/)
        .filter((each) => each !== '') ?? [],
  };
}
