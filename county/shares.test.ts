import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parameters } from './parameters.ts';
import { filesOf, readExtract, type Row } from './testing/read-extract.ts';
import { makeCounty, type SmallCounty } from './testing/small-county.ts';

const people = 40_000;
let county: SmallCounty;
let truth: { id: string; risk: number; segment: string; bad: boolean }[];
const cache = new Map<string, Row[]>();

beforeAll(async () => {
  county = await makeCounty({ people });
  truth = readFileSync(join(county.folder, 'truth.csv'), 'utf8')
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','))
    .map(([id, , risk, segment, bad]) => ({ id: id!, risk: Number(risk), segment: segment!, bad: bad === '1' }));
});
afterAll(() => county.remove());

/** The rows of a source's full files (deltas and workbooks aside). */
function rows(source: string): Row[] {
  let found = cache.get(source);
  if (found === undefined) {
    const files = filesOf(county.extracts, source).filter((file) => !file.includes('_I_') && !file.endsWith('.xlsx'));
    cache.set(source, (found = files.flatMap((file) => readExtract(county.extracts, source, file))));
  }
  return found;
}

const different = (source: string, column: string, holds: (row: Row) => boolean) =>
  new Set(
    rows(source)
      .filter(holds)
      .map((row) => row[column]),
  ).size;
const ofAdults = (source: string, holds: (row: Row) => boolean) => different(source, 'id_no', holds) / truth.length;
const ofCustomers = (source: string, holds: (row: Row) => boolean) => different(source, 'customer_no', holds) / rows('customer').length;
const positive = (column: string) => (row: Row) => Number(row[column]) > 0;

describe('shares in the extracts are those of the parameters', () => {
  test.each([
    ['mobile bank of customers', parameters.mobileBank, 0.02, () => ofCustomers('ebank_user', (row) => row['mobile_flag'] === 'Y')],
    ['payroll of customers', parameters.payroll, 0.015, () => ofCustomers('payroll', (row) => row['kind'] === 'salary')],
    ['reports queried', parameters.pboc.queried, 0.02, () => ofAdults('pboc_report', () => true)],
    ['credit files', parameters.pboc.file, 0.02, () => ofAdults('pboc_report', (row) => row['thin_flag'] === 'N')],
    ['credit cards', parameters.pboc.card, 0.01, () => ofAdults('pboc_report', positive('card_limit'))],
    ['overdue now', parameters.pboc.overdueNow, 0.005, () => ofAdults('pboc_report', positive('overdue_current'))],
    [
      'over 30 days in 24 months',
      parameters.pboc.overdue30In24m,
      0.006,
      () => ofAdults('pboc_report', (row) => Number(row['overdue_max_terms_24m']) >= 2),
    ],
    ['dishonest debtors', parameters.court.dishonest, 0.002, () => ofAdults('court_record', (row) => row['kind'] === 'dishonest')],
    ['enforced debtors', parameters.court.enforced, 0.003, () => ofAdults('court_record', (row) => row['kind'] === 'enforced')],
    ['suits', parameters.court.suit36m, 0.004, () => ofAdults('court_record', (row) => /suit/.test(row['kind']!))],
    ['black list', parameters.lists.black, 0.002, () => ofAdults('name_list', (row) => row['kind'] === 'black')],
    ['grey list', parameters.lists.grey, 0.004, () => ofAdults('name_list', (row) => row['kind'] === 'grey')],
    ['reviewed of all persons', parameters.review.persons, 0.004, () => different('review', 'id_no', () => true) / people],
    [
      'reviewers who know the person',
      parameters.review.knows,
      0.01,
      () => rows('review').filter((row) => row['knows_flag'] === 'Y').length / rows('review').length,
    ],
    [
      'employees insured',
      parameters.register.socialEmployee,
      0.025,
      () => ofAdults('social_security', (row) => row['type'] === 'employee'),
    ],
    ['residents insured', parameters.register.socialResident, 0.02, () => ofAdults('social_security', (row) => row['type'] === 'resident')],
    ['low-income support', parameters.register.dibao, 0.005, () => ofAdults('civil_status', (row) => row['dibao_flag'] === 'Y')],
    ['cars of households', parameters.register.car, 0.03, () => rows('vehicle').length / county.report.households],
    [
      'village houses of households',
      parameters.register.villageHouse,
      0.02,
      () => different('real_estate', 'certificate_no', (row) => row['kind'] === 'village_house') / county.report.households,
    ],
  ] as const)('%s: %d', (_, wanted, tolerance, measure) => {
    expect(Math.abs(measure() - wanted)).toBeLessThan(tolerance);
  });

  test('suggested limits scatter as reviewers do', () => {
    const limits = Map.groupBy(rows('review').filter(positive('limit_amount')), (row) => row['id_no']!);
    const squares = [...limits.values()].flatMap((group) => {
      const values = group.map((row) => Number(row['limit_amount']));
      const mean = values.reduce((a, b) => a + b, 0) / values.length;
      return values.length < 3 ? [] : [values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1) / mean ** 2];
    });
    const cv = Math.sqrt(squares.reduce((a, b) => a + b, 0) / squares.length);
    expect(Math.abs(cv - parameters.review.noiseCv)).toBeLessThan(0.025);
  });

  test('flagged persons are as many, and as often rightly flagged, as stated', () => {
    const reviewed = new Set(rows('review').map((row) => row['id_no']));
    const flagged = new Set(rows('review').flatMap((row) => (row['exclusion_code'] === '' ? [] : [row['id_no']])));
    expect(Math.abs(flagged.size / reviewed.size - parameters.review.flagged)).toBeLessThan(0.01);
    const risky = truth.filter(({ id, risk }) => flagged.has(id) && risk > 0.8).length;
    expect(Math.abs(risky / flagged.size - parameters.review.flagTrue - 0.2 * (1 - parameters.review.flagTrue))).toBeLessThan(0.1);
  });
});

describe('the outcome', () => {
  test('has the default rate of the parameters, by segment', () => {
    const expected = Object.entries(parameters.default12m).reduce(
      (sum, [segment, rate]) => sum + rate * truth.filter((adult) => adult.segment === segment).length,
      0,
    );
    const found = truth.filter(({ bad }) => bad).length;
    expect(Math.abs(found / expected - 1)).toBeLessThan(0.2);
    const rate = (segment: string) =>
      truth.filter((adult) => adult.segment === segment && adult.bad).length / truth.filter((adult) => adult.segment === segment).length;
    expect(rate('public_post')).toBeLessThan(rate('villager'));
  });

  test('stands in no extract: no column of the truth file is a column of a source', () => {
    const [header] = readFileSync(join(county.folder, 'truth.csv'), 'utf8').split('\n');
    expect(header).toBe('id_no,household_risk,latent_risk,segment,default_12m');
    const columns = new Set(county.report.files.flatMap(({ source }) => Object.keys(rows(source)[0] ?? {})));
    expect(['household_risk', 'latent_risk', 'default_12m'].filter((name) => columns.has(name))).toEqual([]);
  });

  /** Chance that a person with the mark is worse in the later outcome's risk than one without; one half says nothing. */
  const separation = (marked: ReadonlySet<string>, among: ReadonlySet<string>) => {
    const ranked = truth.filter(({ id }) => among.has(id)).toSorted((a, b) => a.risk - b.risk);
    let below = 0;
    let pairs = 0;
    for (const { id } of ranked) {
      if (marked.has(id)) pairs += below;
      else below++;
    }
    return pairs / below / ranked.filter(({ id }) => marked.has(id)).length;
  };

  test.each([
    ['arrears in the credit report', 0.75, 'pboc_report', (row: Row) => Number(row['overdue_count_24m']) > 0],
    ['the grey list', 0.7, 'name_list', (row: Row) => row['kind'] === 'grey'],
    ['enforcement', 0.7, 'court_record', (row: Row) => row['kind'] === 'enforced'],
    ['reviewers’ flags', 0.65, 'review', (row: Row) => row['exclusion_code'] !== ''],
    ['the grade C of 2017', 0.65, 'sunshine_2017', (row: Row) => row['grade'] === 'C'],
  ] as const)('is foretold by %s', (_, atLeast, source, holds) => {
    const listed = source === 'name_list' || source === 'court_record';
    const among = new Set(listed ? truth.map(({ id }) => id) : rows(source).map((row) => row['id_no']!));
    const marked = new Set(
      rows(source)
        .filter(holds)
        .map((row) => row['id_no']!),
    );
    expect(separation(marked, among)).toBeGreaterThan(atLeast);
  });

  test('foretells defaults without giving them away', () => {
    const auc = separation(new Set(truth.filter(({ bad }) => bad).map(({ id }) => id)), new Set(truth.map(({ id }) => id)));
    expect(auc).toBeGreaterThan(0.85);
    expect(auc).toBeLessThan(0.97);
  });
});

describe('own loans', () => {
  test('agree with their months and with the credit report', () => {
    const last = new Map<string, Row>();
    for (const row of rows('loan_month')) if (row['month_end'] === '20261031') last.set(row['loan_no']!, row);
    const active = rows('loan_account').filter((row) => row['status'] === 'active' && row['start_date']! <= '20261031');
    const wrong = active.filter(
      (row) =>
        last.has(row['loan_no']!) &&
        (last.get(row['loan_no']!)!['balance'] !== row['balance'] || last.get(row['loan_no']!)!['dpd_max'] !== row['dpd']),
    );
    expect(active.length).toBeGreaterThan(500);
    expect(wrong).toEqual([]);
    const idOf = new Map(rows('customer').map((row) => [row['customer_no'], row['id_no']]));
    const reports = new Map(rows('pboc_report').map((row) => [row['id_no'], row]));
    const hidden = active.filter((row) => {
      const report = reports.get(idOf.get(row['customer_no']));
      return (
        report !== undefined &&
        (Number(report['loan_balance']) < Number(row['balance']) || (Number(row['dpd']) > 0 && Number(report['overdue_current']) === 0))
      );
    });
    expect(hidden).toEqual([]);
  });

  test('have the bad share of a book of small rural loans', () => {
    const active = rows('loan_account').filter((row) => row['status'] === 'active');
    const sum = (list: Row[]) => list.reduce((total, row) => total + Number(row['balance']), 0);
    const bad = sum(active.filter((row) => Number(row['dpd']) > 90)) / sum(active);
    expect(bad).toBeGreaterThan(0.002);
    expect(bad).toBeLessThan(0.03);
    expect(
      active.filter((row) => Number(row['dpd']) > 90).every((row) => ['substandard', 'doubtful', 'loss'].includes(row['class5']!)),
    ).toBe(true);
  });
});
