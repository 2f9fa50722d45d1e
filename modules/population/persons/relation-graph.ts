import type { Tx } from '#platform/postgres/index.ts';
import { ageOn } from './age.ts';
import type { RelationGraph } from '../contract.ts';
import type { PersonDetail } from '../documents/detail.ts';

type Node = RelationGraph['nodes'][number];
type Edge = RelationGraph['edges'][number];

interface RelationRow {
  person_id: string;
  kind: string;
  detail: string | null;
  other_person_id: string | null;
  other_ref: string | null;
  other_name: string | null;
  as_of: string;
}

interface Known {
  person_id: string;
  household_id: string | null;
  name: string;
  sex: string | null;
  birth_date: string | null;
}

const mostEdges = 80;

/**
 * The people of one household (or one person) and whom they are tied to, one step out. Someone beyond the reader's scope appears as a node
 * without name or id: that a tie exists matters for the credit, who it is does not.
 */
export async function readGraph(
  tx: Tx,
  people: ReadonlyMap<string, PersonDetail>,
  householdId: string | null,
  asOf: string,
): Promise<RelationGraph> {
  const centre = [...people.keys()];
  const relations = await tx.query<RelationRow>(
    `select person_id, kind, detail, other_person_id, other_ref, other_name, as_of from population.relation
     where person_id = any($1::text[]) order by kind, person_id, other_person_id, other_ref, detail limit ${mostEdges}`,
    [centre],
  );
  const others = relations.map((row) => row.other_person_id).filter((id) => id !== null);
  const known = await tx.query<Known>(
    'select person_id, household_id, name, sex, birth_date from population.roster where person_id = any($1::text[])',
    [[...new Set([...centre, ...others])]],
  );
  return drawGraph({ centre: people, householdId, asOf, relations, known: new Map(known.map((row) => [row.person_id, row])) });
}

interface Drawing {
  centre: ReadonlyMap<string, PersonDetail>;
  householdId: string | null;
  asOf: string;
  relations: readonly RelationRow[];
  known: ReadonlyMap<string, Known>;
}

export function drawGraph({ centre, householdId, asOf, relations, known }: Drawing): RelationGraph {
  const nodes = new Map<string, Node>();
  const edges = new Map<string, Edge>();
  const personNode = (personId: string): Node => {
    const row = known.get(personId);
    return row ? knownNode(row, householdId, asOf) : outside(nodes, personId);
  };
  for (const personId of centre.keys()) if (known.has(personId)) nodes.set(personId, personNode(personId));
  for (const row of relations) {
    const key = row.other_person_id ?? `E:${row.other_ref ?? row.other_name ?? ''}`;
    const node = nodes.get(key) ?? (row.other_person_id === null ? enterpriseNode(key, row) : personNode(row.other_person_id));
    nodes.set(key, node);
    const edge = edgeOf(row, nodes.get(row.person_id)?.id ?? row.person_id, node.id, centre);
    const ends = isMutual(edge.kind) ? [edge.from, edge.to].toSorted() : [edge.from, edge.to];
    const name = [edge.kind, ...ends].join(' ');
    // Of the two sides of a family tie the head's says more: what the other is to the head.
    const drawn = edges.get(name);
    if (!drawn || (drawn.kind === 'family' && drawn.detail === 'head')) edges.set(name, edge);
  }
  const [latest] = relations.map((row) => row.as_of).toSorted((a, b) => b.localeCompare(a));
  return { nodes: [...nodes.values()], edges: [...edges.values()], as_of: latest ?? asOf };
}

function knownNode(row: Known, householdId: string | null, asOf: string): Node {
  const age = ageOn(asOf, row.birth_date);
  return {
    id: row.person_id,
    kind: 'person',
    label: row.name,
    sub_label: age === null ? null : String(age),
    person_id: row.person_id,
    household_id: row.household_id,
    own_household: householdId !== null && row.household_id === householdId,
  };
}

/** Numbered within one graph, so that even the keyed id stays behind. */
function outside(nodes: ReadonlyMap<string, Node>, personId: string): Node {
  const number = [...nodes.values()].filter((node) => node.kind === 'outside').length + 1;
  const existing = nodes.get(personId);
  return (
    existing ?? {
      id: `outside-${number}`,
      kind: 'outside',
      label: null,
      sub_label: null,
      person_id: null,
      household_id: null,
      own_household: false,
    }
  );
}

function enterpriseNode(key: string, row: RelationRow): Node {
  return { id: key, kind: 'enterprise', label: row.other_name, sub_label: null, person_id: null, household_id: null, own_household: false };
}

function edgeOf(row: RelationRow, self: string, other: string, centre: ReadonlyMap<string, PersonDetail>): Edge {
  if (row.kind === 'guarantor_of') return { from: self, to: other, kind: 'guarantor', detail: null, amount_fen: guaranteed(row, centre) };
  if (row.kind === 'guaranteed_by') return { from: other, to: self, kind: 'guarantor', detail: null, amount_fen: null };
  return { from: self, to: other, kind: row.kind as Edge['kind'], detail: row.kind === 'employer' ? null : row.detail, amount_fen: null };
}

const isMutual = (kind: Edge['kind']): boolean => kind === 'family' || kind === 'shared_phone' || kind === 'shared_address';

function guaranteed(row: RelationRow, centre: ReadonlyMap<string, PersonDetail>): string | null {
  const guarantee = centre.get(row.person_id)?.guarantees.find(({ loan }) => loan === row.detail);
  return guarantee ? String(guarantee.amount) : null;
}
