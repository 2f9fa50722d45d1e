import { useState } from 'react';
import { Problem } from './client.ts';

/** `getRandomValues` and not `randomUUID`: the latter is missing where a bank serves the console without TLS. */
function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * Keys of requests that must happen once. The same content keeps its key until an answer has come, however often it is sent and whatever was typed in
 * between; with the answer the key is used up, and the same content again is a new request.
 */
export class RequestKeys {
  readonly #open = new Map<string, string>();

  of(content: unknown): string {
    const text = JSON.stringify(content);
    const key = this.#open.get(text) ?? newKey();
    this.#open.set(text, key);
    return key;
  }

  answered(content: unknown): void {
    this.#open.delete(JSON.stringify(content));
  }
}

/** The keys of one screen; they live as long as it is open. */
export function useRequestKeys(): RequestKeys {
  return useState(() => new RequestKeys())[0];
}

/** No answer came: it may have happened, and only the same key may be sent again. */
export function isLost(problem: unknown): boolean {
  return problem instanceof Problem && (problem.status === 0 || problem.status >= 500);
}
