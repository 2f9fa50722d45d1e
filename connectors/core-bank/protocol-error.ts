export const protocolFaults = {
  length: { zh: '报文长度应为八位数字', en: 'the length of a message must be eight digits' },
  size: { zh: '报文长度超出范围', en: 'the length of a message is out of range' },
  encoding: { zh: '报文不是 GB18030 编码', en: 'the message is not GB18030' },
  xml: { zh: '报文不是合格的 XML', en: 'the message is not well-formed XML' },
  doctype: { zh: '报文不得声明文档类型或实体', en: 'a message must not declare a document type or entities' },
  structure: { zh: '报文结构与约定不符', en: 'the message is not built as agreed' },
  value: { zh: '字段格式与约定不符', en: 'a field is not of the agreed form' },
  service_code: { zh: '服务码未约定', en: 'the service code is not agreed' },
  return_code: { zh: '返回码未约定', en: 'the return code is not agreed' },
} as const;

export type ProtocolFault = keyof typeof protocolFaults;

/** Which request a message is about. */
export interface Subject {
  sequence: string;
  globalSequence: string;
}

/** Bytes of the other side that cannot be understood. Names the place, never a value: messages hold names and accounts. */
export class ProtocolError extends Error {
  readonly code: ProtocolFault;
  readonly place: string;
  /** Null when not even the request that it is about can be read. */
  readonly subject: Subject | null;

  constructor(code: ProtocolFault, place: string, subject: Subject | null = null) {
    const { zh, en } = protocolFaults[code];
    super(`${zh} / ${en}: ${place}`);
    this.name = 'ProtocolError';
    this.code = code;
    this.place = place;
    this.subject = subject;
  }
}
