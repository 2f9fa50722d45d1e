import { validatorCompiler } from 'fastify-type-provider-zod';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { faultWords } from './fault-words.ts';

describe('what a schema refuses is said in Chinese', () => {
  test.for<[string, z.ZodType, unknown, string]>([
    ['a field that is missing', z.object({ name: z.string() }), {}, '缺少，或不是文字'],
    ['another type', z.boolean(), 'yes', '缺少，或不是 true、false'],
    ['half a number', z.int(), 1.5, '缺少，或不是整数'],
    ['a word that is not in the list', z.enum(['full', 'delta']), 'all', '只能是 full、delta'],
    ['an address of another kind', z.string().regex(/^L[1-9]\d{0,14}$/), '1', '写法不对，应符合 /^L[1-9]\\d{0,14}$/'],
    ['a day that is none', z.iso.date(), '2026-02-30', '应为日期，如 2026-11-20'],
    ['no text', z.string().min(4), '急', '至少 4 个字'],
    ['too long a text', z.string().max(2), '三个字', '至多 2 个字'],
    ['too long a list', z.array(z.string()).max(1), ['a', 'b'], '至多 1 项'],
    ['too small a number', z.number().min(1), 0, '不能小于 1'],
    ['the bound itself', z.number().positive(), 0, '应大于 0'],
    ['too large a number', z.number().max(9), 10, '不能大于 9'],
    ['a number between two steps', z.number().multipleOf(100), 150, '应为 100 的倍数'],
    ['a field that is unknown', z.strictObject({}), { colour: 1, size: 2 }, '没有这些字段：colour、size'],
    ['none of several forms', z.union([z.object({ a: z.int() }), z.object({ b: z.int() })]), {}, '与可用的几种写法都不符'],
    ['a rule of our own', z.string().refine(() => false, '须在期限内 / must be in time'), 'x', '须在期限内'],
    ['a rule of our own in English only', z.string().refine(() => false, 'each once'), 'x', '不符合要求（each once）'],
  ])('%s', ([, schema, value, zh]) => {
    const answer = validatorCompiler({ schema, method: 'POST', url: '/', httpPart: 'body' })(value);
    if (typeof answer !== 'object' || !('error' in answer) || !Array.isArray(answer.error)) throw new Error('the schema took it');
    const [first] = answer.error;
    if (!first) throw new Error('nothing was refused');
    expect(faultWords(first).zh).toBe(zh);
    expect(faultWords(first).en).not.toBe('');
  });
});
