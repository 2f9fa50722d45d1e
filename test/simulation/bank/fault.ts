/** SQLSTATEs and system errors of a server that is dying, dead or not up yet. */
const codes = new Set(['57P01', '57P02', '57P03', '08006', '08003', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE']);
const words =
  /Connection terminated|connection error and is not queryable|timeout exceeded when trying to connect|Cannot use a pool after calling end/;

/** Of several faults that are told at once the one that counts: the first that is not a broken connection, else the first. */
export function worstOf(error: unknown): unknown {
  if (!(error instanceof AggregateError)) return error;
  const faults: readonly unknown[] = error.errors.map(worstOf);
  return faults.find((fault) => !isBroken(fault)) ?? faults[0] ?? error;
}

/** Whether work failed because its connection broke: it may have been done or not. */
export function isBroken(told: unknown): boolean {
  const error = told instanceof AggregateError && told.errors.length > 0 ? worstOf(told) : told;
  if (!(error instanceof Error)) return false;
  return ('code' in error && codes.has(String(error.code))) || words.test(error.message);
}

/** A fault in a line, with what PostgreSQL says beside its message, such as who waited for whom. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'detail' in error && typeof error.detail === 'string' ? `${error.message}: ${error.detail.replaceAll('\n', ' ')}` : error.message;
}
