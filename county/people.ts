import { gb18030, utf8, digits, type ByteText } from './byte-text.ts';
import { yearOf, type Day } from './calendar.ts';
import { drawFamilies, type Body, type Unit } from './families.ts';
import { parameters } from './parameters.ts';
import { drawGivenName, drawSurname, type Sex } from './people-names.ts';
import type { Village } from './places.ts';
import { Random } from './random.ts';
import { ResidentIds } from './resident-ids.ts';
import type { Setting } from './setting.ts';

export type Relation =
  | 'head'
  | 'spouse'
  | 'son'
  | 'daughter'
  | 'father'
  | 'mother'
  | 'grandchild'
  | 'grandparent'
  | 'sibling'
  | 'in_law'
  | 'other';

export type Person = {
  /** Place among all persons of the county, from 0; account and record numbers are made of it. */
  number: number;
  household: Household;
  member: number;
  relation: Relation;
  sex: Sex;
  age: number;
  birth: Day;
  married: boolean;
  id: string;
  name: string;
  nameGb: ByteText;
  nameUtf: ByteText;
  /** Latent risk, standard normal; higher is worse. */
  risk: number;
};

export type Household = {
  number: string;
  group: number;
  members: Person[];
  /** The household's part of its members' latent risk. */
  risk: number;
};

/** The households of a village, in roll order. */
export function settleVillage(setting: Setting, village: Village): Household[] {
  const random = new Random(setting.seed, village.code, 'people');
  const ids = new ResidentIds(village.index, setting.villages.length, setting.fullDay - 1);
  const units = drawFamilies(village.people, random);
  const thisYear = yearOf(setting.fullDay);
  let number = village.firstPerson;
  let settled = 0;
  return units.map((unit, i) => {
    const risk = random.normal();
    const group = 1 + Math.floor((settled * village.groups) / village.people);
    const household: Household = { number: digits(i + 1, 4), group, members: [], risk };
    for (const { body, relation, surname, married } of seat(unit, random)) {
      const name = surname + drawGivenName(random, body.sex);
      const { id, birth } = ids.next(thisYear - body.age, body.sex);
      household.members.push({
        number: number++,
        household,
        member: household.members.length + 1,
        relation,
        sex: body.sex,
        age: ageAt(birth, setting.fullDay),
        birth,
        married,
        id,
        name,
        nameGb: gb18030(name),
        nameUtf: utf8(name),
        risk: Math.sqrt(parameters.householdRho) * risk + Math.sqrt(1 - parameters.householdRho) * random.normal(),
      });
    }
    settled += household.members.length;
    return household;
  });
}

export function ageAt(birth: Day, day: Day): number {
  const years = yearOf(day) - yearOf(birth);
  const birthday = new Date(birth * 86_400_000);
  const today = new Date(day * 86_400_000);
  const before =
    today.getUTCMonth() < birthday.getUTCMonth() ||
    (today.getUTCMonth() === birthday.getUTCMonth() && today.getUTCDate() < birthday.getUTCDate());
  return before ? years - 1 : years;
}

type Seat = { body: Body; relation: Relation; surname: string; married: boolean };

/** Who of a unit heads it, and what the others are to the head. */
function seat(unit: Unit, random: Random): Seat[] {
  const surname = drawSurname(random);
  const elders = unit.elders;
  if (elders === null) return seatCouple(unit, surname, random);
  const elderHeads = elders.man !== null && elders.man.age < 72 && random.chance(0.5);
  return elderHeads ? seatUnderElder(unit, elders, surname, random) : seatWithElders(unit, elders, surname, random);
}

/** The couple or single person with the children, headed by the man if there is one. */
function seatCouple(unit: Unit, surname: string, random: Random): Seat[] {
  const head = unit.man ?? unit.woman!;
  const married = unit.man !== null && unit.woman !== null;
  const seats: Seat[] = [{ body: head, relation: 'head', surname, married }];
  if (married) seats.push({ body: unit.woman!, relation: 'spouse', surname: drawSurname(random), married });
  for (const child of unit.children) seats.push(seatChild(child, head, surname, random));
  return seats;
}

/** The elder man heads; his son's wife is in_law, his son's children are grandchildren. */
function seatUnderElder(unit: Unit, elders: Unit, surname: string, random: Random): Seat[] {
  const married = unit.woman !== null;
  const seats = seatCouple(elders, surname, random);
  seats.push({ body: unit.man!, relation: 'son', surname, married });
  if (unit.woman) seats.push({ body: unit.woman, relation: 'in_law', surname: drawSurname(random), married });
  for (const child of unit.children) seats.push({ ...seatChild(child, unit.man!, surname, random), relation: 'grandchild' });
  return seats;
}

/** The son heads, his parents live with him. */
function seatWithElders(unit: Unit, elders: Unit, surname: string, random: Random): Seat[] {
  const seats = seatCouple(unit, surname, random);
  const married = elders.man !== null && elders.woman !== null;
  if (elders.man) seats.push({ body: elders.man, relation: 'father', surname, married });
  if (elders.woman) seats.push({ body: elders.woman, relation: 'mother', surname: drawSurname(random), married });
  for (const child of elders.children)
    seats.push({ ...seatChild(child, elders.man ?? elders.woman!, surname, random), relation: 'sibling' });
  return seats;
}

/** A child of the parent, or, when their ages say that it cannot be one, a relative of another name. */
function seatChild(child: Body, parent: Body, surname: string, random: Random): Seat {
  const years = parent.age - child.age;
  if (years < parameters.fatherhood.minimum || years > parameters.fatherhood.maximum) {
    return { body: child, relation: 'other', surname: drawSurname(random), married: false };
  }
  const own = random.chance(parameters.fathersSurname) ? surname : drawSurname(random);
  return { body: child, relation: child.sex === 'M' ? 'son' : 'daughter', surname: own, married: false };
}
