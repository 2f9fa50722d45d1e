import { createChange } from '#modules/change/index.ts';
import type { Change } from '#modules/change/index.ts';
import { createOrganization, staffChange } from '#modules/organization/index.ts';
import type { Organization } from '#modules/organization/index.ts';
import { createPopulation } from '#modules/population/index.ts';
import type { Population } from '#modules/population/index.ts';
import { demonstrationState } from './demonstration.ts';
import type { Ground } from './ground.ts';

/** All modules on one ground, put together in the order of `modules/order.ts`. */
export interface Bank extends Ground {
  organization: Organization;
  change: Change;
  population: Population;
}

export function openBank(ground: Ground): Bank {
  const organization = createOrganization({ ...ground, isDemonstration: demonstrationState(ground.dataFolder) !== null });
  const change = createChange(ground);
  change.register(staffChange);
  const population = createPopulation(ground);
  return { ...ground, organization, change, population };
}
