/** The register's messages: `<CFX><HEAD>…</HEAD><MSG>…</MSG></CFX>`, declared GBK, in GB18030 for the characters that GBK lacks. */
import { decodeGb18030, digitFraming, encodeGb18030, FrameReader, WireError, writeXml, XmlReader } from '#platform/wire/index.ts';

/** A photo has some 30 KB in base64. */
const framing = digitFraming(512 * 1024);
export const frame = (body: Buffer): Buffer => framing.frame(body);
export const newFrames = (): FrameReader => new FrameReader(framing);

const destination = '100000000000';
const application = '联网核查公民身份信息系统';

export interface CheckRequest {
  id: string;
  /** Bank code, 12 digits. */
  source: string;
  user: string;
  business: string;
  date: string;
  name: string;
  idNo: string;
}

export interface CheckAnswer {
  /** Of the request that it answers. */
  reference: string;
  source: string;
  date: string;
  result: string;
  name: string;
  idNo: string;
  issueOffice: string;
  /** Base64, empty without a photo. */
  photo: string;
}

/** @throws RangeError when the name has a character that GB18030 cannot hold */
export function writeRequest({ id, source, user, business, date, name, idNo }: CheckRequest): Buffer {
  return write(head('0001', { source, id, reference: id, date }), {
    SingleCheckBusinessHead0001: { BankCode: source, EntrustDate: date, BusinessCode: business, UserCode: user },
    SingleCheckRequestMessage0001: { ID: idNo, Name: name },
  });
}

/** @throws WireError */
export function readRequest(bytes: Uint8Array): CheckRequest {
  const fields = read(bytes);
  const business = 'MSG/SingleCheckBusinessHead0001';
  const message = 'MSG/SingleCheckRequestMessage0001';
  expect(fields, 'HEAD/MsgNo', '0001');
  return {
    id: take(fields, 'HEAD/MsgID', forms.id),
    source: take(fields, `${business}/BankCode`, forms.bank),
    user: take(fields, `${business}/UserCode`, forms.short),
    business: take(fields, `${business}/BusinessCode`, forms.short),
    date: take(fields, `${business}/EntrustDate`, forms.date),
    idNo: take(fields, `${message}/ID`, forms.text),
    name: take(fields, `${message}/Name`, forms.text),
  };
}

export function writeAnswer({ reference, source, date, result, name, idNo, issueOffice, photo }: CheckAnswer): Buffer {
  return write(head('0002', { source, id: reference, reference, date }), {
    SingleCheckResultHead0002: { EntrustDate: date },
    SingleCheckResultMessage0002: { CheckResult: result, IssueOffice: issueOffice, Name: name, ID: idNo, Photo: photo },
  });
}

/** The number first, so that whatever is wrong with the rest can be laid to one question. @throws WireError when not even that can be read */
export function readAnswer(bytes: Uint8Array): { reference: string; answer: CheckAnswer | WireError } {
  const fields = read(bytes);
  const reference = take(fields, 'HEAD/MsgRef', forms.id);
  try {
    return { reference, answer: answerOf(fields, reference) };
  } catch (error) {
    if (error instanceof WireError) return { reference, answer: error };
    throw error;
  }
}

function answerOf(fields: Fields, reference: string): CheckAnswer {
  const message = 'MSG/SingleCheckResultMessage0002';
  expect(fields, 'HEAD/MsgNo', '0002');
  return {
    reference,
    source: take(fields, 'HEAD/SRC', forms.bank),
    date: take(fields, 'HEAD/WorkDate', forms.date),
    result: take(fields, `${message}/CheckResult`, forms.result),
    name: take(fields, `${message}/Name`, forms.text),
    idNo: take(fields, `${message}/ID`, forms.text),
    issueOffice: take(fields, `${message}/IssueOffice`, forms.office),
    photo: take(fields, `${message}/Photo`, forms.photo),
  };
}

function head(kind: string, { source, id, reference, date }: { source: string; id: string; reference: string; date: string }) {
  return {
    VER: '1.0',
    SRC: source,
    DES: destination,
    APP: application,
    MsgNo: kind,
    MsgID: id,
    MsgRef: reference,
    WorkDate: date,
    Reserve: '',
  };
}

function write(headFields: Parameters<typeof writeXml>[0], message: Parameters<typeof writeXml>[0]): Buffer {
  const xml = writeXml({ CFX: { HEAD: headFields, MSG: message } });
  return encodeGb18030(`<?xml version="1.0" encoding="GBK"?>${xml}`, 'CFX');
}

const forms = {
  id: /^[0-9A-Za-z]{1,20}$/,
  bank: /^\d{12}$/,
  short: /^[0-9A-Za-z]{1,20}$/,
  date: /^\d{8}$/,
  text: /^[^\p{Cc}]{0,120}$/u,
  result: /^0[0-5]$/,
  office: /^[^\p{Cc}]{0,120}$/u,
  photo: /^(?:[0-9A-Za-z+/]{4})*(?:[0-9A-Za-z+/]{2}==|[0-9A-Za-z+/]{3}=)?$/,
} as const;

type Fields = ReadonlyMap<string, string>;

const bounds = { encodings: ['GBK', 'GB18030'], maxDepth: 5, maxElements: 60, maxText: 400_000 };

/** Texts by their path below the root. @throws WireError */
function read(bytes: Uint8Array): Fields {
  const fields = new Map<string, string>();
  const reader = new XmlReader(bounds, {
    opened(path) {
      if (path[0] !== 'CFX') throw new WireError('structure', '<CFX>');
    },
    closed(path, text) {
      const place = path.slice(1).join('/');
      if (fields.has(place)) throw new WireError('structure', place);
      fields.set(place, text);
    },
  });
  reader.write(decodeGb18030(bytes));
  reader.end();
  return fields;
}

function take(fields: Fields, place: string, form: RegExp): string {
  const text = fields.get(place);
  if (text === undefined) throw new WireError('structure', place);
  // Senders fold base64 as they like.
  const value = form === forms.photo ? text.replaceAll(/\s/g, '') : text;
  if (!form.test(value)) throw new WireError('value', place);
  return value;
}

function expect(fields: Fields, place: string, value: string): void {
  if (fields.get(place) !== value) throw new WireError('value', place);
}
