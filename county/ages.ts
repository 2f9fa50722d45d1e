import { parameters } from './parameters.ts';
import type { Sex } from './people-names.ts';
import { readData } from './places.ts';

export type Cell = { age: number; sex: Sex; share: number };

/** The last census band is open (85 and over); its single ages fall off by this factor a year (estimate). */
const openBandDecay = 0.8;
const oldest = 99;

/** Share of registered persons by single age and sex: the census inside each broad band, the bands and the sexes as the parameters say. */
export const ageCells: readonly Cell[] = scaleSexes(scaleBands(censusCells()));

/** `people` persons spread over the cells as evenly as whole numbers allow; `start` in [0, 1) decides who gets the rest. */
export function drawAges(people: number, start: number): Cell[] {
  const drawn: Cell[] = [];
  let bound = 0;
  for (const cell of ageCells) {
    bound += cell.share * people;
    while (drawn.length + start < bound && drawn.length < people) drawn.push(cell);
  }
  while (drawn.length < people) drawn.push(ageCells[ageCells.length - 1]!);
  return drawn;
}

function censusCells(): Cell[] {
  return readData('census_ages.csv').flatMap(([sex, fromText, toText, personsText]) => {
    const from = Number(fromText);
    const open = toText === '';
    const to = open ? oldest : Number(toText);
    const weights = Array.from({ length: to - from + 1 }, (_, i) => (open ? openBandDecay ** i : 1));
    const sum = weights.reduce((a, b) => a + b, 0);
    return weights.map((weight, i): Cell => ({ age: from + i, sex: sex === 'M' ? 'M' : 'F', share: (Number(personsText) * weight) / sum }));
  });
}

function scaleBands(cells: readonly Cell[]): Cell[] {
  return parameters.ageBands.flatMap(({ from, to, share }) => {
    const inside = cells.filter((cell) => cell.age >= from && cell.age <= to);
    const sum = inside.reduce((a, cell) => a + cell.share, 0);
    return inside.map((cell) => ({ ...cell, share: (cell.share / sum) * share }));
  });
}

/** Moves the same share of women to men (or back) in every age, so that men make up their share and no age changes its total. */
function scaleSexes(cells: readonly Cell[]): Cell[] {
  const men = cells.filter((cell) => cell.sex === 'M').reduce((a, cell) => a + cell.share, 0);
  const shift = parameters.men - men;
  const totals = new Map<number, number>();
  for (const cell of cells) totals.set(cell.age, (totals.get(cell.age) ?? 0) + cell.share);
  return cells
    .map((cell) => ({ ...cell, share: Math.max(0, cell.share + (cell.sex === 'M' ? shift : -shift) * totals.get(cell.age)!) }))
    .toSorted((a, b) => a.age - b.age || (a.sex < b.sex ? -1 : 1));
}
