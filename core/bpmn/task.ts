/** Asking a person. */
import type { NodeOf, Variables } from './definition.ts';
import type { Run } from './run.ts';
import type { Effect, Token } from './state.ts';

type Instance = NonNullable<Extract<Effect, { type: 'create_task' }>['instance']>;

export function askTask(run: Run, node: NodeOf<'user'>, token: Token, instance?: Instance, over: Variables = {}): void {
  const { terms } = node;
  const assignee = terms.assignee === undefined ? undefined : run.graph.expression(terms.assignee).evaluate({ ...run.variables, ...over });
  run.tell({
    type: 'create_task',
    token: token.id,
    node: node.id,
    terms,
    ...(typeof assignee === 'string' && { assignee }),
    ...(instance && { instance }),
  });
}
