/** A plain A4 paper with an embedded Chinese font: a title, facts in two columns, a table that goes on over pages, paragraphs, page numbers. */
import { createRequire } from 'node:module';
import Kit from 'pdfkit';

const fontFile = createRequire(import.meta.url).resolve('@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf');

export interface PaperColumn {
  readonly title: string;
  /** Share of the width. */
  readonly share: number;
  readonly align: 'left' | 'right';
}

export type Part =
  | { readonly kind: 'facts'; readonly facts: readonly (readonly [string, string])[] }
  | {
      readonly kind: 'table';
      readonly columns: readonly PaperColumn[];
      readonly rows: readonly (readonly string[])[];
      readonly total?: readonly string[];
    }
  | { readonly kind: 'text'; readonly lines: readonly string[] }
  /** A numbered part of a contract: its heading, and what it says. */
  | { readonly kind: 'clause'; readonly title: string; readonly lines: readonly string[] };

export interface Paper {
  readonly title: string;
  /** Who made it, when, and its number: at the foot of every page. */
  readonly foot: string;
  readonly parts: readonly Part[];
  /** Instant of the file's own dates, so that the same content is the same file. */
  readonly madeAt: Date;
}

const margin = 48;
const footHeight = 36;
const [ink, grey, rule] = ['#1d2129', '#4e5969', '#c9cdd4'];

export async function printPaper(paper: Paper): Promise<Buffer> {
  const pdf = new Kit({
    size: 'A4',
    margins: { top: margin, left: margin, right: margin, bottom: margin + footHeight },
    bufferPages: true,
    info: { Title: paper.title, CreationDate: paper.madeAt, ModDate: paper.madeAt },
  });
  const chunks: Buffer[] = [];
  pdf.on('data', (chunk: Buffer) => chunks.push(chunk));
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>();
  pdf.once('end', resolve);
  pdf.once('error', reject);
  pdf.font(fontFile).fillColor(ink).fontSize(16).text(paper.title, { align: 'center' }).moveDown(0.8);
  for (const part of paper.parts) draw(pdf, part);
  numberPages(pdf, paper.foot);
  pdf.end();
  await ended;
  return Buffer.concat(chunks);
}

/** Pages of a paper that was printed here. */
export const pagesOf = (pdf: Buffer): number => pdf.toString('latin1').match(/\/Type \/Page\b/g)?.length ?? 0;

type Pdf = PDFKit.PDFDocument;

const widthOf = (pdf: Pdf): number => pdf.page.width - 2 * margin;
const bottomOf = (pdf: Pdf): number => pdf.page.height - margin - footHeight;

function draw(pdf: Pdf, part: Part): void {
  pdf.x = margin;
  switch (part.kind) {
    case 'facts':
      return drawFacts(pdf, part.facts);
    case 'table':
      return drawTable(pdf, part);
    case 'clause':
      return drawClause(pdf, part);
    case 'text':
      pdf.fontSize(11).fillColor(ink);
      for (const line of part.lines) pdf.text(line, { lineGap: 6, indent: 22 }).moveDown(0.4);
      pdf.moveDown(0.6);
  }
}

function drawClause(pdf: Pdf, { title, lines }: Extract<Part, { kind: 'clause' }>): void {
  // A heading stands on the page of its first line.
  if (pdf.y + 48 > bottomOf(pdf)) pdf.addPage();
  pdf.fontSize(11).fillColor(ink).text(title, { lineGap: 4 });
  pdf.fontSize(10);
  for (const line of lines) pdf.text(line, { lineGap: 4, indent: 20 });
  pdf.moveDown(0.6);
}

function drawFacts(pdf: Pdf, facts: readonly (readonly [string, string])[]): void {
  const half = widthOf(pdf) / 2;
  const label = 84;
  for (let index = 0; index < facts.length; index += 2) {
    const pair = facts.slice(index, index + 2);
    pdf.fontSize(9);
    const height = Math.max(...pair.map(([, value]) => pdf.heightOfString(value, { width: half - label - 8 }))) + 5;
    if (pdf.y + height > bottomOf(pdf)) pdf.addPage();
    const top = pdf.y;
    for (const [column, [name, value]] of pair.entries()) {
      const left = margin + column * half;
      pdf.fillColor(grey).text(name, left, top, { width: label });
      pdf.fillColor(ink).text(value, left + label, top, { width: half - label - 8 });
    }
    pdf.y = top + height;
  }
  pdf.moveDown(0.6);
}

function drawTable(pdf: Pdf, { columns, rows, total }: Extract<Part, { kind: 'table' }>): void {
  const shares = columns.reduce((sum, column) => sum + column.share, 0);
  const widths = columns.map((column) => (widthOf(pdf) * column.share) / shares);
  const line = (cells: readonly string[], color: string): void => {
    pdf.fontSize(8.5);
    const height = Math.max(...cells.map((cell, index) => pdf.heightOfString(cell, { width: (widths[index] ?? 0) - 8 }))) + 6;
    if (pdf.y + height > bottomOf(pdf)) {
      pdf.addPage();
      head();
    }
    const top = pdf.y;
    let left = margin;
    for (const [index, cell] of cells.entries()) {
      const width = widths[index] ?? 0;
      pdf.fillColor(color).text(cell, left + 4, top + 3, { width: width - 8, align: columns[index]?.align ?? 'left' });
      left += width;
    }
    pdf.y = top + height;
    pdf
      .moveTo(margin, pdf.y)
      .lineTo(margin + widthOf(pdf), pdf.y)
      .lineWidth(0.4)
      .strokeColor(rule)
      .stroke();
  };
  const head = (): void => {
    pdf.fontSize(8.5);
    const top = pdf.y;
    let left = margin;
    for (const [index, column] of columns.entries()) {
      const width = widths[index] ?? 0;
      pdf.fillColor(grey).text(column.title, left + 4, top + 3, { width: width - 8, align: column.align });
      left += width;
    }
    pdf.y = top + 18;
    pdf
      .moveTo(margin, pdf.y)
      .lineTo(margin + widthOf(pdf), pdf.y)
      .lineWidth(0.8)
      .strokeColor(ink)
      .stroke();
  };
  head();
  for (const row of rows) line(row, ink);
  if (total) line(total, ink);
  pdf.moveDown(0.8);
}

function numberPages(pdf: Pdf, foot: string): void {
  const { start, count } = pdf.bufferedPageRange();
  for (let page = start; page < start + count; page += 1) {
    pdf.switchToPage(page);
    // Beyond the bottom margin, where text would otherwise open another page.
    pdf.page.margins.bottom = 0;
    const top = pdf.page.height - margin;
    pdf
      .fontSize(8)
      .fillColor(grey)
      .text(foot, margin, top, { width: widthOf(pdf) - 80, lineBreak: false });
    pdf.text(`${page - start + 1} / ${count}`, pdf.page.width - margin - 80, top, { width: 80, align: 'right', lineBreak: false });
  }
}
