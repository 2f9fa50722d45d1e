import { createHash } from 'node:crypto';
import { prefixEnd } from './prefix.ts';

/** Conditions joined by AND with their `$n` values. Column names come from code, values only ever as parameters. */
export class Where {
  readonly parts: string[] = [];
  readonly values: unknown[] = [];

  add(template: (place: (value: unknown) => string) => string): this {
    this.parts.push(template((value) => `$${this.values.push(value)}`));
    return this;
  }

  equals(column: string, value: string | undefined): this {
    return value === undefined ? this : this.add((place) => `${column} = ${place(value)}`);
  }

  startsWith(column: string, prefix: string | undefined): this {
    return prefix === undefined ? this : this.add((place) => range(column, prefix, place));
  }

  /** Any of the values; null stands for rows without one. */
  oneOf(column: string, values: readonly (string | null)[] | undefined): this {
    if (values === undefined) return this;
    const known = values.filter((value) => value !== null);
    return this.add((place) => {
      const parts = known.length > 0 ? [`${column} = any(${place(known)}::text[])`] : [];
      if (known.length < values.length) parts.push(`${column} is null`);
      return `(${parts.join(' or ')})`;
    });
  }

  /** Any of the prefixes; no prefix at all matches nothing. */
  startsWithAny(column: string, prefixes: readonly string[]): this {
    if (prefixes.length === 0) return this.add(() => 'false');
    return this.add((place) => `(${prefixes.map((prefix) => range(column, prefix, place)).join(' or ')})`);
  }

  copy(): Where {
    const copied = new Where();
    copied.parts.push(...this.parts);
    copied.values.push(...this.values);
    return copied;
  }

  get sql(): string {
    return this.parts.length === 0 ? '' : `where ${this.parts.join(' and ')}`;
  }

  /** The same conditions always give the same text; a cursor is bound to it. */
  get fingerprint(): string {
    return createHash('sha256')
      .update(JSON.stringify([this.parts, this.values.map(String)]))
      .digest('base64url')
      .slice(0, 8);
  }
}

function range(column: string, prefix: string, place: (value: unknown) => string): string {
  const end = prefixEnd(prefix);
  const from = `${column} >= ${place(prefix)}`;
  return end === null ? from : `(${from} and ${column} < ${place(end)})`;
}
