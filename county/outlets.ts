import { dayOf, type Day } from './calendar.ts';
import { committeeOf, scatter, seatOf, type Point } from './coordinates.ts';
import { parameters } from './parameters.ts';
import type { Village } from './places.ts';
import { Random } from './random.ts';
import type { Setting } from './setting.ts';

export type OutletKind = 'head_office' | 'branch' | 'sub_branch';

export type Outlet = { code: string; name: string; kind: OutletKind; point: Point; opened: Day; closed: Day | null };

/** The outlets of a township: one at its seat, and sub-branches beside the committees of some of its villages. */
export function outletsOf(setting: Setting, townshipCode: string): Outlet[] {
  const random = new Random(setting.seed, townshipCode, 'outlets');
  const villages = setting.villages.filter((village) => village.townshipCode === townshipCode);
  const served = random.shuffle([...villages]).slice(0, Math.round(villages.length / parameters.outlet.villagesPerSubBranch));
  return [seatOutlet(villages[0]!, random), ...served.map((village, i) => subBranch(setting, village, i, random))];
}

/** The bank is run from the county's own town. */
function seatOutlet({ townshipCode, townshipName }: Village, random: Random): Outlet {
  const isHeadOffice = townshipCode === parameters.outlet.headOfficeTownship;
  return {
    code: `${townshipCode}00`,
    name: isHeadOffice ? '总行营业部' : `${townshipName}支行`,
    kind: isHeadOffice ? 'head_office' : 'branch',
    point: scatter(seatOf(townshipCode), parameters.outlet.besideKm, random),
    opened: dayOf(random.int(1955, 1995), random.int(1, 12), random.int(1, 28)),
    closed: null,
  };
}

function subBranch(setting: Setting, village: Village, index: number, random: Random): Outlet {
  const { besideKm, closed, planned } = parameters.outlet;
  const point = scatter(committeeOf(setting, village), besideKm, random);
  const opened = dayOf(random.int(1985, 2012), random.int(1, 12), random.int(1, 28));
  const luck = random.next();
  const days = random.int(10, 90);
  return {
    code: `${village.townshipCode}${String(index + 1).padStart(2, '0')}`,
    name: `${village.name}分理处`,
    kind: 'sub_branch',
    point,
    opened: luck > 1 - planned ? setting.fullDay + days : opened,
    closed: luck < closed ? setting.fullDay - days * 40 : null,
  };
}
