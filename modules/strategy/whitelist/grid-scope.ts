/** Nodes whose counts are prepared: the county, a township, the branch pool. */
export const isCounted = (code: string): boolean => code.length <= 9 || code.endsWith('000000');
