import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { stepChanges } from './process-steps.ts';

const drawing = await readFile('banks/template/processes/credit_factory.bpmn', 'utf8');

const told = async (after: string): Promise<string[]> =>
  (await stepChanges(drawing, after)).map(({ kind, name, terms }) =>
    `${kind} ${name} ${terms.map(({ term, before, after: next }) => `${term}:${before ?? '-'}>${next ?? '-'}`).join(' ')}`.trim(),
  );

test.each([
  ['nothing', (xml: string) => xml, []],
  ['a limit', (xml: string) => xml.replace('qianmo:sla="P1D"', 'qianmo:sla="PT8H"'), ['changed 调查 sla:P1D>PT8H']],
  [
    'a role',
    (xml: string) => xml.replace('qianmo:role="investigator"', 'qianmo:role="manager"'),
    ['changed 调查 role:investigator>manager'],
  ],
  ['a limit taken away', (xml: string) => xml.replace(' qianmo:sla="P1D"', ''), ['changed 调查 sla:P1D>-']],
  [
    'a condition',
    (xml: string) => xml.replace(/(<bpmn:conditionExpression[^>]*>)verdict = &quot;refer&quot;/, '$1verdict != &quot;approve&quot;'),
    ['changed g_decided → 转人工 condition:verdict = "refer">verdict != "approve"'],
  ],
])('%s', async (_what, change, wanted) => {
  expect(await told(change(drawing))).toEqual(wanted);
});

test('everything is new where nothing was before', async () => {
  const changes = await stepChanges(null, drawing);
  expect(new Set(changes.map(({ kind }) => kind))).toEqual(new Set(['added']));
  expect(changes.length).toBeGreaterThan(10);
});
