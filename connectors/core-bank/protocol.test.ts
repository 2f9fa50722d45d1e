import fc from 'fast-check';
import iconv from 'iconv-lite';
import { describe, expect, test } from 'vitest';
import { WireError } from '#platform/wire/index.ts';
import type { WireFault } from '#platform/wire/index.ts';
import { rejectionCodes, rejections } from './contract.ts';
import { forms } from './fields.ts';
import { readAnswer, readRequest, services, writeAnswer, writeRequest } from './protocol.ts';
import type { Answer, QueryResult, Request } from './protocol.ts';

const runs = { numRuns: 500 };
const characters = 'ABCXYZabcxyz0123456789';
const word = (minLength: number, maxLength: number) => fc.string({ unit: fc.constantFrom(...characters), minLength, maxLength });
const digits = (length: number) => fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: length, maxLength: length });
/** Han of both planes, the middle dot of minority names, markup, and anything printable that GB18030 brings back. */
const chinese = fc.constantFrom(...'张伟李娜王秀英㐂𠮷䶮镕喆·買买提艾力&<>"\'|@　 ');
const anyCharacter = fc.string({ unit: 'binary', minLength: 1, maxLength: 1 });
const isWritable = (value: string): boolean =>
  new TextDecoder('gb18030', { ignoreBOM: true }).decode(iconv.encode(value, 'gb18030')) === value;
const text = (form: 'name' | 'purpose' | 'message') =>
  fc
    .string({ unit: fc.oneof(chinese, anyCharacter), minLength: 1, maxLength: 30 })
    .filter((value) => forms[form].test(value) && isWritable(value));
const date = fc.integer({ min: 0, max: 20_000 }).map((days) => Temporal.PlainDate.from('2000-01-01').add({ days }));
const time = fc.integer({ min: 0, max: 86_399 }).map((seconds) => Temporal.PlainTime.from('00:00').add({ seconds }));
const subject = { sequence: word(1, 32), globalSequence: digits(24) };
const head = {
  ...subject,
  channel: word(1, 16),
  consumer: word(1, 16),
  entityId: word(1, 16),
  branch: word(1, 16),
  teller: word(1, 16),
  date,
  time,
};

const request: fc.Arbitrary<Request> = fc.oneof(
  fc.record({
    ...head,
    service: fc.constantFrom('pay', 'collect'),
    account: word(5, 32),
    accountName: text('name'),
    amountFen: fc.bigInt({ min: 1n, max: 999_999_999_999_999n }),
    purpose: text('purpose'),
  }),
  fc.record({ ...head, service: fc.constant('reverse'), originalSequence: word(1, 32) }),
  fc.record({ ...head, service: fc.constant('query'), originalSequence: word(1, 32) }),
);

const booked = { kind: fc.constant('booked'), coreReference: word(1, 32), coreDate: date } as const;
const refusal = { code: fc.constantFrom(...rejectionCodes), message: text('message') };
const rejected = fc.record({ kind: fc.constant('rejected'), ...refusal });
const answerHead = { ...subject, entityId: word(1, 16), date, time };
const standing: fc.Arbitrary<QueryResult> = fc.oneof(
  fc.record({ ...booked, reversedBy: fc.option(word(1, 32)) }),
  rejected,
  fc.constant({ kind: 'not_found' as const }),
  fc.record({ kind: fc.constant('refused'), ...refusal }),
);
const answer: fc.Arbitrary<Answer> = fc.oneof(
  fc.record({ ...answerHead, service: fc.constantFrom('pay', 'collect', 'reverse'), result: fc.oneof(fc.record(booked), rejected) }),
  fc.record({ ...answerHead, service: fc.constant('query'), result: standing }),
);

/** Temporal values compare by their text. */
const plain = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_key, each: unknown) => (typeof each === 'bigint' ? `${each}n` : each)));

describe('a message', () => {
  test('of any request comes back as it was, Chinese names included', () => {
    fc.assert(
      fc.property(request, (sent) => {
        expect(plain(readRequest(writeRequest(sent)))).toEqual(plain(sent));
      }),
      runs,
    );
  });

  test('of any answer comes back as it was', () => {
    fc.assert(
      fc.property(answer, (sent) => {
        expect(plain(readAnswer(writeAnswer(sent)))).toEqual(plain(sent));
      }),
      runs,
    );
  });
});

const globalSequence = '202611200930000000000001';
const day = Temporal.PlainDate.from('2026-11-20');
const sample: Request = {
  service: 'pay',
  channel: 'LOAN',
  consumer: 'QIANMO',
  entityId: '320723',
  branch: '3207230001',
  teller: 'V00001',
  sequence: 'D1',
  globalSequence,
  date: day,
  time: Temporal.PlainTime.from('09:30'),
  account: '6217000012345678',
  accountName: '买买提·艾力',
  amountFen: 6_800_000n,
  purpose: '购买化肥',
};
const sampleXml = iconv.decode(writeRequest(sample), 'gb18030');
const answerXml = iconv.decode(
  writeAnswer({
    service: 'pay',
    entityId: '320723',
    sequence: 'D1',
    globalSequence,
    date: day,
    time: sample.time,
    result: { kind: 'rejected', code: 'account_closed', message: '账户已销户' },
  }),
  'gb18030',
);
const gb = (xml: string): Buffer => iconv.encode(xml, 'gb18030');

function faultOf(read: () => unknown): WireError {
  try {
    read();
  } catch (error) {
    if (error instanceof WireError) return error;
    throw error;
  }
  throw new Error('was read');
}

describe('what is not as agreed is refused', () => {
  const entities = '<!DOCTYPE service [<!ENTITY a "aaaa">]>';
  const requests: [name: string, bytes: Buffer, code: WireFault, place: RegExp][] = [
    ['UTF-8 bytes', Buffer.from(sampleXml.replace('购买化肥', '购买种子')), 'encoding', /bytes/],
    ['another encoding by name', gb(sampleXml.replace('GB18030', 'UTF-8')), 'encoding', /encoding="UTF-8"/],
    ['no encoding', gb(sampleXml.replace(/<\?xml.*?\?>/, '')), 'encoding', /encoding/],
    ['a declared entity', gb(sampleXml.replace('<service>', `${entities}<service>`)), 'doctype', /DOCTYPE/],
    [
      'an outside entity',
      gb(sampleXml.replace('<service>', '<!DOCTYPE service SYSTEM "file:///etc/passwd"><service>')),
      'doctype',
      /DOCTYPE/,
    ],
    ['an entity of no declaration', gb(sampleXml.replace('购买化肥', '&a;')), 'xml', /entity/],
    ['a cut-off message', gb(sampleXml.slice(0, -9)), 'xml', /./],
    ['two messages in a frame', gb(`${sampleXml}<service/>`), 'xml', /./],
    ['an attribute', gb(sampleXml.replace('<body>', '<body id="1">')), 'structure', /body/],
    ['a comment', gb(sampleXml.replace('<body>', '<!--x--><body>')), 'structure', /<!--/],
    ['an instruction', gb(sampleXml.replace('<body>', '<?x y?><body>')), 'structure', /\?…/],
    ['text beside fields', gb(sampleXml.replace('<body>', '<body>x')), 'structure', /text in/],
    [
      'the sections in another order',
      gb(
        sampleXml.replaceAll('sys-header', 'x').replaceAll('body', 'sys-header').replaceAll('<x>', '<body>').replaceAll('</x>', '</body>'),
      ),
      'structure',
      /body/,
    ],
    ['a section too few', gb(sampleXml.replace(/<body>.*<\/body>/, '')), 'structure', /body/],
    ['a section too many', gb(sampleXml.replace('</service>', '<tail></tail></service>')), 'structure', /tail/],
    ['another root', gb(sampleXml.replaceAll('service>', 'transaction>')), 'structure', /transaction/],
    ['a field twice', gb(sampleXml.replace('</body>', '<ccy>CNY</ccy></body>')), 'structure', /ccy/],
    ['a field in a field', gb(sampleXml.replace('购买化肥', '<b>购买化肥</b>')), 'structure', /purpose\/b/],
    ['a field too few', gb(sampleXml.replace(/<teller>.*?<\/teller>/, '')), 'structure', /sys-header\/teller/],
    ['a field that is not agreed', gb(sampleXml.replace('</body>', '<memo>x</memo></body>')), 'structure', /body\/memo/],
    [
      'an original where there is none',
      gb(sampleXml.replace('</sys-header>', '<old_busi_seq>D0</old_busi_seq></sys-header>')),
      'structure',
      /old_busi_seq/,
    ],
    ['an amount with one decimal', gb(sampleXml.replace('68000.00', '68000.0')), 'value', /tran_amt/],
    ['an amount with a sign', gb(sampleXml.replace('68000.00', '-68000.00')), 'value', /tran_amt/],
    ['an amount of nothing', gb(sampleXml.replace('68000.00', '0.00')), 'value', /tran_amt/],
    ['a day that there is not', gb(sampleXml.replace('20261120<', '20260230<')), 'value', /tran_date/],
    ['an hour that there is not', gb(sampleXml.replace('>093000<', '>253000<')), 'value', /tran_time/],
    ['another currency', gb(sampleXml.replace('CNY', 'USD')), 'value', /ccy/],
    ['a name with the delimiter of files', gb(sampleXml.replace('买买提·艾力', '买|@|买')), 'value', /acct_name/],
    ['a name that ends in half a delimiter', gb(sampleXml.replace('买买提·艾力', '买|@')), 'value', /acct_name/],
    ['a name with a line feed', gb(sampleXml.replace('买买提·艾力', '买&#10;买')), 'value', /acct_name/],
    ['an unknown service', gb(sampleXml.replace('LNPAY001', 'LNPAY002')), 'service_code', /LNPAY002/],
  ];
  test.each(requests)('%s', (_name, bytes, code, place) => {
    const fault = faultOf(() => readRequest(bytes));
    expect({ code: fault.code, message: fault.message }).toEqual({ code, message: expect.stringMatching(place) });
    expect(fault.message).not.toMatch(/买|6217/);
  });

  test('an answer with an unknown return code, laid to its request', () => {
    const fault = faultOf(() => readAnswer(gb(answerXml.replace('E1002', 'E9999'))));
    expect(fault).toMatchObject({ code: 'return_code', subject: { sequence: 'D1', globalSequence } });
  });

  test('an answer that cannot be laid to a request, since its sequence is damaged', () => {
    const fault = faultOf(() => readAnswer(gb(answerXml.replace('<busi_seq>D1', '<busi_seq>D 1'))));
    expect([fault.code, fault.place, 'subject' in fault]).toEqual(['value', 'sys-header/busi_seq', false]);
  });

  test('every rejection has words in both languages', () => {
    for (const { zh, en } of Object.values(rejections)) {
      expect(zh).toMatch(/[\u4E00-\u9FFF]/);
      expect(en).toMatch(/^[\x20-\x7E]+$/);
    }
    expect(new Set(Object.values(rejections).map(({ wire }) => wire)).size).toBe(rejectionCodes.length);
    expect(services.length).toBe(4);
  });
});

describe('what cannot be said exactly is not written', () => {
  test.each([
    ['a character that GB18030 gives to another', { accountName: '\uE5E5伟' }, /acct_name/],
    ['half a character', { accountName: '\uD842' }, /acct_name/],
    ['an empty name', { accountName: '' }, /acct_name/],
    ['no amount', { amountFen: 0n }, /tran_amt/],
    ['an amount below nothing', { amountFen: -1n }, /tran_amt/],
    ['a sequence with a blank', { sequence: 'D 1' }, /busi_seq/],
  ])('%s', (_name, change, place) => {
    expect(() => writeRequest({ ...sample, ...change })).toThrow(place);
  });
});
