/** What a member of staff has typed of one person so far, and the answer it makes. */
import type { Form } from '#core/product/index.ts';
import type { Answer } from '#modules/village/evaluation/contract.ts';
import { newId } from '../../review/kept.ts';
import { answersOf, type Typed } from '../../parts/typed-answers.ts';

export interface Said {
  /** Empty until something is said: from then on sent again it is the same answer. */
  readonly id: string;
  readonly knows: Answer['knows'] | null;
  readonly typed: Typed;
  readonly answers: Answer['answers'];
  readonly suggestedFen: string;
  readonly kinds: readonly string[];
}

export const blank: Said = { id: '', knows: null, typed: {}, answers: {}, suggestedFen: '', kinds: [] };

/** With an id of its own as soon as anything is said. */
export const saying = (said: Said, next: Partial<Said>): Said => ({ ...said, id: said.id === '' ? newId() : said.id, ...next });

export function typing(said: Said, form: Form, typed: Typed): Said {
  return saying(said, { typed, answers: answersOf(form, typed).answers });
}

/** None while it is not known whether the reviewer knows them. */
export function itemOf(said: Said, round: number, personId: string): Omit<Answer, 'seconds' | 'answered_at'>[] {
  if (said.knows === null || said.id === '') return [];
  const base = { evaluation_id: said.id, round, person_id: personId, knows: said.knows };
  if (said.knows !== 'yes') return [{ ...base, kinds: [] }];
  return [
    {
      ...base,
      answers: said.answers ?? {},
      kinds: [...said.kinds],
      ...(said.suggestedFen === '' ? {} : { suggested_fen: said.suggestedFen }),
    },
  ];
}
