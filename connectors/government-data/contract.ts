import type { Asking, Unavailable, WireFigures } from '#platform/wire/contract.ts';

export const governmentTopics = {
  social_security: { zh: '社会保险', en: 'social security' },
  tax: { zh: '税务', en: 'tax' },
  real_estate: { zh: '不动产登记', en: 'real estate' },
  civil_status: { zh: '婚姻与民政登记', en: 'civil status' },
} as const;
export type GovernmentTopic = keyof typeof governmentTopics;

export interface GovernmentQuestion {
  /** The caller's number of the question, 8–40 letters, digits and hyphens. Asked again with it, the platform gives the same answer and uses the consent once. */
  id: string;
  topic: GovernmentTopic;
  /** The person's consent for this one query: a consent answers one question and no more. */
  consentNo: string;
  name: string;
  /** Resident ID, 18 characters. */
  idNo: string;
}

export interface SocialSecurity {
  insured: boolean;
  /** Who pays in for the person; null when they do so themselves. */
  employer: string | null;
  monthsPaid: number;
  /** Last month paid for, `yyyy-MM`; null when none. */
  paidThrough: string | null;
  baseFen: bigint | null;
}

export interface Tax {
  registered: boolean;
  /** Individual business or firm of which the person is the taxpayer. */
  taxpayerName: string | null;
  /** Taxpayer credit grade. */
  grade: 'A' | 'B' | 'M' | 'C' | 'D' | null;
  declaredIncomeFen: bigint | null;
  paid12mFen: bigint | null;
  arrearsFen: bigint;
}

export interface RealEstate {
  properties: readonly {
    certificateNo: string;
    use: 'residential' | 'commercial' | 'industrial' | 'homestead' | 'other';
    areaSquareMetres: string;
    share: 'sole' | 'joint' | 'shares';
    mortgaged: boolean;
    sealed: boolean;
    registeredOn: Temporal.PlainDate;
  }[];
}

export interface CivilStatus {
  marriage: 'unmarried' | 'married' | 'divorced' | 'widowed';
  /** Masked by the platform. */
  spouseName: string | null;
  since: Temporal.PlainDate | null;
  alive: boolean;
}

/** `null` content: the register holds nothing about the person, which is an answer. */
export type GovernmentContent =
  | { topic: 'social_security'; found: SocialSecurity | null }
  | { topic: 'tax'; found: Tax | null }
  | { topic: 'real_estate'; found: RealEstate | null }
  | { topic: 'civil_status'; found: CivilStatus | null };

export type GovernmentAnswer =
  | {
      outcome: 'answered';
      content: GovernmentContent;
      /** Day as of which the register speaks. */
      asOf: Temporal.PlainDate;
      /** The platform's receipt of the query, for its audit and ours. */
      receiptNo: string;
      /** The answer as it came, JSON in UTF-8; holds personal data. */
      raw: Uint8Array;
    }
  /** `refused` when the platform does not accept consent, signature or caller. */
  | Unavailable;

export interface GovernmentData {
  ask(question: GovernmentQuestion, asking?: Asking): Promise<GovernmentAnswer>;
  figures(): WireFigures;
  close(): Promise<void>;
}
