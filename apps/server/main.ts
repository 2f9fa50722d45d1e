import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { createJobs } from '#platform/jobs/index.ts';
import { explainFault, openLog, scrub } from '#platform/telemetry/index.ts';
import { openBank } from '../bank.ts';
import type { Bank } from '../bank.ts';
import { demonstrationState } from '../demonstration.ts';
import { openGround } from '../ground.ts';
import type { Ground } from '../ground.ts';
import { buildPages, servePages } from './pages.ts';
import { connectCore, readCorePlace, startStandIn } from './core-bank.ts';
import type { ConnectedCore, CorePlace } from './core-bank.ts';
import { demonstrationSignIns } from './demonstration-bank.ts';
import { applyInDemonstration, visitorOf } from './demonstration-applications.ts';
import { askToFollow, registerFollowing } from './follow.ts';
import { holdDataFolder } from './hold.ts';
import { keepCases } from './keep-cases.ts';
import { keepHeld } from './keep-held.ts';
import { keepProgress } from './keep-progress.ts';
import { connectOutside, openStandIns, readSources } from './outside.ts';
import type { Outside } from './outside.ts';
import { keepRetention, legalEntities } from './keep-retention.ts';
import { keepPaying } from './pay.ts';
import type { Payer } from './pay.ts';
import { keepSealing } from './seal.ts';
import { createApi } from './serve.ts';
import { makeDemonstration, wantsDemonstration } from './start-demonstration.ts';

const started = performance.now();

function say(zh: string, en: string): void {
  const seconds = ((performance.now() - started) / 1000).toFixed(1).padStart(6);
  process.stdout.write(`${seconds} s  ${zh} / ${en}\n`);
}

function readPort(): number {
  const text = process.env['PORT'] ?? '8080';
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port > 0 && port < 65_536) return port;
  throw new Error(`PORT=${text}: 端口应为 1 至 65535 的整数 / a port is a whole number from 1 to 65535`);
}

/** Asked before minutes of preparation are spent. */
async function checkPort(port: number): Promise<void> {
  const probe = createServer().listen(port);
  await once(probe, 'listening');
  probe.close();
  await once(probe, 'close');
}

/** What is open, last opened first; closed in that order when the server stops or the start fails. */
const open: (() => Promise<void>)[] = [];

async function start(): Promise<void> {
  const port = readPort();
  const corePlace = readCorePlace(process.env['CORE_BANK']);
  await checkPort(port);
  const ground = await openGround({ say });
  open.unshift(() => ground.close());
  open.unshift(await holdDataFolder(ground));
  const bank = openBank(ground);
  await buildPages(say);
  const isWanted = await wantsDemonstration(ground.dataFolder, () => bank.organization.isFounded());
  const core = await openCore(ground, corePlace, isWanted || demonstrationState(ground.dataFolder) !== null);
  if (isWanted && core) await makeDemonstration(bank, core.paymentsOf, say);
  const log = openLog(process.env['QIANMO_LOG'] ?? join(ground.dataFolder, 'log', 'server.jsonl'));
  // Opened anew: whether this is a demonstration is known only now, and from now on loads come from people.
  const jobs = createJobs({ db: ground.db, log });
  const afterLoad = (entityId: string, asOf: string): Promise<void> => askToFollow(jobs, ground.db, entityId, asOf);
  const outside = await openOutside(ground, log);
  let payer: Payer | null = null;
  const serving = openBank(ground, {
    jobs,
    afterLoad,
    ...outside.serving,
    ...(core ? { payments: core.paymentsOf } : {}),
    onDrawdown: (entityId) => payer?.ask(entityId),
    onFault: (error, about) => log.error({ err: error, about }, 'work behind a request failed'),
  });
  registerFollowing(jobs, serving);
  await jobs.start();
  open.unshift(() => jobs.stop());
  open.unshift(keepCases(serving.processes, log));
  open.unshift(keepHeld(serving.lending, log));
  open.unshift(keepProgress(serving, log));
  open.unshift(keepRetention({ inquiry: serving.inquiry, entities: () => legalEntities(ground.db) }, log));
  if (core) {
    const paying = (payer = keepPaying(serving, log));
    open.unshift(() => paying.stop());
  }
  await listen(serving, log, port);
}

/** The bank's core; a demonstration has its own and pays its invented people nowhere else. */
async function openCore(ground: Ground, given: CorePlace | null, isDemonstration: boolean): Promise<ConnectedCore | null> {
  if (isDemonstration && given)
    say('演示行使用自带的模拟核心，CORE_BANK 不起作用', 'the demonstration uses its own simulated core; CORE_BANK is ignored');
  const place = isDemonstration ? await openStandIn(ground) : given;
  if (!place) return null;
  const core = connectCore(place, ground.clock);
  open.unshift(() => core.close());
  return core;
}

/** As for the core: a demonstration asks nobody about its invented people. */
async function openOutside(ground: Ground, log: Logger): Promise<Outside> {
  const outside =
    demonstrationState(ground.dataFolder) === null
      ? await connectOutside(await readSources(process.env['QIANMO_SOURCES']), ground.clock, log)
      : await openStandIns(ground.dataFolder, ground.clock, log);
  open.unshift(() => outside.close());
  return outside;
}

async function openStandIn({ dataFolder }: Ground): Promise<CorePlace> {
  const standIn = await startStandIn(dataFolder);
  open.unshift(() => standIn.stop());
  return standIn.place;
}

async function listen(bank: Bank, log: Logger, port: number): Promise<void> {
  const api = await createApi(bank, log, process.env['TRUST_PROXY']);
  await servePages(api);
  open.unshift(keepSealing(bank.audit, log));
  open.unshift(() => api.app.close());
  await api.app.listen({ port, host: process.env['HOST'] ?? '0.0.0.0' });
  log.info({ port }, 'listening');
  const isDemonstration = demonstrationState(bank.dataFolder) !== null;
  if (isDemonstration) showSignIns();
  process.stdout.write(`Qianmo is ready at http://localhost:${port}\n`);
  if (isDemonstration) await showBorrowing(bank, log, port);
}

/** Where to apply as a borrower, and with whom; a dozen invented people do so meanwhile. */
async function showBorrowing(bank: Bank, log: Logger, port: number): Promise<void> {
  const visitor = await visitorOf(bank);
  if (!visitor) return;
  const { name, id_no, phone, code } = visitor;
  process.stdout.write(
    `\n作为借款人申请（虚构的人） / apply as a borrower (an invented person):\n  http://localhost:${port}/apply/${code}\n  ${name}  ${id_no}  ${phone}\n`,
  );
  const leaving = new AbortController();
  const applying = applyInDemonstration(bank, log, leaving.signal).catch((error: unknown) =>
    log.error({ err: error }, 'demonstration applications failed'),
  );
  open.unshift(() => {
    leaving.abort();
    return applying;
  });
}

function showSignIns(): void {
  process.stdout.write('\n演示账号（数据全部虚构） / demonstration sign-ins (all data invented):\n');
  for (const { login, password, name, post } of demonstrationSignIns) {
    process.stdout.write(`  ${login.padEnd(13)} ${password}   ${name}  ${post.zh} / ${post.en}\n`);
  }
  process.stdout.write('\n');
}

let stopping = false;

/** Requests that are under way end; then everything is closed in order. A second signal does not wait. */
async function stop(code: number): Promise<void> {
  if (stopping) process.exit(code || 130);
  stopping = true;
  for (const close of open.splice(0)) await close();
  process.exit(code);
}

function fail(error: unknown): void {
  const message = explainFault(error) ?? (error instanceof Error ? error.message : String(error));
  process.stderr.write(`${scrub(message)}\n`);
  if (process.env['QIANMO_TRACE'] && error instanceof Error) process.stderr.write(`${scrub(error.stack ?? '')}\n`);
  void stop(1);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    say('正在停止', 'stopping');
    stop(0).catch((error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      process.exit(1);
    });
  });
}

start().catch(fail);
