/** What may be seen of an address without a reason: the part down to the village or the street, never the house. */
export function maskAddress(address: string | null): string | null {
  if (address === null) return null;
  const area = /^.*(?:村民委员会|居民委员会|居委会|村委会|社区|村|街道|镇|乡)/u.exec(address)?.[0];
  return `${area ?? ''}****`;
}

/** The last four of a due bill or account number. */
export function maskNumber(number: string): string {
  return number.length <= 4 ? '****' : `****${number.slice(-4)}`;
}
