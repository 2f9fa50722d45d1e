/** What a correction changes of what a visit says about one person. Pure. */
import type { Form } from '#core/product/index.ts';

/** As a visit keeps it of a person. */
export interface Found {
  readonly answers: Readonly<Record<string, unknown>>;
  readonly investigated_fen: string | null;
}

export interface ChangedAnswer {
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** In the order of the form. A question that is no longer asked leaves its answer behind: `after` is then undefined. */
export const changedAnswers = (form: Form, before: Found, after: Found): ChangedAnswer[] =>
  Object.keys(form.properties)
    .map((field) => ({ field, before: before.answers[field], after: after.answers[field] }))
    .filter((one) => JSON.stringify(one.before) !== JSON.stringify(one.after));
