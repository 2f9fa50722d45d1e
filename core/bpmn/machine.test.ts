import { describe, expect, test } from 'vitest';
import { definitionOf, Drive, flows } from './testing/process.ts';

const ends = '<startEvent id="s"/><endEvent id="end"/>';

async function drive(body: string, variables = {}): Promise<Drive> {
  return new Drive(await definitionOf(body), variables);
}

describe('steps', () => {
  test('a task asks, waits, and goes on', async () => {
    const it = await drive(
      `${ends}<userTask id="a" qianmo:role="manager" qianmo:sla="P2D" qianmo:form="visit" qianmo:assignee="x.owner"/>
      ${flows('s -> a\na -> end')}`,
      { x: { owner: 'u7' } },
    );
    expect(it.effects).toEqual([
      {
        type: 'create_task',
        token: 2,
        node: 'a',
        terms: { role: 'manager', sla: 'P2D', form: 'visit', assignee: 'x.owner' },
        assignee: 'u7',
      },
    ]);
    expect(it.complete('a', { y: 1 })).toBeUndefined();
    expect(it.told).toBe('ended:completed');
    expect(it.state).toEqual({
      version: 1,
      status: 'ended',
      next: 4,
      tokens: [],
      variables: { x: { owner: 'u7' }, y: 1 },
      end: { outcome: 'completed', node: 'end' },
    });
  });
});
