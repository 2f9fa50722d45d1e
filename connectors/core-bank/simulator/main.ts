/** A core bank to work against where there is none: `node connectors/core-bank/simulator/main.ts --folder DIR --port 0`. */
import { once } from 'node:events';
import type { Server } from 'node:net';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { controlServer } from './control.ts';
import { Core } from './core.ts';
import { calm, faultSettings } from './faults.ts';

const usage = `node connectors/core-bank/simulator/main.ts --folder DIR [--port N] [--control-port N] [--opening-fen N]
    [--seed N] [--fault NAME=RATE]… [--delay-ms N]

Keeps its book in DIR and listens on 127.0.0.1. Prints {"port","control_port"} as one JSON line when it is ready.`;

const host = '127.0.0.1';
const say = (line: string): void => void process.stderr.write(`core-bank: ${line}\n`);

function readSettings(args: string[]) {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args,
    options: {
      folder: text,
      port: text,
      'control-port': text,
      'opening-fen': text,
      seed: text,
      fault: { ...text, multiple: true },
      'delay-ms': text,
    },
  });
  if (values.folder === undefined) throw new Error(`缺少 --folder / --folder is required\n${usage}`);
  const rates = Object.fromEntries((values.fault ?? []).map((each) => [each.split('=')[0], numberOr(each.split('=')[1], NaN)]));
  return {
    folder: values.folder,
    port: numberOr(values.port, 0),
    controlPort: numberOr(values['control-port'], 0),
    openingFen: BigInt(values['opening-fen'] ?? 100_000_000),
    faults: faultSettings.parse({
      seed: numberOr(values.seed, calm.seed),
      rates,
      delay_ms: numberOr(values['delay-ms'], calm.delay_ms),
    }),
  };
}

const numberOr = (text: string | undefined, otherwise: number): number => (text === undefined ? otherwise : Number(text));

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function run(): Promise<void> {
  const settings = readSettings(process.argv.slice(2));
  const core = await Core.open({ ...settings, say, fail });
  const port = await listen(core.server(), settings.port);
  const controlPort = await listen(controlServer(core), settings.controlPort);
  process.stdout.write(`${JSON.stringify({ port, control_port: controlPort })}\n`);
}

function fail(error: unknown): void {
  if (error instanceof z.ZodError) say(z.prettifyError(error));
  else say(error instanceof Error ? error.message : String(error));
  process.exit(1);
}

process.once('SIGTERM', () => process.exit(0));
// Whoever started it over a channel takes it along when it ends, however it ends.
if (process.connected) process.once('disconnect', () => process.exit(0));
await run().catch(fail);
