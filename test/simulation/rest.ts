/** A long life put to rest between two days: its folder stays, and what only its process knew is written beside it. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { z } from 'zod';
import { afterPrepayment } from '#core/loan/index.ts';

const count = z.int();
const violation = z.object({ rule: z.string(), detail: z.string() });
const resting = z.object({
  /** The life's own settings: another life does not go on in its folder. */
  of: z.object({ seed: count, days: count, entities: count, borrowers: count, hasFaults: z.boolean() }),
  /** The next to live, and how many have been. */
  day: z.iso.date(),
  passed: count,
  milliseconds: z.number(),
  spent: z.record(z.string(), z.number()),
  crashes: z.object({ counter: count, night: count, postgres: count, core: count }),
  prepayments: z.map(z.bigint(), z.enum(afterPrepayment)),
  refused: z.map(z.string(), count),
  found: z.array(violation.extend({ day: z.string() })),
  violations: count,
  replayed: count,
  quietMs: z.object({ business: z.number(), closing: z.number() }),
});
export type Resting = z.infer<typeof resting>;

const noteIn = (folder: string): string => join(folder, 'resting');

export const layToRest = (folder: string, life: Resting): void => writeFileSync(noteIn(folder), serialize(life));

/**
 * The life that rests in a folder; null when none does. Its note is gone once read: a life that then breaks off without another rest cannot go on,
 * because its database has gone on without what its process knew. What such a life left is cleared away.
 */
export function wake(folder: string, of: Resting['of']): Resting | null {
  const note = noteIn(folder);
  const life = existsSync(note) ? resting.parse(deserialize(readFileSync(note))) : null;
  if (life && JSON.stringify(life.of) !== JSON.stringify(of))
    throw new Error(`${folder} 中是另一组参数的模拟，请换一个目录 / another life rests in ${folder}: choose another folder`);
  rmSync(life ? note : folder, { recursive: true, force: true });
  return life;
}
