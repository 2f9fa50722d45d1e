import { readdirSync } from 'node:fs';
import { explainFault, scrub } from '#platform/telemetry/index.ts';

/** What every file beside this one exports. `run` answers the exit code. */
interface Command {
  summary: string;
  usage: string;
  run(args: string[]): Promise<number>;
}

const notCommands = new Set(['main.ts']);

function commandNames(): string[] {
  const files = readdirSync(import.meta.dirname).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !notCommands.has(file),
  );
  return files.map((file) => file.slice(0, -3)).toSorted();
}

async function loadCommand(name: string): Promise<Command> {
  const command: unknown = await import(`./${name}.ts`);
  return command as Command;
}

/** Answers the exit code: 0 done, 1 refused or failed, 2 not understood. */
export async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === 'help') {
    process.stdout.write(await overview());
    return 0;
  }
  const names = commandNames();
  if (!names.includes(name)) {
    say(`没有命令 ${name}，可用：${names.join('、')} / no command ${name}; there are: ${names.join(', ')}`);
    return 2;
  }
  try {
    const command = await loadCommand(name);
    if (rest.includes('--help')) {
      process.stdout.write(`${command.summary}\n\n${command.usage.trim()}\n`);
      return 0;
    }
    return await command.run(rest);
  } catch (error) {
    return explain(name, error);
  }
}

function explain(name: string, error: unknown): number {
  const isUsage = error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
  if (isUsage) {
    say(`${name}: 参数有误 / ${error.message.split('. ', 1)[0]}; npm run -s qianmo -- ${name} --help`);
    return 2;
  }
  const message = explainFault(error) ?? (error instanceof Error ? error.message : String(error));
  say(`${name}: ${scrub(message).split('\n').join(' | ')}`);
  if (process.env['QIANMO_TRACE'] && error instanceof Error) say(scrub(error.stack ?? ''));
  return 1;
}

async function overview(): Promise<string> {
  const names = commandNames();
  const width = Math.max(...names.map((name) => name.length));
  const lines = [];
  for (const name of names) lines.push(`  ${name.padEnd(width)}  ${(await loadCommand(name)).summary}`);
  return `用法 / usage: npm run -s qianmo -- <command> [options]\n\n${lines.join('\n')}\n\n每个命令都有 --help / every command has --help\n`;
}

const say = (line: string): void => void process.stderr.write(`${line}\n`);

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
