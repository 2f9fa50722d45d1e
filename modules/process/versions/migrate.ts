import { readState } from '#core/bpmn/index.ts';
import type { Definition, State } from '#core/bpmn/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import type { MigrationPreview } from '../contract.ts';
import { nameOf } from '../tasks/create.ts';
import type { Versions } from './versions.ts';

export interface Hindrance {
  readonly node: string;
  readonly why: { readonly zh: string; readonly en: string };
}

const words = {
  gone: { zh: '新版本没有该步骤', en: 'The version has no such step' },
  other: { zh: '该步骤在新版本中是另一种', en: 'The step is of another kind in the version' },
  moved: { zh: '该步骤在新版本中属于另一个子流程', en: 'The step belongs to another subprocess in the version' },
  flow: { zh: '正在等待汇合的连线在新版本中不存在', en: 'It waits for a join by a flow that the version does not have' },
} as const;

/** What keeps a running case from going on under another definition; null when every token finds its place there. Pure. */
export function hindranceOf(state: State, from: Definition, to: Definition): Hindrance | null {
  const before = new Map(from.nodes.map((node) => [node.id, node]));
  const after = new Map(to.nodes.map((node) => [node.id, node]));
  const flows = new Set(to.flows.map(({ id }) => id));
  for (const { node, flow, back = [] } of state.tokens) {
    const [here, there] = [before.get(node), after.get(node)];
    if (!there) return { node, why: words.gone };
    if (here?.kind !== there.kind) return { node, why: words.other };
    if (here.scope !== there.scope) return { node, why: words.moved };
    if (flow !== undefined && !flows.has(flow)) return { node, why: words.flow };
    const lost = back.find((id) => !after.has(id));
    if (lost !== undefined) return { node: lost, why: words.gone };
  }
  return null;
}

/** Counts which cases can move and why others cannot; with `isHeld` until the transaction ends, so that what was counted is what moves. */
export async function planMigration(
  versions: Versions,
  tx: Tx,
  entityId: string,
  { process, from, to }: { process: string; from: number; to: number },
  isHeld: boolean,
): Promise<MigrationPreview> {
  const before = await versions.get(tx, entityId, process, from);
  const after = await versions.get(tx, entityId, process, to);
  const rows = await tx.query<{ state: unknown }>(
    `select state from process.case_state
     where entity_id = $1 and process = $2 and version = $3 and status in ('open', 'suspended', 'stuck') order by case_id${isHeld ? ' for no key update' : ''}`,
    [entityId, process, from],
  );
  const blocked = new Map<string, MigrationPreview['blocked'][number]>();
  let movable = 0;
  for (const { state } of rows) {
    const hindrance = hindranceOf(readState(state), before.definition, after.definition);
    if (hindrance === null) {
      movable += 1;
      continue;
    }
    const { node, why } = hindrance;
    const known = blocked.get(`${node} ${why.en}`) ?? { node, name: nameOf(before.definition, node), cases: 0, why };
    blocked.set(`${node} ${why.en}`, { ...known, cases: known.cases + 1 });
  }
  return { from, to, movable, blocked: [...blocked.values()] };
}

export async function moveCases(
  tx: Tx,
  entityId: string,
  { process, from, to }: { process: string; from: number; to: number },
  by: { actorId: string; at: string },
): Promise<void> {
  await tx.query(
    `with moved as (
       update process.case_state set version = $4, acts = acts + 1
       where entity_id = $1 and process = $2 and version = $3 and status in ('open', 'suspended', 'stuck')
       returning case_id, acts, grid_code
     )
     insert into process.history (entity_id, case_id, number, at, actor_id, verb, detail, grid_code)
     select $1, case_id, acts, $5, $6, 'migrated', jsonb_build_object('from', $3::int, 'to', $4::int), grid_code from moved`,
    [entityId, process, from, to, by.at, by.actorId],
  );
}
