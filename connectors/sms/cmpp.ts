/** CMPP 2.0 (China Mobile Peer to Peer): messages of a head of 12 bytes and fields of fixed length. */
import { createHash } from 'node:crypto';
import { FrameReader, WireError } from '#platform/wire/index.ts';

const headBytes = 12;
/** The longest message of the protocol, a SUBMIT to one phone, has 300 bytes. */
const maxBytes = 2_048;

export const newFrames = (): FrameReader =>
  new FrameReader({
    headBytes,
    withHead: true,
    bodyBytes(head) {
      const bytes = head.readUInt32BE(0);
      if (bytes < headBytes || bytes > maxBytes) throw new WireError('size', `${bytes}, ${headBytes}–${maxBytes}`);
      return bytes - headBytes;
    },
  });

const commands = {
  connect: 0x00000001,
  connect_resp: 0x80000001,
  terminate: 0x00000002,
  terminate_resp: 0x80000002,
  submit: 0x00000004,
  submit_resp: 0x80000004,
  deliver: 0x00000005,
  deliver_resp: 0x80000005,
  active_test: 0x00000008,
  active_test_resp: 0x80000008,
} as const;

export interface Submit {
  command: 'submit';
  sequence: number;
  part: number;
  parts: number;
  service: string;
  /** Who pays and sends: six characters. */
  source: string;
  /** The access number that the phone shows. */
  from: string;
  phone: string;
  content: Content;
}

export interface Content {
  /** With a header that says which part of a longer message it is. */
  hasHeader: boolean;
  /** 0 ASCII, 8 UCS-2, 15 GB 18030. */
  format: number;
  bytes: Buffer;
}

export interface Deliver {
  command: 'deliver';
  sequence: number;
  messageId: string;
  to: string;
  service: string;
  phone: string;
  isReport: boolean;
  content: Content;
}

export type Cmpp =
  | { command: 'connect'; sequence: number; source: string; authenticator: Buffer; timestamp: number }
  | { command: 'connect_resp'; sequence: number; status: number }
  | Submit
  | { command: 'submit_resp'; sequence: number; messageId: string; result: number }
  | Deliver
  | { command: 'deliver_resp'; sequence: number; messageId: string; result: number }
  | { command: 'active_test' | 'active_test_resp' | 'terminate' | 'terminate_resp'; sequence: number };

/** Who logs in proves that they know the secret, without saying it. `timestamp` is MMDDHHMMSS as a number. */
export function authenticatorOf(source: string, secret: string, timestamp: number): Buffer {
  const who = Buffer.concat([Buffer.from(source, 'latin1'), Buffer.alloc(9), Buffer.from(secret, 'latin1')]);
  return createHash('md5')
    .update(Buffer.concat([who, Buffer.from(String(timestamp).padStart(10, '0'), 'latin1')]))
    .digest();
}

export function writeCmpp(message: Cmpp): Buffer {
  const body = bodyOf(message);
  const head = Buffer.alloc(headBytes);
  head.writeUInt32BE(headBytes + body.length, 0);
  head.writeUInt32BE(commands[message.command], 4);
  head.writeUInt32BE(message.sequence, 8);
  return Buffer.concat([head, body]);
}

function bodyOf(message: Cmpp): Buffer {
  switch (message.command) {
    case 'connect':
      return Buffer.concat([text(message.source, 6), message.authenticator, byte(0x20), int(message.timestamp)]);
    case 'connect_resp':
      return Buffer.concat([byte(message.status), Buffer.alloc(16), byte(0x20)]);
    case 'submit':
      return submitBody(message);
    case 'submit_resp':
    case 'deliver_resp':
      return Buffer.concat([Buffer.from(message.messageId, 'hex'), byte(message.result)]);
    case 'deliver':
      return deliverBody(message);
    case 'active_test_resp':
      return byte(0);
    case 'active_test':
    case 'terminate':
    case 'terminate_resp':
      return Buffer.alloc(0);
  }
}

function submitBody({ part, parts, service, source, from, phone, content }: Submit): Buffer {
  return Buffer.concat([
    Buffer.alloc(8),
    // Parts, a report wanted, level 1.
    Buffer.from([parts, part, 1, 1]),
    text(service, 10),
    // The sender pays.
    byte(2),
    text('', 21),
    Buffer.from([0, content.hasHeader ? 1 : 0, content.format]),
    text(source, 6),
    // Free for the phone; no time limit of its own, at once.
    text('01', 2),
    text('000000', 6),
    text('', 17),
    text('', 17),
    text(from, 21),
    byte(1),
    text(phone, 21),
    byte(content.bytes.length),
    content.bytes,
    Buffer.alloc(8),
  ]);
}

function deliverBody({ messageId, to, service, phone, isReport, content }: Deliver): Buffer {
  return Buffer.concat([
    Buffer.from(messageId, 'hex'),
    text(to, 21),
    text(service, 10),
    Buffer.from([0, content.hasHeader ? 1 : 0, content.format]),
    text(phone, 21),
    byte(isReport ? 1 : 0),
    byte(content.bytes.length),
    content.bytes,
    Buffer.alloc(8),
  ]);
}

/** @throws WireError */
export function readCmpp(message: Buffer): Cmpp {
  const reader = new FieldReader(message);
  const [command, sequence] = [message.readUInt32BE(4), message.readUInt32BE(8)];
  const read = bodies(reader, sequence)[command];
  if (!read) throw new WireError('service_code', `0x${command.toString(16)}`);
  const result = read();
  reader.requireEnd();
  return result;
}

function bodies(reader: FieldReader, sequence: number): Readonly<Record<number, () => Cmpp>> {
  const plain = (command: 'active_test' | 'terminate' | 'terminate_resp') => (): Cmpp => ({ command, sequence });
  return {
    [commands.connect]: () => {
      const [source, authenticator] = [reader.text(6), reader.bytes(16)];
      reader.bytes(1);
      return { command: 'connect', sequence, source, authenticator, timestamp: reader.int() };
    },
    [commands.connect_resp]: () => {
      const status = reader.byte();
      reader.bytes(17);
      return { command: 'connect_resp', sequence, status };
    },
    [commands.submit]: () => readSubmit(reader, sequence),
    [commands.submit_resp]: () => ({ command: 'submit_resp', sequence, messageId: reader.bytes(8).toString('hex'), result: reader.byte() }),
    [commands.deliver]: () => readDeliver(reader, sequence),
    [commands.deliver_resp]: () => ({
      command: 'deliver_resp',
      sequence,
      messageId: reader.bytes(8).toString('hex'),
      result: reader.byte(),
    }),
    [commands.active_test]: plain('active_test'),
    [commands.active_test_resp]: () => {
      reader.bytes(1);
      return { command: 'active_test_resp', sequence };
    },
    [commands.terminate]: plain('terminate'),
    [commands.terminate_resp]: plain('terminate_resp'),
  };
}

function readSubmit(reader: FieldReader, sequence: number): Submit {
  reader.bytes(8);
  const [parts, part] = [reader.byte(), reader.byte()];
  reader.bytes(2);
  const service = reader.text(10);
  reader.bytes(1 + 21 + 1);
  const [hasHeader, format] = [reader.byte() === 1, reader.byte()];
  const source = reader.text(6);
  reader.bytes(2 + 6 + 17 + 17);
  const from = reader.text(21);
  if (reader.byte() !== 1) throw new WireError('value', 'DestUsr_tl');
  const phone = reader.text(21);
  const bytes = reader.bytes(reader.byte());
  reader.bytes(8);
  return { command: 'submit', sequence, part, parts, service, source, from, phone, content: { hasHeader, format, bytes } };
}

function readDeliver(reader: FieldReader, sequence: number): Deliver {
  const messageId = reader.bytes(8).toString('hex');
  const [to, service] = [reader.text(21), reader.text(10)];
  reader.bytes(1);
  const [hasHeader, format] = [reader.byte() === 1, reader.byte()];
  const phone = reader.text(21);
  const isReport = reader.byte() === 1;
  const bytes = reader.bytes(reader.byte());
  reader.bytes(8);
  return { command: 'deliver', sequence, messageId, to, service, phone, isReport, content: { hasHeader, format, bytes } };
}

const byte = (value: number): Buffer => Buffer.from([value]);

function int(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** Filled up with zeros. @throws RangeError when it does not fit */
function text(value: string, length: number): Buffer {
  if (value.length > length || !/^[\x20-\x7E]*$/.test(value)) throw new RangeError(`a field of ${length} characters`);
  return Buffer.from(value.padEnd(length, '\0'), 'latin1');
}

class FieldReader {
  readonly #message: Buffer;
  #at = headBytes;

  constructor(message: Buffer) {
    this.#message = message;
  }

  bytes(count: number): Buffer {
    const end = this.#at + count;
    if (end > this.#message.length) throw new WireError('length', `byte ${this.#at}`);
    const bytes = this.#message.subarray(this.#at, end);
    this.#at = end;
    return bytes;
  }

  byte(): number {
    return this.bytes(1)[0] ?? 0;
  }

  int(): number {
    return this.bytes(4).readUInt32BE(0);
  }

  text(length: number): string {
    const value = this.bytes(length).toString('latin1');
    const end = value.indexOf('\0');
    return (end < 0 ? value : value.slice(0, end)).trim();
  }

  requireEnd(): void {
    if (this.#at !== this.#message.length) throw new WireError('length', `byte ${this.#at}`);
  }
}
