import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { templateFolder } from '#modules/intake/index.ts';
import { foundationFile, type Organization } from '#modules/organization/index.ts';

/** An installation where no bank was founded yet begins as the template's: its legal entity and head office, nobody who could sign in. */
export async function foundTemplateBank(organization: Organization): Promise<void> {
  if (await organization.isFounded()) return;
  const text = await readFile(join(templateFolder, 'organization.yaml'), 'utf8');
  await organization.found(foundationFile.parse(parse(text)));
}
