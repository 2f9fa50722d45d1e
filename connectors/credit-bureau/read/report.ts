/** Puts a report together unit by unit as they come; what was read of a unit is forgotten when it is over. */
import { WireError } from '#platform/wire/index.ts';
import type { CreditReport } from '../report.ts';
import { accountOf, agreementOf, liabilityOf } from './account.ts';
import { headOf, identityOf, occupationOf, residenceOf, scoreOf, spouseOf } from './person.ts';
import { postpaidOf, publicRecordKeys, publicRecordOf, queryOf, reportNoteOf } from './records.ts';
import { countsOf, creditSummaryOf, querySummaryOf } from './summary.ts';
import type { Unit } from './unit.ts';

type Parts = { -readonly [Key in keyof CreditReport]: CreditReport[Key] extends readonly (infer Item)[] ? Item[] : CreditReport[Key] };

/** The segments of the report, the unit in each, and what becomes of it. */
const units: Readonly<Record<string, { segment: string; many: boolean; put: (parts: Parts, unit: Unit) => void }>> = {
  PA01: one('PRH', (parts, unit) => Object.assign(parts, { head: headOf(unit) })),
  PB01: one('PIM', (parts, unit) => (parts.identity = identityOf(unit))),
  PB02: one('PMM', (parts, unit) => (parts.spouse = spouseOf(unit))),
  PB03: many('PRM', (parts, unit) => parts.residences.push(residenceOf(unit))),
  PB04: many('POM', (parts, unit) => parts.occupations.push(occupationOf(unit))),
  PC01: one('PSM', (parts, unit) => (parts.score = scoreOf(unit))),
  PC02: one('PCO', (parts, unit) => (parts.summary = creditSummaryOf(unit))),
  PC03: one('PNO', (parts, unit) => parts.postpaidSummary.push(...countsOf(unit, 'PC03'))),
  PC04: one('PPO', (parts, unit) => parts.publicSummary.push(...countsOf(unit, 'PC04'))),
  PC05: one('PQO', (parts, unit) => (parts.querySummary = querySummaryOf(unit))),
  PD01: many('PDA', (parts, unit) => parts.accounts.push(accountOf(unit))),
  PD02: many('PCA', (parts, unit) => parts.agreements.push(agreementOf(unit))),
  PD03: many('PCR', (parts, unit) => parts.liabilities.push(liabilityOf(unit))),
  PE01: many('PND', (parts, unit) => parts.postpaid.push(postpaidOf(unit))),
  ...Object.fromEntries(
    Object.entries(publicRecordKeys).map(([key, keys]) => [
      key,
      many(keys.segment, (parts, unit) => parts.publicRecords.push(publicRecordOf(unit, key, keys))),
    ]),
  ),
  PG01: many('POS', (parts, unit) => parts.notes.push(reportNoteOf(unit))),
  PH01: many('POQ', (parts, unit) => parts.queries.push(queryOf(unit))),
};

function one(segment: string, put: (parts: Parts, unit: Unit) => unknown) {
  return { segment, many: false, put: (parts: Parts, unit: Unit) => void put(parts, unit) };
}

function many(segment: string, put: (parts: Parts, unit: Unit) => unknown) {
  return { ...one(segment, put), many: true };
}

export class ReportBuilder {
  readonly #parts: Omit<Parts, 'head'> & { head: Parts['head'] | null } = {
    head: null,
    identity: null,
    spouse: null,
    residences: [],
    occupations: [],
    score: null,
    summary: null,
    postpaidSummary: [],
    publicSummary: [],
    querySummary: null,
    accounts: [],
    agreements: [],
    liabilities: [],
    postpaid: [],
    publicRecords: [],
    notes: [],
    queries: [],
  };
  readonly #counts = new Map<string, number>();

  /** Where the next unit of this key in this segment stands. @throws WireError when there is no such unit, or only one of it */
  placeOf(segment: string, key: string): string {
    const known = units[key];
    const count = (this.#counts.get(key) ?? 0) + 1;
    if (known?.segment !== segment || (count > 1 && !known.many)) throw new WireError('structure', `${segment}/${key}`);
    this.#counts.set(key, count);
    return known.many ? `${key}[${count}]` : key;
  }

  /** @throws WireError */
  put(key: string, unit: Unit): void {
    // The head is written into the parts before anybody reads it from there.
    if (key === 'PA01') this.#parts.head = headOf(unit);
    else units[key]?.put(this.#withHead(), unit);
  }

  /** @throws WireError */
  end(): CreditReport {
    return this.#withHead();
  }

  #withHead(): Parts {
    const { head } = this.#parts;
    if (head === null) throw new WireError('structure', 'PRH/PA01');
    return Object.assign(this.#parts, { head });
  }
}
