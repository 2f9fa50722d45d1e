import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compileDmn, parseDmn } from './index.ts';
import { answersOf, emptyRow } from './testing/engines.ts';
import { profileGuide, readCorpus } from './testing/guide.ts';
import { modelOf, sameValue, type Row } from './testing/rows.ts';

const root = join(import.meta.dirname, '../..');
const corpus = readCorpus(readFileSync(join(root, 'core/feel/corpus/semantics.csv'), 'utf8'));

describe('each line of the corpus, by every engine', () => {
  test.each(corpus.map((line) => [line.rule, line.expression, line.input, line.expected] as const))(
    '%s: %s %s → %s',
    async (_, expression, input, expected) => {
      const compiled = compileDmn(parseDmn(modelOf([expression]), { file: 'corpus.dmn' }));
      const row: Row = { ...emptyRow, ...(JSON.parse(input) as Partial<Row>) };
      const answers = await answersOf(compiled, 'D0', [row]);
      for (const [engine, [answer]] of Object.entries(answers)) {
        expect(sameValue(answer ?? null, JSON.parse(expected)), `${engine}: ${JSON.stringify(answer)}`).toBe(true);
      }
    },
  );
});

test('the guide is current', async () => {
  await expect(profileGuide(corpus)).toMatchFileSnapshot(join(root, 'docs/guides/feel-profile.md'));
});
