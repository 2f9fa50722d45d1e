import { expect, test } from 'vitest';
import { fileName, queryString } from './client.ts';

test.each([
  [{}, ''],
  [{ a: null, b: undefined, c: '' }, ''],
  [{ limit: 50, offset: 0 }, '?limit=50&offset=0'],
  [{ outcome: ['approve', 'refer'], active: false }, '?outcome=approve&outcome=refer&active=false'],
  [{ q: '孙 立国' }, '?q=%E5%AD%99+%E7%AB%8B%E5%9B%BD'],
])('query %o is written as %s', (query, text) => {
  expect(queryString(query)).toBe(text);
});

test.each([
  [null, null],
  ['attachment', null],
  ['attachment; filename="whitelist.csv"', 'whitelist.csv'],
  ["attachment; filename=a.csv; filename*=UTF-8''%E7%99%BD%E5%90%8D%E5%8D%95.csv", '白名单.csv'],
])('the file name in %s is %s', (header, name) => {
  expect(fileName(header)).toBe(name);
});
