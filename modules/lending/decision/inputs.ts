/** What an application tells the strategy, by the names the strategy reads. Pure. */
import type { Dictionary } from '#core/product/index.ts';
import { bankTimeZone } from '#platform/clock/index.ts';
import type { ApplicationRow, Evidence } from '../applications/store.ts';

/**
 * Whether a loan counts as an internet loan (互联网贷款暂行办法): applied for, judged and signed on line without anybody having looked on site. A judgement
 * that is not made yet is the machine's, a contract not signed yet is signed on line: until a person has looked the stricter rule holds.
 */
export function isInternetLoan({ judged = 'machine', visit = false, signed = 'online' }: Evidence): boolean {
  return judged === 'machine' && !visit && signed === 'online';
}

/** What the bank's record says of the phone that the code was sent to. Another number says nothing. */
export const phoneCheck = (phone: string, known: string | null): 'match' | null => (known !== null && known === phone ? 'match' : null);

export interface Circumstances {
  readonly dictionary: Dictionary;
  readonly isInArea: boolean | null;
  readonly hasVisit: boolean;
  readonly phone: 'match' | null;
  /** Until when the person agrees to be asked about at a source; null without an end. */
  readonly agreed: ReadonlyMap<string, string | null>;
  /** From consented sources, by name. */
  readonly asked: ReadonlyMap<string, unknown>;
}

/** Answers of the form that every product has, what the sources said, and what follows from how it came about. Unknown is null. */
export function inputsOf(
  application: Pick<ApplicationRow, 'answers' | 'terms' | 'evidence'>,
  around: Circumstances,
): Record<string, unknown> {
  const { answers, terms, evidence } = application;
  const { amount, months, purpose } = answers;
  return {
    ...Object.fromEntries(around.asked),
    APP_AMOUNT: typeof amount === 'number' ? String(amount) : null,
    APP_TERM_M: typeof months === 'number' ? months : null,
    APP_PURPOSE: typeof purpose === 'string' ? (around.dictionary.purposes[purpose]?.kind ?? null) : null,
    APP_GUARANTEE: terms.guarantees[0] ?? null,
    APP_IN_REGION: around.isInArea,
    INTERNET_LOAN: isInternetLoan({ ...evidence, visit: evidence.visit ?? around.hasVisit }),
    PHONE_CHECK: around.phone,
    ...consentDays(around.agreed),
  };
}

/** An agreement without an end counts for as long as anybody plans. */
const endless = '9999-12-31';

/** The consents that the rules ask for, where the borrower has just given them; what was not given stays as the files have it. */
function consentDays(agreed: ReadonlyMap<string, string | null>): Record<string, string> {
  const dayOf = (source: string): string | null => {
    const until = agreed.get(source);
    if (until === undefined) return null;
    return until === null ? endless : Temporal.Instant.from(until).toZonedDateTimeISO(bankTimeZone).toPlainDate().toString();
  };
  const [report, records] = [dayOf('credit_report'), dayOf('court')];
  return { ...(report === null ? {} : { CONSENT_PBOC_TO: report }), ...(records === null ? {} : { CONSENT_DATA_TO: records }) };
}

/** Whether a place lies in the area of the product; null when the place is not known. No area stated: everywhere. */
export function isInArea(areas: readonly string[], gridCode: string | null): boolean | null {
  if (gridCode === null) return null;
  return areas.length === 0 || areas.some((area) => gridCode.startsWith(area));
}
