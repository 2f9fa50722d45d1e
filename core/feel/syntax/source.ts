/**
 * Where a piece of FEEL text came from. Offsets count in the decoded text; `origin` turns them into the line and column of the file,
 * which differ when the file writes `&gt;` for `>`.
 */
export interface Source {
  readonly text: string;
  readonly file: string;
  /** The element that holds the text, for people: `decision "Score" › rule 3 › input 2`. */
  readonly element: string;
  readonly origin: (offset: number) => Position;
}

export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A stretch of one source. */
export interface Span {
  readonly source: Source;
  readonly from: number;
  readonly to: number;
}

/** A source that is a text of its own, such as an expression typed by a person. */
export function plainSource(text: string, file = 'expression', element = 'expression'): Source {
  return { text, file, element, origin: (offset) => positionIn(text, offset) };
}

export function positionIn(text: string, offset: number): Position {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return { line, column: offset - before.lastIndexOf('\n') };
}

export function wholeOf(source: Source): Span {
  return { source, from: 0, to: source.text.length };
}
