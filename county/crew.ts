import { Worker } from 'node:worker_threads';
import { perform, type Answer, type Job, type Task } from './tasks.ts';

/** Performs tasks, on as many threads as asked; the answers stand in the order of the tasks. */
export type Crew = { perform: (tasks: readonly Task[]) => Promise<Answer[]>; dismiss: () => Promise<void> };

/** Memory that keeps a thread's garbage small without slowing it; two threads stay well under 1.5 GiB together. */
const resourceLimits = { maxOldGenerationSizeMb: 320, maxYoungGenerationSizeMb: 48 };

export function hireCrew(job: Job, size: number): Crew {
  if (size <= 1) return { perform: async (tasks) => tasks.map((task) => perform(job, task)), dismiss: async () => {} };
  const workers = Array.from(
    { length: size },
    () => new Worker(new URL('worker.ts', import.meta.url), { workerData: job, resourceLimits }),
  );
  return {
    perform: (tasks) => handOut(workers, tasks),
    dismiss: async () => {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

/** Each worker takes the next task when it has done its last. */
async function handOut(workers: readonly Worker[], tasks: readonly Task[]): Promise<Answer[]> {
  const answers: Answer[] = [];
  let next = 0;
  const serve = async (worker: Worker) => {
    for (let i = next++; i < tasks.length; i = next++) answers[i] = await ask(worker, tasks[i]!);
  };
  await Promise.all(workers.map(serve));
  return answers;
}

function ask(worker: Worker, task: Task): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const fail = (code: number) => reject(new Error(`A county worker ended with ${code} before its task was done`));
  worker.on('message', resolve).on('error', reject).on('exit', fail);
  worker.postMessage(task, []);
  return promise.finally(() => worker.off('message', resolve).off('error', reject).off('exit', fail));
}
