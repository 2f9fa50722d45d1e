import { parentPort, workerData } from 'node:worker_threads';
import { perform, type Job, type Task } from './tasks.ts';

const job = workerData as Job;
const port = parentPort!;

port.on('message', (task: Task) => port.postMessage(perform(job, task), []));
