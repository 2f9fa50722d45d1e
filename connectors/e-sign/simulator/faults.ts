/** What may go wrong at the service, and when: by rate and seed, or ordered for one request. */
import { createHash } from 'node:crypto';
import { z } from 'zod';

export const faults = [
  /** Answers after `delay_ms`. */
  'delay',
  /** Takes the request off the wire and does nothing. */
  'lose_request',
  /** Does what is asked and says nothing. */
  'lose_answer',
  /** Does what is asked and closes the connection in the middle of the answer. */
  'cut_answer',
  /** Does what is asked and answers HTTP 500 with a page for people. */
  'error_page',
  /** Answers under the id of another request. */
  'wrong_request',
  /** Answers with a signature over something else. */
  'unfit_signature',
  /** Refuses and forgets: the same id is new when it comes again. */
  'maintenance',
  /** The process ends as if killed. */
  'die_before',
  'die_after',
] as const;
export type Fault = (typeof faults)[number];

export const services = ['certificate', 'signature', 'query', 'evidence', 'time_stamp'] as const;
export type Service = (typeof services)[number];

export const faultSettings = z.strictObject({
  seed: z.int(),
  rates: z
    .partialRecord(z.enum(faults), z.number().min(0).max(1))
    .refine(
      (rates) => Object.values(rates).reduce((sum, rate) => sum + rate, 0) <= 1 + 1e-9,
      '各故障比例之和不得超过 1 / the rates sum to more than 1',
    ),
  delay_ms: z.int().min(0).max(600_000),
});
export type FaultSettings = z.output<typeof faultSettings>;
/** What is not given stays as it was. */
export const faultChange = faultSettings.partial();
export type FaultChange = z.output<typeof faultChange>;
export const calm: FaultSettings = { seed: 1, rates: {}, delay_ms: 1000 };

/** A fault for one request: the first that comes and fits. */
export const plannedFault = z.strictObject({
  fault: z.enum(faults),
  service: z.enum(services).optional(),
  request_id: z.string().optional(),
});
export type PlannedFault = z.output<typeof plannedFault>;

export interface Subject {
  service: Service;
  requestId: string;
}

export class Faults {
  #settings: FaultSettings;
  readonly #starts: number;
  readonly #planned: PlannedFault[] = [];
  readonly #struck = new Map<string, number>();

  /** `starts`: how often the process was started in its folder, or a request that killed it would kill it again for ever. */
  constructor(settings: FaultSettings, starts: number) {
    this.#settings = settings;
    this.#starts = starts;
  }

  get delayMs(): number {
    return this.#settings.delay_ms;
  }

  change({ seed, rates, delay_ms: delayMs }: FaultChange): void {
    const now = this.#settings;
    this.#settings = { seed: seed ?? now.seed, rates: rates ?? now.rates, delay_ms: delayMs ?? now.delay_ms };
  }

  plan(planned: readonly PlannedFault[]): void {
    this.#planned.push(...planned);
  }

  choose(subject: Subject): Fault | null {
    const place = this.#planned.findIndex(
      ({ service = subject.service, request_id: requestId = subject.requestId }) =>
        service === subject.service && requestId === subject.requestId,
    );
    const [planned] = place < 0 ? [] : this.#planned.splice(place, 1);
    const fault = planned?.fault ?? this.#draw(subject);
    const key = keyOf(subject);
    if (fault) this.#struck.set(key, (this.#struck.get(key) ?? 0) + 1);
    return fault;
  }

  /** Of the request itself and not of a running draw: the order in which connections are served changes nothing. */
  #draw(subject: Subject): Fault | null {
    const { seed, rates } = this.#settings;
    const key = keyOf(subject);
    let point = unit(`${seed}|${this.#starts}|${this.#struck.get(key) ?? 0}|${key}`);
    for (const fault of faults) {
      const rate = rates[fault] ?? 0;
      if (point < rate) return fault;
      point -= rate;
    }
    return null;
  }
}

const keyOf = ({ service, requestId }: Subject): string => `${service}|${requestId}`;

/** A number of [0, 1) that follows from the text alone. */
const unit = (text: string): number => createHash('sha256').update(text).digest().readUIntBE(0, 6) / 2 ** 48;
