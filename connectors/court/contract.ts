import type { Asking, Unavailable, WireFigures } from '#platform/wire/contract.ts';

export interface CourtQuestion {
  /** The caller's number of the question, 8–40 letters, digits and hyphens. */
  id: string;
  name: string;
  /** Resident ID, 18 characters. */
  idNo: string;
}

/** 失信被执行人: on the published list. */
export interface Dishonest {
  caseNo: string;
  court: string;
  filedOn: Temporal.PlainDate;
  publishedOn: Temporal.PlainDate;
  /** What the person owes and how far it was met. */
  performance: 'none' | 'partly' | 'met';
  /** Taken off the list; null while on it. */
  removedOn: Temporal.PlainDate | null;
}

/** 被执行人: an enforcement case against the person. */
export interface Enforcement {
  caseNo: string;
  court: string;
  filedOn: Temporal.PlainDate;
  amountFen: bigint;
  status: 'open' | 'closed' | 'terminated';
}

/** 裁判文书: a judged or mediated case with the person as a party. */
export interface CourtCase {
  caseNo: string;
  court: string;
  filedOn: Temporal.PlainDate;
  cause: string;
  role: 'plaintiff' | 'defendant' | 'third_party';
  kind: 'civil' | 'criminal' | 'administrative';
  amountFen: bigint | null;
  closedOn: Temporal.PlainDate | null;
}

export type CourtAnswer =
  | {
      outcome: 'answered';
      dishonest: readonly Dishonest[];
      enforcements: readonly Enforcement[];
      cases: readonly CourtCase[];
      /** Day as of which the lists speak. */
      asOf: Temporal.PlainDate;
      /** The answer as it came, JSON in UTF-8; holds personal data. */
      raw: Uint8Array;
    }
  | Unavailable;

/** Asking leaves no trace: an unanswered question may be asked again. */
export interface Court {
  ask(question: CourtQuestion, asking?: Asking): Promise<CourtAnswer>;
  figures(): WireFigures;
  close(): Promise<void>;
}
