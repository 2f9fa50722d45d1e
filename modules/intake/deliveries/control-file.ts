import type { FileRefusalCode } from '../reasons.ts';

/** What the sender wrote beside the file, last of all: `key=value` lines. */
export interface ControlFile {
  file: string;
  rows: number;
  bytes: number;
  date: string;
  encoding: string;
  md5: string;
}

export interface FileFault {
  code: FileRefusalCode;
  /** The place: what was promised and what was found. */
  detail: string;
}

const forms: Record<keyof ControlFile, RegExp> = {
  file: /^.{1,200}$/,
  rows: /^[0-9]{1,12}$/,
  bytes: /^[0-9]{1,15}$/,
  date: /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/,
  encoding: /^[A-Za-z0-9_-]{1,20}$/,
  md5: /^[0-9a-fA-F]{32}$/,
};

export function parseControlFile(text: string): ControlFile | FileFault {
  const values = new Map<string, string>();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const at = line.indexOf('=');
    const key = line.slice(0, at).trim();
    if (at < 1 || !(key in forms) || values.has(key)) return fault('control_format', `第 ${index + 1} 行 / line ${index + 1}`);
    values.set(key, line.slice(at + 1).trim());
  }
  for (const [key, form] of Object.entries(forms)) {
    if (!form.test(values.get(key) ?? '')) return fault('control_format', `${key}=${values.get(key) ?? ''}`);
  }
  const valueOf = (key: keyof ControlFile) => values.get(key) ?? '';
  return {
    file: valueOf('file'),
    rows: Number(valueOf('rows')),
    bytes: Number(valueOf('bytes')),
    date: valueOf('date'),
    encoding: valueOf('encoding'),
    md5: valueOf('md5').toLowerCase(),
  };
}

/** What can be compared before the file is read. */
export function checkPromise(
  control: ControlFile,
  file: { name: string; bytes: number; date: string; encoding: string },
): FileFault | null {
  if (control.file !== file.name) return differ('control_name', control.file, file.name);
  if (control.date !== file.date) return differ('control_date', control.date, file.date);
  if (encodingName(control.encoding) !== encodingName(file.encoding)) return differ('control_encoding', control.encoding, file.encoding);
  return control.bytes === file.bytes ? null : differ('control_bytes', control.bytes, file.bytes);
}

/** What is known once the file was read. */
export function checkContent(control: ControlFile, read: { rows: number; bytes: number; md5: string }): FileFault | null {
  if (control.bytes !== read.bytes) return differ('control_bytes', control.bytes, read.bytes);
  if (control.rows !== read.rows) return differ('control_rows', control.rows, read.rows);
  return control.md5 === read.md5 ? null : differ('control_md5', control.md5, read.md5);
}

/** GBK and GB2312 are subsets of GB18030 and old senders still write their names. */
function encodingName(name: string): string {
  const plain = name.toUpperCase().replaceAll(/[-_]/g, '');
  return plain === 'GBK' || plain === 'GB2312' ? 'GB18030' : plain;
}

function differ(code: FileRefusalCode, promised: string | number, found: string | number): FileFault {
  return fault(code, `控制文件 ${promised}，实际 ${found} / control file ${promised}, found ${found}`);
}

function fault(code: FileRefusalCode, detail: string): FileFault {
  return { code, detail };
}
