export { openCreditBureau } from './client.ts';
export type { CreditBureauSettings } from './client.ts';
export { queryReasons, toReportRow } from './contract.ts';
export type { BureauAnswer, BureauQuestion, CreditBureau, CreditReport, QueryReason, ReportLabel, ReportRow } from './contract.ts';
