/** Amounts in the capitals that contracts are written in (人民币大写): 50,000 yuan is 伍万元整. Pure. */
const digits = '零壹贰叁肆伍陆柒捌玖';
const places = ['', '拾', '佰', '仟'];
const groups = ['', '万', '亿', '万亿'];

export function amountInWords(fen: bigint): string {
  const [yuan, jiao, rest] = [fen / 100n, Number((fen / 10n) % 10n), Number(fen % 10n)];
  const whole = yuan === 0n ? '' : `${wholeInWords(yuan)}元`;
  if (jiao === 0 && rest === 0) return whole === '' ? '零元整' : `${whole}整`;
  const tenths = jiao === 0 ? (whole === '' ? '' : '零') : `${digits[jiao]}角`;
  return `${whole}${tenths}${rest === 0 ? '整' : `${digits[rest]}分`}`;
}

/** Groups of four; a gap between what is there is one 零. */
function wholeInWords(yuan: bigint): string {
  const text = String(yuan);
  const padded = text.padStart(Math.ceil(text.length / 4) * 4, '0');
  const fours = padded.match(/\d{4}/g) ?? [];
  return fours
    .map((four, index) => (four === '0000' ? '零' : `${fourInWords(four)}${groups[fours.length - 1 - index] ?? ''}`))
    .join('')
    .replaceAll(/零+/g, '零')
    .replaceAll(/^零|零$/g, '');
}

const fourInWords = (four: string): string =>
  [...four]
    .map((digit, index) => (digit === '0' ? '零' : `${digits[Number(digit)]}${places[3 - index] ?? ''}`))
    .join('')
    .replaceAll(/零+$/g, '');
