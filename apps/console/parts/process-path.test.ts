import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { parseProcess } from '#core/bpmn/index.ts';
import type { Definition } from '#core/bpmn/index.ts';
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

const creditFactory = async (): Promise<Definition> => read(await readFile('banks/template/processes/credit_factory.bpmn', 'utf8'));

test('a case that people look at has its steps behind and before it', async () => {
  const drawing = await creditFactory();
  expect(told(drawing, ['inquire', 'decide', 'refer', 'investigate'], ['approve_branch'])).toMatch(
    /^begin:done decide:done investigate:done approve_branch:now (\S+:ahead )+\S+:ahead$/,
  );
  expect(told(drawing, ['decide'], ['investigate'])).toMatch(/^begin:done decide:done investigate:now \S+:ahead/);
});

test('what only some cases need is not promised', async () => {
  const drawing = await creditFactory();
  const ahead = pathOf(drawing, new Set(['decide', 'investigate']), new Set(['approve_branch'])).filter(({ state }) => state === 'ahead');
  expect(ahead.map(({ name }) => name)).not.toContain('贷审会');
  expect(ahead.map(({ name }) => name)).toContain('等签约');
});

test('a case that stands at a service shows it', async () => {
  expect(told(await creditFactory(), [], ['inquire'])).toMatch(/^begin:done inquire:now /);
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
