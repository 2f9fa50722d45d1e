import { z } from 'zod';
import { wireDay, wireText, wireYuan } from '#platform/wire/index.ts';
import type { CourtCase, Dishonest, Enforcement } from './contract.ts';

export const path = '/court/v1/person';

export const wireQuestion = z.strictObject({ question_id: z.string(), name: z.string(), id_no: z.string() });
export type WireQuestion = z.output<typeof wireQuestion>;

const list = <T extends z.ZodType>(item: T) => z.array(item).max(500);

const dishonest = z
  .object({
    case_no: wireText(60),
    court: wireText(60),
    filed_on: wireDay,
    published_on: wireDay,
    performance: z.enum(['none', 'partly', 'met']),
    removed_on: wireDay.nullable(),
  })
  .transform((row): Dishonest => ({
    caseNo: row.case_no,
    court: row.court,
    filedOn: row.filed_on,
    publishedOn: row.published_on,
    performance: row.performance,
    removedOn: row.removed_on,
  }));

const enforcement = z
  .object({
    case_no: wireText(60),
    court: wireText(60),
    filed_on: wireDay,
    amount: wireYuan,
    status: z.enum(['open', 'closed', 'terminated']),
  })
  .transform((row): Enforcement => ({
    caseNo: row.case_no,
    court: row.court,
    filedOn: row.filed_on,
    amountFen: row.amount,
    status: row.status,
  }));

const courtCase = z
  .object({
    case_no: wireText(60),
    court: wireText(60),
    filed_on: wireDay,
    cause: wireText(100),
    role: z.enum(['plaintiff', 'defendant', 'third_party']),
    kind: z.enum(['civil', 'criminal', 'administrative']),
    amount: wireYuan.nullable(),
    closed_on: wireDay.nullable(),
  })
  .transform((row): CourtCase => ({
    caseNo: row.case_no,
    court: row.court,
    filedOn: row.filed_on,
    cause: row.cause,
    role: row.role,
    kind: row.kind,
    amountFen: row.amount,
    closedOn: row.closed_on,
  }));

export const wireRecords = z.object({ dishonest: list(dishonest), enforcements: list(enforcement), cases: list(courtCase) });
/** The lists as they stand on the wire. */
export type WireRecords = z.input<typeof wireRecords>;

export const wireAnswer = z.object({ question_id: z.string(), id_no: z.string(), as_of: wireDay, ...wireRecords.shape });
