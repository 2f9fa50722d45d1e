import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { digitFraming, FrameReader, wireFaults } from './index.ts';

const maxBodyBytes = 65_536;
const framing = digitFraming(maxBodyBytes);

describe('the byte stream', () => {
  test('gives the same messages however it is cut', () => {
    const bodies = fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(bodies, fc.array(fc.nat(2500), { maxLength: 40 }), (sent, cuts) => {
        const stream = Buffer.concat(sent.map((body) => framing.frame(Buffer.from(body))));
        const reader = new FrameReader(framing);
        const edges = [...new Set(cuts.filter((cut) => cut < stream.length))].toSorted((a, b) => a - b);
        const pieces = [0, ...edges].map((edge, index) => stream.subarray(edge, edges[index] ?? stream.length));
        const received = pieces.flatMap((piece) => [...reader.push(piece)]);
        expect(received.map((body) => body.toString('hex'))).toEqual(sent.map((body) => Buffer.from(body).toString('hex')));
        expect(reader.isInside).toBe(false);
      }),
      { numRuns: 200 },
    );
  });

  test('knows that it stands inside a frame', () => {
    const reader = new FrameReader(framing);
    expect([...reader.push(Buffer.from('0000'))]).toEqual([]);
    expect(reader.isInside).toBe(true);
    expect([...reader.push(Buffer.from('0002a'))]).toEqual([]);
    expect(reader.isInside).toBe(true);
    expect([...reader.push(Buffer.from('b'))].map(String)).toEqual(['ab']);
    expect(reader.isInside).toBe(false);
  });

  test.each([
    ['no digits', 'GET / HTTP/1.1', 'length'],
    ['a sign', '-0000012', 'length'],
    ['blanks', '      12', 'length'],
    ['nothing', '00000000', 'size'],
    ['more than any message', String(maxBodyBytes + 1).padStart(8, '0'), 'size'],
  ] as const)('is refused when it promises %s, after the frames before it', (_name, bytes, code) => {
    const received: string[] = [];
    const read = (): void => {
      for (const body of new FrameReader(framing).push(Buffer.from(`00000002ok${bytes}`))) received.push(String(body));
    };
    expect(read).toThrow(expect.objectContaining({ code }));
    expect(received).toEqual(['ok']);
  });
});

test('a message of nothing or beyond the bound is not written', () => {
  expect(() => framing.frame(Buffer.alloc(0))).toThrow(RangeError);
  expect(() => framing.frame(Buffer.alloc(maxBodyBytes + 1))).toThrow(RangeError);
});

test('every fault has words in both languages', () => {
  for (const { zh, en } of Object.values(wireFaults)) {
    expect(zh).toMatch(/[\u4E00-\u9FFF]/);
    expect(en).toMatch(/^[\x20-\x7E]+$/);
  }
});
