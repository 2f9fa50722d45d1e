import { utf8 } from '../byte-text.ts';
import { dashText } from '../calendar.ts';
import { committeeOf, type Point } from '../coordinates.ts';
import type { Extracts } from '../extracts.ts';
import { outletsOf } from '../outlets.ts';
import type { Town } from '../village.ts';

/** Where the village lies, and, beside the first village of a township, the township's outlets. */
export function writePlaces({ setting, village }: Pick<Town, 'setting' | 'village'>, extracts: Extracts): void {
  const { entity, fullDay } = setting;
  extracts.of('village', fullDay).row([entity, village.code, utf8(village.name), ...degrees(committeeOf(setting, village))]);
  const first = setting.villages.find(({ townshipCode }) => townshipCode === village.townshipCode);
  if (first?.code !== village.code) return;
  const outlets = extracts.of('outlet', fullDay);
  for (const { code, name, kind, point, opened, closed } of outletsOf(setting, village.townshipCode)) {
    const days = [dashText(opened), closed === null ? '' : dashText(closed)];
    outlets.row([entity, code, utf8(name), village.townshipCode, kind, ...degrees(point), ...days]);
  }
}

/** Six places of a degree are a tenth of a metre, as surveying apps write them. */
function degrees({ longitude, latitude }: Point): [string, string] {
  return [longitude.toFixed(6), latitude.toFixed(6)];
}
