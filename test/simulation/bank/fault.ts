/** SQLSTATEs and system errors of a server that is dying, dead or not up yet. */
const codes = new Set(['57P01', '57P02', '57P03', '08006', '08003', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE']);
const words =
  /Connection terminated|connection error and is not queryable|timeout exceeded when trying to connect|Cannot use a pool after calling end/;

/** Whether work failed because its connection broke: it may have been done or not. */
export function isBroken(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ('code' in error && codes.has(String(error.code))) || words.test(error.message);
}

/** A fault in a line, with what PostgreSQL says beside its message, such as who waited for whom. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'detail' in error && typeof error.detail === 'string' ? `${error.message}: ${error.detail.replaceAll('\n', ' ')}` : error.message;
}
