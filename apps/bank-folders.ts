import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { readVillageConfiguration } from '#modules/village/index.ts';
import type { VillageConfiguration } from '#modules/village/index.ts';

const banks = join(import.meta.dirname, '../banks');
const shape = z.record(z.string().regex(/^\w{1,20}$/), z.string().regex(/^[a-z][a-z0-9_]{0,40}$/));
const usual = 'template';

/**
 * Whole-village credit as each legal entity's bank folder has it. Every folder that `entities.yaml` names is read at once, so that a mistake in one of them
 * stops the start and not a request. @throws Error naming file and place
 */
export function villageConfigurations(folder: string = banks): (entityId: string) => VillageConfiguration {
  const file = join(folder, 'entities.yaml');
  const named = shape.safeParse(parse(readFileSync(file, 'utf8')) ?? {});
  if (!named.success) {
    const [issue] = named.error.issues;
    throw new Error(`${file} ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
  }
  const folders = new Set([usual, ...Object.values(named.data)]);
  const read = new Map([...folders].map((name) => [name, readVillageConfiguration(join(folder, name, 'village'))]));
  return (entityId) => {
    const name = named.data[entityId] ?? usual;
    const found = read.get(name);
    if (!found) throw new Error(`${file}: ${name} was not read`);
    return found;
  };
}
