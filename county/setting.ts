import type { Day } from './calendar.ts';
import type { Village } from './places.ts';

/** What one county is made of; equal settings give equal bytes. */
export type Setting = {
  entity: string;
  seed: number;
  people: number;
  /** Business day; full files are of the day before, deltas of the day itself. */
  businessDay: Day;
  fullDay: Day;
  townships: readonly string[];
  villages: readonly Village[];
  /** Townships whose roll is a workbook instead of text. */
  workbookTownships: readonly string[];
};
