/** A report as the bureau writes it: amounts with commas, `--` for what is not known, counts beside every list. */
import type { XmlTree } from '#platform/wire/index.ts';
import { publicRecordKeys } from '../read/records.ts';
import type { Account, Agreement, CreditReport, Liability, MonthMark, Note, Postpaid, PublicRecord } from '../report.ts';
import { count, day, fen, group, segment } from './write-items.ts';
import { personUnits, summaryUnits } from './write-person.ts';

export function writeReport(report: CreditReport): XmlTree {
  return {
    ...personUnits(report),
    ...summaryUnits(report),
    PDA: segment('PD01', report.accounts.map(account)),
    PCA: segment('PD02', report.agreements.map(agreement)),
    PCR: segment('PD03', report.liabilities.map(liability)),
    PND: segment('PE01', report.postpaid.map(postpaid)),
    ...publicUnits(report.publicRecords),
    POS: segment(
      'PG01',
      report.notes.map(({ object, part, notes: below }) => ({
        PG010D01: object,
        PG010D02: part,
        PG010S01: String(below.length),
        PG010H: below.map(({ kind, text, on }) => ({ PG010D03: kind, PG010Q01: text, PG010R01: day(on) })),
      })),
    ),
    POQ: segment(
      'PH01',
      report.queries.map(({ on, organisationKind, organisation, reason }) => ({
        PH010R01: day(on),
        PH010D01: organisationKind,
        PH010Q02: organisation,
        PH010Q03: reason,
      })),
    ),
  };
}

function notes(prefix: string, list: readonly Note[]): XmlTree {
  return {
    [`${prefix}Z`]: group(list, `${prefix}ZS01`, `${prefix}ZH`, ({ kind, text, on }) => ({
      [`${prefix}ZD01`]: kind,
      [`${prefix}ZQ01`]: text,
      [`${prefix}ZR01`]: day(on),
    })),
  };
}

function account(each: Account): XmlTree {
  const { latest, month, months24, months60 } = each;
  return {
    PD01A: {
      PD01AI01: each.number,
      PD01AD01: each.type,
      PD01AD02: each.lenderKind,
      PD01AI02: each.lender,
      PD01AI04: each.agreementNo,
      PD01AD03: each.business,
      PD01AR01: day(each.openedOn),
      PD01AD04: each.currency,
      PD01AJ01: fen(each.amountFen),
      PD01AJ02: fen(each.limitFen),
      PD01AJ03: fen(each.sharedLimitFen),
      PD01AR02: day(each.endsOn),
      PD01AD05: each.method,
      PD01AD06: each.frequency,
      PD01AS01: count(each.terms),
      PD01AD07: each.guarantee,
      PD01AD10: each.transferredState,
    },
    PD01B: latest && {
      PD01BD01: latest.status,
      PD01BR01: day(latest.closedOn),
      PD01BR04: latest.transferredMonth,
      PD01BJ01: fen(latest.balanceFen),
      PD01BR02: day(latest.paidOn),
      PD01BJ02: fen(latest.paidFen),
      PD01BD03: latest.class5,
      PD01BD04: latest.payment,
      PD01BR03: day(latest.reportedOn),
    },
    PD01C: month && {
      PD01CR01: month.month,
      PD01CD01: month.status,
      PD01CJ01: fen(month.balanceFen),
      PD01CJ02: fen(month.usedFen),
      PD01CJ03: fen(month.unbilledInstalmentFen),
      PD01CD02: month.class5,
      PD01CS01: count(month.termsLeft),
      PD01CR02: day(month.dueOn),
      PD01CJ04: fen(month.dueFen),
      PD01CJ05: fen(month.paidFen),
      PD01CR03: day(month.paidOn),
      PD01CS02: count(month.overdueTerms),
      PD01CJ06: fen(month.overdueFen),
      PD01CJ07: fen(month.overdue31Fen),
      PD01CJ08: fen(month.overdue61Fen),
      PD01CJ09: fen(month.overdue91Fen),
      PD01CJ10: fen(month.overdue181Fen),
      PD01CJ11: fen(month.overdrawn181Fen),
      PD01CJ12: fen(month.averageUsed6mFen),
      PD01CJ13: fen(month.averageOverdrawn6mFen),
      PD01CJ14: fen(month.highestUsedFen),
      PD01CJ15: fen(month.highestOverdrawnFen),
      PD01CR04: day(month.reportedOn),
    },
    PD01D:
      months24.length === 0
        ? null
        : { ...span('PD01D', months24), PD01DH: months24.map((mark) => ({ PD01DR03: mark.month, PD01DD01: mark.state })) },
    PD01E:
      months60.length === 0
        ? null
        : {
            ...span('PD01E', months60),
            PD01ES01: String(months60.length),
            PD01EH: months60.map((mark) => ({ PD01ER03: mark.month, PD01ED01: mark.state, PD01EJ01: fen(mark.overdueFen) })),
          },
    PD01F: group(each.specialTrades, 'PD01FS01', 'PD01FH', (trade) => ({
      PD01FD01: trade.kind,
      PD01FR01: day(trade.on),
      PD01FS02: count(trade.changedMonths),
      PD01FJ01: fen(trade.amountFen),
      PD01FQ01: trade.detail,
    })),
    PD01G: group(each.specialEvents, 'PD01GS01', 'PD01GH', (event) => ({ PD01GR01: event.month, PD01GD01: event.kind })),
    PD01H: group(each.instalments, 'PD01HS01', 'PD01HH', (instalment) => ({
      PD01HJ01: fen(instalment.limitFen),
      PD01HR01: day(instalment.from),
      PD01HR02: day(instalment.to),
      PD01HJ02: fen(instalment.usedFen),
    })),
    ...notes('PD01', each.notes),
  };
}

function span(prefix: string, marks: readonly MonthMark[]): XmlTree {
  const months = marks.map(({ month }) => month).toSorted();
  return { [`${prefix}R01`]: months[0], [`${prefix}R02`]: months.at(-1) };
}

function agreement(each: Agreement): XmlTree {
  return {
    PD02A: {
      PD02AI01: each.number,
      PD02AD01: each.lenderKind,
      PD02AI02: each.lender,
      PD02AD02: each.purpose,
      PD02AJ01: fen(each.limitFen),
      PD02AR01: day(each.from),
      PD02AR02: day(each.to),
      PD02AD04: each.status,
      PD02AJ04: fen(each.usedFen),
      PD02AJ03: fen(each.capFen),
    },
    ...notes('PD02', each.notes),
  };
}

function liability(each: Liability): XmlTree {
  return {
    PD03A: {
      PD03AD08: each.of,
      PD03AD01: each.lenderKind,
      PD03AQ01: each.lender,
      PD03AD02: each.business,
      PD03AR01: day(each.from),
      PD03AR02: day(each.to),
      PD03AD03: each.kind,
      PD03AQ02: each.contractNo,
      PD03AJ01: fen(each.amountFen),
      PD03AJ02: fen(each.balanceFen),
      PD03AD05: each.class5,
      PD03AD07: each.payment,
      PD03AS01: count(each.overdueMonths),
      PD03AR03: day(each.reportedOn),
    },
    ...notes('PD03', each.notes),
  };
}

function postpaid(each: Postpaid): XmlTree {
  return {
    PE01A: {
      PE01AD01: each.kind,
      PE01AQ01: each.organisation,
      PE01AD02: each.business,
      PE01AR01: day(each.openedOn),
      PE01AD03: each.payment,
      PE01AJ01: fen(each.owedFen),
      PE01AR02: each.month,
      PE01AQ02: each.history,
    },
    ...notes('PE01', each.notes),
  };
}

/** Each kind in its own segment, in the order of the report. */
function publicUnits(records: readonly PublicRecord[]): XmlTree {
  return Object.fromEntries(
    Object.entries(publicRecordKeys).map(([key, keys]) => {
      const item = (place: string | null, value: string | null): XmlTree => (place === null ? {} : { [`${key}A${place}`]: value });
      const units = records
        .filter(({ kind }) => kind === keys.kind)
        .map((record) => ({
          [`${key}A`]: {
            ...item(keys.authority, record.authority),
            ...item(keys.on, record.on),
            ...item(keys.subject, record.subject),
            ...item(keys.amount, fen(record.amountFen)),
            ...item(keys.status, record.status),
            ...item(keys.endedOn, record.endedOn),
          },
          ...notes(key, record.notes),
        }));
      return [keys.segment, segment(key, units)];
    }),
  );
}
