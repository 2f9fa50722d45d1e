/** The messages of the loan payment services: typed values ↔ GB18030 XML. Strict both ways; what is read was agreed to the last field. */
import { formatYuan, parseYuan } from '#core/money/index.ts';
import { rejectionCodes, rejections } from './contract.ts';
import type { RejectionCode } from './contract.ts';
import { readEnvelope, writeEnvelope } from './envelope.ts';
import type { Envelope, Fields } from './envelope.ts';
import { formatDay, forms, parseDay } from './fields.ts';
import type { Form } from './fields.ts';
import { WireError } from '#platform/wire/index.ts';
import { ProtocolError } from './protocol-error.ts';
import type { Subject } from './protocol-error.ts';

export const services = ['pay', 'collect', 'query', 'reverse'] as const;
export type Service = (typeof services)[number];
export const serviceCodes: Readonly<Record<Service, string>> = {
  pay: 'LNPAY001',
  collect: 'LNCOL001',
  query: 'LNQRY001',
  reverse: 'LNREV001',
};

interface RequestHead extends Subject {
  channel: string;
  consumer: string;
  entityId: string;
  branch: string;
  teller: string;
  /** The business date; of a query, the calendar's. */
  date: Temporal.PlainDate;
  time: Temporal.PlainTime;
}
export type OrderRequest = RequestHead & {
  service: 'pay' | 'collect';
  account: string;
  accountName: string;
  amountFen: bigint;
  purpose: string;
};
export type ReversalRequest = RequestHead & { service: 'reverse'; originalSequence: string };
export type QueryRequest = RequestHead & { service: 'query'; originalSequence: string };
export type Request = OrderRequest | ReversalRequest | QueryRequest;

export interface Booked {
  kind: 'booked';
  coreReference: string;
  coreDate: Temporal.PlainDate;
}
export interface Rejected {
  kind: 'rejected';
  code: RejectionCode;
  message: string;
}
export type BookingResult = Booked | Rejected;
/** `refused`: the query itself was not dealt with, and nothing is said about the order. */
export type QueryResult =
  | (Booked & { reversedBy: string | null })
  | Rejected
  | { kind: 'not_found' }
  | { kind: 'refused'; code: RejectionCode; message: string };

interface AnswerHead extends Subject {
  entityId: string;
  date: Temporal.PlainDate;
  time: Temporal.PlainTime;
}
export type Answer = AnswerHead &
  ({ service: 'pay' | 'collect' | 'reverse'; result: BookingResult } | { service: 'query'; result: QueryResult });

const doneCode = '000000';
const doneMessage = '交易成功';
const states = { booked: 'S', rejected: 'F', not_found: 'N' } as const;

/** @throws RangeError when a value is not of the agreed form */
export function writeRequest(request: Request): Buffer {
  const head = new FieldWriter()
    .put('service_code', 'service', serviceCodes[request.service])
    .put('channel', 'identifier', request.channel)
    .put('consumer', 'identifier', request.consumer)
    .put('fr_id', 'identifier', request.entityId)
    .put('branch', 'identifier', request.branch)
    .put('teller', 'identifier', request.teller)
    .put('busi_seq', 'sequence', request.sequence)
    .put('global_seq', 'globalSequence', request.globalSequence)
    .put('tran_date', 'date', formatDay(request.date))
    .put('tran_time', 'time', formatTime(request.time));
  const body = new FieldWriter();
  if (request.service === 'query' || request.service === 'reverse') head.put('old_busi_seq', 'sequence', request.originalSequence);
  else {
    body
      .put('acct_no', 'account', request.account)
      .put('acct_name', 'name', request.accountName)
      .put('ccy', 'currency', 'CNY')
      .put('tran_amt', 'amount', formatYuan(request.amountFen))
      .put('purpose', 'purpose', request.purpose);
  }
  return writeEnvelope({ head: head.fields, body: body.fields });
}

/** @throws ProtocolError, or WireError when not even the request that it is about can be read */
export function readRequest(bytes: Uint8Array): Request {
  return readMessage(bytes, (head, body, subject): Request => {
    const service = serviceOf(head);
    const common = {
      ...subject,
      channel: head.take('channel', 'identifier'),
      consumer: head.take('consumer', 'identifier'),
      entityId: head.take('fr_id', 'identifier'),
      branch: head.take('branch', 'identifier'),
      teller: head.take('teller', 'identifier'),
      date: head.takeDay('tran_date'),
      time: head.takeTime('tran_time'),
    };
    if (service === 'query' || service === 'reverse')
      return { ...common, service, originalSequence: head.take('old_busi_seq', 'sequence') };
    body.take('ccy', 'currency');
    return {
      ...common,
      service,
      account: body.take('acct_no', 'account'),
      accountName: body.take('acct_name', 'name'),
      amountFen: body.takeFen('tran_amt'),
      purpose: body.take('purpose', 'purpose'),
    };
  });
}

/** @throws RangeError when a value is not of the agreed form */
export function writeAnswer(answer: Answer): Buffer {
  const { result } = answer;
  // A query that was dealt with is a success whatever became of the order it asks about.
  const refusal = result.kind === 'refused' || (result.kind === 'rejected' && answer.service !== 'query') ? result : null;
  const head = new FieldWriter()
    .put('service_code', 'service', serviceCodes[answer.service])
    .put('fr_id', 'identifier', answer.entityId)
    .put('busi_seq', 'sequence', answer.sequence)
    .put('global_seq', 'globalSequence', answer.globalSequence)
    .put('tran_date', 'date', formatDay(answer.date))
    .put('tran_time', 'time', formatTime(answer.time))
    .put('ret_code', 'reference', refusal ? rejections[refusal.code].wire : doneCode)
    .put('ret_msg', 'message', refusal ? refusal.message : doneMessage);
  const body = new FieldWriter();
  if (!refusal && answer.service === 'query') putStanding(body, answer.result);
  else if (result.kind === 'booked') putBooked(body, result);
  return writeEnvelope({ head: head.fields, body: body.fields });
}

function putStanding(body: FieldWriter, result: QueryResult): void {
  switch (result.kind) {
    case 'booked':
      putBooked(body.put('old_state', 'identifier', states.booked), result);
      if (result.reversedBy !== null) body.put('rev_busi_seq', 'sequence', result.reversedBy);
      return;
    case 'rejected':
      body
        .put('old_state', 'identifier', states.rejected)
        .put('old_ret_code', 'reference', rejections[result.code].wire)
        .put('old_ret_msg', 'message', result.message);
      return;
    case 'not_found':
      body.put('old_state', 'identifier', states.not_found);
      return;
    case 'refused':
      return;
  }
}

function putBooked(body: FieldWriter, { coreReference, coreDate }: Booked): void {
  body.put('core_ref', 'reference', coreReference).put('core_date', 'date', formatDay(coreDate));
}

/** @throws ProtocolError, or WireError when not even the request that it is about can be read */
export function readAnswer(bytes: Uint8Array): Answer {
  return readMessage(bytes, (head, body, subject): Answer => {
    const service = serviceOf(head);
    const common = {
      ...subject,
      entityId: head.take('fr_id', 'identifier'),
      date: head.takeDay('tran_date'),
      time: head.takeTime('tran_time'),
    };
    const code = head.take('ret_code', 'reference');
    const message = head.take('ret_msg', 'message');
    const refusal = code === doneCode ? null : { code: rejectionOf(code), message };
    if (service === 'query') return { ...common, service, result: refusal ? { kind: 'refused', ...refusal } : takeStanding(body) };
    return { ...common, service, result: refusal ? { kind: 'rejected', ...refusal } : takeBooked(body) };
  });
}

function takeStanding(body: FieldReader): QueryResult {
  const state = body.take('old_state', 'identifier');
  switch (state) {
    case states.booked:
      return { ...takeBooked(body), reversedBy: body.takeIfThere('rev_busi_seq', 'sequence') };
    case states.rejected:
      return {
        kind: 'rejected',
        code: rejectionOf(body.take('old_ret_code', 'reference')),
        message: body.take('old_ret_msg', 'message'),
      };
    case states.not_found:
      return { kind: 'not_found' };
    default:
      throw new WireError('value', 'body/old_state');
  }
}

function takeBooked(body: FieldReader): Booked {
  return { kind: 'booked', coreReference: body.take('core_ref', 'reference'), coreDate: body.takeDay('core_date') };
}

/** Reads the subject first, so that whatever is wrong with the rest can be laid to one request. */
function readMessage<T>(bytes: Uint8Array, read: (head: FieldReader, body: FieldReader, subject: Subject) => T): T {
  const envelope: Envelope = readEnvelope(bytes);
  const head = new FieldReader('sys-header', envelope.head);
  const body = new FieldReader('body', envelope.body);
  const subject = { sequence: head.take('busi_seq', 'sequence'), globalSequence: head.take('global_seq', 'globalSequence') };
  try {
    const message = read(head, body, subject);
    head.requireEnd();
    body.requireEnd();
    return message;
  } catch (error) {
    throw error instanceof WireError ? new ProtocolError(error.code, error.place, subject) : error;
  }
}

function serviceOf(head: FieldReader): Service {
  const code = head.take('service_code', 'service');
  const service = services.find((each) => serviceCodes[each] === code);
  if (service === undefined) throw new WireError('service_code', code);
  return service;
}

function rejectionOf(wire: string): RejectionCode {
  const code = rejectionCodes.find((each) => rejections[each].wire === wire);
  if (code === undefined) throw new WireError('return_code', wire);
  return code;
}

const formatTime = (time: Temporal.PlainTime): string => time.toString({ smallestUnit: 'second' }).replaceAll(':', '');

class FieldWriter {
  readonly fields: Fields = new Map();

  put(name: string, form: Form, value: string): this {
    if (!forms[form].test(value)) throw new RangeError(`${name}: 不符合约定格式 / is not of the agreed form`);
    this.fields.set(name, value);
    return this;
  }
}

class FieldReader {
  readonly #section: string;
  readonly #fields: Fields;

  constructor(section: string, fields: Fields) {
    this.#section = section;
    this.#fields = fields;
  }

  take(name: string, form: Form): string {
    const value = this.takeIfThere(name, form);
    if (value === null) throw new WireError('structure', `${this.#section}/${name}`);
    return value;
  }

  takeIfThere(name: string, form: Form): string | null {
    const value = this.#fields.get(name);
    if (value === undefined) return null;
    this.#fields.delete(name);
    if (!forms[form].test(value)) throw this.#wrongValue(name);
    return value;
  }

  takeDay(name: string): Temporal.PlainDate {
    const day = parseDay(this.take(name, 'date'));
    if (day === null) throw this.#wrongValue(name);
    return day;
  }

  takeTime(name: string): Temporal.PlainTime {
    return Temporal.PlainTime.from(`T${this.take(name, 'time')}`);
  }

  takeFen(name: string): bigint {
    const fen = parseYuan(this.take(name, 'amount'));
    if (fen === null) throw this.#wrongValue(name);
    return fen;
  }

  requireEnd(): void {
    const [left] = this.#fields.keys();
    if (left !== undefined) throw new WireError('structure', `${this.#section}/${left}`);
  }

  #wrongValue(name: string): WireError {
    return new WireError('value', `${this.#section}/${name}`);
  }
}
