import type { Asking, Unavailable, WireFigures } from '#platform/wire/contract.ts';

export interface IdentityQuestion {
  /** The caller's number of the question: 1–20 letters and digits, new for every question. */
  id: string;
  /** As the person gives it, rare characters included. */
  name: string;
  /** Resident ID, 18 characters. */
  idNo: string;
}

export const identityResults = {
  match: { wire: ['00', '01'], zh: '姓名与号码一致', en: 'number and name match' },
  name_differs: { wire: ['02'], zh: '号码存在但姓名不一致', en: 'the number exists under another name' },
  number_not_found: { wire: ['03'], zh: '号码不存在', en: 'no such number' },
} as const;
export type IdentityResult = keyof typeof identityResults;

/** Results 04 (other error) and 05 (bad input) say nothing about a person: they are `unavailable` with `try_later`, never a rejection. */
export type IdentityAnswer =
  | {
      outcome: 'answered';
      result: IdentityResult;
      /** The register's photo; null when it has none, and for everything but a match. */
      photo: Uint8Array | null;
      /** The issuing authority; null when the register does not say. */
      issueOffice: string | null;
      /** The answer as it came, GB18030; holds personal data. */
      raw: Uint8Array;
    }
  | Unavailable;

/** Asking leaves no trace at the register: an unanswered question may be asked again, under a new id. */
export interface IdentityCheck {
  ask(question: IdentityQuestion, asking?: Asking): Promise<IdentityAnswer>;
  figures(): WireFigures;
  /** What is under way becomes `unavailable` with `closed`. */
  close(): Promise<void>;
}
