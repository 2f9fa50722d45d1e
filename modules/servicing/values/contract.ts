/** Amounts, days and ids that every contract of servicing is made of. */
import { z } from 'zod';

export const wording = z.object({ zh: z.string(), en: z.string() });
export const day = z.iso.date();
export const instant = z.iso.datetime();
export const count = z.int().min(0);
/** Fen, never negative, never part of one. */
export const fen = z.string().regex(/^\d{1,18}$/);
export const signedFen = z.string().regex(/^-?\d{1,30}$/);
/** Fen of a request: more than nothing. */
export const positiveFen = z.string().regex(/^[1-9]\d{0,14}$/);
export const ppm = z.int().min(0).max(10_000_000);

export const facilityId = z.string().regex(/^F[1-9]\d{0,14}$/);
export const drawdownId = z.string().regex(/^D[1-9]\d{0,14}$/);
export const loanId = z.string().regex(/^L[1-9]\d{0,14}$/);
export const eventId = z.string().regex(/^E[1-9]\d{0,14}$/);
/** Chosen by the caller, one for each thing that is to happen once. */
export const requestKey = z.string().regex(/^[\w.:-]{8,100}$/);

/** What goes to the core bank with an order: no control characters, and not the mark that parts the fields of its files. */
export const orderText = z
  .string()
  .trim()
  .regex(/^(?:(?!\|@)[^\p{Cc}\p{Cs}\uFFFE\uFFFF])+$/u);

/** A limit that a facility may have: at most 50 million yuan. */
export const limitFen = z.string().regex(/^(?:[1-9]\d{0,8}|[1-4]\d{9}|5000000000)$/);

export const reason = z.string().trim().min(4).max(500);
