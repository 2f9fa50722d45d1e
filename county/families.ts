import { drawAges } from './ages.ts';
import { parameters } from './parameters.ts';
import type { Sex } from './people-names.ts';
import type { Random } from './random.ts';

export type Body = { age: number; sex: Sex };

/** Unmarried adults up to this age live with their parents where they can (estimate). */
const oldestAtHome = 44;

/** A couple or a single person with the unmarried children at home. At most one elder unit lives with it: the husband's parents. */
export type Unit = { man: Body | null; woman: Body | null; children: Body[]; elders: Unit | null; room: number };

/**
 * Puts the persons of one village together into households: ages and sexes are drawn first, exactly in the census proportions, then people
 * are married, children given to couples of the right age, and elders to their sons until household sizes come close to the parameters.
 */
export function drawFamilies(people: number, random: Random): Unit[] {
  const bodies = random.shuffle(drawAges(people, random.next()));
  const { couples, men, women } = marry(bodies, random);
  const minors = bodies.filter((body) => body.age < 20);
  const unmarried = [...men, ...women];
  const young = [...minors, ...unmarried.filter((body) => body.age <= oldestAtHome)];
  const homeless = giveChildren(young, couples, random);
  const alone = [...homeless.filter((body) => body.age >= 18), ...unmarried.filter((body) => body.age > oldestAtHome)].map(single);
  const units = [...couples, ...alone];
  takeInChildren(
    homeless.filter((body) => body.age < 18),
    units,
    random,
  );
  return random.shuffle(joinElders(units, people, random));
}

/** Persons of a unit without those of its elders. */
function ownSize(unit: Unit): number {
  return (unit.man ? 1 : 0) + (unit.woman ? 1 : 0) + unit.children.length;
}

function single(body: Body): Unit {
  return { man: body.sex === 'M' ? body : null, woman: body.sex === 'F' ? body : null, children: [], elders: null, room: 0 };
}

/** Share of men and women of an age who live with a spouse (estimate after the census: 76 % of persons over 15). */
function marriedShare({ age, sex }: Body): number {
  const steps = sex === 'M' ? [22, 25, 30, 35, 60, 70, 80] : [20, 24, 28, 33, 60, 70, 80];
  const shares = sex === 'M' ? [0, 0.22, 0.6, 0.82, 0.91, 0.88, 0.8, 0.62] : [0, 0.25, 0.68, 0.88, 0.94, 0.86, 0.68, 0.38];
  return shares[steps.filter((step) => age >= step).length]!;
}

function marry(bodies: readonly Body[], random: Random): { couples: Unit[]; men: Body[]; women: Body[] } {
  const { mean, sd, wifeOlder, wifeYounger } = parameters.spouses;
  const adults = bodies.filter((body) => body.age >= 20);
  const brides = new Map<number, Body[]>();
  const men: Body[] = [];
  const women: Body[] = [];
  const grooms: Body[] = [];
  for (const body of adults) {
    const married = random.chance(marriedShare(body));
    if (!married) (body.sex === 'M' ? men : women).push(body);
    else if (body.sex === 'M') grooms.push(body);
    else shelf(brides, body.age).push(body);
  }
  grooms.sort((a, b) => b.age - a.age);
  const couples: Unit[] = [];
  for (const man of grooms) {
    const wanted = man.age - Math.round(mean + sd * random.normal());
    const woman = takeNearest(brides, wanted, man.age - wifeYounger, man.age + wifeOlder);
    if (woman === null) men.push(man);
    else couples.push({ man, woman, children: [], elders: null, room: drawRoom(random) });
  }
  for (const left of brides.values()) women.push(...left);
  return { couples, men, women };
}

function drawRoom(random: Random): number {
  const u = random.next();
  return u < 0.4 ? 1 : u < 0.9 ? 2 : 3;
}

/** Gives children to couples whose ages fit; answers those for whom no couple was found. */
function giveChildren(children: readonly Body[], couples: readonly Unit[], random: Random): Body[] {
  const { mean, sd, minimum, maximum } = parameters.motherhood;
  const byMother = new Map<number, Unit[]>();
  for (const couple of couples) shelf(byMother, couple.woman!.age).push(couple);
  const left: Body[] = [];
  for (const child of children) {
    const wanted = child.age + clamp(Math.round(mean + sd * random.normal()), minimum, maximum);
    const fits = (unit: Unit) => unit.room > 0 && fatherFits(unit.man!.age - child.age);
    const parents = findNearest(byMother, wanted, child.age + minimum, child.age + maximum, fits, random);
    if (parents === null) left.push(child);
    else {
      parents.children.push(child);
      parents.room--;
    }
  }
  return left;
}

function fatherFits(years: number): boolean {
  return years >= parameters.fatherhood.minimum && years <= parameters.fatherhood.maximum;
}

/** Minors without a couple of the right age go to any unit with a parent of the right age, even beyond its room, else to the oldest unit. */
function takeInChildren(minors: readonly Body[], units: readonly Unit[], random: Random): void {
  const fits = (unit: Unit, child: Body) =>
    [unit.man, unit.woman].every((parent) => parent === null || fatherFits(parent.age - child.age)) &&
    (unit.woman?.age ?? 0) - child.age < 44;
  for (const child of minors) {
    const start = random.int(0, units.length - 1);
    let home = units.find((unit, i) => i >= start && fits(unit, child) && unit.children.length < 4);
    home ??= units.find((unit) => fits(unit, child));
    home ??= units.reduce((a, b) => (ageOf(b) > ageOf(a) ? b : a));
    home.children.push(child);
  }
}

/** Joins elder units to young couples while that brings the counts of household sizes nearer to the wanted ones. */
function joinElders(units: Unit[], people: number, random: Random): Unit[] {
  const wanted = wantedCounts(people);
  const counts = Array.from({ length: 7 }, () => 0);
  for (const unit of units) counts[sizeClass(ownSize(unit))]!++;
  const hosts = new Map<number, Unit[]>();
  for (const unit of units) if (unit.man && unit.woman && unit.man.age <= 58) shelf(hosts, unit.man.age).push(unit);
  const gainOf = (size: number, change: number) => {
    const excess = counts[size]! - wanted[size]!;
    return (excess ** 2 - (excess + change) ** 2) / wanted[size]!;
  };
  const joined = new Set<Unit>();
  const elders = random.shuffle(units.filter((unit) => ageOf(unit) >= 44));
  for (const elder of elders) {
    const size = ownSize(elder);
    let best: Unit | null = null;
    let bestGain = 0;
    for (let attempt = 0; attempt < 12; attempt++) {
      const host = random.pick(hosts.get(ageOf(elder) - clamp(Math.round(27 + 4 * random.normal()), 20, 40)) ?? [elder]);
      if (host === elder || host.elders !== null || joined.has(host) || elder.elders !== null || !parentsFit(elder, host.man!)) continue;
      const hostSize = ownSize(host);
      const gain = gainOf(sizeClass(size), -1) + gainOf(sizeClass(hostSize), -1) + gainOf(sizeClass(size + hostSize), 1);
      if (gain > bestGain) {
        best = host;
        bestGain = gain;
      }
    }
    if (best === null) continue;
    counts[sizeClass(size)]!--;
    counts[sizeClass(ownSize(best))]!--;
    counts[sizeClass(size + ownSize(best))]!++;
    best.elders = elder;
    joined.add(elder);
  }
  return units.filter((unit) => !joined.has(unit));
}

function parentsFit(elder: Unit, son: Body): boolean {
  const motherFits = elder.woman === null || (elder.woman.age - son.age >= 19 && elder.woman.age - son.age <= 43);
  return (
    motherFits && (elder.man === null || fatherFits(elder.man.age - son.age)) && elder.children.every((child) => child.age < son.age + 15)
  );
}

/** Wanted households by size class, index 1 to 6. */
function wantedCounts(people: number): number[] {
  const shares = Object.values(parameters.householdSize);
  const mean = shares.reduce((sum, share, i) => sum + share * (i === 5 ? 6.4 : i + 1), 0);
  return [0, ...shares.map((share) => (share * people) / mean)];
}

function sizeClass(size: number): number {
  return Math.min(6, size);
}

function ageOf(unit: Unit): number {
  return unit.man?.age ?? unit.woman!.age;
}

function shelf<T>(shelves: Map<number, T[]>, age: number): T[] {
  let items = shelves.get(age);
  if (items === undefined) shelves.set(age, (items = []));
  return items;
}

function takeNearest<T>(shelves: Map<number, T[]>, wanted: number, from: number, to: number): T | null {
  for (let distance = 0; distance <= to - from; distance++) {
    for (const age of distance === 0 ? [wanted] : [wanted - distance, wanted + distance]) {
      const item = age >= from && age <= to ? shelves.get(age)?.pop() : undefined;
      if (item !== undefined) return item;
    }
  }
  return null;
}

/** An item near the wanted age that fits; on each shelf only a few are looked at, starting anywhere. */
function findNearest<T>(
  shelves: Map<number, T[]>,
  wanted: number,
  from: number,
  to: number,
  fits: (item: T) => boolean,
  random: Random,
): T | null {
  for (let distance = 0; distance <= to - from; distance++) {
    for (const age of distance === 0 ? [wanted] : [wanted - distance, wanted + distance]) {
      const items = age >= from && age <= to ? shelves.get(age) : undefined;
      if (items === undefined) continue;
      const start = Math.floor(random.next() * items.length);
      for (let i = 0; i < items.length; i++) {
        const item = items[(start + i) % items.length]!;
        if (fits(item)) return item;
      }
    }
  }
  return null;
}

function clamp(value: number, minimum: number, maximum: number): number {
  return Math.min(maximum, Math.max(minimum, value));
}
