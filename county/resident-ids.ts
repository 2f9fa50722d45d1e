import { residentIdCheckCharacter } from '#core/identifiers/index.ts';
import { compactText, dayOf, type Day } from './calendar.ts';
import { digits } from './byte-text.ts';
import { parameters } from './parameters.ts';
import type { Sex } from './people-names.ts';

/** Sequence numbers 001 to 998 of one day, of one sex. */
const perDay = 499;
/** A prime that divides none of the yearly slot counts below, so that multiplying by it visits every slot once. */
const stride = 104_729;
/** Lets each birth year begin on another day. */
const offsetPerYear = 60_013;

/**
 * Gives out birth days and resident IDs without two villages ever meeting: the slots (day of the year, sequence number) of each birth year
 * and sex are dealt to the villages in turn, and a stride spreads a village's slots over the year.
 */
export class ResidentIds {
  readonly #village: number;
  readonly #villages: number;
  readonly #lastDay: Day;
  readonly #used = new Map<number, number>();

  constructor(village: number, villages: number, lastDay: Day) {
    this.#village = village;
    this.#villages = villages;
    this.#lastDay = lastDay;
  }

  next(birthYear: number, sex: Sex): { id: string; birth: Day } {
    const key = birthYear * 2 + (sex === 'M' ? 1 : 0);
    const used = this.#used.get(key) ?? 0;
    this.#used.set(key, used + 1);
    const firstDay = dayOf(birthYear, 1, 1);
    const days = Math.min(dayOf(birthYear, 12, 31), this.#lastDay) - firstDay + 1;
    const slots = days * perDay;
    const turn = this.#village + used * this.#villages;
    if (turn >= slots) throw new Error(`More people are born in ${birthYear} than resident IDs exist for; ask for fewer people`);
    const slot = (turn * stride + birthYear * offsetPerYear) % slots;
    const birth = firstDay + Math.floor(slot / perDay);
    const sequence = 2 * (slot % perDay) + (sex === 'M' ? 1 : 2);
    const first17 = parameters.idArea + compactText(birth) + digits(sequence, 3);
    return { id: first17 + residentIdCheckCharacter(first17), birth };
  }
}
