/** The control port: one JSON object a line in, one out. It is the examiner's way in and no part of the bank's protocol. */
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { writeDayFile } from './day-file.ts';
import type { Core } from './core.ts';
import { faultChange, plannedFault } from './faults.ts';

const command = z.union([
  z.strictObject({ faults: faultChange }),
  z.strictObject({ plan: z.array(plannedFault) }),
  z.strictObject({ write_day: z.iso.date(), folder: z.string() }),
  z.strictObject({ balance: z.strictObject({ entity_id: z.string(), account: z.string() }) }),
]);
export type Command = z.input<typeof command>;

export const controlReply = z.union([
  z.strictObject({ ok: z.literal(true), path: z.string().optional(), balance_fen: z.string().nullable().optional() }),
  z.strictObject({ error: z.string() }),
]);
export type ControlReply = z.output<typeof controlReply>;

export function controlServer(core: Core): Server {
  return createServer((socket) => {
    socket.on('error', () => socket.destroy());
    void converse(core, socket);
  });
}

async function converse(core: Core, socket: Socket): Promise<void> {
  for await (const line of createInterface({ input: socket })) {
    const reply = await obey(core, line).catch((error: unknown) => ({ error: error instanceof Error ? error.message : String(error) }));
    if (socket.writable) socket.write(`${JSON.stringify(reply)}\n`);
  }
}

async function obey(core: Core, line: string): Promise<ControlReply> {
  const asked = command.parse(JSON.parse(line));
  if ('faults' in asked) core.faults.change(asked.faults);
  else if ('plan' in asked) core.faults.plan(asked.plan);
  else if ('balance' in asked) {
    const balance = core.book.balanceFen(asked.balance.entity_id, asked.balance.account);
    return { ok: true, balance_fen: balance === null ? null : String(balance) };
  } else {
    const date = Temporal.PlainDate.from(asked.write_day);
    return { ok: true, path: await writeDayFile(asked.folder, date, core.book.day(date)) };
  }
  return { ok: true };
}
