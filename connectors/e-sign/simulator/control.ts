/** The control port: one JSON object a line in, one out. It is the examiner's way in and no part of the service. */
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { faultChange, plannedFault } from './faults.ts';
import type { Faults } from './faults.ts';

const command = z.union([z.strictObject({ faults: faultChange }), z.strictObject({ plan: z.array(plannedFault) })]);
export type Command = z.input<typeof command>;
export const controlReply = z.union([z.strictObject({ ok: z.literal(true) }), z.strictObject({ error: z.string() })]);

export function controlServer(faults: Faults): Server {
  return createServer((socket) => {
    socket.on('error', () => socket.destroy());
    void converse(faults, socket);
  });
}

async function converse(faults: Faults, socket: Socket): Promise<void> {
  for await (const line of createInterface({ input: socket })) {
    if (socket.writable) socket.write(`${JSON.stringify(replyTo(faults, line))}\n`);
  }
}

function replyTo(faults: Faults, line: string): z.input<typeof controlReply> {
  try {
    const asked = command.parse(JSON.parse(line));
    if ('faults' in asked) faults.change(asked.faults);
    else faults.plan(asked.plan);
    return { ok: true };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
