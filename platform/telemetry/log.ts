import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';

/** Keys whose values are never written, at any depth the code logs. */
const personalKeys = [
  'password',
  'current',
  'next',
  'cookie',
  'authorization',
  'token',
  'csrf',
  'name',
  'person_name',
  'resident_id',
  'phone',
  'mobile',
  'address',
  'raw_line',
  'body',
  'parameters',
];
const redacted = personalKeys.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]);

/** Resident IDs and mobile numbers, wherever in a text they stand: PostgreSQL's messages quote the values they complain of. */
export function scrub(text: string): string {
  return text
    .replaceAll(/(?<!\d)\d{17}[\dXx](?!\d)/g, '[id]')
    .replaceAll(/(?<!\d)\d{15}(?!\d)/g, '[id]')
    .replaceAll(/(?<!\d)1[3-9]\d{9}(?!\d)/g, '[phone]');
}

/** Only what tells where it failed; PostgreSQL's `detail` and `where` quote rows and are left out. */
function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: scrub(String(error)) };
  const code = 'code' in error ? String(error.code) : undefined;
  const cause = error.cause === undefined ? {} : { cause: describeError(error.cause) };
  return { type: error.name, message: scrub(error.message), code, stack: scrub(error.stack ?? ''), ...cause };
}

/** Structured lines, one JSON object each, without personal data. */
export function createLog(destination: DestinationStream, level = 'info'): Logger {
  return pino(
    {
      level,
      base: { service: 'qianmo' },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: redacted, censor: '[hidden]' },
      serializers: { err: describeError },
      hooks: {
        logMethod(args, method) {
          const clean = args.map((part: unknown) => (typeof part === 'string' ? scrub(part) : part));
          method.apply(this, clean as Parameters<typeof method>);
        },
      },
    },
    destination,
  );
}

/** Lines that wait for room beyond this are dropped. */
const mostWaiting = 4 << 20;

/**
 * The server's log file; `-` writes to standard output instead, as container platforms want it. A full disk ends neither the server nor its stopping:
 * lines wait for room. Written at once, because the end of a process with lines left over would try for ever on a full disk.
 */
export function openLog(path: string): Logger {
  if (path !== '-') mkdirSync(dirname(path), { recursive: true });
  const destination = pino.destination({ dest: path === '-' ? 1 : path, sync: true, mkdir: true, maxLength: mostWaiting });
  let isFailing = false;
  destination.on('error', (error: Error) => {
    if (!isFailing) process.stderr.write(`${path}: 日志暂时无法写入 / the log cannot be written for now: ${error.message}\n`);
    isFailing = true;
  });
  destination.on('write', () => void (isFailing = false));
  return createLog(destination);
}
