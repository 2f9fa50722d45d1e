import type { z } from 'zod';
import { householdCapFen } from '../contract.ts';
import type { exposure, exposurePart } from '../contract.ts';
import type { PersonDetail } from '../documents/detail.ts';
import { unnamed } from './held-facilities.ts';
import type { HeldFacility } from './held-facilities.ts';

export type Exposure = z.infer<typeof exposure>;
export type ExposurePart = z.infer<typeof exposurePart>;

export interface ExposedMember {
  personId: string;
  name: string;
  detail: PersonDetail;
  /** Limit of the present decision when it approves. */
  approvedFen: bigint | null;
}

/** How a contract that the household cap counts is secured: by nothing but names. */
export const unsecuredGuarantees = ['credit', 'guarantee'] as const;
const unsecured: ReadonlySet<string> = new Set(unsecuredGuarantees);

/**
 * What one household owes, may draw and stands for, part by part. The cap counts unsecured contracts at the larger of line and balance and
 * guarantees at the amount still open; contracts on mortgage or pledge, and limits approved but not granted, are shown without counting. Facilities
 * opened here count as contracts do, unless a loan file names them.
 *
 * For what the files have this is the definition. The lists' `exposure_fen` is the same sum made in SQL (`publication/roster-sql.ts`), and the indicator HH_EXPOSURE, from which
 * a strategy takes the household's room, is the same sum made by the catalogue; `test/household-exposure.test.ts` holds them together.
 */
export function exposureOf(
  members: readonly ExposedMember[],
  loansAsOf: string | null,
  facilities: readonly HeldFacility[] = [],
): Exposure {
  const beside = Map.groupBy(
    unnamed(
      facilities,
      members.map(({ detail }) => detail),
    ),
    ({ personId }) => personId,
  );
  const parts = members.flatMap((member) => [
    ...contractParts(member),
    ...facilityParts(member, beside.get(member.personId) ?? []),
    ...guaranteeParts(member),
    ...limitParts(member),
  ]);
  const used = parts.filter((part) => part.counted).reduce((total, part) => total + BigInt(part.amount_fen), 0n);
  return {
    cap_fen: String(householdCapFen),
    used_fen: loansAsOf === null ? null : String(used),
    parts,
    as_of: loansAsOf,
    reason: loansAsOf === null ? 'source_missing' : null,
  };
}

/** Several due bills drawn under one contract share its line. */
function contractParts({ personId, name, detail }: ExposedMember): ExposurePart[] {
  const active = detail.loans.filter((loan) => loan.status === 'active');
  return [...Map.groupBy(active, (loan) => loan.contract ?? loan.number).values()].map((loans) => {
    const balance = loans.reduce((total, loan) => total + loan.balance, 0);
    return {
      person_id: personId,
      name,
      kind: 'loan',
      product: loans[0]?.product ?? null,
      amount_fen: String(Math.max(balance, ...loans.map((loan) => loan.limit ?? 0))),
      used_fen: String(balance),
      counted: loans.every((loan) => unsecured.has(loan.guarantee)),
    };
  });
}

const facilityParts = ({ personId, name }: ExposedMember, facilities: readonly HeldFacility[]): ExposurePart[] =>
  facilities.map(({ product, amountFen, usedFen, isSecured }) => ({
    person_id: personId,
    name,
    kind: 'loan',
    product,
    amount_fen: String(amountFen),
    used_fen: String(usedFen),
    counted: !isSecured,
  }));

function guaranteeParts({ personId, name, detail }: ExposedMember): ExposurePart[] {
  return detail.guarantees
    .filter((guarantee) => guarantee.status === 'active')
    .map(({ amount }) => ({
      person_id: personId,
      name,
      kind: 'guarantee',
      product: null,
      amount_fen: String(amount),
      used_fen: null,
      counted: true,
    }));
}

function limitParts({ personId, name, approvedFen }: ExposedMember): ExposurePart[] {
  if (approvedFen === null || approvedFen === 0n) return [];
  return [{ person_id: personId, name, kind: 'limit', product: null, amount_fen: String(approvedFen), used_fen: null, counted: false }];
}
