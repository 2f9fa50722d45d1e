/** One line of two texts set against each other. */
export interface DifferenceLine {
  readonly kind: 'same' | 'gone' | 'new';
  readonly text: string;
  /** 1-based line in the text before, in the text after. */
  readonly before: number | null;
  readonly after: number | null;
}

/** Beyond this many cells the longest common run is not searched; the middle is then shown as replaced as a whole. */
const mostCells = 4_000_000;

/** What a proposal shows of one side: text as it is, anything else as sorted JSON, nothing as no lines. */
export function linesOf(side: unknown): string[] {
  if (side === null || side === undefined) return [];
  const text = typeof side === 'string' ? side : JSON.stringify(side, null, 2);
  return text.replace(/\n$/, '').split('\n');
}

/** Longest common subsequence of lines, after the equal head and tail are taken off. */
export function differenceOf(before: readonly string[], after: readonly string[]): DifferenceLine[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < before.length - head && tail < after.length - head && before[before.length - 1 - tail] === after[after.length - 1 - tail])
    tail += 1;
  const same = (from: number, to: number, shift: number): DifferenceLine[] =>
    before.slice(from, to).map((text, index) => ({ kind: 'same', text, before: from + index + 1, after: from + index + 1 + shift }));
  const middle = middleOf(before.slice(head, before.length - tail), after.slice(head, after.length - tail), head);
  return [...same(0, head, 0), ...middle, ...same(before.length - tail, before.length, after.length - before.length)];
}

function middleOf(before: readonly string[], after: readonly string[], offset: number): DifferenceLine[] {
  const gone = (index: number): DifferenceLine => ({ kind: 'gone', text: before[index] ?? '', before: offset + index + 1, after: null });
  const added = (index: number): DifferenceLine => ({ kind: 'new', text: after[index] ?? '', before: null, after: offset + index + 1 });
  if (before.length * after.length > mostCells) return [...before.map((_, index) => gone(index)), ...after.map((_, index) => added(index))];
  const width = after.length + 1;
  const common = new Uint32Array((before.length + 1) * width);
  for (let i = before.length - 1; i >= 0; i -= 1) {
    for (let j = after.length - 1; j >= 0; j -= 1) {
      const cell =
        before[i] === after[j]
          ? (common[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(common[(i + 1) * width + j] ?? 0, common[i * width + j + 1] ?? 0);
      common[i * width + j] = cell;
    }
  }
  const lines: DifferenceLine[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      lines.push({ kind: 'same', text: before[i] ?? '', before: offset + i + 1, after: offset + j + 1 });
      i += 1;
      j += 1;
    } else if (j >= after.length || (i < before.length && (common[(i + 1) * width + j] ?? 0) >= (common[i * width + j + 1] ?? 0))) {
      lines.push(gone(i));
      i += 1;
    } else {
      lines.push(added(j));
      j += 1;
    }
  }
  return lines;
}

export interface Fold {
  readonly kind: 'fold';
  readonly count: number;
}

/** Long runs of equal lines fold away, leaving a few around each change. */
export function fold(lines: readonly DifferenceLine[], around = 3): (DifferenceLine | Fold)[] {
  const near = new Set<number>();
  for (const [index, line] of lines.entries()) {
    if (line.kind === 'same') continue;
    for (let at = index - around; at <= index + around; at += 1) near.add(at);
  }
  const folded: (DifferenceLine | Fold)[] = [];
  let run = 0;
  for (const [index, line] of lines.entries()) {
    if (near.has(index)) {
      if (run > 0) folded.push({ kind: 'fold', count: run });
      run = 0;
      folded.push(line);
    } else run += 1;
  }
  if (run > 0) folded.push({ kind: 'fold', count: run });
  return folded;
}
