import type { RelationGraph } from '#modules/population/contract.ts';

export type GraphNode = RelationGraph['nodes'][number];
export type GraphEdge = RelationGraph['edges'][number];
export interface Spot {
  readonly x: number;
  readonly y: number;
}
export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly house: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  readonly spots: ReadonlyMap<string, Spot>;
  readonly edges: readonly GraphEdge[];
  /** Nodes for which there was no place; the table lists them. */
  readonly left: number;
}

const width = 440;
const rowHeight = 72;
const margin = 64;

/** Around the house: three above, three below, the rest at the sides, from the middle outwards. */
function slots(top: number, bottom: number): Spot[] {
  const columns = [width / 2, width / 2 - 146, width / 2 + 146];
  const middle = (top + bottom) / 2;
  const sides = bottom - top > 150 ? [middle - 44, middle + 44] : [middle];
  return [
    ...columns.map((x) => ({ x, y: top - margin })),
    ...columns.map((x) => ({ x, y: bottom + margin })),
    ...sides.flatMap((y) => [
      { x: 44, y },
      { x: width - 44, y },
    ]),
  ];
}

/** A side place leaves little room for the words on its line, so it is taken last. */
const sidePenalty = 400;
const isSide = (spot: Spot): boolean => spot.x < 60 || spot.x > width - 60;
const distance = (slot: Spot, anchor: Spot): number => Math.hypot(slot.x - anchor.x, slot.y - anchor.y) + (isSide(slot) ? sidePenalty : 0);

/** Edges worth a line: everything that leaves the house, and inside it what ties a member to the first one. */
function drawn(
  edges: readonly GraphEdge[],
  inside: ReadonlySet<string>,
  head: string | undefined,
  spots: ReadonlyMap<string, Spot>,
): GraphEdge[] {
  return edges.filter((edge) => {
    if (!spots.has(edge.from) || !spots.has(edge.to)) return false;
    const within = inside.has(edge.from) && inside.has(edge.to);
    return !within || edge.from === head || edge.to === head;
  });
}

/** Places the household (or the one person) in the middle and everybody tied to it around, each near the member they are tied to. */
export function layOut(graph: RelationGraph, centre?: string): Drawing {
  const own = graph.nodes.filter((node) => (centre === undefined ? node.own_household : node.id === centre || node.own_household));
  const middle = own.length > 0 ? own : graph.nodes.slice(0, 1);
  const first = centre ?? middle[0]?.id;
  const spouse = graph.edges.find((edge) => edge.detail === 'spouse' && (edge.from === first || edge.to === first));
  const rank = (id: string): number => (id === first ? 0 : spouse !== undefined && (id === spouse.from || id === spouse.to) ? 1 : 2);
  const ordered = middle.toSorted((a, b) => rank(a.id) - rank(b.id));
  const columns = ordered.length > 1 ? 2 : 1;
  const rows = Math.ceil(ordered.length / columns);
  const houseHeight = rows * rowHeight + 26;
  const alone = ordered.length === graph.nodes.length;
  // With nobody outside, the house needs no room around it.
  const rim = alone ? 8 : margin + 30;
  const house = { x: width / 2 - (columns === 2 ? 124 : 66), y: rim, width: columns === 2 ? 248 : 132, height: houseHeight };
  const spots = new Map<string, Spot>();
  for (const [index, node] of ordered.entries()) {
    const column = index % columns;
    spots.set(node.id, {
      x: columns === 1 ? width / 2 : width / 2 + (column === 0 ? -64 : 64),
      y: house.y + 14 + (Math.floor(index / columns) + 0.5) * rowHeight,
    });
  }
  const inside = new Set(spots.keys());
  const free = slots(house.y, house.y + houseHeight);
  const outside = graph.nodes.filter((node) => !inside.has(node.id));
  const risky = new Set(graph.edges.filter((edge) => edge.kind === 'guarantor').flatMap((edge) => [edge.from, edge.to]));
  for (const node of outside.toSorted((a, b) => Number(risky.has(b.id)) - Number(risky.has(a.id)))) {
    const tie = graph.edges.find(
      (edge) => (edge.from === node.id && inside.has(edge.to)) || (edge.to === node.id && inside.has(edge.from)),
    );
    const anchor = spots.get(tie === undefined ? '' : tie.from === node.id ? tie.to : tie.from) ?? { x: width / 2, y: house.y };
    const nearest = free.toSorted((a, b) => distance(a, anchor) - distance(b, anchor))[0];
    if (nearest === undefined) break;
    free.splice(free.indexOf(nearest), 1);
    spots.set(node.id, nearest);
  }
  return {
    width,
    height: house.y + houseHeight + rim,
    house,
    spots,
    edges: drawn(graph.edges, inside, ordered[0]?.id, spots),
    left: graph.nodes.length - spots.size,
  };
}
