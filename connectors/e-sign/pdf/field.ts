import { appendRevision, nextNumber, readPdf } from './file.ts';
import type { PdfFile } from './file.ts';
import { PdfError, readArray, readText, referenceIn, writeDictionary, writeText } from './syntax.ts';

/** DER bytes that a signature may take: signature, certificates and time-stamp are a third of it. */
const reservedBytes = 16_384;
const digits = 10;

export interface FieldRequest {
  /** The field's name, unique in the paper: who signs, such as `borrower`. */
  field: string;
  signerName: string;
  reason: string;
  /** Stated by the signer's side; the trusted time is the time-stamp's. */
  at: Temporal.Instant;
}

export interface Prepared {
  /** Whole but for the signature itself. */
  pdf: Buffer;
  /** What is signed: all but the hexadecimal text of the signature and its brackets. */
  ranges: readonly [number, number, number, number];
}

/** Adds a signature field in a revision of its own, with room for the signature. @throws PdfError */
export function prepareField(bytes: Buffer, request: FieldRequest): Prepared {
  const file = readPdf(bytes);
  const first = nextNumber(file);
  const [signature, widget, form] = [first, first + 1, first + 2];
  const page = firstPage(file);
  const objects = new Map<number, string>([
    [signature, signatureDictionary(request)],
    [widget, widgetDictionary(request.field, signature, page)],
    [page, withAnnotation(file, page, widget)],
    ...withField(file, request.field, widget, form),
  ]);
  const pdf = appendRevision(file, objects);
  return fillRanges(pdf, bytes.length);
}

function signatureDictionary({ signerName, reason, at }: FieldRequest): string {
  const zero = '0'.repeat(digits);
  return [
    '<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached',
    `/Name ${writeText(signerName)} /Reason ${writeText(reason)} /M (${dateText(at)})`,
    `/ByteRange [0 ${zero} ${zero} ${zero}]`,
    `/Contents <${'0'.repeat(2 * reservedBytes)}> >>`,
  ].join('\n');
}

/** `D:20261120103000+08'00'` */
function dateText(at: Temporal.Instant): string {
  const local = at.toZonedDateTimeISO('Asia/Shanghai').toPlainDateTime().toString({ smallestUnit: 'second' });
  return `D:${local.replaceAll(/[-:T]/g, '')}+08'00'`;
}

/** Without a place on the page: the paper says in words who signs. Flags: printed, locked. */
const widgetDictionary = (field: string, signature: number, page: number): string =>
  `<< /Type /Annot /Subtype /Widget /FT /Sig /T ${writeText(field)} /V ${signature} 0 R /P ${page} 0 R /Rect [0 0 0 0] /F 132 >>`;

function rootOf(file: PdfFile): number {
  const root = referenceIn(file.trailer.get('Root'));
  if (root === null) throw new PdfError('PDF 缺少目录 / the trailer names no catalogue');
  return root;
}

function firstPage(file: PdfFile): number {
  let node = referenceIn(file.dictionary(rootOf(file)).get('Pages'));
  for (let depth = 0; node !== null && depth < 50; depth += 1) {
    const { kind, kids } = nodeOf(file, node);
    if (kind === '/Page') return node;
    node = referenceIn(kids[0]);
  }
  throw new PdfError('PDF 没有页面 / no page');
}

function nodeOf(file: PdfFile, number: number): { kind: string | undefined; kids: string[] } {
  const node = file.dictionary(number);
  const kids = node.get('Kids');
  return { kind: node.get('Type'), kids: kids === undefined ? [] : arrayOf(file, kids) };
}

function arrayOf(file: PdfFile, value: string | undefined): string[] {
  if (value === undefined) return [];
  const number = referenceIn(value);
  return readArray(number === null ? value : file.value(number));
}

function withAnnotation(file: PdfFile, page: number, widget: number): string {
  const dictionary = file.dictionary(page);
  dictionary.set('Annots', `[${[...arrayOf(file, dictionary.get('Annots')), `${widget} 0 R`].join(' ')}]`);
  return writeDictionary(dictionary);
}

/** The form, made with the first signature and changed by those after it. SigFlags 3: there are signatures; change the file by appending only. */
function withField(file: PdfFile, name: string, widget: number, fresh: number): [number, string][] {
  const root = rootOf(file);
  const catalogue = file.dictionary(root);
  const entry = catalogue.get('AcroForm');
  const form = file.follow(entry) ?? new Map<string, string>();
  const fields = arrayOf(file, form.get('Fields'));
  if (fields.some((field) => fieldName(file, field) === name))
    throw new PdfError(`签名域 ${name} 已存在 / the field ${name} is signed already`);
  form.set('Fields', `[${[...fields, `${widget} 0 R`].join(' ')}]`).set('SigFlags', '3');
  const number = referenceIn(entry);
  if (number !== null) return [[number, writeDictionary(form)]];
  catalogue.set('AcroForm', `${fresh} 0 R`);
  return [
    [fresh, writeDictionary(form)],
    [root, writeDictionary(catalogue)],
  ];
}

function fieldName(file: PdfFile, field: string): string | null {
  const name = file.follow(field)?.get('T');
  return name === undefined ? null : readText(name);
}

/** Writes the four numbers over their zeros: nothing moves. The placeholders are those of the revision that begins at `from`. */
function fillRanges(pdf: Buffer, from: number): Prepared {
  const rangeAt = pdf.indexOf('/ByteRange [0 ', from, 'latin1');
  const open = pdf.indexOf('/Contents <', from, 'latin1') + '/Contents '.length;
  const close = open + 2 * reservedBytes + 2;
  const ranges = [0, open, close, pdf.length - close] as const;
  const numbers = ranges.slice(1).map((number) => String(number).padStart(digits, '0'));
  pdf.write(numbers.join(' '), rangeAt + '/ByteRange [0 '.length, 'latin1');
  return { pdf, ranges };
}

export const signedBytes = (pdf: Buffer, [a, b, c, d]: Prepared['ranges']): Buffer =>
  Buffer.concat([pdf.subarray(a, a + b), pdf.subarray(c, c + d)]);

/** The prepared file with the signature in its place. @throws PdfError when it is larger than its room */
export function putSignature({ pdf, ranges }: Prepared, cms: Uint8Array): Buffer {
  if (cms.length > reservedBytes)
    throw new PdfError(`签名 ${cms.length} 字节，超过预留 ${reservedBytes} / the signature is larger than its room`);
  const whole = Buffer.from(pdf);
  whole.write(Buffer.from(cms).toString('hex').toUpperCase(), ranges[1] + 1, 'latin1');
  return whole;
}

export interface FoundSignature {
  field: string;
  signerName: string;
  reason: string;
  ranges: readonly [number, number, number, number];
  cms: Buffer;
}

/** Every signature of a paper, in the order they were made. @throws PdfError */
export function findSignatures(bytes: Buffer): FoundSignature[] {
  const file = readPdf(bytes);
  const form = file.follow(file.dictionary(rootOf(file)).get('AcroForm'));
  const found = arrayOf(file, form?.get('Fields')).flatMap((entry) => {
    const field = file.follow(entry);
    const signature = field?.get('FT') === '/Sig' ? file.follow(field.get('V')) : null;
    return field && signature ? [foundSignature(field, signature)] : [];
  });
  return found.toSorted((one, other) => endOf(one.ranges) - endOf(other.ranges));
}

export const endOf = ([, , start, length]: FoundSignature['ranges']): number => start + length;

function foundSignature(field: Map<string, string>, signature: Map<string, string>): FoundSignature {
  const [a, b, c, d, more] = readArray(signature.get('ByteRange') ?? '[]').map(Number);
  const contents = signature.get('Contents') ?? '';
  if (a === undefined || b === undefined || c === undefined || d === undefined || more !== undefined || !contents.startsWith('<'))
    throw new PdfError('签名缺少范围或内容 / a signature has no range or no content');
  const text = (name: string, dictionary: Map<string, string>): string => readText(dictionary.get(name) ?? '()');
  return {
    field: text('T', field),
    signerName: text('Name', signature),
    reason: text('Reason', signature),
    ranges: [a, b, c, d],
    cms: derIn(Buffer.from(contents.slice(1, -1), 'hex')),
  };
}

/** The first DER value: the room after it is zeros. */
function derIn(room: Buffer): Buffer {
  const lengthByte = room[1] ?? 0;
  const size = lengthByte & 0x7f;
  if (lengthByte < 0x80) return room.subarray(0, 2 + lengthByte);
  if (size > 4 || size === 0 || room.length < 2 + size) throw new PdfError('签名内容不是 DER / the signature is not DER');
  return room.subarray(0, 2 + size + room.readUIntBE(2, size));
}
