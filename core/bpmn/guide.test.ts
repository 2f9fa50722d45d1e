import { join } from 'node:path';
import { BpmnModdle } from 'bpmn-moddle';
import { expect, test } from 'vitest';
import { qianmoDescriptor } from './index.ts';
import { profileGuide } from './testing/guide.ts';
import { fileOf, flows } from './testing/process.ts';

const root = join(import.meta.dirname, '../..');

test('the guide is current', async () => {
  await expect(profileGuide()).toMatchFileSnapshot(join(root, 'docs/guides/bpmn-profile.md'));
});

/** As an editor opens and saves a file: one that is given the descriptor, and one that has never heard of it. */
test.each([
  ['that knows them', { qianmo: qianmoDescriptor }],
  ['that does not', {}],
])('an editor %s keeps our attributes', async (_, packages) => {
  const body = `<startEvent id="s"/><userTask id="a" qianmo:role="manager" qianmo:sla="P2D"/><endEvent id="e"/>${flows('s -> a\na -> e')}`;
  const moddle = new BpmnModdle(packages);
  const { rootElement, warnings } = await moddle.fromXML(fileOf(body));
  expect(warnings).toEqual([]);
  const { xml } = await moddle.toXML(rootElement);
  expect(xml).toContain('qianmo:role="manager"');
  expect(xml).toContain('qianmo:sla="P2D"');
});
