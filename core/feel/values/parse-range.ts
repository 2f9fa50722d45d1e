import { order } from './compare.ts';
import { unescapeString } from '../syntax/strings.ts';
import { parseTemporal } from './parse-temporal.ts';
import { FeelRange, type FeelValue } from './value.ts';

/** The interval that `range("[1..5)")` names; its ends are literals, an absent end is open. */
export function parseRange(text: string): FeelRange | undefined {
  const match = /^\s*([[(\]])(.*?)\.\.(.*)([\])[])\s*$/s.exec(text);
  if (!match) return undefined;
  const [, open = '', lowText = '', highText = '', close = ''] = match;
  const low = end(lowText);
  const high = end(highText);
  if (low === undefined || high === undefined || (low === null && high === null)) return undefined;
  if ((low === null && open === '[') || (high === null && close === ']')) return undefined;
  if (low !== null && high !== null) {
    const answer = order(low, high);
    if (answer === undefined || answer > 0) return undefined;
  }
  return new FeelRange(low ?? undefined, high ?? undefined, open === '[', close === ']');
}

/** Null for an absent end, undefined for one that cannot be read. */
function end(text: string): FeelValue | undefined {
  const bare = text.trim();
  if (bare === '' || bare === 'null') return null;
  if (/^-?(?:\d+(?:\.\d+)?|\.\d+)$/.test(bare)) return Number(bare);
  const quoted = /^"((?:[^"\\]|\\.)*)"$/s.exec(bare);
  if (quoted) return unescapeString(quoted[1] ?? '');
  const temporal = /^(?:@|(?:date|time|date and time|duration)\()\s*"([^"]*)"\s*\)?$/.exec(bare);
  return temporal ? parseTemporal(temporal[1] ?? '') : undefined;
}
