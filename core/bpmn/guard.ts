/** The first look at a file from outside: bounded in size, depth and number before anything builds a tree of it. */
import { SaxesParser, type SaxesAttributeNS } from 'saxes';
import { extensionUri } from './extension.ts';
import { finding, type Finding, type Place } from './findings.ts';

/** Characters. The largest process seen in practice, pictures of labels included, has a tenth of this. */
export const mostCharacters = 2_000_000;
export const mostElements = 20_000;
export const deepestElement = 64;
/** Characters read before it is asked whether to go on. */
const chunk = 32_768;

export const modelUri = 'http://www.omg.org/spec/BPMN/20100524/MODEL';

/** Read by moddle, and needed by none of ours: the drawing. */
const drawing = new Set([
  'http://www.omg.org/spec/BPMN/20100524/DI',
  'http://www.omg.org/spec/DD/20100524/DC',
  'http://www.omg.org/spec/DD/20100524/DI',
  'http://bpmn.io/schema/bpmn/biocolor/1.0',
  'http://www.omg.org/spec/BPMN/non-normative/color/1.0',
]);

const vendors: Readonly<Record<string, string>> = {
  'http://camunda.org/schema/zeebe/1.0': 'zeebe',
  'http://camunda.org/schema/1.0/bpmn': 'camunda',
  'http://camunda.org/schema/modeler/1.0': 'Camunda Modeler',
  'http://activiti.org/bpmn': 'activiti',
  'http://flowable.org/bpmn': 'flowable',
};

const xmlUris = new Set([
  '',
  'http://www.w3.org/XML/1998/namespace',
  'http://www.w3.org/2000/xmlns/',
  'http://www.w3.org/2001/XMLSchema-instance',
]);

const idPattern = /^[\p{L}_][\p{L}\p{N}_.-]{0,99}$/u;

/** Findings that keep the file from being read, or notes about what will have no effect. */
export function guardXml(xml: string): Finding[] {
  if (xml.length > mostCharacters) return [finding('too_large', whole, `${mostCharacters / 1_000_000} MB`)];
  const look = new Look();
  for (let at = 0; at < xml.length && !look.isOver; at += chunk) look.read(xml.slice(at, at + chunk));
  return look.close();
}

const whole: Place = { id: '', name: '' };

class Look {
  private readonly parser = new SaxesParser({ xmlns: true });
  private readonly findings: Finding[] = [];
  private readonly ids = new Set<string>();
  private readonly noted = new Set<string>();
  private depth = 0;
  private elements = 0;
  /** Nothing more is worth reading. */
  isOver = false;

  constructor() {
    this.parser.on('error', (error) => this.stop(finding('malformed', this.here(), error.message)));
    this.parser.on('doctype', () => this.stop(finding('doctype', this.here())));
    this.parser.on('opentag', (tag) => {
      this.open(tag.uri, tag.local, Object.values(tag.attributes));
    });
    this.parser.on('closetag', () => {
      this.depth -= 1;
    });
  }

  read(text: string): void {
    this.parser.write(text);
  }

  close(): Finding[] {
    if (!this.isOver) this.parser.close();
    return this.findings;
  }

  private here(id = ''): Place {
    return { id, name: '', line: this.parser.line };
  }

  private stop(found: Finding): void {
    if (!this.isOver) this.findings.push(found);
    this.isOver = true;
  }

  private open(uri: string, local: string, attributes: readonly SaxesAttributeNS[]): void {
    if (this.isOver) return;
    this.depth += 1;
    this.elements += 1;
    if (this.elements === 1 && (uri !== modelUri || local !== 'definitions')) return this.stop(finding('not_bpmn', this.here()));
    if (this.depth > deepestElement) return this.stop(finding('too_deep', this.here(), String(deepestElement)));
    if (this.elements > mostElements) return this.stop(finding('too_many_elements', this.here(), String(mostElements)));
    const id = attributes.find((attribute) => attribute.name === 'id')?.value;
    if (id !== undefined) this.takeId(id);
    for (const each of [uri, ...attributes.map((attribute) => attribute.uri)]) this.takeNamespace(each, id ?? '');
  }

  private takeId(id: string): void {
    if (!idPattern.test(id) || id === '__proto__') this.findings.push(finding('bad_id', this.here(), id.slice(0, 100)));
    else if (this.ids.has(id)) this.findings.push(finding('duplicate_id', this.here(id), id));
    this.ids.add(id);
  }

  private takeNamespace(uri: string, id: string): void {
    if (uri === modelUri || uri === extensionUri || drawing.has(uri) || xmlUris.has(uri) || this.noted.has(uri)) return;
    this.noted.add(uri);
    const vendor = vendors[uri];
    this.findings.push(
      vendor === undefined
        ? finding('unknown_namespace', this.here(id), uri.slice(0, 200))
        : finding('vendor_extension', this.here(id), vendor),
    );
  }
}
