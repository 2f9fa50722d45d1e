import { z } from 'zod';
import { wireDay, wireText, wireYuan } from '#platform/wire/index.ts';
import type { CivilStatus, GovernmentContent, GovernmentTopic, RealEstate, SocialSecurity, Tax } from './contract.ts';

export const path = '/gov/v1/query';

export const topics = ['social_security', 'tax', 'real_estate', 'civil_status'] as const satisfies readonly GovernmentTopic[];

export const wireQuestion = z.strictObject({
  question_id: z.string(),
  topic: z.enum(topics),
  consent_no: z.string(),
  name: z.string(),
  id_no: z.string(),
});
export type WireQuestion = z.output<typeof wireQuestion>;

const socialSecurity = z
  .object({
    insured: z.boolean(),
    employer: wireText(100).nullable(),
    months_paid: z.int().min(0).max(900),
    paid_through: z
      .string()
      .regex(/^\d{4}-(0[1-9]|1[0-2])$/)
      .nullable(),
    base: wireYuan.nullable(),
  })
  .transform((row): SocialSecurity => ({
    insured: row.insured,
    employer: row.employer,
    monthsPaid: row.months_paid,
    paidThrough: row.paid_through,
    baseFen: row.base,
  }));

const tax = z
  .object({
    registered: z.boolean(),
    taxpayer_name: wireText(100).nullable(),
    grade: z.enum(['A', 'B', 'M', 'C', 'D']).nullable(),
    declared_income: wireYuan.nullable(),
    paid_12m: wireYuan.nullable(),
    arrears: wireYuan,
  })
  .transform((row): Tax => ({
    registered: row.registered,
    taxpayerName: row.taxpayer_name,
    grade: row.grade,
    declaredIncomeFen: row.declared_income,
    paid12mFen: row.paid_12m,
    arrearsFen: row.arrears,
  }));

const property = z
  .object({
    certificate_no: wireText(60),
    use: z.enum(['residential', 'commercial', 'industrial', 'homestead', 'other']),
    area_m2: z.string().regex(/^\d{1,7}(\.\d{1,2})?$/),
    share: z.enum(['sole', 'joint', 'shares']),
    mortgaged: z.boolean(),
    sealed: z.boolean(),
    registered_on: wireDay,
  })
  .transform((row): RealEstate['properties'][number] => ({
    certificateNo: row.certificate_no,
    use: row.use,
    areaSquareMetres: row.area_m2,
    share: row.share,
    mortgaged: row.mortgaged,
    sealed: row.sealed,
    registeredOn: row.registered_on,
  }));
const realEstate = z.object({ properties: z.array(property).max(200) });

const civilStatus = z
  .object({
    marriage: z.enum(['unmarried', 'married', 'divorced', 'widowed']),
    spouse_name: wireText(60).nullable(),
    since: wireDay.nullable(),
    alive: z.boolean(),
  })
  .transform((row): CivilStatus => ({ marriage: row.marriage, spouseName: row.spouse_name, since: row.since, alive: row.alive }));

export const wireContent = z.discriminatedUnion('topic', [
  z.object({ topic: z.literal('social_security'), found: socialSecurity.nullable() }),
  z.object({ topic: z.literal('tax'), found: tax.nullable() }),
  z.object({ topic: z.literal('real_estate'), found: realEstate.nullable() }),
  z.object({ topic: z.literal('civil_status'), found: civilStatus.nullable() }),
]) satisfies z.ZodType<GovernmentContent>;
/** What a register knows, as it stands on the wire. */
export type WireContent = z.input<typeof wireContent>;

export const wireAnswer = z.object({
  question_id: z.string(),
  consent_no: z.string(),
  id_no: z.string(),
  as_of: wireDay,
  receipt_no: wireText(60),
  content: wireContent,
});
