/** `<service><sys-header>fields</sys-header><body>fields</body></service>` in GB18030, both ways, and nothing beside it. */
import iconv from 'iconv-lite';
import { SaxesParser } from 'saxes';
import { ProtocolError } from './protocol-error.ts';

export type Fields = Map<string, string>;

export interface Envelope {
  head: Fields;
  body: Fields;
}

const decoder = new TextDecoder('gb18030', { fatal: true, ignoreBOM: true });
const sections = ['sys-header', 'body'] as const;

/** @throws RangeError when a value has a character that GB18030 cannot bring back */
export function writeEnvelope({ head, body }: Envelope): Buffer {
  const xml = `<?xml version="1.0" encoding="GB18030"?><service><sys-header>${elements(head)}</sys-header><body>${elements(body)}</body></service>`;
  return iconv.encode(xml, 'gb18030');
}

/** @throws ProtocolError */
export function readEnvelope(bytes: Uint8Array): Envelope {
  return new EnvelopeReader().read(decode(bytes));
}

function elements(fields: Fields): string {
  let xml = '';
  for (const [name, value] of fields) {
    requireGb18030(name, value);
    xml += `<${name}>${escape(value)}</${name}>`;
  }
  return xml;
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const escape = (value: string): string => value.replaceAll(/[&<>]/g, (character) => escapes[character] ?? character);

/** GB18030 reaches all of Unicode, but for some private-use characters that its editions give to different code points. */
function requireGb18030(name: string, value: string): void {
  if (/^[\x20-\x7E]*$/.test(value) || decoder.decode(iconv.encode(value, 'gb18030')) === value) return;
  throw new RangeError(`${name}: 含 GB18030 无法表示的字符 / has a character that GB18030 cannot hold`);
}

function decode(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new ProtocolError('encoding', 'bytes');
  }
}

class EnvelopeReader {
  readonly #parser = new SaxesParser({ xmlns: false });
  readonly #found = new Map<string, Fields>();
  #path: string[] = [];
  #value = '';
  #declared = false;
  #fault: ProtocolError | null = null;

  constructor() {
    this.#parser.on('error', (error) => this.#refuse('xml', error.message));
    this.#parser.on('xmldecl', ({ encoding }) => {
      this.#declared = true;
      if (encoding?.toUpperCase() !== 'GB18030') this.#refuse('encoding', `encoding="${encoding ?? ''}"`);
    });
    this.#parser.on('doctype', () => this.#refuse('doctype', '<!DOCTYPE>'));
    this.#parser.on('processinginstruction', () => this.#refuse('structure', '<?…?>'));
    this.#parser.on('comment', () => this.#refuse('structure', '<!--…-->'));
    this.#parser.on('opentag', ({ name, attributes }) => this.#open(name, Object.keys(attributes).length));
    this.#parser.on('closetag', () => this.#close());
    this.#parser.on('text', (text) => this.#take(text));
    this.#parser.on('cdata', (text) => this.#take(text));
  }

  read(xml: string): Envelope {
    this.#parser.write(xml);
    if (!this.#fault) this.#parser.close();
    if (!this.#fault && !this.#declared) this.#refuse('encoding', '<?xml encoding?>');
    const [head, body] = sections.map((section) => this.#found.get(section));
    if (!this.#fault && (!head || !body)) this.#refuse('structure', head ? '<body>' : '<sys-header>');
    if (this.#fault) throw this.#fault;
    return { head: head ?? new Map(), body: body ?? new Map() };
  }

  #open(name: string, attributes: number): void {
    this.#path.push(name);
    const [, section = ''] = this.#path;
    if (attributes > 0 || !this.#isExpected(name, section)) this.#refuse('structure', `<${this.#path.join('/')}>`);
    if (this.#path.length === 2) this.#found.set(section, new Map());
    this.#value = '';
  }

  /** The sections in their order, each once, with fields that hold text only, each once. */
  #isExpected(name: string, section: string): boolean {
    switch (this.#path.length) {
      case 1:
        return name === 'service';
      case 2:
        return name === sections[this.#found.size];
      case 3:
        return this.#found.get(section)?.has(name) === false;
      default:
        return false;
    }
  }

  #close(): void {
    const [, section = '', name = ''] = this.#path;
    if (this.#path.length === 3) this.#found.get(section)?.set(name, this.#value);
    this.#path.pop();
  }

  #take(text: string): void {
    if (this.#path.length === 3) this.#value += text;
    else if (text.trim() !== '') this.#refuse('structure', `text in <${this.#path.join('/')}>`);
  }

  /** The first fault is the cause of those that follow. */
  #refuse(code: 'xml' | 'encoding' | 'doctype' | 'structure', place: string): void {
    this.#fault ??= new ProtocolError(code, place);
  }
}
