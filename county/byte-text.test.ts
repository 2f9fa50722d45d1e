import { array, assert, bigInt, integer, oneof, property } from 'fast-check';
import iconv from 'iconv-lite';
import { expect, test } from 'vitest';
import { digits, encode, yuan } from './byte-text.ts';

const character = oneof(
  integer({ min: 32, max: 126 }),
  integer({ min: 0x34_00, max: 0x9f_ff }),
  integer({ min: 0x2_00_00, max: 0x2_a6_df }),
);

test('byte text written as latin1 is the text in its encoding', () => {
  assert(
    property(array(character, { maxLength: 20 }), (points) => {
      const text = String.fromCodePoint(...points);
      for (const encoding of ['GB18030', 'UTF-8'] as const) {
        expect(iconv.decode(Buffer.from(encode(text, encoding), 'latin1'), encoding)).toBe(text);
      }
    }),
  );
  expect(Buffer.from(encode('张䶮', 'GB18030'), 'latin1').toString('hex')).toBe(iconv.encode('张䶮', 'gb18030').toString('hex'));
});

test('yuan have two decimals and lose no fen', () => {
  assert(
    property(bigInt({ min: 0n, max: 9_007_199_254_740_991n }), (fen) => {
      expect(
        yuan(Number(fen))
          .replace('.', '')
          .replace(/^0+(?=.)/, ''),
      ).toBe(String(fen));
    }),
  );
  expect([0, 5, 100, 123_456].map(yuan)).toEqual(['0.00', '0.05', '1.00', '1234.56']);
  expect(digits(7, 4)).toBe('0007');
});
