import { z } from 'zod';

const place = { url: z.string(), corePort: z.int(), now: z.string() };
export const workerOrder = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('close'), date: z.iso.date(), chunk: z.int(), ...place }),
  z.strictObject({ do: z.literal('pay_open'), ...place }),
]);
export type WorkerOrder = z.infer<typeof workerOrder>;

export const workerAnswer = z.union([
  z.strictObject({ ok: z.literal(true) }),
  z.strictObject({ ok: z.literal(false), code: z.string(), message: z.string() }),
]);
export type WorkerAnswer = z.infer<typeof workerAnswer>;
