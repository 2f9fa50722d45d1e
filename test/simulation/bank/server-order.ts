import { z } from 'zod';
import { act, outcome } from './act.ts';

/** What a server of the bank is told to do, with where PostgreSQL and the core are and what its clock says. */
export const serverOrder = z.strictObject({
  id: z.int(),
  place: z.strictObject({ url: z.string(), corePort: z.int(), now: z.string() }),
  task: z.discriminatedUnion('do', [
    z.strictObject({ do: z.literal('act'), act }),
    z.strictObject({ do: z.literal('close'), entities: z.array(z.string()), date: z.iso.date(), chunk: z.int() }),
    z.strictObject({ do: z.enum(['pay_open', 'collect_open']), entities: z.array(z.string()) }),
  ]),
});
export type ServerOrder = z.output<typeof serverOrder>;
export type Task = ServerOrder['task'];

export const serverAnswer = z.discriminatedUnion('ok', [
  z.strictObject({ id: z.int(), ok: z.literal(true), outcome: outcome.nullable() }),
  z.strictObject({ id: z.int(), ok: z.literal(false), code: z.string(), message: z.string() }),
]);
export type ServerAnswer = z.output<typeof serverAnswer>;
