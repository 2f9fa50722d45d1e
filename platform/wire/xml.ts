/** XML of a known shape, read as it comes and held to bounds: no document type, no entities of its own, no comments, no attributes. */
import { SaxesParser } from 'saxes';
import { WireError } from './wire-error.ts';
import type { WireFault } from './wire-error.ts';

export interface XmlBounds {
  /** Encodings that the declaration may name, in capitals. */
  encodings: readonly string[];
  maxDepth: number;
  maxElements: number;
  /** Characters of one element's text. */
  maxText: number;
}

/** What an element means. Throws WireError at what is not as agreed. */
export interface XmlEvents {
  opened(path: readonly string[]): void;
  /** `text` is that of an element without elements in it; of others it is empty. */
  closed(path: readonly string[], text: string): void;
}

export class XmlReader {
  readonly #parser = new SaxesParser({ xmlns: false });
  readonly #bounds: XmlBounds;
  readonly #events: XmlEvents;
  readonly #path: string[] = [];
  #text = '';
  /** Whether the element that is open has elements in it. */
  #hasElements = false;
  #elements = 0;
  #declared = false;
  #fault: WireError | null = null;

  constructor(bounds: XmlBounds, events: XmlEvents) {
    this.#bounds = bounds;
    this.#events = events;
    this.#parser.on('error', (error) => this.#refuse('xml', error.message));
    this.#parser.on('xmldecl', ({ encoding }) => this.#declare(encoding ?? ''));
    this.#parser.on('doctype', () => this.#refuse('doctype', '<!DOCTYPE>'));
    this.#parser.on('processinginstruction', () => this.#refuse('structure', '<?…?>'));
    this.#parser.on('comment', () => this.#refuse('structure', '<!--…-->'));
    this.#parser.on('opentag', ({ name, attributes }) => this.#open(name, Object.keys(attributes).length));
    this.#parser.on('closetag', () => this.#close());
    this.#parser.on('text', (text) => this.#take(text));
    this.#parser.on('cdata', (text) => this.#take(text));
  }

  /** @throws WireError */
  write(text: string): void {
    this.#parser.write(text);
    if (this.#fault) throw this.#fault;
  }

  /** @throws WireError */
  end(): void {
    this.#parser.close();
    if (!this.#declared) this.#refuse('encoding', '<?xml encoding?>');
    if (this.#fault) throw this.#fault;
  }

  #declare(encoding: string): void {
    this.#declared = true;
    if (!this.#bounds.encodings.includes(encoding.toUpperCase())) this.#refuse('encoding', `encoding="${encoding}"`);
  }

  #open(name: string, attributes: number): void {
    if (this.#fault) return;
    if (this.#text.trim() !== '') return this.#refuse('structure', `text in <${this.#path.join('/')}>`);
    this.#path.push(name);
    this.#text = '';
    this.#hasElements = false;
    this.#elements += 1;
    if (attributes > 0) return this.#refuse('structure', `<${this.#path.join('/')} …>`);
    if (this.#path.length > this.#bounds.maxDepth) return this.#refuse('size', `depth ${this.#path.length}`);
    if (this.#elements > this.#bounds.maxElements) return this.#refuse('size', `elements ${this.#elements}`);
    this.#attempt(() => this.#events.opened(this.#path));
  }

  #close(): void {
    if (this.#fault) return;
    if (this.#hasElements && this.#text.trim() !== '') return this.#refuse('structure', `text in <${this.#path.join('/')}>`);
    const text = this.#hasElements ? '' : this.#text;
    this.#attempt(() => this.#events.closed(this.#path, text));
    this.#path.pop();
    this.#text = '';
    this.#hasElements = true;
  }

  #take(text: string): void {
    this.#text += text;
    if (this.#text.length > this.#bounds.maxText) this.#refuse('size', `<${this.#path.join('/')}>`);
  }

  #attempt(tell: () => void): void {
    try {
      tell();
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      this.#fault ??= error;
    }
  }

  /** The first fault is the cause of those that follow. */
  #refuse(code: WireFault, place: string): void {
    this.#fault ??= new WireError(code, place);
  }
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
export const escapeXml = (text: string): string => text.replaceAll(/[&<>]/g, (character) => escapes[character] ?? character);

/** Text of an element, or elements in it; null and undefined leave it out. */
export type XmlValue = string | XmlTree | readonly XmlTree[] | null | undefined;
export interface XmlTree {
  readonly [name: string]: XmlValue;
}

/** Elements in the order of the keys; a list repeats its element. */
export function writeXml(tree: XmlTree): string {
  return Object.entries(tree)
    .flatMap(([name, value]) => (isList(value) ? value : [value]).map((each) => element(name, each)))
    .join('');
}

const isList = (value: XmlValue): value is readonly XmlTree[] => Array.isArray(value);

function element(name: string, value: string | XmlTree | null | undefined): string {
  if (value === null || value === undefined) return '';
  return `<${name}>${typeof value === 'string' ? escapeXml(value) : writeXml(value)}</${name}>`;
}
