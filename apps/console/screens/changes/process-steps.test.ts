import { expect, test } from 'vitest';
import { loanDrawing } from '#modules/process/sample-drawings.ts';
import { stepChanges } from './process-steps.ts';

const told = async (after: string): Promise<string[]> =>
  (await stepChanges(loanDrawing, after)).map(({ kind, name, terms }) =>
    `${kind} ${name} ${terms.map(({ term, before, after: next }) => `${term}:${before ?? '-'}>${next ?? '-'}`).join(' ')}`.trim(),
  );

test.each([
  ['nothing', (xml: string) => xml, []],
  ['a limit', (xml: string) => xml.replace('qianmo:sla="PT4H"', 'qianmo:sla="PT2H"'), ['changed 审批 sla:PT4H>PT2H']],
  [
    'a role',
    (xml: string) => xml.replace('qianmo:role="investigator"', 'qianmo:role="manager"'),
    ['changed 调查 role:investigator>manager'],
  ],
  ['a limit taken away', (xml: string) => xml.replace(' qianmo:sla="P1D"', ''), ['changed 调查 sla:P1D>-']],
  [
    'a condition',
    (xml: string) => xml.replace('verdict = &quot;refer&quot;', 'verdict != &quot;approve&quot;'),
    ['changed g → 调查 condition:verdict = "refer">verdict != "approve"'],
  ],
])('%s', async (_what, change, wanted) => {
  expect(await told(change(loanDrawing))).toEqual(wanted);
});

test('everything is new where nothing was before', async () => {
  const changes = await stepChanges(null, loanDrawing);
  expect(new Set(changes.map(({ kind }) => kind))).toEqual(new Set(['added']));
  expect(changes.length).toBeGreaterThan(10);
});
