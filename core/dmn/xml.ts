/** XML → elements that remember where they stand, so that every refusal can point at a line and a column. */
import { SaxesParser } from 'saxes';
import { DmnError } from '#core/feel/error.ts';
import { positionIn, type Position, type Source } from '#core/feel/syntax/source.ts';

export interface Element {
  readonly name: string;
  readonly namespace: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  /** Decoded character data. */
  readonly text: string;
  /** Offset in the file of the first character after the opening tag. */
  readonly contentAt: number;
  readonly file: XmlFile;
}

export interface XmlFile {
  readonly name: string;
  readonly text: string;
}

interface Growing {
  name: string;
  namespace: string;
  attributes: Record<string, string>;
  children: Growing[];
  text: string;
  contentAt: number;
  file: XmlFile;
}

export function parseXml(text: string, fileName: string): Element {
  const file: XmlFile = { name: fileName, text };
  const parser = new SaxesParser({ xmlns: true, fileName });
  const open: Growing[] = [];
  let root: Growing | undefined;
  let failure: Error | undefined;
  parser.on('error', (error) => {
    failure ??= error;
  });
  parser.on('opentag', (tag) => {
    const element: Growing = {
      name: tag.local,
      namespace: tag.uri,
      attributes: {},
      children: [],
      text: '',
      contentAt: parser.position,
      file,
    };
    for (const attribute of Object.values(tag.attributes))
      element.attributes[attribute.uri === '' ? attribute.local : attribute.name] = attribute.value;
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  });
  parser.on('text', (data) => {
    const current = open.at(-1);
    if (current) current.text += data;
  });
  parser.on('cdata', (data) => {
    const current = open.at(-1);
    if (current) current.text += data;
  });
  parser.on('closetag', () => {
    open.pop();
  });
  parser.write(text);
  if (!failure) parser.close();
  if (failure) {
    const place = { file: fileName, line: parser.line, column: parser.column + 1, element: 'XML' };
    throw new DmnError(place, `不是合格的 XML：${failure.message}`, `not well-formed XML: ${failure.message}`);
  }
  if (!root) throw new DmnError({ file: fileName, line: 1, column: 1, element: 'XML' }, '文件为空', 'the file is empty');
  return root;
}

/** The place of the opening tag of an element. */
export function placeOf(element: Element): Position {
  const tag = element.file.text.lastIndexOf('<', element.contentAt - 1);
  return positionIn(element.file.text, Math.max(tag, 0));
}

export function refuseElement(element: Element, label: string, zh: string, en: string): DmnError {
  return new DmnError({ file: element.file.name, ...placeOf(element), element: label }, zh, en);
}

/** The text of an element as a FEEL source. */
export function sourceOf(element: Element, label: string): Source {
  return {
    text: element.text,
    file: element.file.name,
    element: label,
    origin: (offset) => positionIn(element.file.text, rawOffset(element.file.text, element.contentAt, offset)),
  };
}

/** Walks the raw characters of an element's content until `offset` decoded characters have passed. */
function rawOffset(raw: string, start: number, offset: number): number {
  let at = start;
  let passed = 0;
  while (at < raw.length) {
    const mark = /^(?:<!\[CDATA\[|\]\]>|<!--.*?-->)/s.exec(raw.slice(at, at + 2000));
    if (mark) {
      at += mark[0].length;
      continue;
    }
    if (passed >= offset) return at;
    const entity = /^&(?:#x?[0-9a-fA-F]+|\w+);/.exec(raw.slice(at, at + 12));
    at += entity ? entity[0].length : raw.startsWith('\r\n', at) ? 2 : 1;
    passed += 1;
  }
  return at;
}

export function child(element: Element, name: string): Element | undefined {
  return element.children.find((each) => each.name === name);
}

export function childrenNamed(element: Element, name: string): Element[] {
  return element.children.filter((each) => each.name === name);
}
