import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { parseProcess } from '#core/bpmn/index.ts';
import type { Definition } from '#core/bpmn/index.ts';
import { loanDrawing } from '#modules/process/sample-drawings.ts';
import { pathOf } from './process-path.ts';

async function read(xml: string): Promise<Definition> {
  const { definition } = await parseProcess(xml);
  if (definition === undefined) throw new Error('the drawing cannot be run');
  return definition;
}
const told = (definition: Definition, visited: string[], at: string[]): string =>
  pathOf(definition, new Set(visited), new Set(at))
    .map(({ node, state }) => `${node}:${state}`)
    .join(' ');

test('a case that people look at has its steps behind and before it', async () => {
  const drawing = await read(loanDrawing);
  expect(told(drawing, ['collect', 'admit', 'investigate'], ['approve'])).toBe(
    's:done admit:done investigate:done approve:now sign:ahead release:ahead done:ahead',
  );
  expect(told(drawing, ['admit'], ['sign'])).toBe('s:done admit:done sign:now release:ahead done:ahead');
});

test('a case that stands at a service shows it, and a new one has everything before it', async () => {
  const drawing = await read(loanDrawing);
  expect(told(drawing, [], ['collect'])).toContain('s:done collect:now');
});

test.each(['online', 'credit_factory', 'village_grant', 'secured', 'annual_grant'])(
  'every wait of the drawing %s has a way that leads through it and to an end',
  async (name) => {
    const drawing = await read(await readFile(`banks/template/processes/${name}.bpmn`, 'utf8'));
    for (const node of drawing.nodes.filter(({ kind }) => kind === 'user')) {
      const path = pathOf(drawing, new Set(), new Set([node.id]));
      expect(path.filter(({ state }) => state === 'now').map((step) => step.node)).toEqual([node.id]);
      expect(path.at(-1)?.kind).toBe('end');
      expect(new Set(path.map((step) => step.node)).size).toBe(path.length);
    }
  },
);
