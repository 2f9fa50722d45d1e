import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { holidayNotice, workingDaysOf } from '#core/calendar/index.ts';
import type { WorkingHours } from '#core/calendar/index.ts';
import { bankTimeZone } from '#platform/clock/index.ts';

const folder = join(import.meta.dirname, '../banks/template/calendar');
const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);
const shape = z.strictObject({ spans: z.array(z.strictObject({ from: time, to: time })).min(1) });

/** When the template's people are at work. @throws Error for a file that is not as it should be */
export function readWorkingHours(): WorkingHours {
  const notices = readdirSync(folder)
    .filter((file) => /^\d{4}\.yaml$/.test(file))
    .map((file) => holidayNotice.parse(parse(readFileSync(join(folder, file), 'utf8'))));
  const { spans } = shape.parse(parse(readFileSync(join(folder, 'hours.yaml'), 'utf8')));
  return { zone: bankTimeZone, spans, days: workingDaysOf(notices) };
}
