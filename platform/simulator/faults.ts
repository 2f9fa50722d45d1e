/** What may go wrong at a simulated system, and when: by rate and seed, or ordered for one request. */
import { z } from 'zod';
import { unit } from './random.ts';

/** What a request is about, whatever attempt it is. */
export type Subject = Readonly<Record<string, string>>;

/** A fault for one request: the first that comes and has every value that is given here. */
export type PlannedFault<Fault extends string> = { readonly fault: Fault } & { readonly [field: string]: string };

export interface FaultSettings {
  seed: number;
  /** Part of all requests that each fault strikes; a request is struck by one at most. */
  rates: Readonly<Partial<Record<string, number>>>;
  delay_ms: number;
}

export const calm = { seed: 1, rates: {}, delay_ms: 1000 } as const;

/** The settings of a system that knows these faults, as they come from outside. */
export function faultSchema(names: readonly string[]) {
  return z.strictObject({
    seed: z.int(),
    rates: z
      .partialRecord(z.enum(names), z.number().min(0).max(1))
      .refine(
        (rates) => Object.values(rates).reduce<number>((sum, rate = 0) => sum + rate, 0) <= 1 + 1e-9,
        '各故障比例之和不得超过 1 / the rates sum to more than 1',
      ),
    delay_ms: z.int().min(0).max(600_000),
  });
}

const plans = z.array(z.object({ fault: z.string() }).catchall(z.string()));

export class Faults<Fault extends string> {
  readonly #names: readonly Fault[];
  #settings: FaultSettings;
  readonly #planned: { fault: Fault; where: Subject }[] = [];
  /** Faults so far, by request. */
  readonly #struck = new Map<string, number>();

  constructor(names: readonly Fault[], settings: FaultSettings) {
    this.#names = names;
    this.#settings = settings;
  }

  get delayMs(): number {
    return this.#settings.delay_ms;
  }

  /** Of commands from outside; what is not given stays as it was. @throws ZodError */
  change(asked: unknown): void {
    const { seed, rates, delay_ms: delayMs } = faultSchema(this.#names).partial().parse(asked);
    const now = this.#settings;
    this.#settings = { seed: seed ?? now.seed, rates: rates ?? now.rates, delay_ms: delayMs ?? now.delay_ms };
  }

  /** Of commands from outside. @throws Error */
  plan(asked: unknown): void {
    for (const { fault: name, ...where } of plans.parse(asked)) {
      const fault = this.#names.find((each) => each === name);
      if (fault === undefined) throw new Error(`没有此故障 / no such fault: ${name}`);
      this.#planned.push({ fault, where });
    }
  }

  choose(subject: Subject): Fault | null {
    const fits = ({ where }: { where: Subject }): boolean => Object.entries(where).every(([field, value]) => subject[field] === value);
    const place = this.#planned.findIndex(fits);
    const [planned] = place < 0 ? [] : this.#planned.splice(place, 1);
    return planned?.fault ?? this.#draw(keyOf(subject));
  }

  /** Counts what struck, so that the next attempt of the same request draws anew. */
  strike(subject: Subject): void {
    const key = keyOf(subject);
    this.#struck.set(key, (this.#struck.get(key) ?? 0) + 1);
  }

  /** Of the request itself and not of a running draw: the order in which connections are served changes nothing. */
  #draw(key: string): Fault | null {
    const { seed, rates } = this.#settings;
    let point = unit(`${seed}|${this.#struck.get(key) ?? 0}|${key}`);
    for (const fault of this.#names) {
      const rate = rates[fault] ?? 0;
      if (point < rate) return fault;
      point -= rate;
    }
    return null;
  }
}

const keyOf = (subject: Subject): string => Object.values(subject).join('|');
