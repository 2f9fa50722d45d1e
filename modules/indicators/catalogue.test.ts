import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseCatalogue, readCatalogue } from './catalogue.ts';
import { CatalogueError } from './indicator.ts';
import type { Catalogue } from './indicator.ts';
import { parseTags } from './tag.ts';

let catalogue: Catalogue;
beforeAll(async () => {
  catalogue = await readCatalogue('banks/template');
});

const head = `class: sample
name: { zh: 样例, en: Sample }
owner: { zh: 风险管理部, en: Risk }
sensitivity: internal
indicators:
  - code: `;
/** An indicator in one line a setting, from line 6. */
const one = (settings: Record<string, string>, code = 'SAMPLE'): string => {
  const given = {
    name: '{ zh: 样, en: sample }',
    type: 'money',
    unit: 'fen',
    window: 'cur',
    source: 'deposit_account',
    expression: 'sum(balance)',
    null_meaning: '{ zh: 无, en: none }',
    ...settings,
  };
  return `${head}${code}\n${Object.entries(given)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `    ${name}: ${value}`)
    .join('\n')}\n`;
};
const linesOf = { name: 7, type: 8, unit: 9, window: 10, source: 11, expression: 12 };

function findingsOf(text: string): { line: number; place: string; en: string }[] {
  try {
    parseCatalogue([{ name: 'sample.yaml', text }], catalogue.sources);
    return [];
  } catch (error) {
    if (error instanceof CatalogueError) return error.findings.map(({ line, place, en }) => ({ line, place, en }));
    throw error;
  }
}

test('the template holds the 126 of the trade and the facts beside them', () => {
  const facts = catalogue.indicators.filter((indicator) => indicator.definition.class === 'facts').length;
  expect([catalogue.indicators.length - facts, facts]).toEqual([126, 42]);
});

test('a sound definition is taken', () => {
  expect(findingsOf(one({}))).toEqual([]);
});

describe('a wrong definition is refused with its line and reason', () => {
  test.each([
    [{ expression: 'sum(balanse)' }, linesOf.expression, /no column balanse/],
    [{ expression: 'balance' }, linesOf.expression, /many rows a person/],
    [{ expression: 'sum(status)' }, linesOf.expression, /expected a number here, found a code/],
    [{ expression: 'sum(balance' }, linesOf.expression, /expected \), found/],
    [{ expression: 'sum(balance) ; drop' }, linesOf.expression, /cannot read/],
    [{ expression: 'sum(balance) sum' }, linesOf.expression, /unexpected sum/],
    [{ expression: 'total(balance)' }, linesOf.expression, /no function total/],
    [{ expression: 'count()', type: 'flag', unit: '"-"' }, linesOf.expression, /which is not type: flag/],
    [{ expression: 'sum(balance * balance)' }, linesOf.expression, /two amounts cannot be multiplied/],
    [{ expression: 'daily_average(balance)' }, linesOf.expression, /needs a window of month ends/],
    [{ expression: 'trend(balance)', type: 'ratio', unit: '"-"' }, linesOf.expression, /grain person_month/],
    [{ expression: "highest(status, 'active', 'sleeping')", type: 'code', unit: '"-"' }, linesOf.expression, /'sleeping' never occurs/],
    [{ where: "account_type = 'savings'" }, linesOf.expression, /'savings' never occurs; there are demand, term, wealth/],
    [{ where: 'balance' }, linesOf.expression, /expected a flag here, found money/],
    [{ where: 'open_date > balance' }, linesOf.expression, /expected a date here, found money/],
    [{ where: "status > 'active'" }, linesOf.expression, /a code has no order/],
    [{ where: 'status in ()' }, linesOf.expression, /nothing stands after in/],
    [{ unit: 'n' }, linesOf.unit, /the unit of money is fen/],
    [{ window: 'yearly' }, linesOf.window, /one of cur, all, batch/],
    [{ window: '3m', over: '6 months of open_date' }, linesOf.window, /window must be 6m or cur/],
    [{ over: 'last month' }, 14, /such as those/],
    [{ over: '6 month ends', window: '6m' }, 14, /does not come by month/],
    [{ over: '6 months of opened', window: '6m' }, linesOf.expression, /no column opened/],
    [{ source: 'deposits' }, linesOf.source, /there is no source deposits/],
    [{ source: 'none' }, linesOf.source, /can have no value/],
    [{ grain: 'weekly' }, 14, /not a known grain/],
    [{ grain: 'household' }, 14, /the subject customer; grain household does not fit/],
    [{ grain: 'village' }, 14, /the subject customer; grain village does not fit/],
    [{ source: 'outlet', expression: 'count()' }, 6, /the subject outlet; grain person does not fit/],
    [{ source: 'outlet', grain: 'latest opened_date', expression: 'kind' }, 14, /grain latest does not fit/],
    [
      { source: 'outlet', grain: 'village', expression: 'min(great_circle_km(outlet_longitude, outlet_latitude))' },
      linesOf.expression,
      /great_circle_km takes 4 arguments/,
    ],
    [
      { source: 'outlet', grain: 'village', expression: 'max(great_circle_km(kind, kind, kind, kind))' },
      linesOf.expression,
      /expected a number here, found a code/,
    ],
    [{ grain: 'latest open_date', expression: 'balance', where: "status = 'active'" }, linesOf.expression, /takes neither where nor over/],
    [{ absent: 'none' }, 14, /none is not a value this indicator can have/],
    [{ values: '[{ value: a, name: { zh: 甲, en: a } }]' }, 14, /only codes have values/],
    [
      { type: 'code', unit: '"-"', expression: 'latest(status, open_date)', values: '[{ value: active, name: { zh: 正常, en: Active } }]' },
      14,
      /dormant, closed, frozen can occur and is not listed/,
    ],
    [{ null_meaning: '' }, 6, /expected object/],
    [{ expression: '' }, 6, /expression is missing/],
    [{ colour: 'red' }, 14, /Unrecognized key/],
    [{ source: 'indicators', expression: 'OTHER' }, linesOf.expression, /there is no indicator OTHER/],
    [{ source: 'indicators', expression: 'SAMPLE + 1' }, linesOf.expression, /depends on itself: SAMPLE → SAMPLE/],
    [{ source: 'indicators', expression: 'any_other(SAMPLE)' }, linesOf.expression, /no function any_other/],
    [{ source: 'indicators', expression: 'OTHER', absent: '0' }, linesOf.source, /takes no where, over or absent/],
    [{ source: 'population', expression: 'shoe_size' }, linesOf.expression, /population has no column shoe_size/],
    [{ source: 'population', grain: 'household', expression: 'birth_date' }, 14, /grains of population are person/],
  ])('%o', (settings, line, reason) => {
    const findings = findingsOf(one(settings));
    expect(findings.map((found) => found.en).join('\n')).toMatch(reason);
    expect(findings.map((found) => found.line)).toContain(line);
  });

  test.each([
    ['SAMPLE', `${one({})}${one({}).slice(head.length - '  - code: '.length)}`, /already defined at sample.yaml:6/],
    ['GRID_CODE', one({}, 'GRID_CODE'), /reserved name/],
    ['lower', one({}, 'lower'), /upper-case letters/],
    ['syntax', 'class: [', /./],
  ])('%s', (_name, text, reason) => {
    expect(
      findingsOf(text)
        .map((found) => found.en)
        .join('\n'),
    ).toMatch(reason);
  });

  test('every fault is told at once, with the file', () => {
    const text = one({ unit: 'n', expression: 'sum(balanse)' });
    expect(() => parseCatalogue([{ name: 'sample.yaml', text }], catalogue.sources)).toThrow(
      /sample\.yaml:9 SAMPLE unit: .*\nsample\.yaml:12 SAMPLE expression/,
    );
  });

  test('nesting and length are bounded', () => {
    expect(findingsOf(one({ expression: `sum(${'('.repeat(200)}balance${')'.repeat(200)})` }))[0]?.en).toMatch(/nested deeper/);
    expect(findingsOf(one({ expression: `sum(balance)${' + 1'.repeat(800)}` }))[0]?.en).toMatch(/longer than/);
  });
});

describe('tags', () => {
  test.each([
    ['rule: AGE >= ', /tags\.yaml:2 rich rule/],
    ['rule: WEALTH >= 1', /WEALTH/],
    ['rule: AGE + 1', /tags\.yaml:2/],
    ['ruel: AGE > 1', /tags\.yaml/],
  ])('%s is refused', (rule, reason) => {
    const text = `tags:\n  - { tag: rich, name: { zh: 富, en: Rich }, meaning: { zh: 富, en: rich }, ${rule} }\n`;
    expect(() => parseTags(text, 'tags.yaml', catalogue)).toThrow(reason);
  });

  test('one person and all persons agree on every rule', async () => {
    const tags = parseTags(await readFile('banks/template/tags.yaml', 'utf8'), 'tags.yaml', catalogue);
    expect(tags.list.length).toBeGreaterThanOrEqual(15);
    expect(tags.of({ AGE: 60n, DEP_AVG_12M: 20_000_000n, CR_THIN: null })).toEqual(['large_depositor', 'senior']);
    expect(tags.sql('people', ['person_id'])).toContain('person_id');
  });
});
