const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', "'": "'", '\\': '\\', b: '\b', f: '\f' };

/** The value of a FEEL string literal's inside. An unknown escape stands for itself, backslash kept, so that patterns such as `\d` survive. */
export function unescapeString(text: string): string {
  return text.replace(/\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{6}|.)/gs, (whole, code: string) => {
    if (/^[uU]./.test(code)) return String.fromCodePoint(Number.parseInt(code.slice(1), 16));
    return escapes[code] ?? whole;
  });
}
