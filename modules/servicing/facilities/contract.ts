/** Facilities as they are asked for and told over HTTP. */
import { z } from 'zod';
import { householdId } from '#modules/population/contract.ts';
import { day, facilityId, fen, limitFen, reason, requestKey } from '../values/contract.ts';

export const facilityKinds = ['revolving', 'single_use'] as const;
/** `granted`: the bank has said yes, the borrower has not signed; nothing can be drawn. */
export const facilityStates = ['granted', 'active', 'frozen', 'closed'] as const;
export type FacilityState = (typeof facilityStates)[number];
/** What a facility may become; closed is the end, also of its limit. */
export const facilityBecomes: Readonly<Record<FacilityState, readonly FacilityState[]>> = {
  granted: ['active', 'closed'],
  active: ['frozen', 'closed'],
  frozen: ['active', 'closed'],
  closed: [],
};

/**
 * What a facility is on the open business date: its state, but `lapsed` when it was granted and not signed by its last day, and `expired` when it was
 * active until then.
 */
export const facilityStandings = ['granted', 'lapsed', 'active', 'expired', 'frozen', 'closed'] as const;
export type FacilityStanding = (typeof facilityStandings)[number];

export const facility = z.object({
  facility_id: facilityId,
  person_id: z.string(),
  person_name: z.string().nullable(),
  product: z.string(),
  kind: z.enum(facilityKinds),
  limit_fen: fen,
  reserved_fen: fen,
  used_fen: fen,
  /** What may still be drawn today; 0 when frozen, closed, or out of its dates. */
  available_fen: fen,
  valid_from: day,
  valid_to: day,
  state: z.enum(facilityStates),
  standing: z.enum(facilityStandings),
});
export type Facility = z.infer<typeof facility>;

export const openFacility = z.object({
  key: requestKey,
  person_id: z.string().regex(/^P[0-9a-f]{15}$/),
  product: z.string().trim().min(1).max(60),
  kind: z.enum(facilityKinds),
  limit_fen: limitFen,
  valid_from: day,
  valid_to: day,
});
export type OpenFacility = z.infer<typeof openFacility>;
/** Opened by a person of the bank: a second one decides, and reads why. */
export const proposeFacility = openFacility.extend({ reason });
export type ProposeFacility = z.infer<typeof proposeFacility>;

export const facilityQuery = z.object({
  person_id: openFacility.shape.person_id.optional(),
  /** Of the members of a household. */
  household_id: householdId.optional(),
  standing: z.enum(facilityStandings).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  /** The last facility of the page before. */
  after: facilityId.optional(),
});
export type FacilityQuery = z.output<typeof facilityQuery>;
/** Newest first. */
export const facilityList = z.object({ items: z.array(facility), next_cursor: facilityId.nullable(), as_of: day });
export type FacilityList = z.infer<typeof facilityList>;

/** What a person may make of a facility. A granted one is activated by its signature and taken back where it was granted. */
export const facilityBecomesByHand: Readonly<Record<FacilityState, readonly Exclude<FacilityState, 'granted'>[]>> = {
  granted: [],
  active: ['frozen', 'closed'],
  frozen: ['active', 'closed'],
  closed: [],
};

/** A new limit or state of a facility. Freezing takes effect at once; everything else waits. */
export const changeFacility = z.object({ limit_fen: limitFen.optional(), state: z.enum(facilityStates).optional(), reason });
export type ChangeFacility = z.output<typeof changeFacility>;
