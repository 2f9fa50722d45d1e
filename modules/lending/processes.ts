import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

const templateFolder = join(import.meta.dirname, '../../banks/template/processes');

export interface DrawnProcess {
  readonly process: string;
  readonly title: { readonly zh: string; readonly en: string };
  readonly xml: string;
}

const english: Readonly<Record<string, string>> = {
  online: 'Online',
  credit_factory: 'Credit factory',
  village_grant: 'Whole-village grant',
  secured: 'Secured',
  annual_grant: 'Annual policy grant',
};

/** The drawings of a bank's folder, by the names that products call them. */
export async function processesOf(folder: string = templateFolder): Promise<DrawnProcess[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.bpmn')).toSorted();
  return Promise.all(
    files.map(async (file) => {
      const process = basename(file, '.bpmn');
      const xml = await readFile(join(folder, file), 'utf8');
      const title = /<bpmn:process [^>]*name="([^"]+)"/.exec(xml)?.[1] ?? process;
      return { process, title: { zh: title, en: english[process] ?? process }, xml };
    }),
  );
}
