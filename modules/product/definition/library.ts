/** A bank's products as a folder: layers, the dictionary they are written in, the forms they name. */
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { dictionary, readForm } from '#core/product/index.ts';
import type { Dictionary, Form, FormFault, Layer } from '#core/product/index.ts';
import { readLayerText } from './layer-text.ts';

/** Products that come with Qianmo. */
export const templateFolder = join(import.meta.dirname, '../../../banks/template/products');

/** In the order in which a layer stands on another. */
const layerFolders = ['bases', 'products', 'programmes'] as const;

export interface LayerFile {
  readonly file: string;
  readonly content: string;
  readonly layer: Layer;
}

export interface Library {
  readonly dictionary: Dictionary;
  readonly forms: ReadonlyMap<string, Form>;
}

/** @throws Error naming file, place and cure, for a folder that is not as it should be */
export async function readLibrary(folder: string): Promise<Library> {
  const words = dictionary.parse(parse(await readFile(join(folder, 'dictionary.yaml'), 'utf8')));
  const forms = new Map<string, Form>();
  for (const file of await filesOf(join(folder, 'forms'), '.json')) {
    const written: unknown = JSON.parse(await readFile(file, 'utf8'));
    const read = readForm(written);
    if ('faults' in read) throw new Error(faultText(file, read.faults));
    if (read.form.$id !== basename(file, '.json')) throw new Error(`${file} $id: 应与文件名相同 / it should be the file's name`);
    forms.set(read.form.$id, read.form);
  }
  return { dictionary: words, forms };
}

/** Bases first. @throws Error naming file, place and cure */
export async function readLayers(folder: string): Promise<LayerFile[]> {
  const layers: LayerFile[] = [];
  for (const kind of layerFolders) {
    for (const file of await filesOf(join(folder, kind), '.yaml')) {
      const content = await readFile(file, 'utf8');
      const read = readLayerText(content);
      if ('findings' in read) throw new Error(faultText(file, read.findings));
      layers.push({ file, content, layer: read.layer });
    }
  }
  return layers;
}

async function filesOf(folder: string, ending: string): Promise<string[]> {
  const names = await readdir(folder);
  return names
    .filter((name) => name.endsWith(ending))
    .toSorted()
    .map((name) => join(folder, name));
}

const faultText = (file: string, faults: readonly FormFault[]): string =>
  faults.map(({ place, zh, en }) => `${file} ${place}: ${zh} / ${en}`).join('\n');
