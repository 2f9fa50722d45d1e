/** A core bank to work against where there is none: `node connectors/core-bank/simulator/main.ts --folder DIR --port 0`. */
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { calm, controlServer, faultSchema, listen, sayReady } from '#platform/simulator/index.ts';
import { obey } from './control.ts';
import { Core } from './core.ts';
import { faults } from './faults.ts';

const usage = `node connectors/core-bank/simulator/main.ts --folder DIR [--port N] [--control-port N] [--opening-fen N]
    [--seed N] [--fault NAME=RATE]… [--delay-ms N]

Keeps its book in DIR and listens on 127.0.0.1. Prints {"port","control_port"} as one JSON line when it is ready.`;

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
    faults: faultSchema(faults).parse({
      seed: numberOr(values.seed, calm.seed),
      rates,
      delay_ms: numberOr(values['delay-ms'], calm.delay_ms),
    }),
  };
}

const numberOr = (text: string | undefined, otherwise: number): number => (text === undefined ? otherwise : Number(text));

async function run(): Promise<void> {
  const settings = readSettings(process.argv.slice(2));
  const core = await Core.open({ ...settings, say, fail });
  const port = await listen(core.server(), settings.port);
  const controlPort = await listen(controlServer({ faults: core.faults, obey: (told) => obey(core, told) }), settings.controlPort);
  sayReady({ port, control_port: controlPort });
}

function fail(error: unknown): void {
  if (error instanceof z.ZodError) say(z.prettifyError(error));
  else say(error instanceof Error ? error.message : String(error));
  process.exit(1);
}

await run().catch(fail);
