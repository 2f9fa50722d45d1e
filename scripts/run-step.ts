import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '..');

/** Runs a program of node_modules/.bin with its output passed on; answers its exit code. */
export function runStep(program: string, args: readonly string[], environment: Record<string, string> = {}): Promise<number> {
  const path = `${resolve(root, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`;
  return new Promise((done, fail) => {
    const child = spawn(program, args, { cwd: root, stdio: 'inherit', env: { ...process.env, PATH: path, ...environment } });
    child.once('error', fail);
    child.once('close', (code) => done(code ?? 1));
  });
}

export const say = (line: string): void => void process.stdout.write(`${line}\n`);
