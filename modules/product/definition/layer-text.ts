import { parseDocument } from 'yaml';
import { readLayer } from '#core/product/index.ts';
import type { Finding, Layer } from '#core/product/index.ts';

/** A layer as somebody wrote it: YAML, or JSON, which is YAML too. Aliases are not followed, so that a small text stays small. */
export function readLayerText(content: string): { layer: Layer } | { findings: Finding[] } {
  const document = parseDocument(content, { uniqueKeys: true });
  const [fault] = document.errors;
  if (fault) return { findings: [wrong(`line ${fault.linePos?.[0].line ?? 1}`, fault.message.split('\n')[0] ?? '')] };
  try {
    const written: unknown = document.toJS({ maxAliasCount: 0 });
    return readLayer(written);
  } catch (error) {
    // An alias is refused by the parser with this kind of error; anything else is a fault of ours.
    if (error instanceof ReferenceError) return { findings: [wrong('', error.message)] };
    throw error;
  }
}

const wrong = (place: string, message: string): Finding => ({
  code: 'wrong_shape',
  place,
  zh: `不是可读的 YAML:${message}`,
  en: `this is not YAML that can be read: ${message}`,
});
