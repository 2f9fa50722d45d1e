import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Server } from 'node:net';
import { createInterface } from 'node:readline';

export interface Program {
  /** What its first line said. */
  readonly ready: unknown;
  readonly pid: number;
  /** When the process has ended, whoever ended it. */
  readonly ended: Promise<void>;
  stop: () => Promise<void>;
  /** As a power cut. */
  kill: () => Promise<void>;
}

/** Starts it as a process of its own, which ends with this one; resolves when it has said that it is ready. @throws Error with its own words */
export async function startProgram(file: string, args: readonly string[]): Promise<Program> {
  const child = spawn(process.execPath, ['--max-semi-space-size=2', file, ...args], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  const ended = once(child, 'close').then(() => undefined);
  const ready = await firstLineOf(child);
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await ended;
  };
  return { ready, pid: child.pid ?? 0, ended, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') };
}

async function firstLineOf({ stdout, stderr }: ChildProcess): Promise<unknown> {
  if (!stdout || !stderr) throw new Error('no pipes');
  let said = '';
  stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-10_000);
  });
  for await (const line of createInterface({ input: stdout })) return JSON.parse(line);
  throw new Error(`模拟器未能启动 / the simulator did not start: ${said.trim()}`);
}

/** On the machine itself only; answers the port. */
export async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** For a program that was started by `startProgram`: says that it is ready, and ends when it is told to or when nobody is left who wants it. */
export function sayReady(ready: unknown): void {
  process.once('SIGTERM', () => process.exit(0));
  // Whoever started it over a channel takes it along when it ends, however it ends.
  if (process.connected) process.once('disconnect', () => process.exit(0));
  process.stdout.write(`${JSON.stringify(ready)}\n`);
}
