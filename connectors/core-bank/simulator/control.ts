/** What the examiner may tell the core beside its faults. */
import { z } from 'zod';
import { writeDayFile } from './day-file.ts';
import type { Core } from './core.ts';

const command = z.union([
  z.strictObject({ write_day: z.iso.date(), folder: z.string() }),
  z.strictObject({ balance: z.strictObject({ entity_id: z.string(), account: z.string() }) }),
]);

/** Answers the path of the day's file, or a balance in fen as digits, null for an account that was never used. */
export async function obey(core: Core, told: unknown): Promise<string | null> {
  const asked = command.parse(told);
  if ('balance' in asked) {
    const balance = core.book.balanceFen(asked.balance.entity_id, asked.balance.account);
    return balance === null ? null : String(balance);
  }
  const date = Temporal.PlainDate.from(asked.write_day);
  return writeDayFile(asked.folder, date, core.book.day(date));
}
