import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkProcess, hasErrors, parseProcess, type Known } from './index.ts';
import { fileOf, messages } from './testing/process.ts';
import { randomProcess } from './testing/random-process.ts';

const known: Known = { services: new Map([['s', []]]), decisions: new Map(), forms: new Map(), roles: new Set(['r']) };

test('a file with pieces lost, doubled or exchanged is a definition or findings, and never an exception', async () => {
  const change = fc.record({
    at: fc.nat(),
    length: fc.nat(60),
    with: fc.constantFrom('', '"', '<', '/>', '<subProcess id="q">', 'id="s1"', '&', 'sourceRef="f1" ', 'g2'),
  });
  await fc.assert(
    fc.asyncProperty(fc.nat(500), fc.array(change, { minLength: 1, maxLength: 4 }), async (seed, changes) => {
      let xml = fileOf(randomProcess(seed).body, messages);
      for (const each of changes) {
        const at = each.at % xml.length;
        xml = xml.slice(0, at) + each.with + xml.slice(at + each.length);
      }
      const { definition, findings } = await parseProcess(xml);
      if (definition) checkProcess(definition, known);
      else expect(hasErrors(findings)).toBe(true);
    }),
    { numRuns: 150 },
  );
});

test('random processes are sound by construction, and the check agrees', async () => {
  for (let seed = 1; seed <= 40; seed += 1) {
    const { definition } = await parseProcess(fileOf(randomProcess(seed).body));
    const wrong =
      definition && checkProcess(definition, known).filter((each) => each.level === 'error' && each.code !== 'unknown_variable');
    expect({ seed, wrong }).toEqual({ seed, wrong: [] });
  }
});
