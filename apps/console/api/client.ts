import type { z } from 'zod';
import { states as english } from '../locales/en/states.ts';
import { states as chinese } from '../locales/zh/states.ts';

/** One wrong place in what was sent: `place` is a path such as `body.limit`. */
export interface Fault {
  readonly place: string;
  readonly zh: string;
  readonly en: string;
}

/** A refusal of the server as problem+json, or a fault on the way to it (`code` is then `network`, `slow` or `unreadable`). */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly detailEnglish: string;
  readonly instance: string;
  readonly faults: readonly Fault[];

  constructor(body: {
    status: number;
    code: string;
    title: string;
    detail: string;
    detailEnglish: string;
    instance: string;
    faults?: readonly Fault[];
  }) {
    super(body.title);
    this.name = 'Problem';
    this.status = body.status;
    this.code = body.code;
    this.detail = body.detail;
    this.detailEnglish = body.detailEnglish;
    this.instance = body.instance;
    this.faults = body.faults ?? [];
  }
}

export type Query = Record<string, string | number | boolean | readonly string[] | null | undefined>;

interface Carried {
  readonly csrf: string;
  readonly language: string;
}

const ambient: { csrf: string; language: string } = { csrf: '', language: 'zh' };

/** Sets what every request carries: the session's CSRF word and the reader's language. */
export function carry(next: Partial<Carried>): void {
  Object.assign(ambient, next);
}

/** Writes a query string; absent and empty values are left out, lists repeat the key. */
export function queryString(query: Query): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value === null || value === undefined || value === '') continue;
    for (const one of Array.isArray(value) ? value : [value]) search.append(key, String(one));
  }
  const written = search.toString();
  return written === '' ? '' : `?${written}`;
}

function text(body: Record<string, unknown>, key: string, otherwise: string): string {
  const value = body[key];
  return typeof value === 'string' ? value : otherwise;
}

function faultsOf(errors: unknown): Fault[] {
  if (!Array.isArray(errors)) return [];
  return errors.filter((one): one is Fault => one !== null && typeof one === 'object' && 'place' in one && 'zh' in one && 'en' in one);
}

async function problemOf(response: Response): Promise<Problem> {
  const body: unknown = await response.json().catch(() => null);
  const record = body !== null && typeof body === 'object' ? (body as Record<string, unknown>) : {};
  const detail = text(record, 'detail', response.statusText);
  return new Problem({
    status: response.status,
    code: text(record, 'code', `http-${response.status}`),
    title: text(record, 'title', response.statusText),
    detail,
    detailEnglish: text(record, 'detail_en', detail),
    instance: text(record, 'instance', ''),
    faults: faultsOf(record['errors']),
  });
}

/** Nobody looks at grey lines longer than this. What is sent is waited for however long it takes: it may have happened. */
const readMs = 60_000;

/** No answer came: the connection was lost, or it took too long. */
function lost(cause: unknown, path: string): Problem {
  const code = cause instanceof DOMException && cause.name === 'TimeoutError' ? 'slow' : 'network';
  return new Problem({ status: 0, code, title: code, detail: chinese.failed[code], detailEnglish: english.failed[code], instance: path });
}

async function request(method: string, path: string, body?: BodyInit, type?: string, signal?: AbortSignal): Promise<Response> {
  const headers: Record<string, string> = { accept: 'application/json', 'accept-language': ambient.language };
  if (method !== 'GET') headers['x-qianmo-csrf'] = ambient.csrf;
  if (type !== undefined) headers['content-type'] = type;
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers,
      credentials: 'same-origin',
      ...(body === undefined ? {} : { body }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (cause) {
    throw lost(cause, path);
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}

/** Reads an answer by its contract; an answer that breaks the contract is a fault, not data. */
async function read<S extends z.ZodType>(response: Response, schema: S): Promise<z.output<S>> {
  const body: unknown = response.status === 204 ? undefined : await response.json();
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = issue === undefined ? '' : `${issue.path.join('.')}: ${issue.message}`;
  throw new Problem({
    status: response.status,
    code: 'unreadable',
    title: 'unreadable',
    detail: where,
    detailEnglish: where,
    instance: new URL(response.url).pathname,
  });
}

export async function get<S extends z.ZodType>(schema: S, path: string, query: Query = {}): Promise<z.output<S>> {
  const signal = AbortSignal.timeout(readMs);
  return read(await request('GET', path + queryString(query), undefined, undefined, signal), schema);
}

export async function send<S extends z.ZodType>(
  schema: S,
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<z.output<S>> {
  const sent = body === undefined ? undefined : JSON.stringify(body);
  return read(await request(method, path, sent, sent === undefined ? undefined : 'application/json'), schema);
}

/** Fetches a file under the session and hands it to the browser to save. */
export async function download(path: string, query: Query, name: string): Promise<void> {
  const response = await request('GET', path + queryString(query));
  const url = URL.createObjectURL(await response.blob());
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = fileName(response.headers.get('content-disposition')) ?? name;
  anchor.click();
  URL.revokeObjectURL(url);
}

/** The name a `Content-Disposition` header gives, preferring the encoded form that can hold Chinese. */
export function fileName(disposition: string | null): string | null {
  if (disposition === null) return null;
  const encoded = /filename\*=UTF-8''([^;]+)/i.exec(disposition)?.[1];
  if (encoded !== undefined) return decodeURIComponent(encoded);
  return /filename="?([^";]+)"?/i.exec(disposition)?.[1] ?? null;
}
