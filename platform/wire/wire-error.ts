export const wireFaults = {
  length: { zh: '报文长度字段不合约定', en: 'the length of a message is not given as agreed' },
  size: { zh: '报文长度超出范围', en: 'the length of a message is out of range' },
  encoding: { zh: '报文编码与约定不符', en: 'the message is not in the agreed encoding' },
  xml: { zh: '报文不是合格的 XML', en: 'the message is not well-formed XML' },
  doctype: { zh: '报文不得声明文档类型或实体', en: 'a message must not declare a document type or entities' },
  json: { zh: '报文不是合格的 JSON', en: 'the message is not well-formed JSON' },
  structure: { zh: '报文结构与约定不符', en: 'the message is not built as agreed' },
  value: { zh: '字段格式与约定不符', en: 'a field is not of the agreed form' },
  service_code: { zh: '服务码未约定', en: 'the service code is not agreed' },
  return_code: { zh: '返回码未约定', en: 'the return code is not agreed' },
  signature: { zh: '报文签名不符', en: 'the signature of the message is wrong' },
} as const;
export type WireFault = keyof typeof wireFaults;

/** Bytes of the other side that cannot be understood. Names the place, never a value: messages hold personal data. */
export class WireError extends Error {
  readonly code: WireFault;
  readonly place: string;

  constructor(code: WireFault, place: string) {
    super(`${wireFaults[code].zh} / ${wireFaults[code].en}: ${place}`);
    this.name = 'WireError';
    this.code = code;
    this.place = place;
  }
}
