import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ContractError, parseContract } from './contract-schema.ts';
import { templateFolder } from './source-contracts.ts';

const sources = join(templateFolder, 'sources');
const visit = readFileSync(join(sources, 'visit.yaml'), 'utf8');

function findings(text: string) {
  try {
    parseContract(text, 'visit.yaml');
  } catch (error) {
    if (error instanceof ContractError) return error.findings;
    throw error;
  }
  return [];
}

describe('source contracts', () => {
  it.each(readdirSync(sources))('the template holds a sound %s', (name) => {
    const contract = parseContract(readFileSync(join(sources, name), 'utf8'), name);
    expect(`${contract.source}.yaml`).toBe(name);
  });

  it.each([
    [
      'an unknown setting of a column',
      'field: GPS_M, as: gps_distance_m, type: integer, min: 0',
      'field: GPS_M, as: gps_distance_m, type: integer, mim: 0',
      25,
      'columns[7].mim',
    ],
    ['an unknown setting at the top', 'priority: 50', 'priority: 50\nowner: me', 8, 'owner'],
    ['a missing setting', 'priority: 50\n', '', 2, 'priority'],
    ['a value outside the list', 'class: grid', 'class: gird', 3, 'class'],
    ['a type that does not exist', 'type: resident_id', 'type: id_card', 20, 'columns[2].type'],
    ['an unknown date format', 'format: yyyy-MM-dd', 'format: dd/MM/yyyy', 22, 'columns[4].format'],
    ['a key that is no column', 'key: [visit_no]', 'key: [visit]', 16, 'load.key[0]'],
    ['a key column that may be empty', 'as: visit_no, type: text, required: true', 'as: visit_no, type: text', 16, 'load.key[0]'],
    ['a column named twice', 'as: manager_no', 'as: photo_count', 28, 'columns[10]'],
    ['a file name without a date', 'VIL_VISIT_{date}_F.csv', 'VIL_VISIT_F.csv', 10, 'files[0].pattern'],
    ['an unknown place in a file name', 'VIL_VISIT_{date}_F.csv', 'VIL_VISIT_{date}_{day}.csv', 10, 'files[0].pattern'],
    ['a delimiter that cannot be one', 'delimiter: ","', 'delimiter: "\\n"', 12, 'files[0].delimiter'],
    ['no entity column', 'type: entity, required: true', 'type: text, required: true', 18, 'columns'],
    ['broken YAML', 'name: { zh: 走访', 'name: { zh: [走访', 4, ''],
  ])('refuses %s with its place', (_name, from, to, line, path) => {
    expect(visit).toContain(from);
    const [first] = findings(visit.replace(from, to));
    expect(first).toMatchObject({ line, path });
    expect(first?.zh).toMatch(/[\u4E00-\u9FFF]/);
    expect(first?.en).not.toBe('');
  });

  it('names file, line and column in its message', () => {
    expect(() => parseContract(visit.replace('class: grid', 'class: gird'), 'sources/visit.yaml')).toThrow(
      /^sources\/visit\.yaml:3:8 class: /,
    );
  });
});
