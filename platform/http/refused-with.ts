import { Problem } from './problem.ts';

/** The code that work is refused with, `done` where it is not; a fault of ours stays a fault. For tests of refusals. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'done';
  } catch (error) {
    if (error instanceof Problem) return error.code;
    throw error;
  }
}
