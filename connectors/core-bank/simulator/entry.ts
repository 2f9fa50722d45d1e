import { z } from 'zod';
import { rejectionCodes } from '../contract.ts';
import { services } from '../protocol.ts';
import { faults } from './faults.ts';

const fen = z
  .string()
  .regex(/^\d{1,18}$/)
  .transform(BigInt);

const result = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('booked'), coreReference: z.string() }),
  z.object({ kind: z.literal('rejected'), code: z.enum(rejectionCodes) }),
]);
const decided = { entityId: z.string(), sequence: z.string(), coreDate: z.iso.date(), result };

/** A line of the journal: an order or a reversal with the core's decision, or a fault that struck. */
export const journalLine = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('order'),
    ...decided,
    service: z.enum(['pay', 'collect']),
    account: z.string(),
    accountName: z.string(),
    amountFen: fen,
    purpose: z.string(),
    /** Balance the account was opened with, if this was its first use. */
    openedFen: fen.nullable(),
  }),
  z.object({ kind: z.literal('reversal'), ...decided, originalSequence: z.string() }),
  z.object({ kind: z.literal('fault'), fault: z.enum(faults), service: z.enum(services), entityId: z.string(), sequence: z.string() }),
]);

export type JournalLine = z.output<typeof journalLine>;
export type FaultLine = Extract<JournalLine, { kind: 'fault' }>;
export type OrderEntry = Extract<JournalLine, { kind: 'order' }>;
export type ReversalEntry = Extract<JournalLine, { kind: 'reversal' }>;
export type Entry = OrderEntry | ReversalEntry;

/** One line of JSON, amounts as digits. */
export function formatLine(line: JournalLine): string {
  return `${JSON.stringify(line, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value))}\n`;
}

/** @throws Error when the line is no line of a journal */
export function parseLine(text: string): JournalLine {
  return journalLine.parse(JSON.parse(text));
}
