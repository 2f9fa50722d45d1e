import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

const wording = z.strictObject({ zh: z.string().min(1), en: z.string().min(1) });
const code = z.string().regex(/^[a-z][a-z0-9_]{1,40}$/);
const duration = z.iso.duration();
const fen = z.string().regex(/^[1-9]\d{0,14}$/);

const shape = z.strictObject({
  consents: z.strictObject({ required: z.array(code).min(1), optional: z.array(code), face: code }),
  /** Reason code → condition of the offer. */
  settled_before_signing: z.record(z.string().regex(/^[A-Z]\d{2}[A-Z]?$/), code),
  conditions: z.record(code, wording),
  /** Reasons that stop a signature or a draw when they have come up since the decision, though they only refer: lists and money laundering. */
  asked_again: z.array(z.string().regex(/^[A-Z]\d{2}$/)),
  /** What cannot be signed on line without a recording of it (双录). */
  signing: z.strictObject({ recorded_above_fen: fen, recorded_guarantees: z.array(code) }),
  /** Applications that a source did not answer for: the pause before it is asked again, which doubles up to the longest; how often, and for how long. */
  held: z.strictObject({ pause: duration, longest_pause: duration, tries: z.int().min(1).max(1_000), for: duration }),
  /** The number that borrowers call. */
  hotline: z.string().regex(/^\d{5,12}$/),
  days_open: z.int().min(1).max(365),
  /** By institution. */
  branches: z.record(z.string().min(1), z.strictObject({ address: wording, hours: wording })),
  /** By the code of the reason that was told. */
  helps: z.array(z.strictObject({ codes: z.array(z.string().regex(/^\w{3,40}$/)).min(1), text: wording })),
  ways: z.array(z.strictObject({ by: z.enum(['page', 'branch', 'call']), title: wording, text: wording })).min(1),
  authorities: z.record(code, z.array(z.strictObject({ role: z.enum(['branch_head', 'approver']), up_to_fen: fen })).min(1)),
});
export type LendingConfiguration = z.infer<typeof shape>;

/** The template bank's file. */
export const templateFile = join(import.meta.dirname, '../../banks/template/lending.yaml');

/** Once, when a bank is opened. @throws Error naming file and place */
export function readConfiguration(file: string): LendingConfiguration {
  const read = shape.safeParse(parse(readFileSync(file, 'utf8')));
  if (!read.success) {
    const [issue] = read.error.issues;
    throw new Error(`${file} ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
  }
  const unworded = Object.values(read.data.settled_before_signing).filter((name) => read.data.conditions[name] === undefined);
  if (unworded.length > 0) throw new Error(`${file} conditions: 缺少 ${unworded.join('、')} 的用语 / words are missing`);
  return read.data;
}
