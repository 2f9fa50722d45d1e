/** The person's and the summary units of a report. */
import type { XmlTree } from '#platform/wire/index.ts';
import type { CardSummary, CountAndAmount, CreditReport, CreditSummary, LineSummary } from '../report.ts';
import { count, day, fen, group, segment } from './write-items.ts';

export function personUnits({ head, identity, spouse, residences, occupations }: CreditReport): XmlTree {
  return {
    PRH: {
      PA01: {
        PA01A: { PA01AI01: head.reportNo, PA01AR01: head.reportedAt.toString({ smallestUnit: 'second' }) },
        PA01B: { PA01BQ01: head.name, PA01BD01: head.idType, PA01BI01: head.idNo, PA01BI02: head.organisation, PA01BD02: head.reason },
        PA01C: group(head.otherIds, 'PA01CS01', 'PA01CH', (each) => ({ PA01CD01: each.type, PA01CI01: each.number })),
        PA01D: head.fraudAlert && {
          PA01DQ01: head.fraudAlert.contact,
          PA01DQ02: head.fraudAlert.phone,
          PA01DR01: day(head.fraudAlert.from),
          PA01DR02: day(head.fraudAlert.to),
        },
        PA01E: { PA01ES01: String(head.disputes) },
      },
    },
    PIM: identity && {
      PB01: {
        PB01A: {
          PB01AD01: identity.sex,
          PB01AR01: day(identity.birth),
          PB01AD02: identity.education,
          PB01AD03: identity.degree,
          PB01AD04: identity.employment,
          PB01AQ01: identity.email,
          PB01AQ02: identity.address,
          PB01AD05: identity.nationality,
          PB01AQ03: identity.registeredAddress,
        },
        PB01B: group(identity.phones, 'PB01BS01', 'PB01BH', (phone) => ({ PB01BQ01: phone.number, PB01BR01: day(phone.updatedOn) })),
      },
    },
    PMM: spouse && {
      PB02: {
        PB020D01: spouse.marriage,
        PB020Q01: spouse.name,
        PB020D02: spouse.idType,
        PB020I01: spouse.idNo,
        PB020Q02: spouse.employer,
        PB020Q03: spouse.phone,
      },
    },
    PRM: segment(
      'PB03',
      residences.map((each) => ({ PB030D01: each.kind, PB030Q01: each.address, PB030Q02: each.phone, PB030R01: day(each.updatedOn) })),
    ),
    POM: segment(
      'PB04',
      occupations.map((each) => ({
        PB040D01: each.employment,
        PB040Q01: each.employer,
        PB040D02: each.employerKind,
        PB040D03: each.industry,
        PB040Q02: each.address,
        PB040Q03: each.phone,
        PB040D04: each.occupation,
        PB040D05: each.position,
        PB040D06: each.title,
        PB040R01: each.since,
        PB040R02: day(each.updatedOn),
      })),
    ),
  };
}

export function summaryUnits({ score, summary, postpaidSummary, publicSummary, querySummary }: CreditReport): XmlTree {
  return {
    PSM: score && {
      PC01: {
        PC010Q01: score.points === null ? '-1' : String(score.points),
        PC010Q02: score.position,
        PC010S01: String(score.factors.length),
        PC010D01: score.factors.join(','),
      },
    },
    PCO: summary && { PC02: creditSummary(summary) },
    PNO: counts('PC03', postpaidSummary),
    PPO: counts('PC04', publicSummary),
    PQO: querySummary && {
      PC05: {
        PC05A: { PC05AR01: day(querySummary.lastOn), PC05AI01: querySummary.lastOrganisation, PC05AQ01: querySummary.lastReason },
        PC05B: {
          PC05BS01: count(querySummary.organisationsLoan1m),
          PC05BS02: count(querySummary.organisationsCard1m),
          PC05BS03: count(querySummary.loan1m),
          PC05BS04: count(querySummary.card1m),
          PC05BS05: count(querySummary.self1m),
          PC05BS06: count(querySummary.postLoan24m),
          PC05BS07: count(querySummary.guarantor24m),
          PC05BS08: count(querySummary.merchant24m),
        },
      },
    },
  };
}

function counts(key: string, list: readonly CountAndAmount[]): XmlTree | null {
  const below = group(list, `${key}0S01`, `${key}0H`, (each) => ({
    [`${key}0D01`]: each.kind,
    [`${key}0S02`]: count(each.count),
    [`${key}0J01`]: fen(each.amountFen),
  }));
  return below && { [key]: below };
}

function creditSummary(summary: CreditSummary): XmlTree {
  const accounts = summary.prompts.reduce((sum, each) => sum + (each.accounts ?? 0), 0);
  return {
    PC02A: {
      PC02AS01: String(accounts),
      ...group(summary.prompts, 'PC02AS02', 'PC02AH', (each) => ({
        PC02AD01: each.kind,
        PC02AD02: each.group,
        PC02AS03: count(each.accounts),
        PC02AR01: each.firstMonth ?? '--',
      })),
    },
    PC02B: group(summary.recovered, 'PC02BS02', 'PC02BH', (each) => ({
      PC02BD01: each.kind,
      PC02BS03: count(each.count),
      PC02BJ02: fen(each.amountFen),
    })),
    PC02C: summary.badDebt && { PC02CS01: count(summary.badDebt.accounts), PC02CJ01: fen(summary.badDebt.balanceFen) },
    PC02D: group(summary.overdue, 'PC02DS01', 'PC02DH', (each) => ({
      PC02DD01: each.kind,
      PC02DS02: count(each.accounts),
      PC02DS03: count(each.months),
      PC02DJ01: fen(each.highestFen),
      PC02DS04: count(each.longestMonths),
    })),
    PC02E: line('PC02E', summary.nonRevolving),
    PC02F: line('PC02F', summary.subAccounts),
    PC02G: line('PC02G', summary.revolving),
    PC02H: card('PC02H', summary.creditCard),
    PC02I: card('PC02I', summary.quasiCard),
    PC02K: group(summary.liabilities, 'PC02KS01', 'PC02KH', (each) => ({
      PC02KD01: each.of,
      PC02KD02: each.kind,
      PC02KS02: count(each.accounts),
      PC02KJ01: fen(each.amountFen),
      PC02KJ02: fen(each.balanceFen),
    })),
  };
}

function line(key: string, each: LineSummary | null): XmlTree | null {
  return (
    each && {
      [`${key}S01`]: count(each.lenders),
      [`${key}S02`]: count(each.accounts),
      [`${key}J01`]: fen(each.limitFen),
      [`${key}J02`]: fen(each.balanceFen),
      [`${key}J03`]: fen(each.average6mDueFen),
    }
  );
}

function card(key: string, each: CardSummary | null): XmlTree | null {
  return (
    each && {
      [`${key}S01`]: count(each.lenders),
      [`${key}S02`]: count(each.accounts),
      [`${key}J01`]: fen(each.limitFen),
      [`${key}J02`]: fen(each.highestLimitFen),
      [`${key}J03`]: fen(each.lowestLimitFen),
      [`${key}J04`]: fen(each.usedFen),
      [`${key}J05`]: fen(each.average6mFen),
    }
  );
}
