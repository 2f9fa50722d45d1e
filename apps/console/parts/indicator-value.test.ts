import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import i18next from 'i18next';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { codes as en } from '../locales/en/codes.ts';
import { codes as zh } from '../locales/zh/codes.ts';
import { conditionInWords, families, inputTitle, inputValue } from './indicator-value.tsx';

const template = join(import.meta.dirname, '../../../banks/template');
const coded = z.object({
  indicators: z.array(z.object({ code: z.string(), values: z.array(z.object({ value: z.string() })).optional() })),
});

/** Codes of the catalogue, and those that the strategy's tables read and give, each under the name that an explanation has for it. */
function codesOfTemplate(): [name: string, code: string][] {
  const folder = join(template, 'indicators');
  const catalogue = readdirSync(folder).flatMap((file) =>
    coded
      .parse(parse(readFileSync(join(folder, file), 'utf8')))
      .indicators.flatMap(({ code, values = [] }) => values.map(({ value }): [string, string] => [code, value])),
  );
  const dmn = readFileSync(join(template, 'strategies/retail/retail.dmn'), 'utf8');
  const given = [...dmn.matchAll(/<decision id="\w+" name="(征信档案|评分卡|配偶签字情况|客群)"[\s\S]*?<\/decision>/g)].flatMap(
    ([table, name = '']) =>
      [...table.matchAll(/<outputEntry[^>]*><text>"([^"]+)"/g)].map(([, code = '']): [string, string] => [name, code]),
  );
  return [...catalogue, ...given];
}

const input = (name: string) => ({ name, unit: null });
let instance: typeof i18next;
beforeAll(async () => {
  instance = i18next.createInstance();
  const words = { list: { yes: '是', no: '否' } };
  await instance.init({
    lng: 'zh',
    resources: { zh: { translation: { codes: zh, ...words } }, en: { translation: { codes: en, ...words } } },
  });
});

describe('codes in the words of the reader', () => {
  test('every code of the catalogue and of the strategy has a word in both languages', () => {
    const all = codesOfTemplate();
    expect(all.length).toBeGreaterThan(100);
    const bare = all.filter(([name, code]) => {
      const family = families[name];
      return family === undefined || [zh, en].some((words) => !(code in words[family]));
    });
    expect(bare).toEqual([]);
  });

  test.each([
    ['征信档案', 'thin', '薄征信', '薄征信 (thin)'],
    ['配偶签字情况', 'unknown', '未知', '未知 (unknown)'],
    ['OCCUPATION', 'none', '无业', '无业 (none)'],
    ['PHONE_CHECK', 'partly', 'partly', 'partly'],
    ['SOMETHING_NEW', 'odd_code', 'odd_code', 'odd_code'],
    ['SOMETHING_NEW', 'none', '无', '无 (none)'],
    ['CR_THIN', true, '是', '是'],
    ['CR_THIN', null, '—', '—'],
  ])('%s %s: %s', (name, value, written, title) => {
    expect([inputValue(input(name), value, instance.t), inputTitle(input(name), value, instance.t)]).toEqual([written, title]);
  });

  test('a condition names its codes, and what nobody has named stays', () => {
    expect(conditionInWords('"none","thin"', input('征信档案'), instance.t)).toBe('没有征信报告,薄征信');
    expect(conditionInWords('"odd"', input('征信档案'), instance.t)).toBe('"odd"');
    expect(conditionInWords('"thin"', undefined, instance.t)).toBe('"thin"');
  });
});
