/** Why an identifier was refused: a stable code, and one sentence for people in each language. */
export type Refusal<Code extends string> = { ok: false; code: Code; zh: string; en: string };
