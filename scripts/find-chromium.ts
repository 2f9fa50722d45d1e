import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { say } from './run-step.ts';

const usualPlaces = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** The browser for the journeys: CHROMIUM, a usual place, or installed by the distribution's package manager when we are root. */
export function findChromium(): string {
  const named = process.env['CHROMIUM'];
  if (named) {
    if (existsSync(named)) return named;
    throw new Error(`CHROMIUM=${named}: 没有这个文件 / there is no such file`);
  }
  const found = usualPlaces.find((path) => existsSync(path));
  if (found) return found;
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) return installChromium();
  throw new Error(
    '浏览器流程需要 Chromium / the journeys need Chromium: sudo apt-get install chromium fonts-noto-cjk (Debian), or set CHROMIUM to the browser’s path',
  );
}

/** With the Chinese fonts: without them every screen shows boxes. */
function installChromium(): string {
  say('正在安装 Chromium 与中文字体 / installing Chromium and Chinese fonts');
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  execFileSync('apt-get', ['update', '-qq'], { stdio: ['ignore', 'ignore', 'inherit'], env: environment });
  execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-noto-cjk'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: environment,
  });
  return '/usr/bin/chromium';
}
