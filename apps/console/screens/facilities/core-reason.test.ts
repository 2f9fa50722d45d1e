import { expect, test } from 'vitest';
import { reasonIn } from './core-reason.ts';

test.each([
  ['account_closed: 账户已销户', '账户已销户', '账户已销户'],
  ['timeout: 核心系统未在时限内应答 / no answer in time (10000 ms)', '核心系统未在时限内应答', 'no answer in time (10000 ms)'],
  ['not_found', 'not_found', 'not_found'],
  ['reversed by QD20261120000001', 'reversed by QD20261120000001', 'reversed by QD20261120000001'],
])('%s is told as %s, or %s', (reason, zh, en) => {
  expect([reasonIn(reason, 'zh'), reasonIn(reason, 'en')]).toEqual([zh, en]);
});
