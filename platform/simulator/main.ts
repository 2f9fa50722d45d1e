/** Runs simulated systems in one process: `node platform/simulator/main.ts '{"file":"connectors/court/simulator/court.ts"}' …`. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { simulatorSettings } from './definition.ts';
import type { SimulatedSystem } from './definition.ts';
import { sayReady } from './program.ts';

const usage = `node platform/simulator/main.ts '{"file":FILE,"port":N,"control_port":N,"seed":N,"rates":{…},"delay_ms":N,"pace_ms":[N,N],"own":{…}}' …
Every argument is one system: FILE exports it as "simulator". Prints [{"name","port","control_port"}…] as one JSON line when all listen.`;

const argument = simulatorSettings.extend({ file: z.string() });
const isSystem = (value: unknown): value is SimulatedSystem =>
  typeof value === 'object' && value !== null && 'listen' in value && typeof value.listen === 'function';

async function open(text: string) {
  const { file, ...settings } = argument.parse(JSON.parse(text));
  const exported: unknown = await import(pathToFileURL(resolve(file)).href);
  const system = typeof exported === 'object' && exported !== null && 'simulator' in exported ? exported.simulator : null;
  if (!isSystem(system)) throw new Error(`${file} 未导出 simulator / exports no simulator\n${usage}`);
  return { name: system.name, ...(await system.listen(settings)) };
}

async function run(args: readonly string[]): Promise<void> {
  if (args.length === 0) throw new Error(usage);
  sayReady(await Promise.all(args.map(open)));
}

await run(process.argv.slice(2)).catch((error: unknown) => {
  const words = error instanceof z.ZodError ? z.prettifyError(error) : error instanceof Error ? error.message : String(error);
  process.stderr.write(`${words}\n`);
  process.exit(1);
});
