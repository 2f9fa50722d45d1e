/** What may go wrong at the core, and when: by rate and seed, or ordered for one request. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { services } from '../protocol.ts';
import type { Request } from '../protocol.ts';

export const faults = [
  /** Answers after `delay_ms`. */
  'delay',
  /** Takes the request off the wire and does nothing. */
  'lose_request',
  /** Books and says nothing. */
  'lose_answer',
  /** Books and answers when the next request has come, before that one's answer. */
  'late_answer',
  /** Books and answers only after the next request was dealt with: a query in between does not find it. */
  'late_booking',
  'double_answer',
  /** Closes the connection in the middle of the answer. */
  'cut_answer',
  /** Answers under the sequence of another request. */
  'wrong_sequence',
  /** Refuses and forgets: the same sequence is new when it comes again. */
  'day_end',
  /** The process ends as if killed. */
  'die_before',
  'die_after',
] as const;
export type Fault = (typeof faults)[number];

export const faultSettings = z.strictObject({
  seed: z.int(),
  /** Part of all requests that each fault strikes; a request is struck by one at most. */
  rates: z
    .partialRecord(z.enum(faults), z.number().min(0).max(1))
    .refine(
      (rates) => Object.values(rates).reduce((sum, rate) => sum + rate, 0) <= 1 + 1e-9,
      '各故障比例之和不得超过 1 / the rates sum to more than 1',
    ),
  delay_ms: z.int().min(0).max(600_000),
});
/** What is not given stays as it was. */
export const faultChange = faultSettings.partial();
export type FaultChange = z.output<typeof faultChange>;

export const calm: FaultSettings = { seed: 1, rates: {}, delay_ms: 1000 };
export type FaultSettings = z.output<typeof faultSettings>;

/** A fault for one request: the first that comes and fits. A query is named by the sequence that it asks about. */
export const plannedFault = z.object({ fault: z.enum(faults), service: z.enum(services).optional(), sequence: z.string().optional() });
export type PlannedFault = z.input<typeof plannedFault>;

/** What a request is about, whatever attempt it is. */
export function subjectOf(request: Request): { service: Request['service']; entityId: string; sequence: string } {
  const { service, entityId } = request;
  return { service, entityId, sequence: request.service === 'query' ? request.originalSequence : request.sequence };
}

export class Faults {
  #settings: FaultSettings;
  readonly #planned: z.output<typeof plannedFault>[] = [];
  /** Faults so far, by request. */
  readonly #struck = new Map<string, number>();

  constructor(settings: FaultSettings) {
    this.#settings = settings;
  }

  get delayMs(): number {
    return this.#settings.delay_ms;
  }

  change({ seed, rates, delay_ms: delayMs }: FaultChange): void {
    const now = this.#settings;
    this.#settings = { seed: seed ?? now.seed, rates: rates ?? now.rates, delay_ms: delayMs ?? now.delay_ms };
  }

  plan(planned: z.output<typeof plannedFault>[]): void {
    this.#planned.push(...planned);
  }

  choose(request: Request): Fault | null {
    const subject = subjectOf(request);
    const place = this.#planned.findIndex(
      ({ service = subject.service, sequence = subject.sequence }) => service === subject.service && sequence === subject.sequence,
    );
    const [planned] = place < 0 ? [] : this.#planned.splice(place, 1);
    return planned?.fault ?? this.#draw(subject);
  }

  /** Counts what struck, also when it is read back from the journal: or a request that killed the core would kill it again for ever. */
  strike(subject: ReturnType<typeof subjectOf>): void {
    const key = keyOf(subject);
    this.#struck.set(key, (this.#struck.get(key) ?? 0) + 1);
  }

  /** Of the request itself and not of a running draw: the order in which connections are served changes nothing. */
  #draw(subject: ReturnType<typeof subjectOf>): Fault | null {
    const { seed, rates } = this.#settings;
    const key = keyOf(subject);
    let point = unit(`${seed}|${this.#struck.get(key) ?? 0}|${key}`);
    for (const fault of faults) {
      const rate = rates[fault] ?? 0;
      if (point < rate) return fault;
      point -= rate;
    }
    return null;
  }
}

const keyOf = ({ service, entityId, sequence }: ReturnType<typeof subjectOf>): string => `${service}|${entityId}|${sequence}`;

/** A number of [0, 1) that follows from the text alone. */
const unit = (text: string): number => createHash('sha256').update(text).digest().readUIntBE(0, 6) / 2 ** 48;
