import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serverAnswer } from './server-order.ts';
import type { ServerAnswer, ServerOrder } from './server-order.ts';

const program = fileURLToPath(new URL('./server.ts', import.meta.url));

/** A server that is there again when it has been killed. */
export class ServerProcess {
  #running: Promise<Running>;
  #isEnding = false;

  constructor() {
    this.#running = start();
  }

  /**
   * Null when the process ended before it answered; there is another one then.
   * Errors: when it is not to be there again.
   */
  async ask(order: Omit<ServerOrder, 'id'>): Promise<ServerAnswer | null> {
    const running = this.#running;
    const answer = await (await running).ask(order);
    if (answer === null && this.#isEnding) throw new Error('银行已关闭 / the bank is closed');
    if (answer === null && this.#running === running) this.#running = start();
    return answer;
  }

  /** As a power cut. */
  async kill(): Promise<void> {
    await (await this.#running).kill();
  }

  async end(): Promise<void> {
    this.#isEnding = true;
    await this.kill();
  }
}

interface Running {
  ask(order: Omit<ServerOrder, 'id'>): Promise<ServerAnswer | null>;
  kill(): Promise<void>;
}

/** Killed servers come back some hundred times in a bank's life: reading the same source is half of what that costs. */
const environment = { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'qianmo-simulation-compiled') };

/** Starts it as a process of its own, which ends with this one; resolves when it listens. */
async function start(): Promise<Running> {
  const child = spawn(process.execPath, [program], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    serialization: 'advanced',
    env: environment,
  });
  const answers = answersOf(child);
  let last = 0;
  if ((await answers.to(last)) === null) throw new Error('银行服务进程未能启动 / the bank server did not start');
  return {
    async ask(order) {
      last += 1;
      const answered = answers.to(last);
      // An order that no longer reaches it is one it did not answer: its end says so.
      if (child.connected) child.send({ ...order, id: last }, () => undefined);
      return answered;
    },
    async kill() {
      child.kill('SIGKILL');
      await answers.ended;
    },
  };
}

/** Answers by the number of their order; null for all that are still waited for when the process ends. */
function answersOf(child: ChildProcess) {
  const waiting = new Map<number, (answer: ServerAnswer | null) => void>();
  const life = { hasEnded: false };
  const none = (): void => {
    life.hasEnded = true;
    for (const resolve of waiting.values()) resolve(null);
  };
  const ended = once(child, 'close').then(none);
  child.on('message', (message) => {
    const answer = serverAnswer.parse(message);
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });
  const to = (id: number): Promise<ServerAnswer | null> =>
    life.hasEnded ? Promise.resolve(null) : new Promise((resolve) => void waiting.set(id, resolve));
  return { to, ended };
}
