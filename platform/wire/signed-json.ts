/** JSON over HTTP, both ways signed: the form in which government platform, court and face provider are asked. */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '#platform/clock/index.ts';
import type { Asking, Unavailable, WireFigures } from './contract.ts';
import { HttpSource } from './http-source.ts';
import type { HttpReply, HttpSettings } from './http-source.ts';
import { isSame, signAnswer, signRequest } from './signature.ts';
import { unavailable } from './unavailable.ts';

export interface SignedJsonSettings extends HttpSettings {
  /** Who we are to the other side. */
  app: string;
  /** The key shared with it. */
  key: string;
  clock: Clock;
}

/** No answer of these systems comes near it. */
const maxAnswerBytes = 256 * 1024;

const refusal = z.object({ code: z.string().regex(/^[A-Z0-9_]{1,40}$/) });

export type Read<T> = { outcome: 'read'; value: T; raw: Uint8Array };

export class SignedJsonSource {
  readonly #settings: SignedJsonSettings;
  readonly #http: HttpSource;

  constructor(settings: SignedJsonSettings) {
    this.#settings = settings;
    this.#http = new HttpSource(settings);
  }

  /** `isAnswer` tells whether a well-formed answer is one to this question. */
  ask<T>(
    path: string,
    question: object,
    { schema, isAnswer, asking }: { schema: z.ZodType<T>; isAnswer: (value: T) => boolean; asking?: Asking | undefined },
  ): Promise<Read<T> | Unavailable> {
    const body = Buffer.from(JSON.stringify(question));
    const nonce = randomBytes(16).toString('hex');
    const seal = { path, app: this.#settings.app, time: String(this.#settings.clock.now().epochMilliseconds), nonce };
    const headers = {
      'content-type': 'application/json',
      'x-app': seal.app,
      'x-time': seal.time,
      'x-nonce': nonce,
      'x-signature': signRequest(this.#settings.key, seal, body),
    };
    return this.#http.ask({ path, headers, body, maxBytes: maxAnswerBytes }, (reply) => this.#read(reply, nonce, schema, isAnswer), asking);
  }

  figures(): WireFigures {
    return this.#http.figures();
  }

  close(): Promise<void> {
    return this.#http.close();
  }

  #read<T>(reply: HttpReply, nonce: string, schema: z.ZodType<T>, isAnswer: (value: T) => boolean): Read<T> | Unavailable {
    const { status, headers, body } = reply;
    if (status === 429 || status >= 500) return unavailable('try_later', `HTTP ${status}`);
    const given = headers['x-signature'];
    if (typeof given !== 'string' || !isSame(signAnswer(this.#settings.key, nonce, status, body), given)) {
      // Who does not know our key cannot sign for us: its refusal is not signed.
      return status === 401 ? unavailable('refused', `HTTP 401 ${codeOf(body)}`) : unavailable('unreadable_answer', 'x-signature');
    }
    if (status !== 200) return unavailable(status >= 400 ? 'refused' : 'unreadable_answer', `HTTP ${status} ${codeOf(body)}`);
    const value = parseJson(body);
    const read = schema.safeParse(value);
    if (!read.success) return unavailable('unreadable_answer', placesOf(read.error));
    if (!isAnswer(read.data)) return unavailable('contradictory_answer', `HTTP ${status}`);
    return { outcome: 'read', value: read.data, raw: body };
  }
}

function codeOf(body: Buffer): string {
  const read = refusal.safeParse(parseJson(body));
  return read.success ? read.data.code : '';
}

/** Undefined for what is no JSON in UTF-8, which no schema takes. */
function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}

/** Where it is wrong, without what stands there. */
function placesOf(error: z.ZodError): string {
  return error.issues
    .slice(0, 3)
    .map(({ path: place, code }) => `${place.join('.') || 'body'}: ${code}`)
    .join('; ');
}
