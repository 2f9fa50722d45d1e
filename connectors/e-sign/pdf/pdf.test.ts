import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { printPaper } from '../testing.ts';
import { findSignatures, prepareField, putSignature, signedBytes } from './field.ts';
import { readPdf } from './file.ts';
import { PdfError, readArray, readDictionary, readText, writeDictionary, writeText } from './syntax.ts';

let paper: Buffer;
beforeAll(async () => void (paper = await printPaper('合同')));

const field = { field: 'borrower', signerName: '张三', reason: '签署', at: Temporal.Instant.from('2026-11-20T02:30:00Z') };

describe('syntax', () => {
  const cases: [text: string, entries: Record<string, string>][] = [
    ['<< /A 1 /B [1 2 0 R (x\\)y)] >>', { A: '1', B: '[1 2 0 R (x\\)y)]' }],
    ['<</A<</B(c(d)e)>>/F<0a>>>', { A: '<</B(c(d)e)>>', F: '<0a>' }],
    ['<< /A 12 0 R /B/C % a comment >>\n /D true>>', { A: '12 0 R', B: '/C', D: 'true' }],
    ['<<>>', {}],
  ];
  test.each(cases)('%s', (text, entries) => {
    expect(Object.fromEntries(readDictionary(text))).toEqual(entries);
    expect(readDictionary(writeDictionary(readDictionary(text)))).toEqual(readDictionary(text));
  });

  test.each(['<< /A', '<< A 1 >>', '<< /A (x >>', '<< /A <0a', '[1 2', '<< /A ) >>', `<< /A ${'['.repeat(200)}`])(
    '%s is refused',
    (text) => {
      expect(() => readDictionary(text)).toThrow(PdfError);
    },
  );

  test('arrays keep their values, texts come back', () => {
    expect(readArray('[ 1 0 R /N (a b) [2 3]]')).toEqual(['1 0 R', '/N', '(a b)', '[2 3]']);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(readText(writeText(text))).toBe(text);
      }),
    );
    expect(readText('(a\\(b\\))')).toBe('a(b)');
    expect(() => readText('<FEFF00>')).toThrow(PdfError);
  });
});

describe('a field', () => {
  test('leaves out its own text and nothing else', () => {
    const { pdf, ranges } = prepareField(paper, field);
    expect(ranges[0] + ranges[1] + 2 * 16_384 + 2 + ranges[3]).toBe(pdf.length);
    expect(signedBytes(pdf, ranges).includes('/Contents')).toBe(true);
    const signed = putSignature({ pdf, ranges }, Buffer.from([0x30, 3, 1, 2, 3]));
    expect(findSignatures(signed)).toEqual([
      { field: 'borrower', signerName: '张三', reason: '签署', ranges, cms: Buffer.from([0x30, 3, 1, 2, 3]) },
    ]);
    expect(signed.includes("/M (D:20261120103000+08'00')")).toBe(true);
  });

  test('is the same for the same request', () => {
    expect(prepareField(paper, field).pdf.equals(prepareField(paper, field).pdf)).toBe(true);
  });

  test('has room for so much', () => {
    expect(() => putSignature(prepareField(paper, field), Buffer.alloc(16_385))).toThrow(/larger than its room/);
  });
});

describe('a paper that cannot be signed is refused with its reason', () => {
  const spoilt = (from: string, to: string): Buffer => Buffer.from(paper.toString('latin1').replace(from, to), 'latin1');
  test.each<[what: string, make: () => Buffer, reason: RegExp]>([
    ['another kind of file', () => Buffer.from('PK'), /not a PDF/],
    ['one cut off', () => paper.subarray(0, paper.length - 30), /the end of the PDF is missing/],
    ['one with a stream for a table', () => spoilt('xref\n0', 'gref\n0'), /cross-reference streams/],
    ['one whose table is broken', () => spoilt(' 00000 n', ' 0000 nn'), /table is broken/],
    ['an encrypted one', () => spoilt('trailer\n<<', 'trailer\n<< /Encrypt 1 0 R'), /encrypted/],
    ['one whose objects moved', () => spoilt('%PDF-1.3\n', '%PDF-1.33\n'), /cross-reference|not there|broken/],
    ['one without pages', () => spoilt('/Kids', '/Bids'), /no page/],
  ])('%s', (_what, make, reason) => {
    expect(() => prepareField(make(), field)).toThrow(PdfError);
    expect(() => prepareField(make(), field)).toThrow(reason);
  });

  test('and no input at all breaks the reader in another way', () => {
    const bytes = fc.tuple(fc.integer({ min: 0, max: paper.length - 1 }), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.array(bytes, { minLength: 1, maxLength: 4 }), (changes) => {
        const copy = Buffer.from(paper);
        for (const [at, to] of changes) copy[at] = to;
        try {
          prepareField(copy, field);
          readPdf(copy);
        } catch (error) {
          expect(error).toBeInstanceOf(PdfError);
        }
      }),
    );
  });
});
