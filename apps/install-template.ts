import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { processesOf } from '#modules/lending/index.ts';
import type { Bank } from './bank.ts';

const percent = z.string().regex(/^\d{1,2}\.\d{2}$/);
const lprFile = z.array(z.strictObject({ published_on: z.iso.date(), one_year: percent, five_year: percent })).min(1);

/**
 * What a legal entity begins with: the template's strategy, products, processes and the LPR as published. What it has already stays as it is, so this
 * may be done again at any time.
 */
export async function installTemplate(bank: Bank, entityId: string): Promise<void> {
  await bank.strategies.install(entityId, 'retail');
  await bank.products.install(entityId);
  for (const { process, title, xml } of await processesOf()) await bank.processes.install(entityId, process, title, xml);
  const text = await readFile(join(import.meta.dirname, '../banks/template/lpr.yaml'), 'utf8');
  await bank.servicing.installLpr(
    entityId,
    lprFile.parse(parse(text)).map(({ published_on, one_year, five_year }) => ({
      published_on,
      one_year_ppm: ppmOf(one_year),
      five_year_ppm: ppmOf(five_year),
    })),
  );
}

/** `3.10` per cent is 31,000 millionths. */
const ppmOf = (text: string): number => Number(text.replace('.', '')) * 100;
