/** Every race on one bank, one after the other, and a look at the whole bank after each. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withOwner } from '#platform/postgres/index.ts';
import { Box } from './bank/box.ts';
import { firstDay } from './bank/entity.ts';
import { prepareCarried } from './check/carried.ts';
import { checkBanks, inOne } from './check/check.ts';
import type { Violation } from './check/rule.ts';
import { lanes, races, run } from './races.ts';
import type { Race, RaceGround } from './races.ts';

export interface Raced {
  readonly race: string;
  readonly tries: number;
  /** How often each pair of answers came. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** A pair that cannot be true, or a rule that does not hold afterwards. */
  readonly violations: readonly Violation[];
  readonly seconds: number;
}

export async function raceDay(tries: number, say: (raced: Raced) => void = () => undefined): Promise<Raced[]> {
  const folder = mkdtempSync(join(tmpdir(), 'qianmo-races-'));
  const box = await Box.open({ folder, entities: lanes, borrowers: 1, days: 1, faults: { rates: {} } });
  try {
    await withOwner(box.db, (tx) => prepareCarried(tx, firstDay));
    const all: Raced[] = [];
    const days = new Map(box.entities.map((entity) => [entity, firstDay]));
    for (const [index, race] of races.entries()) {
      const outcome = await raced(race, { box, name: `race-${index}`, told: new Map(), days }, tries);
      all.push(outcome);
      say(outcome);
    }
    return all;
  } finally {
    await box.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function raced(race: Race, ground: RaceGround, tries: number): Promise<Raced> {
  const began = performance.now();
  const outcomes = await run(race, ground, tries);
  const untrue = [...outcomes.keys()].filter((outcome) => !race.allowed.includes(outcome));
  await togetherAgain(ground);
  const { box, told } = ground;
  const look = { core: box.core, told: [...told.values()], isWhole: false, replay: [], prepaymentOf: () => 'lower' as const };
  const broken = await withOwner(box.db, (tx) => checkBanks(inOne(tx), box.entities, look));
  return {
    race: race.name,
    tries: [...outcomes.values()].reduce((sum, count) => sum + count, 0),
    outcomes: Object.fromEntries(outcomes),
    violations: [...untrue.map((outcome) => ({ rule: 'answers_can_be_true', detail: `${outcome} (${outcomes.get(outcome)})` })), ...broken],
    seconds: Math.round((performance.now() - began) / 100) / 10,
  };
}

/** Lanes end on different days; the examiner looks at banks that stand at the same one. */
async function togetherAgain({ box, days }: RaceGround): Promise<void> {
  const last = [...days.values()].reduce((latest, day) => (day > latest ? day : latest), firstDay);
  box.setDay(last);
  for (const entity of box.entities) {
    const before = Temporal.PlainDate.from(last).subtract({ days: 1 }).toString();
    if (days.get(entity) !== last) await box.servicing.dayEnd(entity, before);
    days.set(entity, last);
  }
}
