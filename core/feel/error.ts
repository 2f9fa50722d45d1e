import type { Source, Span } from './syntax/source.ts';

export type DmnErrorCode = 'syntax' | 'structure' | 'unknown_name' | 'type_clash' | 'outside_profile' | 'inexact';

/** A model or expression that cannot be taken as it is. Names the place and the cure, in Chinese first. */
export class DmnError extends Error {
  readonly code: DmnErrorCode;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly element: string;
  readonly expression?: string;
  readonly zh: string;
  readonly en: string;

  constructor(
    place: { file: string; line: number; column: number; element: string; expression?: string },
    zh: string,
    en: string,
    code: DmnErrorCode = 'structure',
  ) {
    super(`${place.file}:${place.line}:${place.column} ${zh} / ${en}${place.expression === undefined ? '' : ` — ${place.expression}`}`);
    this.name = 'DmnError';
    this.code = code;
    this.file = place.file;
    this.line = place.line;
    this.column = place.column;
    this.element = place.element;
    if (place.expression !== undefined) this.expression = place.expression;
    this.zh = zh;
    this.en = en;
  }
}

/** The error for one stretch of FEEL text. */
export function refusal(at: Span, zh: string, en: string, code: DmnErrorCode = 'syntax'): DmnError {
  const place = { file: at.source.file, ...at.source.origin(at.from), element: at.source.element, expression: excerpt(at.source, at) };
  return new DmnError(place, zh, en, code);
}

function excerpt(source: Source, at: Span): string {
  const text = source.text.slice(at.from, at.to).trim();
  return text === '' ? source.text.trim() : text;
}

/** A value that breaks a promise of the model while it runs: two rules of a UNIQUE table, an input of the wrong type. */
export class DecisionError extends Error {
  readonly code: 'unique_violated' | 'any_violated' | 'input_refused';
  readonly place: string;
  readonly zh: string;
  readonly en: string;

  constructor(code: DecisionError['code'], place: string, zh: string, en: string) {
    super(`${place}: ${zh} / ${en}`);
    this.name = 'DecisionError';
    this.code = code;
    this.place = place;
    this.zh = zh;
    this.en = en;
  }
}
