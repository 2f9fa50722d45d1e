/** What the bank's pre-filter says of a person and of a household: white 白, grey 灰 (somebody looks first), black 黑. */
import { interpretDmn, parseDmn } from '#core/dmn/index.ts';
import type { FeelValue } from '#core/dmn/index.ts';

export const shades = ['white', 'grey', 'black'] as const;
export type Shade = (typeof shades)[number];

/** As the roll and the last screening know somebody; null is not known. */
export interface PersonFacts {
  readonly age: number | null;
  readonly isDeceased: boolean | null;
  readonly isRegisteredHere: boolean | null;
  readonly resideType: string | null;
  readonly outcome: string | null;
  readonly reasons: readonly string[];
}

export interface HouseholdFacts {
  /** Who is alive. */
  readonly members: number;
  readonly adults: number;
  /** Alive and of the ages that are evaluated. */
  readonly candidates: number;
  /** Adults by what the pre-filter says of them. */
  readonly white: number;
  readonly grey: number;
  readonly black: number;
  readonly isFiled: boolean;
}

export interface Verdict {
  readonly shade: Shade;
  /** A code of the bank's wording; null where nothing stands out. */
  readonly reason: string | null;
}

export interface Prefilter {
  person(facts: PersonFacts): Verdict;
  household(facts: HouseholdFacts): Verdict;
}

/** A county has few thousand different facts among its people: each is asked once. */
export function readPrefilter(xml: string): Prefilter {
  const model = interpretDmn(parseDmn(xml, { file: 'prefilter.dmn' }));
  const known = new Map<string, Verdict>();
  const ask = (level: 'person' | 'household', input: Record<string, FeelValue>): Verdict => {
    const key = JSON.stringify([level, Object.values(input)]);
    const found = known.get(key);
    if (found) return found;
    const verdict = {
      shade: shadeOf(model.decision(`${level}_shade`, input), level),
      reason: reasonOf(model.decision(`${level}_reason`, input)),
    };
    known.set(key, verdict);
    return verdict;
  };
  return {
    person: (facts) =>
      ask('person', {
        AGE: facts.age,
        DECEASED: facts.isDeceased,
        REGISTERED_HERE: facts.isRegisteredHere,
        RESIDE_TYPE: facts.resideType,
        OUTCOME: facts.outcome,
        REASONS: [...facts.reasons],
      }),
    household: (facts) =>
      ask('household', {
        MEMBERS: facts.members,
        ADULTS: facts.adults,
        CANDIDATES: facts.candidates,
        WHITE: facts.white,
        GREY: facts.grey,
        BLACK: facts.black,
        FILED: facts.isFiled,
      }),
  };
}

function shadeOf(value: FeelValue, level: string): Shade {
  const shade = shades.find((one) => one === value);
  if (shade) return shade;
  throw new Error(
    `prefilter.dmn ${level}_shade: 应为 white、grey、black 之一 / must be one of white, grey, black; it is ${JSON.stringify(value)}`,
  );
}

const reasonOf = (value: FeelValue): string | null => (typeof value === 'string' ? value : null);
