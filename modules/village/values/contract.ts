/** Amounts, days and ids that every contract of whole-village credit is made of. */
import { z } from 'zod';

export const wording = z.object({ zh: z.string(), en: z.string() });
export const day = z.iso.date();
export const instant = z.iso.datetime();
export const count = z.int().min(0);
/** Fen, never negative, never part of one. */
export const fen = z.string().regex(/^\d{1,18}$/);
/** Fen of a request: more than nothing. */
export const positiveFen = z.string().regex(/^[1-9]\d{0,14}$/);
export const permille = z.int().min(0).max(1000);

export const projectId = z.string().regex(/^V[1-9]\d{0,14}$/);
export const reviewerId = z.string().regex(/^R[1-9]\d{0,14}$/);
export const batchId = z.string().regex(/^B[1-9]\d{0,14}$/);
export const personId = z.string().regex(/^P[0-9a-f]{15}$/);
/** Of the roll, or of a household that was found or split off. */
export const householdId = z.string().regex(/^[A-Z][0-9A-Za-z-]{1,60}$/);
export const staffId = z.string().trim().min(1).max(60);
/** County, township, village, group. */
export const gridCode = z.string().regex(/^\d{6}(\d{3}(\d{3}(\d{2})?)?)?$/);
export const villageCode = z.string().regex(/^\d{12}$/);
export const groupCode = z.string().regex(/^\d{14}$/);
export const reason = z.string().trim().min(4).max(500);

export const staff = z.object({ staff_id: z.string(), name: z.string() });
/** `V12` → 12n. */
export const numberOf = (id: string): bigint => BigInt(id.slice(1));
