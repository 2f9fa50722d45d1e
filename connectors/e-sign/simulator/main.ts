/** An electronic signature service to work against where there is none: `node connectors/e-sign/simulator/main.ts --folder DIR --port 0`. */
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import type { Server } from 'node:net';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { derOf } from '../cms/certificate.ts';
import { algorithms, openAuthority } from './authority.ts';
import { controlServer } from './control.ts';
import { calm, Faults, faultSettings } from './faults.ts';
import { httpServer } from './http.ts';
import { SigningDesk } from './service.ts';
import { keep, recall } from './store.ts';

const usage = `node connectors/e-sign/simulator/main.ts --folder DIR [--port N] [--control-port N] [--platform ID] [--secret TEXT]
    [--algorithm ec|rsa] [--at INSTANT] [--seed N] [--fault NAME=RATE]… [--delay-ms N]

Keeps its keys and requests in DIR and listens on 127.0.0.1. Prints {"port","control_port","root"} as one JSON line when it is ready.`;

const host = '127.0.0.1';

function readSettings(args: string[]) {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args,
    options: {
      folder: text,
      port: text,
      'control-port': text,
      platform: text,
      secret: text,
      algorithm: text,
      at: text,
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
    platform: values.platform ?? 'QIANMO',
    secret: values.secret ?? 'demonstration',
    algorithm: z.enum(algorithms).parse(values.algorithm ?? 'ec'),
    at: values.at,
    faults: faultSettings.parse({ seed: numberOr(values.seed, calm.seed), rates, delay_ms: numberOr(values['delay-ms'], calm.delay_ms) }),
  };
}

const numberOr = (text: string | undefined, otherwise: number): number => (text === undefined ? otherwise : Number(text));

/** The machine's clock, or one that begins at an instant and runs on. */
function clockFrom(at: string | undefined): () => Date {
  if (at === undefined) return () => new Date();
  const [begun, start] = [Date.parse(at), performance.now()];
  return () => new Date(begun + performance.now() - start);
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function countStart(folder: string): Promise<number> {
  const path = join(folder, 'starts.json');
  const starts = ((await recall<{ starts: number }>(path))?.starts ?? 0) + 1;
  await keep(path, { starts });
  return starts;
}

async function run(): Promise<void> {
  const { folder, platform, secret, ...settings } = readSettings(process.argv.slice(2));
  await mkdir(folder, { recursive: true });
  const authority = await openAuthority(folder, settings.algorithm);
  const faults = new Faults(settings.faults, await countStart(folder));
  const desk = new SigningDesk(folder, authority, clockFrom(settings.at));
  const port = await listen(httpServer({ desk, faults, platform, secret }), settings.port);
  const controlPort = await listen(controlServer(faults), settings.controlPort);
  process.stdout.write(`${JSON.stringify({ port, control_port: controlPort, root: derOf(authority.root).toString('base64') })}\n`);
}

function fail(error: unknown): void {
  process.stderr.write(
    `e-sign: ${error instanceof z.ZodError ? z.prettifyError(error) : error instanceof Error ? error.message : String(error)}\n`,
  );
  process.exit(1);
}

process.once('SIGTERM', () => process.exit(0));
// Whoever started it over a channel takes it along when it ends, however it ends.
if (process.connected) process.once('disconnect', () => process.exit(0));
await run().catch(fail);
