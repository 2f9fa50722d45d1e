/** Messages to and from the bureau: `<Document><Head>…</Head><Msg>…</Msg></Document>` in UTF-8. */
import { setImmediate } from 'node:timers/promises';
import { WireError, writeXml, XmlReader } from '#platform/wire/index.ts';
import type { XmlTree } from '#platform/wire/index.ts';
import { ReportBuilder } from './read/report.ts';
import { Unit } from './read/unit.ts';
import type { CreditReport } from './report.ts';

export const path = '/credit/v2/personal';
/** The fattest reports have some hundred accounts of 20 KB. */
export const maxAnswerBytes = 4 * 1024 * 1024;
const bounds = { encodings: ['UTF-8'], maxDepth: 10, maxElements: 150_000, maxText: 4_000 };
const sliceBytes = 64 * 1024;

export const doneCode = 'AAA000';
/** Result codes by what they mean; a code that is not here cannot be understood. */
export const refusals: Readonly<Record<string, { reason: 'refused' | 'try_later'; zh: string; en: string }>> = {
  E0401: { reason: 'refused', zh: '查询用户或口令错误', en: 'wrong operator or password' },
  E0402: { reason: 'refused', zh: '查询用户无此权限', en: 'the operator may not query this' },
  E0403: { reason: 'refused', zh: '授权信息缺失或无效', en: 'the consent is missing or not valid' },
  E0404: { reason: 'refused', zh: '查询参数不合规范', en: 'a parameter of the query is not of its form' },
  E0405: { reason: 'refused', zh: '同一编号已用于另一查询', en: 'the number was used for another query' },
  E0501: { reason: 'try_later', zh: '系统繁忙，请稍后再查', en: 'busy; query again later' },
};

export interface BureauRequest {
  id: string;
  /** Organisation code, 14 characters. */
  organisation: string;
  operator: string;
  password: string;
  name: string;
  idType: string;
  idNo: string;
  reason: string;
  consentNo: string;
  /** `2026-11-20T09:30:00` */
  sentAt: string;
}

export interface BureauReply {
  reference: string;
  code: string;
  /** Null with every code but that of success. */
  report: CreditReport | null;
}

const bureau = 'A10000000000PB';

export function writeRequest(request: BureauRequest): Buffer {
  const { id, organisation, operator, password, name, idType, idNo, reason, consentNo, sentAt } = request;
  return write(head({ from: organisation, to: bureau, id, reference: id, kind: '3101', sentAt }), {
    Query: {
      QueryOrgCode: organisation,
      UserCode: operator,
      Password: password,
      Name: name,
      IDType: idType,
      IDNum: idNo,
      QueryReason: reason,
      AuthNo: consentNo,
    },
  });
}

/** @throws WireError */
export function readRequest(bytes: Uint8Array): BureauRequest {
  const fields = new Map<string, string>();
  const reader = new XmlReader(
    { ...bounds, maxElements: 60 },
    { opened: () => undefined, closed: (place, text) => void fields.set(place.slice(1).join('/'), text) },
  );
  reader.write(decode(bytes));
  reader.end();
  const take = (place: string): string => {
    const text = fields.get(place);
    if (text === undefined) throw new WireError('structure', place);
    return text;
  };
  return {
    id: take('Head/MesgID'),
    organisation: take('Msg/Query/QueryOrgCode'),
    operator: take('Msg/Query/UserCode'),
    password: take('Msg/Query/Password'),
    name: take('Msg/Query/Name'),
    idType: take('Msg/Query/IDType'),
    idNo: take('Msg/Query/IDNum'),
    reason: take('Msg/Query/QueryReason'),
    consentNo: take('Msg/Query/AuthNo'),
    sentAt: take('Head/OrigSendTime'),
  };
}

export function writeReply({ id, organisation, sentAt }: BureauRequest, code: string, report: XmlTree | null): Buffer {
  return write(head({ from: bureau, to: organisation, id: `R${id}`, reference: id, kind: '3102', sentAt }), {
    Result: { ResultCode: code, ResultDesc: code === doneCode ? '成功' : (refusals[code]?.zh ?? '') },
    Report: report,
  });
}

/**
 * Reads slice by slice and lets others run in between.
 * @param isLate whether it has taken too long
 * @throws WireError
 */
export async function readReply(bytes: Uint8Array, isLate: () => boolean = () => false): Promise<BureauReply> {
  const events = new ReplyEvents();
  const reader = new XmlReader(bounds, events);
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  for (let at = 0; at < bytes.length; at += sliceBytes) {
    if (isLate()) throw new WireError('size', 'time');
    reader.write(decodeSlice(decoder, bytes.subarray(at, at + sliceBytes)));
    if (at > 0) await setImmediate();
  }
  reader.write(decodeSlice(decoder, null));
  reader.end();
  return events.reply();
}

function decodeSlice(decoder: TextDecoder, slice: Uint8Array | null): string {
  try {
    return slice === null ? decoder.decode() : decoder.decode(slice, { stream: true });
  } catch {
    throw new WireError('encoding', 'bytes');
  }
}

const decode = (bytes: Uint8Array): string => decodeSlice(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }), bytes);

/** Where the report stands: `Document/Msg/Report/<segment>/<unit>`. */
const reportDepth = 3;
const unitDepth = reportDepth + 2;

class ReplyEvents {
  readonly #fields = new Map<string, string>();
  readonly #builder = new ReportBuilder();
  #hasReport = false;
  /** The unit that is open and the groups below it. */
  #stack: Unit[] = [];
  /** Whether the innermost element that is open was opened last: then it may hold text. */
  #openedAt = 0;

  opened(place: readonly string[]): void {
    const name = place.at(-1) ?? '';
    this.#openedAt = place.length;
    if (place.length <= unitDepth - 1) return this.#openFrame(place);
    if (place[2] !== 'Report') throw new WireError('structure', place.join('/'));
    if (place.length === unitDepth) this.#stack = [new Unit(this.#builder.placeOf(place[3] ?? '', name))];
    else this.#stack.push(this.#parent().pendingGroup(name));
  }

  closed(place: readonly string[], text: string): void {
    const isLeaf = this.#openedAt === place.length;
    if (place.length < unitDepth) {
      if (isLeaf && place[2] !== 'Report') this.#fields.set(place.slice(1).join('/'), text);
      return;
    }
    const name = place.at(-1) ?? '';
    const unit = this.#stack.pop();
    if (!unit) throw new WireError('structure', name);
    if (place.length === unitDepth) this.#builder.put(name, unit);
    else if (isLeaf) this.#parent().setText(name, text);
    else this.#parent().addGroup(name, unit);
  }

  /** @throws WireError */
  reply(): BureauReply {
    const reference = this.#required('Head/MesgRefID', /^[0-9A-Za-z]{1,20}$/);
    const code = this.#required('Msg/Result/ResultCode', /^[0-9A-Z]{6}$|^E\d{4}$/);
    if ((code === doneCode) !== this.#hasReport) throw new WireError('structure', 'Msg/Report');
    return { reference, code, report: this.#hasReport ? this.#builder.end() : null };
  }

  #openFrame(place: readonly string[]): void {
    const isKnown = ['Document', 'Document/Head', 'Document/Msg', 'Document/Msg/Result', 'Document/Msg/Report'].includes(place.join('/'));
    const isBelow = place.length > 2 && (place[1] === 'Head' || place[2] === 'Result' || place[2] === 'Report');
    if (!isKnown && !isBelow) throw new WireError('structure', place.join('/'));
    if (place.length === reportDepth && place[2] === 'Report') this.#hasReport = true;
  }

  #parent(): Unit {
    const unit = this.#stack.at(-1);
    if (!unit) throw new WireError('structure', 'Report');
    return unit;
  }

  #required(place: string, form: RegExp): string {
    const text = this.#fields.get(place);
    if (text === undefined) throw new WireError('structure', place);
    if (!form.test(text)) throw new WireError('value', place);
    return text;
  }
}

function head(parts: { from: string; to: string; id: string; reference: string; kind: string; sentAt: string }): XmlTree {
  return {
    Version: '2.0.0',
    OrigSender: parts.from,
    OrigReceiver: parts.to,
    OrigSendTime: parts.sentAt,
    MesgType: parts.kind,
    MesgID: parts.id,
    MesgRefID: parts.reference,
  };
}

function write(headFields: XmlTree, message: XmlTree): Buffer {
  return Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>${writeXml({ Document: { Head: headFields, Msg: message } })}`);
}
