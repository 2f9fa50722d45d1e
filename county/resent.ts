import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import { compactText } from './calendar.ts';
import { fileName, layoutOf } from './contracts.ts';
import { parameters } from './parameters.ts';
import type { Setting } from './setting.ts';
import { writeControl } from './tasks.ts';

export type BrokenFile = { file: string; source: string; rows: number; fault: 'control_rows' | 'wrong_encoding' };

/**
 * Two files sent again with a fault: the customer master with a control file that counts a row too many, and the property register in the
 * wrong encoding. Their rows are among those of the good files, so refusing them loses nothing.
 */
export function writeResentFiles(setting: Setting, target: string): BrokenFile[] {
  return [resend(setting, target, 'customer', 'control_rows'), resend(setting, target, 'real_estate', 'wrong_encoding')];
}

function resend(setting: Setting, target: string, source: string, fault: BrokenFile['fault']): BrokenFile {
  const layout = layoutOf(source);
  const date = compactText(setting.fullDay);
  const lines = firstLines(join(target, fileName(layout, { date })));
  const content = fault === 'wrong_encoding' ? Buffer.from(iconv.decode(lines.content, layout.encoding)) : lines.content;
  const file = fileName(layout, { date, sequence: '002' });
  writeFileSync(join(target, file), content);
  const rows = fault === 'control_rows' ? lines.count + 1 : lines.count;
  const md5 = createHash('md5').update(content).digest('hex');
  writeControl(join(target, file), { file, rows, bytes: content.length, encoding: layout.encoding, md5 });
  return { file, source, rows: lines.count, fault };
}

function firstLines(path: string): { content: Buffer; count: number } {
  const start = Buffer.alloc(parameters.resentRows * 400);
  const descriptor = openSync(path, 'r');
  const length = readSync(descriptor, start, 0, start.length, 0);
  closeSync(descriptor);
  let count = 0;
  let end = 0;
  for (let at = start.indexOf('\n'); at >= 0 && at < length && count < parameters.resentRows; at = start.indexOf('\n', end)) {
    count++;
    end = at + 1;
  }
  return { content: start.subarray(0, end), count };
}
