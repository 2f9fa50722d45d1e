// Brings node_modules to what package-lock.json asks, and only when it is not there yet. Runs before `npm start`, `npm test` and `npm run qianmo`
// on whatever Node is on the machine (20 or newer), so: plain JavaScript, nothing to import but Node itself. Writes to standard error only.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const marker = join(root, 'node_modules', '.qianmo-lock');
const oldestNode = 20;

function wanted() {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
}

function isInstalled() {
  return existsSync(marker) && readFileSync(marker, 'utf8').trim() === wanted();
}

function say(line) {
  process.stderr.write(`${line}\n`);
}

function fail(line) {
  say(line);
  process.exit(1);
}

/** npm itself, as npm tells its scripts where it is; the same npm that started us. */
function npm(args) {
  const cli = process.env.npm_execpath;
  const [command, rest] = cli ? [process.execPath, [cli, ...args]] : ['npm', args];
  return new Promise((resolve) => {
    const child = spawn(command, rest, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (text) => (output += text));
    child.stderr.on('data', (text) => (output += text));
    child.once('error', (error) => resolve({ code: 1, output: error.message }));
    child.once('close', (code) => resolve({ code, output }));
  });
}

/** A folder that npm made without this script is good when npm finds every package of the lock file in it. */
async function isAlreadyRight() {
  if (!existsSync(join(root, 'node_modules', '.package-lock.json'))) return false;
  const { code } = await npm(['ls', '--all', '--silent']);
  return code === 0;
}

async function install() {
  const started = Date.now();
  say('正在安装依赖,首次约一分钟 / installing what package-lock.json asks; about a minute the first time');
  const progress = setInterval(() => say(`  … ${Math.round((Date.now() - started) / 1000)} s`), 10_000);
  const { code, output } = await npm(['ci', '--no-audit', '--no-fund', '--loglevel=error', '--foreground-scripts=false']);
  clearInterval(progress);
  if (code !== 0) {
    const reason = /ENOSPC/.test(output) ? '磁盘已满 / the disk is full' : output.trim().split('\n').slice(-8).join('\n');
    fail(`安装失败,改正后请重新运行 / the installation failed; correct this and run again:\n${reason}`);
  }
  say(`依赖已安装 / installed in ${Math.round((Date.now() - started) / 1000)} s`);
}

function remember() {
  mkdirSync(dirname(marker), { recursive: true });
  writeFileSync(`${marker}.tmp`, `${wanted()}\n`);
  renameSync(`${marker}.tmp`, marker);
}

if (Number(process.versions.node.split('.')[0]) < oldestNode) {
  fail(`需要 Node ${oldestNode} 或更新版本,当前为 ${process.version} / Node ${oldestNode} or newer is needed; this is ${process.version}`);
}
if (!isInstalled()) {
  rmSync(marker, { force: true });
  if (!(await isAlreadyRight())) await install();
  remember();
}
