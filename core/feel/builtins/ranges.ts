/** Relations of points and intervals after Allen (DMN 1.5, table 78). A point is the closed interval of itself. */
import { order } from '../values/compare.ts';
import { FeelRange, isContext, isList, type FeelValue } from '../values/value.ts';
import { type Builtin, unsupported } from './record.ts';

interface Bounds {
  readonly low: FeelValue;
  readonly high: FeelValue;
  readonly lowClosed: boolean;
  readonly highClosed: boolean;
  readonly point: boolean;
}

function boundsOf(value: FeelValue): Bounds | undefined {
  if (value instanceof FeelRange) {
    if (value.low === undefined || value.high === undefined || value.low === null || value.high === null) return undefined;
    return { low: value.low, high: value.high, lowClosed: value.lowClosed, highClosed: value.highClosed, point: false };
  }
  if (value === null || isList(value) || isContext(value)) return undefined;
  return { low: value, high: value, lowClosed: true, highClosed: true, point: true };
}

type Order = -1 | 0 | 1;
/** Throws away the comparison when two ends have none. */
class Incomparable extends Error {}

function compareEnds(left: FeelValue, right: FeelValue): Order {
  const answer = order(left, right);
  if (answer === undefined) throw new Incomparable();
  return answer;
}

type Relation = (a: Bounds, b: Bounds) => boolean;

function before(a: Bounds, b: Bounds): boolean {
  const answer = compareEnds(a.high, b.low);
  return answer < 0 || (answer === 0 && !(a.highClosed && b.lowClosed));
}

function meets(a: Bounds, b: Bounds): boolean {
  return a.highClosed && b.lowClosed && compareEnds(a.high, b.low) === 0;
}

/** Starts earlier, or together but including the start. */
function lowAtMost(a: Bounds, b: Bounds): boolean {
  const answer = compareEnds(a.low, b.low);
  return answer < 0 || (answer === 0 && (a.lowClosed || !b.lowClosed));
}

function highAtLeast(a: Bounds, b: Bounds): boolean {
  const answer = compareEnds(a.high, b.high);
  return answer > 0 || (answer === 0 && (a.highClosed || !b.highClosed));
}

function includes(a: Bounds, b: Bounds): boolean {
  return lowAtMost(a, b) && highAtLeast(a, b);
}

function sameLow(a: Bounds, b: Bounds): boolean {
  return compareEnds(a.low, b.low) === 0 && a.lowClosed === b.lowClosed;
}

function sameHigh(a: Bounds, b: Bounds): boolean {
  return compareEnds(a.high, b.high) === 0 && a.highClosed === b.highClosed;
}

function overlaps(a: Bounds, b: Bounds): boolean {
  return !before(a, b) && !before(b, a);
}

function overlapsBefore(a: Bounds, b: Bounds): boolean {
  const low = compareEnds(a.low, b.low);
  const startsEarlier = low < 0 || (low === 0 && a.lowClosed && !b.lowClosed);
  const reaches = !before(a, b);
  const high = compareEnds(a.high, b.high);
  return startsEarlier && reaches && (high < 0 || (high === 0 && (!a.highClosed || b.highClosed)));
}

function starts(a: Bounds, b: Bounds): boolean {
  return sameLow(a, b) && highAtLeast(b, a) && (a.point ? b.lowClosed : true);
}

function finishes(a: Bounds, b: Bounds): boolean {
  return sameHigh(a, b) && lowAtMost(b, a);
}

const flip =
  (straight: Relation): Relation =>
  (a, b) =>
    straight(b, a);

function relation(
  name: string,
  params: readonly (readonly string[])[],
  holds: Relation,
  allowed: (a: Bounds, b: Bounds) => boolean = () => true,
): Builtin {
  return {
    name,
    params,
    evaluate: (args) => {
      const [first, second] = args;
      if (args.length !== 2 || first === undefined || second === undefined) return null;
      const [a, b] = [boundsOf(first), boundsOf(second)];
      if (!a || !b || !allowed(a, b)) return null;
      try {
        return holds(a, b);
      } catch (error) {
        if (error instanceof Incomparable) return null;
        throw error;
      }
    },
    compiled: unsupported('请用比较和 in 表达', 'use comparisons and "in" instead'),
  };
}

const both = (a: Bounds, b: Bounds): boolean => !a.point && !b.point;
const secondRange = (_: Bounds, b: Bounds): boolean => !b.point;
const firstRange = (a: Bounds): boolean => !a.point;
const rangesOnly = [['range1', 'range2']];
const pointOrRange = [
  ['point', 'range'],
  ['range1', 'range2'],
];
const rangeOrPoint = [
  ['range', 'point'],
  ['range1', 'range2'],
];
const anyTwo = [
  ['point1', 'point2'],
  ['point', 'range'],
  ['range', 'point'],
  ['range1', 'range2'],
];

export const rangeBuiltins: readonly Builtin[] = [
  relation('before', anyTwo, before),
  relation('after', anyTwo, flip(before)),
  relation('meets', rangesOnly, meets, both),
  relation('met by', rangesOnly, flip(meets), both),
  relation('overlaps', rangesOnly, overlaps, both),
  relation('overlaps before', rangesOnly, overlapsBefore, both),
  relation('overlaps after', rangesOnly, flip(overlapsBefore), both),
  relation('finishes', pointOrRange, finishes, secondRange),
  relation('finished by', rangeOrPoint, flip(finishes), firstRange),
  relation('includes', rangeOrPoint, includes, firstRange),
  relation('during', pointOrRange, flip(includes), secondRange),
  relation('starts', pointOrRange, starts, secondRange),
  relation('started by', rangeOrPoint, flip(starts), firstRange),
  relation(
    'coincides',
    [
      ['point1', 'point2'],
      ['range1', 'range2'],
    ],
    (a, b) => sameLow(a, b) && sameHigh(a, b),
    (a, b) => a.point === b.point,
  ),
];
