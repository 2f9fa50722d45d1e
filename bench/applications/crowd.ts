import { fork } from 'node:child_process';
import { join } from 'node:path';
import { report } from './order.ts';
import type { Order, Report } from './order.ts';

/** The process of the borrowers, as the bank's process asks for them. */
export interface Crowd {
  send(order: Order): Promise<Report>;
  end(): void;
}

export function openCrowd(): Crowd {
  const child = fork(join(import.meta.dirname, 'borrowers.ts'), { execArgv: [] });
  return {
    send(order) {
      const { promise, resolve, reject } = Promise.withResolvers<Report>();
      const lost = (code: number | null): void => reject(new Error(`the borrowers ended with ${code ?? 'a signal'}`));
      child.once('exit', lost);
      child.once('message', (message) => {
        child.off('exit', lost);
        resolve(report.parse(message));
      });
      child.send(order);
      return promise;
    },
    end: () => void child.kill(),
  };
}
