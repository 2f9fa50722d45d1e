import type { Asking, Unavailable, WireFigures } from '#platform/wire/contract.ts';
import type { CreditReport } from './report.ts';

export type * from './report.ts';
export { toReportRow } from './report-row.ts';
export type { ReportLabel, ReportRow } from './report-row.ts';

/** Why the report is asked for; the bureau keeps it for everybody who asks later. */
export const queryReasons = {
  post_loan: { wire: '01', zh: '贷后管理', en: 'post-loan management' },
  loan_approval: { wire: '02', zh: '贷款审批', en: 'loan approval' },
  card_approval: { wire: '03', zh: '信用卡审批', en: 'card approval' },
  guarantor_check: { wire: '08', zh: '担保资格审查', en: 'check of a guarantor' },
} as const;
export type QueryReason = keyof typeof queryReasons;

export interface BureauQuestion {
  /** The caller's number of the question: 1–20 letters and digits. Asked again with it, the bureau gives the same report and counts one query. */
  id: string;
  name: string;
  /** Resident ID, 18 characters. */
  idNo: string;
  reason: QueryReason;
  /** The person's written consent, 1–40 letters, digits and hyphens. */
  consentNo: string;
}

export type BureauAnswer =
  | {
      outcome: 'answered';
      /** A person unknown to the bureau has a report too, with nothing in it. */
      report: CreditReport;
      /** The answer as it came, XML in UTF-8; holds personal data. */
      raw: Uint8Array;
    }
  /** `refused` when the bureau does not accept operator, consent or parameters. */
  | Unavailable;

/** Every question leaves a query on the person's record for two years. Repeat it under its own id only. */
export interface CreditBureau {
  ask(question: BureauQuestion, asking?: Asking): Promise<BureauAnswer>;
  figures(): WireFigures;
  close(): Promise<void>;
}
