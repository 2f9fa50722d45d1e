import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { workerAnswer } from './worker-order.ts';
import type { WorkerAnswer, WorkerOrder } from './worker-order.ts';

const program = fileURLToPath(new URL('./day-end-worker.ts', import.meta.url));

export interface Worker {
  /** Null when the process ended before it answered. One order at a time. */
  ask(order: WorkerOrder): Promise<WorkerAnswer | null>;
  /** As a power cut. */
  kill(): Promise<void>;
}

/** Starts it as a process of its own, which ends with this one; resolves when it listens. */
export async function startWorker(): Promise<Worker> {
  const child = spawn(process.execPath, [program], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const ended = once(child, 'close').then(() => null);
  if ((await answerOf(child, ended)) === null) throw new Error('日终进程未能启动 / the day-end process did not start');
  return {
    async ask(order) {
      const answered = answerOf(child, ended);
      // An order that no longer reaches it is one it did not answer: `ended` says so.
      if (child.connected) child.send(order, () => undefined);
      return answered;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function answerOf(child: ChildProcess, ended: Promise<null>): Promise<WorkerAnswer | null> {
  const answered = new Promise<WorkerAnswer>((resolve, reject) => {
    child.once('message', (message) => {
      const answer = workerAnswer.safeParse(message);
      if (answer.success) resolve(answer.data);
      else reject(answer.error);
    });
  });
  return Promise.race([answered, ended]);
}
