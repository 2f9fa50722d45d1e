import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Tx } from '#platform/postgres/index.ts';
import type { PlaceNames } from '../identity/resolve-places.ts';
import { parseContract, type SourceContract } from './contract-schema.ts';

/** The configuration a bank starts from. */
export const templateFolder = resolve(import.meta.dirname, '../../../banks/template');

export interface ContractsInForce {
  contracts: SourceContract[];
  versions: Map<string, number>;
}

/**
 * Puts the contracts of a folder in force where a source has none yet; a published contract is never overwritten by a file. Refuses the
 * whole folder with ContractError when one of its texts is wrong.
 */
export async function installContracts(tx: Tx, folder: string, now: string): Promise<number> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.yaml')).toSorted();
  let installed = 0;
  for (const name of names) {
    const path = join(folder, name);
    const yaml = await readFile(path, 'utf8');
    const { source } = parseContract(yaml, path);
    const rows = await tx.query(
      'insert into intake.contract (source, version, yaml, published_at) values ($1, 1, $2, $3) on conflict do nothing returning version',
      [source, yaml, now],
    );
    installed += rows.length;
  }
  return installed;
}

export interface ContractText {
  source: string;
  version: number;
  yaml: string;
  published_by: string | null;
  published_at: string;
}

export async function contractTexts(tx: Tx): Promise<ContractText[]> {
  return tx.query<ContractText & Record<string, unknown>>(
    'select distinct on (source) source, version, yaml, published_by, published_at from intake.contract order by source, version desc',
  );
}

export async function contractsInForce(tx: Tx): Promise<ContractsInForce> {
  const texts = await contractTexts(tx);
  return {
    contracts: texts.map((text) => parseContract(text.yaml, `${text.source} v${text.version}`)),
    versions: new Map(texts.map((text) => [text.source, text.version])),
  };
}

/** `code,name` lines: names of counties and townships, which no roll carries. */
export async function readPlaceNames(path: string): Promise<PlaceNames> {
  const lines = (await readFile(path, 'utf8')).split(/\r?\n/).slice(1);
  return new Map(lines.filter((line) => line !== '').map((line) => line.split(',', 2) as [string, string]));
}
