import type { z } from 'zod';
import { chargeCost, extend, reprice, restructure, setMisuse, waive, writeOff } from '#core/loan/index.ts';
import type { Loan, LoanRefusal, Step } from '#core/loan/index.ts';
import { amendmentBodies } from '../contract.ts';
import type { AmendmentKind } from '../contract.ts';

interface Wording {
  readonly zh: string;
  readonly en: string;
}

interface Amendment<Body> {
  readonly name: Wording;
  readonly body: z.ZodType<Body>;
  readonly rule: (loan: Loan, day: string, body: Body) => Step | LoanRefusal;
}

const amendment = <Body>(name: Wording, body: z.ZodType<Body>, rule: Amendment<Body>['rule']): Amendment<unknown> => ({
  name,
  body,
  rule: (loan, day, given) => rule(loan, day, body.parse(given)),
});

/** What may be done to a running contract, each with the rule of core/loan behind it. None takes effect without a second person. */
export const amendments: Record<AmendmentKind, Amendment<unknown>> = {
  rate: amendment({ zh: '调整利率', en: 'Change the rate' }, amendmentBodies.rate, (loan, day, { rate_ppm }) =>
    reprice(loan, day, BigInt(rate_ppm)),
  ),
  extension: amendment({ zh: '展期', en: 'Extend' }, amendmentBodies.extension, (loan, day, { maturity }) => extend(loan, day, maturity)),
  restructuring: amendment({ zh: '重组', en: 'Restructure' }, amendmentBodies.restructuring, (loan, day, { rate_ppm, maturity }) =>
    restructure(loan, day, { ratePpm: BigInt(rate_ppm), maturity }),
  ),
  misuse: amendment({ zh: '认定挪用', en: 'Find or clear misuse' }, amendmentBodies.misuse, (loan, day, { markup_ppm }) =>
    setMisuse(loan, day, markup_ppm === null ? null : BigInt(markup_ppm)),
  ),
  cost: amendment({ zh: '计收清收费用', en: 'Charge costs of recovery' }, amendmentBodies.cost, (loan, day, { amount_fen }) =>
    chargeCost(loan, day, BigInt(amount_fen)),
  ),
  waiver: amendment({ zh: '减免罚息复利', en: 'Waive penalty and compound interest' }, amendmentBodies.waiver, (loan, day) =>
    waive(loan, day),
  ),
  write_off: amendment({ zh: '核销', en: 'Write off' }, amendmentBodies.write_off, (loan, day) => writeOff(loan, day)),
};
