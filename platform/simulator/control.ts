/** The control port: one JSON object a line in, one out. It is the examiner's way in and no part of any protocol. */
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { Faults } from './faults.ts';

const command = z.union([
  z.strictObject({ faults: z.unknown() }),
  z.strictObject({ plan: z.unknown() }),
  /** What only this system understands. */
  z.strictObject({ do: z.unknown() }),
]);
export type Command = z.input<typeof command>;

const controlReply = z.union([z.strictObject({ ok: z.literal(true), answer: z.unknown() }), z.strictObject({ error: z.string() })]);
type ControlReply = z.output<typeof controlReply>;

export interface Controlled {
  faults: Faults<string>;
  /** Answers what can be written as JSON; throws at what it does not understand. */
  obey: (asked: unknown) => unknown;
}

export function controlServer(controlled: Controlled): Server {
  return createServer((socket) => {
    socket.on('error', () => socket.destroy());
    void converse(controlled, socket);
  });
}

async function converse(controlled: Controlled, socket: Socket): Promise<void> {
  for await (const line of createInterface({ input: socket })) {
    const reply = await obey(controlled, line).catch((error: unknown) => ({
      error: error instanceof Error ? error.message : String(error),
    }));
    if (socket.writable) socket.write(`${JSON.stringify(reply)}\n`);
  }
}

async function obey({ faults, obey: own }: Controlled, line: string): Promise<ControlReply> {
  const asked = command.parse(JSON.parse(line));
  if ('faults' in asked) faults.change(asked.faults);
  else if ('plan' in asked) faults.plan(asked.plan);
  else return { ok: true, answer: (await own(asked.do)) ?? null };
  return { ok: true, answer: null };
}

/** Gives a command to the simulator at a control port and waits for its answer. @throws Error with its words */
export async function giveCommand(port: number, asked: Command): Promise<unknown> {
  const socket = connect({ port, host: '127.0.0.1' });
  try {
    socket.write(`${JSON.stringify(asked)}\n`);
    for await (const line of createInterface({ input: socket })) {
      const reply = controlReply.parse(JSON.parse(line));
      if ('error' in reply) throw new Error(reply.error);
      return reply.answer;
    }
    throw new Error('模拟器未应答 / the simulator did not answer');
  } finally {
    socket.destroy();
  }
}
