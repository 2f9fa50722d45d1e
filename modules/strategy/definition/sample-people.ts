/** Invented people for tests and measurements: every input takes values on, beside and between the borders the model tests, and unknown. */
import { rm, writeFile } from 'node:fs/promises';
import { nameLiteral, textLiteral } from '#platform/warehouse/index.ts';
import type { WarehouseSession } from '#platform/warehouse/index.ts';
import { bordersOf } from './borders.ts';
import type { Border } from './borders.ts';
import { soundPeople } from './sound-people.ts';
import type { Inputs, Strategy } from './strategy.ts';

export type Person = Inputs & { person_id: string };

/** Small, seeded, good enough to scatter test values (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Starts from a sound person of some segment, replaces `changedShare` of the values by arbitrary ones and forgets `unknownShare` of them.
 * Whole numbers stay whole, so that BIGINT columns hold them.
 */
export function* samplePeople(
  strategy: Strategy,
  options: { count: number; seed: number; changedShare: number; unknownShare: number; asOf: string },
): Generator<Person> {
  const random = randomFrom(options.seed);
  const borders = bordersOf(strategy);
  const screened = strategy.inputs.filter((input) => !strategy.definition.description.application_inputs.includes(input.name));
  const sounds = Object.values(soundPeople);
  const makers = screened.map((input) => ({
    name: input.name,
    make: makerOf(input.type.kind, borders.get(input.name) ?? [], options.asOf),
  }));
  for (let index = 0; index < options.count; index += 1) {
    const person: Record<string, Border> = {};
    const sound = sounds[Math.floor(random() * sounds.length)] ?? {};
    for (const { name, make } of makers) {
      const [isUnknown, isChanged] = [random() < options.unknownShare, random() < options.changedShare];
      person[name] = isUnknown ? null : isChanged ? make(random) : (sound[name] ?? null);
    }
    yield { ...person, person_id: `P${index.toString(16).padStart(15, '0')}` };
  }
}

function makerOf(kind: string, borders: readonly Border[], asOf: string): (random: () => number) => Border {
  const pick = <Item>(random: () => number, items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  switch (kind) {
    case 'boolean':
      return (random) => random() < 0.2;
    case 'date': {
      const day = Temporal.PlainDate.from(asOf);
      return (random) => day.add({ days: pick(random, [-400, -31, -30, -1, 0, 1, 29, 30, 31, 900]) }).toString();
    }
    case 'string': {
      const words = [...borders.filter((value) => typeof value === 'string'), 'none', 'other'];
      return (random) => pick(random, words);
    }
    default: {
      const numbers = borders.filter((value) => typeof value === 'number');
      const isShare = numbers.some((value) => !Number.isInteger(value));
      if (isShare) return (random) => pick(random, [...numbers.flatMap((value) => [value, nextUp(value), -nextUp(-value)]), random()]);
      const near = numbers.flatMap((value) => [value - 1, value, value + 1]).filter((value) => value >= 0);
      // Amounts in fen where the borders are large or there are none.
      const span = near.length > 0 && Math.max(...near) < 10_000 ? 60 : 60_000_000;
      return (random) => (near.length > 0 && random() < 0.5 ? pick(random, near) : Math.floor(random() ** 3 * span));
    }
  }
}

/** The next double above a positive number. */
function nextUp(value: number): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  view.setBigInt64(0, view.getBigInt64(0) + 1n);
  return view.getFloat64(0);
}

const sqlTypes: Record<string, string> = { string: 'varchar', boolean: 'boolean', date: 'date' };

/** Writes people as an indicator file: BIGINT where all values are whole, as the catalogue writes money and counts. */
export async function writeSamplePeople(
  session: WarehouseSession,
  strategy: Strategy,
  people: readonly Person[],
  file: string,
): Promise<void> {
  const columns = strategy.inputs
    .filter((input) => !strategy.definition.description.application_inputs.includes(input.name))
    .map(({ name, type }) => {
      const whole = people.every((person) => person[name] === null || Number.isInteger(person[name]));
      return { name, type: sqlTypes[type.kind] ?? (whole ? 'bigint' : 'double') };
    });
  const lines = `${file}.json`;
  await writeFile(lines, people.map((person) => JSON.stringify(person)).join('\n'));
  const shape = [{ name: 'person_id', type: 'varchar' }, ...columns].map(({ name, type }) => `${nameLiteral(name)}: ${textLiteral(type)}`);
  const read = `read_json(${textLiteral(lines)}, format = 'newline_delimited', columns = {${shape.join(', ')}})`;
  await session.run(`copy (select * from ${read}) to ${textLiteral(file)} (format parquet)`);
  await rm(lines);
}
