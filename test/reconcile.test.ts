/** `reconcile` as the bank runs it in the morning: a core's file that knows nothing of what was paid here, and files that are not taken. */
import { rmSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startSimulator } from '#connectors/core-bank/simulator/start.ts';
import { drawOf, entityId, firstDay, openSampleBank } from '#modules/servicing/sample-bank.ts';
import type { SampleBank } from '#modules/servicing/sample-bank.ts';
import { run as reconcile } from '#apps/cli/reconcile.ts';

let home: string;
let bank: SampleBank;
let file: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'reconcile-'));
  bank = await openSampleBank();
  vi.stubEnv('QIANMO_DATA', home);
  vi.stubEnv('DATABASE_URL', bank.database.url);
  const simulator = await startSimulator({ folder: join(home, 'core') });
  file = await simulator.writeDay(Temporal.PlainDate.from(firstDay), home);
  await simulator.stop();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await bank.close();
  await rm(home, { recursive: true });
});

async function asked(...args: string[]) {
  const written = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      written[stream] += String(text);
      return true;
    }),
  );
  try {
    return { code: await reconcile(args), ...written };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

test('a day on which nothing was paid agrees; a payment that the core does not know waits for a person', async () => {
  expect(await asked(file)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^320723 2026-01-15: 核心 0 笔，相符 0 笔，差异 0 笔/),
  });
  const facilityId = await bank.facility(1_000_000n);
  await bank.servicing.requestDrawdown(bank.session, facilityId, drawOf('paid-here', 400_000n));
  await bank.servicing.payOpen(entityId);
  const differs = await asked(file, '--json', '--entity', entityId);
  expect([differs.code, JSON.parse(differs.stdout)]).toEqual([
    3,
    { entity_id: entityId, core_date: firstDay, core_rows: 0, matched: 0, breaks: 1 },
  ]);
  const { breaks } = await bank.servicing.reconciliations(bank.session);
  expect(breaks).toMatchObject([{ kind: 'own_only', own_amount_fen: '400000', state: 'open' }]);
});

test.each<[string, () => Promise<string[]>, number, RegExp]>([
  ['no file', async () => [], 2, /请给出一个对账文件/],
  ['a file of another name', async () => [join(home, 'payments.csv')], 1, /\(file_name\)/],
  [
    'a file that is longer than its control file says',
    async () => {
      await writeFile(file, 'x\n', { flag: 'a' });
      return [file];
    },
    1,
    /\(control_bytes\)/,
  ],
  [
    'a file whose control file is not there yet',
    async () => {
      rmSync(`${file}.ok`);
      return [file];
    },
    1,
    /\(control_missing\)/,
  ],
])('%s is not taken', async (_name, args, code, words) => {
  expect(await asked(...(await args()))).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(words) });
});

test('a legal entity that has not begun', async () => {
  const simulator = await startSimulator({ folder: join(home, 'core') });
  const again = await simulator.writeDay(Temporal.PlainDate.from(firstDay), home);
  await simulator.stop();
  expect(await asked(again, '--entity', '999999')).toMatchObject({ code: 1, stderr: expect.stringContaining('no such legal entity') });
});
