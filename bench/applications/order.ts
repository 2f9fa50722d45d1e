/** What the bank's process and that of the borrowers tell each other. */
import { z } from 'zod';

export const person = z.object({ name: z.string(), id_no: z.string(), phone: z.string() });
export type Person = z.infer<typeof person>;

/** Borrowers who come to an address: `perSecond` whether or not those before them are served, or `atOnce` of them one after the other. */
export const order = z.object({
  port: z.int(),
  code: z.string(),
  /** Faces are captured by the stand-in of the face service, as a phone would. */
  isCaptured: z.boolean(),
  people: z.array(person),
  /** Each borrower comes from an address of their own, counted from here. */
  first: z.int(),
  pace: z.union([z.object({ perSecond: z.number() }), z.object({ atOnce: z.int() })]),
});
export type Order = z.infer<typeof order>;

export const taken = z.object({
  /** Milliseconds of every request, from sending it to the end of its answer. */
  requests: z.array(z.number()),
  /** From the scanned code to the word, with what the borrower's page waits between two looks. */
  wholeMs: z.number(),
  applicationId: z.string(),
  /** Where the borrower was at last; `busy` where the bank asked them to come again later. */
  step: z.string(),
});
export type Taken = z.infer<typeof taken>;

export const report = z.object({
  taken: z.array(taken),
  /** Of the borrowers' own process. */
  processorMs: z.number(),
  /** The longest that somebody came after their time: the borrowers' process could not keep the pace. */
  lateMs: z.number(),
});
export type Report = z.infer<typeof report>;
