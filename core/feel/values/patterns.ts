/** XPath regular expressions, on which FEEL's `matches`, `replace` and `split` rest, over those of JavaScript. */

/** Undefined when the pattern or the flags are not valid. */
export function compilePattern(pattern: string, flags = ''): RegExp | undefined {
  if (!/^[smixq]*$/.test(flags)) return undefined;
  const literal = flags.includes('q') ? pattern.replace(/[.*+?^${}()|[\]\\]/g, '\\$&') : pattern;
  const spaced = flags.includes('x') && !flags.includes('q') ? withoutSpace(literal) : literal;
  try {
    return new RegExp(translate(spaced), `gu${['s', 'm', 'i'].filter((flag) => flags.includes(flag)).join('')}`);
  } catch {
    return undefined; // a SyntaxError of the pattern: FEEL answers null
  }
}

export function matchesPattern(text: string, pattern: string, flags?: string): boolean | null {
  const regex = compilePattern(pattern, flags);
  return regex ? regex.test(text) : null;
}

export function replacePattern(text: string, pattern: string, replacement: string, flags = ''): string | null {
  const regex = compilePattern(pattern, flags);
  if (!regex) return null;
  if (flags.includes('q')) return text.replace(regex, () => replacement);
  if (/(?<!\\)(?:\\\\)*\\(?![\\$])/.test(replacement)) return null;
  return text.replace(regex, (...found) => {
    const groups = found.slice(
      0,
      found.findIndex((part) => typeof part === 'number'),
    ) as (string | undefined)[];
    return replacement.replace(
      /\\([\\$])|\$(\d)/g,
      (_, escaped: string | undefined, group: string | undefined) => escaped ?? groups[Number(group)] ?? '',
    );
  });
}

export function splitPattern(text: string, delimiter: string): string[] | null {
  const regex = compilePattern(delimiter);
  return regex ? text.split(regex) : null;
}

function withoutSpace(pattern: string): string {
  return pattern.replace(/\\.|\[(?:\\.|[^\]])*\]|\s+/gs, (part) => (/^\s/.test(part) ? '' : part));
}

/** Class subtraction `[a-z-[aeiou]]` and the XML classes `\i` and `\c` have no counterpart of the same writing. */
function translate(pattern: string): string {
  return pattern
    .replace(/\[((?:\\.|[^\][\\])*)-\[((?:\\.|[^\]\\])*)\]\]/g, '(?:(?![$2])[$1])')
    .replace(/\\i/g, '[\\p{L}_:]')
    .replace(/\\c/g, '[\\p{L}\\p{N}_:.\\-]')
    .replace(/\\p\{Is(\w+)\}/g, '\\p{Script=$1}');
}
