/** `<service><sys-header>fields</sys-header><body>fields</body></service>` in GB18030, both ways, and nothing beside it. */
import { decodeGb18030, encodeGb18030, escapeXml, WireError, XmlReader } from '#platform/wire/index.ts';

export type Fields = Map<string, string>;

export interface Envelope {
  head: Fields;
  body: Fields;
}

const sections = ['sys-header', 'body'] as const;
const bounds = { encodings: ['GB18030'], maxDepth: 4, maxElements: 200, maxText: 4096 };

/** @throws RangeError when a value has a character that GB18030 cannot bring back */
export function writeEnvelope({ head, body }: Envelope): Buffer {
  const opening = '<?xml version="1.0" encoding="GB18030"?><service>';
  const parts = [`${opening}<sys-header>`, ...elements(head), '</sys-header><body>', ...elements(body), '</body></service>'];
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
}

/** @throws WireError */
export function readEnvelope(bytes: Uint8Array): Envelope {
  const found = new Map<string, Fields>();
  const reader = new XmlReader(bounds, {
    opened(path) {
      if (!isExpected(path, found)) throw new WireError('structure', `<${path.join('/')}>`);
      if (path.length === 2) found.set(path[1] ?? '', new Map());
    },
    closed(path, text) {
      if (path.length === 3) found.get(path[1] ?? '')?.set(path[2] ?? '', text);
      else if (text.trim() !== '') throw new WireError('structure', `text in <${path.join('/')}>`);
    },
  });
  reader.write(decodeGb18030(bytes));
  reader.end();
  const [head, body] = sections.map((section) => found.get(section));
  if (!head || !body) throw new WireError('structure', head ? '<body>' : '<sys-header>');
  return { head, body };
}

/** The sections in their order, each once, with fields that hold text only, each once. */
function isExpected(path: readonly string[], found: ReadonlyMap<string, Fields>): boolean {
  const [root, section = '', name = ''] = path;
  switch (path.length) {
    case 1:
      return root === 'service';
    case 2:
      return section === sections[found.size];
    case 3:
      return found.get(section)?.has(name) === false;
    default:
      return false;
  }
}

const elements = (fields: Fields): Buffer[] =>
  [...fields].map(([name, value]) => encodeGb18030(`<${name}>${escapeXml(value)}</${name}>`, name));
