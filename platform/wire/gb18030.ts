import iconv from 'iconv-lite';
import { WireError } from './wire-error.ts';

const decoder = new TextDecoder('gb18030', { fatal: true, ignoreBOM: true });

/** A wrong byte is an error, never a replacement character. @throws WireError */
export function decodeGb18030(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new WireError('encoding', 'bytes');
  }
}

/**
 * GB18030 reaches all of Unicode, but for some private-use characters that its editions give to different code points.
 * @throws RangeError that names the field when a character would not come back
 */
export function encodeGb18030(text: string, field: string): Buffer {
  const bytes = iconv.encode(text, 'gb18030');
  if (/^[\x20-\x7E]*$/.test(text) || decoder.decode(bytes) === text) return bytes;
  throw new RangeError(`${field}: 含 GB18030 无法表示的字符 / has a character that GB18030 cannot hold`);
}
