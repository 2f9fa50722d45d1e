import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, say } from './run-step.ts';

/** Licences that let a bank run, change and pass on the whole. bpmn.io's adds that its mark stays visible, which it does. */
const permissive =
  /^\(?(MIT|MIT-0|ISC|Apache-2\.0|BSD-[23]-Clause|0BSD|CC0-1\.0|Unlicense|BlueOak-1\.0\.0|Python-2\.0|PostgreSQL|Zlib|CC-BY-4\.0|MPL-2\.0|SEE LICENSE IN LICENSE)\b/;

interface Locked {
  license?: string;
  link?: boolean;
}

const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: Record<string, Locked> };
const unclear = Object.entries(lock.packages)
  .filter(([path, entry]) => path !== '' && !entry.link && !permissive.test(entry.license ?? ''))
  .map(([path, entry]) => `${path.replace(/^.*node_modules\//, '')}: ${entry.license ?? 'no licence stated'}`);
for (const line of unclear) say(line);
say(unclear.length === 0 ? 'every dependency is under a permissive licence' : `${unclear.length} dependencies to look at`);
process.exitCode = unclear.length === 0 ? 0 : 1;
