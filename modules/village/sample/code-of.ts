import { Problem } from '#platform/http/index.ts';

/** The code of the refusal that something ends with; null where it does not. Anything else thrown goes on. */
export async function codeOf(work: Promise<unknown>): Promise<string | null> {
  try {
    await work;
    return null;
  } catch (error) {
    if (error instanceof Problem) return error.code;
    throw error;
  }
}
