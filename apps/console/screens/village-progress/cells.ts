/**
 * Outlines for villages of which only a point is known: each gets what lies nearer to it than to any other, and no more than a stretch around it.
 * A drawing to find one's way by, never a boundary.
 */
export interface Site {
  readonly code: string;
  readonly township: string;
  readonly longitude: number;
  readonly latitude: number;
}

interface Corner {
  readonly x: number;
  readonly y: number;
  /** Whose cell lies beyond the edge from here to the next corner; null: nobody's. */
  readonly beyond: number | null;
}

export interface Cell {
  readonly code: string;
  readonly township: string;
  readonly x: number;
  readonly y: number;
  /** An SVG path. */
  readonly outline: string;
}

export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly cells: readonly Cell[];
  /** Edges between townships and around them, as one SVG path. */
  readonly borders: string;
  readonly townships: readonly { readonly code: string; readonly x: number; readonly y: number }[];
}

const width = 740;
const tallest = 560;
const margin = 6;
const corners = 24;
/** Of the distance at which half of the villages have their nearest neighbour. */
const stretch = 1.5;

export function drawingOf(sites: readonly Site[]): Drawing {
  const points = placed(sites);
  const reach = reachOf(points);
  const rings = points.map((_, index) => ringOf(points, index, reach));
  const all = rings.flat();
  const [left, top] = [Math.min(...all.map(({ x }) => x)), Math.min(...all.map(({ y }) => y))];
  const [across, down] = [Math.max(...all.map(({ x }) => x)) - left, Math.max(...all.map(({ y }) => y)) - top];
  const scale = sites.length === 0 ? 1 : Math.min((width - 2 * margin) / across, (tallest - 2 * margin) / down);
  const at = ({ x, y }: { x: number; y: number }) => ({ x: (x - left) * scale + margin, y: (y - top) * scale + margin });
  const text = (corner: { x: number; y: number }): string => {
    const { x, y } = at(corner);
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  };
  return {
    width: sites.length === 0 ? width : across * scale + 2 * margin,
    height: sites.length === 0 ? 0 : down * scale + 2 * margin,
    cells: sites.map((site, index) => ({
      code: site.code,
      township: site.township,
      ...at(points[index] ?? { x: 0, y: 0 }),
      outline: `M${(rings[index] ?? []).map(text).join('L')}Z`,
    })),
    borders: rings.map((ring, index) => bordersOf(ring, index, sites, text)).join(''),
    townships: centresOf(sites, points).map(({ code, ...centre }) => ({ code, ...at(centre) })),
  };
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Degrees of longitude are shorter the further north; a county is small enough for one factor. */
function placed(sites: readonly Site[]): Point[] {
  const middle = sites.reduce((sum, { latitude }) => sum + latitude, 0) / Math.max(1, sites.length);
  const shorter = Math.cos((middle * Math.PI) / 180);
  return sites.map(({ longitude, latitude }) => ({ x: longitude * shorter, y: -latitude }));
}

/** In degrees, a tenth of a metre, finer than any point is known: villages of one point share it. */
const samePlace = 1e-6;

const distance = (one: Point, other: Point): number => Math.hypot(one.x - other.x, one.y - other.y);

function reachOf(points: readonly Point[]): number {
  const nearest = points
    .map((point, index) => Math.min(...points.filter((_, other) => other !== index).map((other) => distance(point, other))))
    .filter((near) => Number.isFinite(near) && near > samePlace)
    .toSorted((one, other) => one - other);
  return (nearest[Math.floor(nearest.length / 2)] ?? 0.01) * stretch;
}

/** A round stretch of land, cut back half-way to every neighbour. */
function ringOf(points: readonly Point[], index: number, reach: number): Corner[] {
  const own = points[index] ?? { x: 0, y: 0 };
  let ring: Corner[] = Array.from({ length: corners }, (_, corner) => {
    const angle = (corner * 2 * Math.PI) / corners;
    return { x: own.x + reach * Math.cos(angle), y: own.y + reach * Math.sin(angle), beyond: null };
  });
  for (const [other, neighbour] of points.entries()) {
    const apart = distance(own, neighbour);
    if (other !== index && apart > samePlace && apart < 2 * reach) ring = cut(ring, own, neighbour, other);
  }
  return ring;
}

/** What of a convex ring is nearer to `own` than to `neighbour`. */
function cut(ring: readonly Corner[], own: Point, neighbour: Point, beyond: number): Corner[] {
  const [across, down] = [neighbour.x - own.x, neighbour.y - own.y];
  const half = (across ** 2 + down ** 2) / 2;
  // Reckoned from the village itself: squares of whole degrees would swallow what lies between near neighbours.
  const past = ({ x, y }: Point): number => across * (x - own.x) + down * (y - own.y) - half;
  return ring.flatMap((corner, index): Corner[] => {
    const next = ring[(index + 1) % ring.length] ?? corner;
    const [here, there] = [past(corner), past(next)];
    const isHere = here <= 0;
    const kept = isHere ? [corner] : [];
    if (isHere === there <= 0) return kept;
    const share = here / (here - there);
    const crossing = { x: corner.x + (next.x - corner.x) * share, y: corner.y + (next.y - corner.y) * share };
    return [...kept, { ...crossing, beyond: isHere ? beyond : corner.beyond }];
  });
}

function bordersOf(ring: readonly Corner[], index: number, sites: readonly Site[], text: (corner: Point) => string): string {
  const township = sites[index]?.township;
  return ring
    .map((corner, at) => {
      const next = ring[(at + 1) % ring.length] ?? corner;
      const isInside = corner.beyond !== null && sites[corner.beyond]?.township === township;
      return isInside ? '' : `M${text(corner)}L${text(next)}`;
    })
    .join('');
}

function centresOf(sites: readonly Site[], points: readonly Point[]): { code: string; x: number; y: number }[] {
  const sums = new Map<string, { x: number; y: number; of: number }>();
  for (const [index, { township }] of sites.entries()) {
    const [sum, point] = [sums.get(township) ?? { x: 0, y: 0, of: 0 }, points[index] ?? { x: 0, y: 0 }];
    sums.set(township, { x: sum.x + point.x, y: sum.y + point.y, of: sum.of + 1 });
  }
  return [...sums].map(([code, { x, y, of }]) => ({ code, x: x / of, y: y / of }));
}
