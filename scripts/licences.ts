import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, say } from './run-step.ts';

/** Licences that would bind a bank to publish its own changes, or forbid commercial use. */
const binding = /\b(A?GPL|SSPL|BUSL|BSL-1\.1|EUPL|CC-BY-NC|Commons-Clause|Elastic)/i;

interface Locked {
  license?: string;
  link?: boolean;
}

const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: Record<string, Locked> };
const packages = Object.entries(lock.packages).filter(([path, entry]) => path !== '' && !entry.link);
const name = (path: string): string => path.replace(/^.*node_modules\//, '');
/** Of a choice between licences one free one is enough. */
const isBinding = (license: string): boolean =>
  license
    .replaceAll(/[()]/g, '')
    .split(' OR ')
    .every((one) => binding.test(one));
const refused = packages.filter(([, { license }]) => license !== undefined && isBinding(license));
const unstated = packages.filter(([, { license }]) => license === undefined).map(([path]) => name(path));

for (const [path, { license }] of refused) say(`${name(path)}: ${license}`);
if (unstated.length > 0) say(`no licence in the lock file, to be read by hand: ${unstated.join(', ')}`);
say(
  refused.length === 0 ? `${packages.length} packages, none under a binding licence` : `${refused.length} packages under a binding licence`,
);
process.exitCode = refused.length === 0 ? 0 : 1;
