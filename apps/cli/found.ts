import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { foundationFile } from '#modules/organization/index.ts';
import { installTemplate } from '../install-template.ts';
import { openBank } from '../bank.ts';
import { openGround } from '../ground.ts';

export const summary = '登记法人、机构和首批员工 / register a bank, its institutions and first staff';
export const usage = `npm run -s qianmo -- found FILE.yaml [--json]

Before the first start of a bank's own installation: without it the first start makes the demonstration bank. May be run again; what exists stays.
    entities:
      - { entity_id: "320723", name: …, short_name: …, root_grid_code: "320723",
          institutions: [{ institution_id: HQ, parent_id: null, kind: head_office, name: 总行 }],
          staff: [{ staff_id: A001, login: zhang.wei, name: 张伟, institution_id: HQ, roles: [analyst], grid_codes: ["320723"] }] }
A password that FILE does not give is made up, printed once, and must be changed at the first sign-in.
--json  {"staff":[{"login","password"}]}`;

export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args, options: { json: { type: 'boolean' } }, allowPositionals: true });
  const [path, ...others] = positionals;
  if (path === undefined || others.length > 0) {
    process.stderr.write('found: 请写一个文件 / name one file: found FILE.yaml\n');
    return 2;
  }
  const content: unknown = parse(await readFile(path, 'utf8'));
  const foundation = foundationFile.safeParse(content);
  if (!foundation.success) {
    const [issue] = foundation.error.issues;
    process.stderr.write(`found: ${path}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}\n`);
    return 1;
  }
  const ground = await openGround();
  try {
    const bank = openBank(ground);
    const founded = await bank.organization.found(foundation.data);
    for (const { entity_id } of foundation.data.entities) {
      await installTemplate(bank, entity_id);
    }
    const lines = founded.staff.map(({ login, password }) => `${login}  ${password ?? '(文件中给定 / as in the file)'}\n`);
    process.stdout.write(values.json ? `${JSON.stringify(founded)}\n` : lines.join('') || '没有新员工 / nobody new\n');
    return 0;
  } finally {
    await ground.close();
  }
}
