import { expect, test } from 'vitest';
import type { RelationGraph } from '#modules/population/contract.ts';
import { layOut } from './graph-layout.ts';

const node = (id: string, own: boolean): RelationGraph['nodes'][number] => ({
  id,
  kind: 'person',
  label: id,
  sub_label: null,
  person_id: null,
  household_id: null,
  own_household: own,
});
const edge = (from: string, to: string, kind: RelationGraph['edges'][number]['kind']): RelationGraph['edges'][number] => ({
  from,
  to,
  kind,
  detail: null,
  amount_fen: null,
});

function household(members: number, outsiders: number): RelationGraph {
  const own = Array.from({ length: members }, (_, index) => node(`m${index}`, true));
  const others = Array.from({ length: outsiders }, (_, index) => node(`o${index}`, false));
  return {
    nodes: [...own, ...others],
    edges: [
      ...own.slice(1).map((one) => edge('m0', one.id, 'family')),
      edge('m1', 'm2', 'family'),
      ...others.map((one, index) => edge(one.id, `m${index % members}`, 'guarantor')),
    ],
    as_of: null,
  };
}

test.each([
  [1, 0, 0],
  [4, 6, 0],
  [2, 3, 0],
  [6, 10, 0],
  [4, 30, 20],
])('%i members and %i others: nobody overlaps, %i are left to the table', (members, outsiders, left) => {
  const drawing = layOut(household(members, outsiders));
  const places = [...drawing.spots.values()];
  for (const [index, a] of places.entries()) {
    for (const b of places.slice(index + 1)) expect(Math.abs(a.x - b.x) >= 80 || Math.abs(a.y - b.y) >= 36).toBe(true);
  }
  expect(drawing.left).toBe(left);
  expect(places.every(({ x, y }) => x >= 40 && x <= drawing.width - 40 && y >= 18 && y <= drawing.height - 18)).toBe(true);
});

test('inside the house only ties to the first member are drawn', () => {
  const drawing = layOut(household(3, 0));
  expect(drawing.edges.map((one) => `${one.from}-${one.to}`)).toEqual(['m0-m1', 'm0-m2']);
});
