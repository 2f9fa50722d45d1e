import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase } from '#platform/postgres/index.ts';
import type { TestDatabase } from '#platform/postgres/index.ts';
import { deliver, row } from '../modules/intake/deliveries/sample-delivery.ts';
import { fillingScript, openSmallDisk, wayToMount } from './small-disk.ts';
import type { Outcome, SmallDisk, Way } from './small-disk.ts';

/*
 * Real commands in processes of their own, on a file system that is really full. A machine that gives no such thing says so in the name of what
 * it left out.
 */

const way = wayToMount();
const untried = 'NOT TRIED: this machine gives neither a mount nor a user namespace, so no disk can be filled';
const fullDisk = /^.*磁盘已满.*请腾出空间.* \/ .*the disk is full.*$/m;
const cli = resolve('apps/cli/main.ts');
const server = resolve('apps/server/main.ts');

const root = mkdtempSync(join(tmpdir(), 'qianmo-full-'));
const [first, second] = [join(root, 'first'), join(root, 'second')];
beforeAll(() => {
  const deliverDay = (folder: string, date: string, people: number) => {
    for (const source of ['grid_roll', 'customer', 'deposit_account'])
      deliver(folder, { source, date, rows: Array.from({ length: people }, (_, index) => row(source, index + 1)) });
  };
  deliverDay(first, '2026-11-19', 300);
  deliverDay(second, '2026-11-20', 6000);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** One installation, of which a part lies on a small disk. */
class Installation {
  readonly data: string;
  readonly disk: SmallDisk;
  readonly #env: Record<string, string>;

  constructor(data: string, disk: SmallDisk, databaseUrl = '') {
    [this.data, this.disk, this.#env] = [data, disk, { QIANMO_DATA: data, DATABASE_URL: databaseUrl }];
  }

  load(folder: string): Outcome {
    return this.disk.run(process.execPath, [cli, 'load', folder, '--json'], this.#env);
  }

  /**
   * Loads while PostgreSQL, kept running, is about to need the next file of its log (16 MiB, made whole) and the disk has less room than that. Leaves
   * the disk full.
   */
  loadAtLogEnd(folder: string, kibibytes: number): Outcome & { log: string } {
    const script = `
      import { spawnSync } from "node:child_process";
      import { readFileSync } from "node:fs";
      import { join } from "node:path";
      import { openGround } from "./apps/ground.ts";
      import { withOwner } from "#platform/postgres/index.ts";
      const [cli, folder, filling, disk] = process.argv.slice(1);
      const ground = await openGround();
      const ask = (text) => withOwner(ground.db, (tx) => tx.query(text));
      for (let left = Infinity; left > 400_000; ) {
        const [log] = await ask("select pg_walfile_name(pg_current_wal_lsn()) = (select max(name) from pg_ls_waldir()) as is_last, (16777216 - (pg_current_wal_lsn() - '0/0'::pg_lsn) % 16777216)::int as left");
        left = log.is_last ? log.left : Infinity;
        if (left > 400_000) await ask("select pg_logical_emit_message(false, 'x', repeat('y', 200000))");
      }
      spawnSync("sh", ["-c", filling, "sh", disk]);
      const { status: code, stdout: out, stderr: err } = spawnSync(process.execPath, [cli, "load", folder, "--json"], { encoding: "utf8" });
      process.stdout.write(JSON.stringify({ code, out, err, log: readFileSync(join(ground.dataFolder, "postgres", "server.log"), "utf8") }));
      await ground.close();`;
    const args = ['--input-type=module', '-e', script, cli, folder, fillingScript(kibibytes), join(this.data, 'postgres')];
    const { code, out, err } = this.disk.run(process.execPath, args, this.#env);
    if (code !== 0) throw new Error(err);
    return JSON.parse(out) as Outcome & { log: string };
  }

  /** Starts the server; it ends by itself, or is stopped once it was ready and `use` is done with it. */
  async serve(use: (url: string) => Promise<void> = async () => undefined): Promise<Outcome> {
    const [command, args] = this.disk.line(process.execPath, [server]);
    const port = await freePort();
    const env = { ...process.env, ...this.#env, PORT: String(port), HOST: '127.0.0.1' };
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let [out, err] = ['', ''];
    child.stderr.setEncoding('utf8').on('data', (text: string) => void (err += text));
    const ready = new Promise<boolean>((tell) => {
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        out += text;
        if (/Qianmo is ready/.test(out)) tell(true);
      });
      child.once('close', () => tell(false));
    });
    const closed = once(child, 'close');
    if (await ready) await use(`http://127.0.0.1:${port}`).finally(() => child.kill('SIGTERM'));
    const [code] = await closed;
    return { code: typeof code === 'number' ? code : null, out, err };
  }

  /** What readers see: every published row, and the rows of the files that the manifest names. */
  published(): unknown {
    const script = `
      import { readFileSync } from "node:fs";
      import { openGround } from "./apps/ground.ts";
      import { withOwner } from "#platform/postgres/index.ts";
      const ground = await openGround();
      const seen = {};
      for (const table of ["person", "household", "relation", "customer", "alias", "grid_node"])
        [seen[table]] = await withOwner(ground.db, (tx) => tx.query("select count(*)::int as rows, md5(string_agg(t::text, ',' order by t::text)) as content from population." + table + " t"));
      const [committed] = await withOwner(ground.db, (tx) => tx.query("select publication::int as publication, manifest from population.publication"));
      const manifest = await ground.lake.manifest("320723");
      seen.publication = committed.publication;
      seen.lakeAgrees = readFileSync(ground.lake.path("320723", "manifest.json"), "utf8") === committed.manifest;
      for (const path of [...manifest.files.map((file) => file.path), ...Object.values(manifest.resolved)]) {
        const name = "'" + ground.lake.path("320723", path) + "'";
        const [count] = await ground.warehouse.session((session) => session.rows("select count(*)::int as rows from read_parquet(" + name + ")"));
        seen[path] = count.rows;
      }
      await ground.close();
      process.stdout.write(JSON.stringify(seen));`;
    const { code, out, err } = this.disk.run(process.execPath, ['--input-type=module', '-e', script], this.#env);
    if (code !== 0) throw new Error(err);
    return JSON.parse(out);
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1) ?? '';
const summary = ({ code, out, err }: Outcome): unknown => {
  if (code !== 0) throw new Error(err);
  return JSON.parse(out);
};

/** Refused in one clear line, and nothing has changed. */
function expectFull(outcome: Outcome): void {
  expect([outcome.code, lastLine(outcome.err), outcome.out]).toEqual([1, expect.stringMatching(fullDisk), '']);
  expect(outcome.err).not.toMatch(/^\s+at /m);
}

if (way === null) {
  process.stderr.write(`test/full-disk.test.ts: ${untried}\n`);
  test(`a full disk — ${untried}`, ({ skip }) => skip(untried));
} else onSmallDisks(way);

function onSmallDisks(chosen: Way): void {
  describe(`a full disk (by ${chosen})`, { timeout: 240_000 }, () => {
    let data: string;
    let disk: SmallDisk;
    beforeEach(() => {
      data = mkdtempSync(join(root, 'data-'));
    });
    afterEach(() => disk.close());

    describe('below the lake', () => {
      let database: TestDatabase;
      beforeEach(async () => {
        database = await createTestDatabase();
        disk = await openSmallDisk(chosen, data, 64);
      });
      afterEach(() => database.drop());

      test('a load says so however little room there is, leaves what was published, and finishes when there is room', () => {
        const bank = new Installation(data, disk, database.url);
        expect(summary(bank.load(first))).toMatchObject({ state: 'published', persons: 300 });
        const before = bank.published();
        for (const kibibytes of [0, 256, 2048]) {
          disk.fill(kibibytes);
          expectFull(bank.load(second));
          disk.makeRoom();
          expect(bank.published()).toEqual(before);
        }
        expect(summary(bank.load(second))).toMatchObject({ state: 'published', persons: 6000 });
        expect(bank.published()).toMatchObject({ publication: 2, lakeAgrees: true, person: { rows: 6000 } });
      });
    });

    describe('below PostgreSQL', () => {
      beforeEach(async () => {
        disk = await openSmallDisk(chosen, join(data, 'postgres'), 448);
      });

      test('a load says so however little room there is, leaves what was published, and finishes when there is room', () => {
        const bank = new Installation(data, disk);
        expect(summary(bank.load(first))).toMatchObject({ state: 'published', persons: 300 });
        const before = bank.published();
        for (const kibibytes of [0, 1024, 4096]) {
          disk.fill(kibibytes);
          expectFull(bank.load(second));
          disk.makeRoom();
          expect(bank.published()).toEqual(before);
        }
        expect(summary(bank.load(second))).toMatchObject({ state: 'published', persons: 6000 });
        expect(bank.published()).toMatchObject({ publication: 2, lakeAgrees: true, person: { rows: 6000 } });
      });

      test('a load says so when PostgreSQL itself stops for want of room', () => {
        const bank = new Installation(data, disk);
        expect(summary(bank.load(first))).toMatchObject({ state: 'published' });
        const before = bank.published();
        const { log, ...outcome } = bank.loadAtLogEnd(second, 12_000);
        expectFull(outcome);
        expect(log).toMatch(/PANIC: .*No space left on device/);
        expectFull(bank.load(second));
        disk.makeRoom();
        expect(bank.published()).toEqual(before);
        expect(summary(bank.load(second))).toMatchObject({ state: 'published', persons: 6000 });
      });
    });

    describe('below everything', () => {
      test('the server does not start and says so, at the first start and later', async () => {
        disk = await openSmallDisk(chosen, data, 512);
        const bank = new Installation(data, disk);
        disk.fill(0);
        expectFull(await bank.serve());
        disk.makeRoom();
        expect(summary(bank.load(first))).toMatchObject({ state: 'published' });
        disk.fill(0);
        const outcome = await bank.serve();
        expect([outcome.code, lastLine(outcome.err)]).toEqual([1, expect.stringMatching(fullDisk)]);
        disk.makeRoom();
        expect(await bank.serve()).toMatchObject({ code: 0, err: '', out: expect.stringContaining('Qianmo is ready') });
      });

      test('a server that runs goes on answering and stops in order', async () => {
        disk = await openSmallDisk(chosen, data, 512);
        const bank = new Installation(data, disk);
        expect(summary(bank.load(first))).toMatchObject({ state: 'published' });
        const statuses: number[] = [];
        const outcome = await bank.serve(async (url) => {
          disk.fill(0);
          for (let request = 0; request < 20; request++) statuses.push((await fetch(`${url}/api/v1/session`)).status);
        });
        expect([new Set(statuses), outcome.code]).toEqual([new Set([401]), 0]);
        expect(outcome.err).toMatch(/^.*server\.jsonl: 日志暂时无法写入 \/ the log cannot be written for now: ENOSPC.*\n$/);
        disk.makeRoom();
        expect(await bank.serve()).toMatchObject({ code: 0, err: '' });
      });

      test('the demonstration that does not fit says so', async () => {
        disk = await openSmallDisk(chosen, data, 110);
        const outcome = await new Installation(data, disk).serve();
        expect([outcome.code, lastLine(outcome.err)]).toEqual([1, expect.stringMatching(fullDisk)]);
      });
    });
  });
}
