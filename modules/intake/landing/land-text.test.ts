import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import { afterAll, describe, expect, it } from 'vitest';
import { landText, type DelimitedFile } from './land-text.ts';

const folder = mkdtempSync(join(tmpdir(), 'qianmo-land-'));
afterAll(() => rmSync(folder, { recursive: true }));

const plain: DelimitedFile = {
  format: 'delimited',
  pattern: 'A_{date}.dat',
  encoding: 'UTF-8',
  delimiter: '|@|',
  header: false,
  quote: 'none',
  control: 'none',
};
const csv: DelimitedFile = { ...plain, delimiter: ',', header: true, quote: 'double' };
const gb: DelimitedFile = { ...plain, encoding: 'GB18030' };

async function land(bytes: Buffer | string, format: DelimitedFile, headings: string[] = ['A', 'B']) {
  const source = join(folder, 'source');
  writeFileSync(source, bytes);
  const landed = await landText(source, join(folder, 'landed'), format, headings, () => undefined);
  if ('code' in landed) return { refused: landed.code, lines: [], rows: 0 };
  const lines = readFileSync(landed.path, 'utf8').split('\n').slice(0, -1);
  return { refused: null, rows: landed.rows, lines: lines.map(show) };
}

/** Frames in visible signs. */
const show = (line: string) =>
  line
    .replaceAll('\uFDD1', '<P>')
    .replaceAll('\uFDD2', '<F>')
    .replaceAll('\uFDD3', '<R>')
    .replaceAll('\uFDD4', '<N>')
    .replaceAll('\uFDD5', '<B>')
    .replaceAll('\uFDD6', '<S>');

describe('landing text', () => {
  it.each([
    ['plain lines as they are', 'a|@|b\nc|@|d\n', ['a|@|b', 'c|@|d'], 2],
    ['a last line without its end', 'a|@|b\nc|@|d', ['a|@|b', 'c|@|d'], 2],
    ['an empty file', '', [], 0],
    ['Windows line ends', 'a|@|b\r\nc|@|d\r\n', ['a|@|b', 'c|@|d'], 2],
    ['an empty line as a bad row', 'a|@|b\n\nc|@|d\n', ['a|@|b', '<B>blank_line<R>', 'c|@|d'], 3],
    ['a byte order mark', '\uFEFFa|@|b\n', ['a|@|b'], 1],
    ['NUL as a bad row', 'a|@|b\nc\0|@|d\n', ['a|@|b', '<B>control_character<R>c\uFFFD|@|d'], 2],
    ['a framing character in the file as a bad row', 'a|@|\uFDD1\n', ['<B>control_character<R>a|@|\uFFFD'], 1],
    ['a lone carriage return as a bad row', 'a\rb|@|c\nd|@|e\n', ['<B>control_character<R>a<N>b|@|c', 'd|@|e'], 2],
  ])('keeps %s', async (_name, text, lines, rows) => {
    expect(await land(text, plain)).toEqual({ refused: null, lines, rows });
  });

  it.each([
    ['quoted fields', 'A,B\n"x,1",y\n', ['<S>', '<P>x,1<F>y<R>"x,1",y'], 1],
    ['quotes inside quotes', 'A,B\n"say ""yes""",y\n', ['<S>', '<P>say "yes"<F>y<R>"say ""yes""",y'], 1],
    ['a record over two lines, numbered by its first', 'A,B\n"x\ny",z\nq,r\n', ['<S>', '<P>x<N>y<F>z<R>"x<N>y",z', '<S>', 'q,r'], 2],
    ['a line cut inside quotes without its neighbours', 'A,B\n"x\n"a",b\nq,r\n', ['<S>', '<B>quote<R>"x', '<P>a<F>b<R>"a",b', 'q,r'], 3],
    ['a quote in the middle of a field as bad', 'A,B\nx"y,z\n', ['<S>', '<B>quote<R>x"y,z'], 1],
    ['an open quote at the end as bad', 'A,B\nx,"y\n', ['<S>', '<B>quote<R>x,"y'], 1],
    ['quoted headings', '"A","B"\nx,y\n', ['<S>', 'x,y'], 1],
  ])('reads %s', async (_name, text, lines, rows) => {
    expect(await land(text, csv)).toEqual({ refused: null, lines, rows });
  });

  it.each([
    ['another heading', 'A,C\nx,y\n'],
    ['a missing heading', 'A\nx,y\n'],
    ['an extra heading', 'A,B,C\nx,y\n'],
    ['an empty file that should have a header', '\n'],
  ])('refuses %s', async (_name, text) => {
    expect((await land(text, csv)).refused).toBe('header');
  });

  it('refuses a line that never ends', async () => {
    expect((await land('x'.repeat(3 << 20), plain)).refused).toBe('line_length');
  });
});

describe('encodings', () => {
  const names = ['张伟|@|灌云县', '王秀兰|@|燕尾港镇', '李建国|@|侍庄街道', '孙海燕|@|伊山镇'];
  const text = `${names.join('\n')}\n`;

  it('decodes GB18030, four-byte characters too', async () => {
    const rare = '\u{20087}㐀|@|𠮷';
    expect((await land(iconv.encode(`${text}${rare}\n`, 'GB18030'), gb)).lines).toEqual([...names, rare]);
  });
  it.each([
    ['UTF-8 under a GB18030 contract', Buffer.from(text), gb],
    ['GB18030 under a UTF-8 contract', iconv.encode(text, 'GB18030'), plain],
    ['UTF-16', Buffer.from(`\uFEFF${text}`, 'utf16le'), plain],
    ['a UTF-8 mark under a GB18030 contract', Buffer.from('\uFEFFa|@|b\n'), gb],
  ])('refuses a file in %s, whole', async (_name, bytes, format) => {
    expect((await land(bytes, format)).refused).toBe('wrong_encoding');
  });
  it('puts one UTF-8 line in a GB18030 file in quarantine, readable', async () => {
    const mixed = Buffer.concat([iconv.encode(text, 'GB18030'), Buffer.from('赵六|@|杨集镇\n')]);
    expect((await land(mixed, gb)).lines).toEqual([...names, '<B>encoding<R>赵六|@|杨集镇']);
  });
  it('puts one GB18030 line in a UTF-8 file in quarantine, readable', async () => {
    const mixed = Buffer.concat([Buffer.from(text), iconv.encode('赵六|@|杨集镇\n', 'GB18030')]);
    expect((await land(mixed, plain)).lines).toEqual([...names, '<B>encoding<R>赵六|@|杨集镇']);
  });
  it('takes every name of two common characters for what it is', async () => {
    const common = iconv.decode(Buffer.from(Array.from({ length: 3000 }, (_, i) => [0xb0 + (i % 39), 0xa1 + (i % 94)]).flat()), 'GB18030');
    const lines = Array.from({ length: 1500 }, (_, i) => common.slice(2 * i, 2 * i + 2));
    const landed = await land(iconv.encode(`${lines.join('\n')}\n`, 'GB18030'), gb);
    expect(landed.lines.filter((line) => !line.startsWith('<B>'))).toHaveLength(1500);
  });
  it('finds the exact line in a file of many blocks', async () => {
    const line = Buffer.from('王秀兰|@|燕尾港镇\n');
    const many = Buffer.concat([
      ...Array.from({ length: 60_000 }, () => line),
      Buffer.from([0xff, 0x0a]),
      ...Array.from({ length: 60_000 }, () => line),
    ]);
    const landed = await land(many, plain);
    expect(landed.rows).toBe(120_001);
    expect(landed.lines.findIndex((each) => each.startsWith('<B>encoding'))).toBe(60_000);
  });
});
