/** A bank's folder of whole-village credit: who is evaluated by whom, forms, kinds of exclusion, formulas. Nothing of it is in code. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { readForm } from '#core/product/index.ts';
import type { Form } from '#core/product/index.ts';
import { canonicalJson } from '#platform/files/index.ts';

const wording = z.strictObject({ zh: z.string().min(1), en: z.string().min(1) });
const code = z.string().regex(/^[a-z][a-z0-9_]{1,40}$/);
const fen = z.string().regex(/^[1-9]\d{0,14}$/);
const permille = z.int().min(0).max(1000);

export const treatments = ['hard', 'manual', 'recheck', 'defer', 'income_test', 'advisory'] as const;
const exclusion = z.strictObject({
  ...wording.shape,
  treatment: z.enum(treatments),
  /** A public record turns it into a refusal. */
  record_makes_hard: z.boolean().default(false),
  evidence: z.array(code),
  /** Entries of the bank's lists and of the court's file that are such a record: `list_gang`, `court_dishonest`. */
  records: z.array(code).default([]),
});
export type Exclusion = z.infer<typeof exclusion>;
const exclusions = z.strictObject({ kinds: z.record(z.string().regex(/^[A-Z]\d{2}$/), exclusion) });

const settings = z.strictObject({
  product: code,
  rated: z.strictObject({ from_age: z.int().min(16), to_age: z.int().max(80), members: z.int().min(1).max(10) }),
  /** From the first day of a project to its last. */
  project: z.strictObject({ least_days: z.int().min(1), most_days: z.int().min(1) }),
  /** What the pre-filter's reasons are called. */
  prefilter_reasons: z.record(code, wording),
  rounds: z.int().min(1).max(5),
  targets: z.strictObject({ filed: permille, granted: permille, used: permille }),
  panel: z.strictObject({
    reviewers: z.int().min(2).max(9),
    least_outside_committee: z.int().min(0),
    households_per_reviewer: z.int().min(1),
    fee_per_row_fen: fen,
  }),
  qualifications: z.record(code, wording),
  /** What a reviewer may suggest, from nothing upwards: steps to choose from, never a field to type in. */
  suggestions_fen: z.array(z.string().regex(/^(0|[1-9]\d{0,14})$/)).min(2),
  oath: wording,
  acceptance: z.strictObject({ ratio: permille, least: z.int().min(1), wrong_allowed: permille }),
  quality: z.strictObject({
    least_rows: z.int().min(1),
    seconds_under: z.number().positive(),
    identical_over: permille,
    maximum_over: permille,
    agreement_under: permille,
    reliability_under: permille,
  }),
  weighs_reviewers: z.boolean(),
  visit: z.strictObject({ metres: z.int().min(10), seconds: z.int().min(0), photos: z.int().min(0) }),
  limits: z.strictObject({
    rules: z.array(z.string().regex(/^[A-Z][A-Z0-9]{1,11}$/)).min(1),
    rule: z.string(),
    max2_cap_fen: fen,
    household_cap_fen: fen,
    village_cap_fen: fen.nullable(),
  }),
  notice: z.strictObject({ days: z.int().min(1), objection_working_days: z.int().min(1) }),
  grant: z.strictObject({ months: z.int().min(1).max(60) }),
});
export type VillageSettings = z.infer<typeof settings>;

/** Decisions a folder brings, each a DMN file of this name. */
export const formulas = ['prefilter', 'aggregate', 'take'] as const;
export type Formula = (typeof formulas)[number];
/** What is asked at an evaluation and at a visit. */
export const formNames = ['evaluation', 'visit'] as const;

export interface VillageConfiguration {
  readonly settings: VillageSettings;
  readonly exclusions: Readonly<Record<string, Exclusion>>;
  readonly forms: Readonly<Record<(typeof formNames)[number], Form>>;
  /** DMN texts. */
  readonly formulas: Readonly<Record<Formula, string>>;
  /** Of everything above: what a project is opened with is found by it. */
  readonly hash: string;
}

export const templateFolder = join(import.meta.dirname, '../../banks/template/village');

/** Once, when a bank is opened. @throws Error naming file and place */
export function readVillageConfiguration(folder: string = templateFolder): VillageConfiguration {
  const read = <Shape extends z.ZodType>(shape: Shape, name: string): z.output<Shape> => {
    const result = shape.safeParse(parse(textOf(folder, name)));
    if (result.success) return result.data;
    const [issue] = result.error.issues;
    throw new Error(`${join(folder, name)} ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
  };
  const raw = {
    settings: read(settings, 'village.yaml'),
    exclusions: read(exclusions, 'exclusions.yaml').kinds,
    forms: { evaluation: formIn(folder, 'evaluation'), visit: formIn(folder, 'visit') },
    formulas: { prefilter: textOf(folder, 'prefilter.dmn'), aggregate: textOf(folder, 'aggregate.dmn'), take: textOf(folder, 'take.dmn') },
  };
  if (!raw.settings.limits.rules.includes(raw.settings.limits.rule)) {
    throw new Error(
      `${join(folder, 'village.yaml')} limits.rule: ${raw.settings.limits.rule} 不在 limits.rules 里 / is not among limits.rules`,
    );
  }
  return { ...raw, hash: createHash('sha256').update(canonicalJson(raw)).digest('hex').slice(0, 32) };
}

function formIn(folder: string, name: string): Form {
  const file = join('forms', `${name}.json`);
  const read = readForm(JSON.parse(textOf(folder, file)));
  if ('form' in read) return read.form;
  const [fault] = read.faults;
  throw new Error(`${join(folder, file)} ${fault?.place ?? ''}: ${fault?.zh ?? ''} / ${fault?.en ?? ''}`);
}

function textOf(folder: string, name: string): string {
  try {
    return readFileSync(join(folder, name), 'utf8');
  } catch (error) {
    throw new Error(`${join(folder, name)}: 读不到 / cannot be read`, { cause: error });
  }
}
