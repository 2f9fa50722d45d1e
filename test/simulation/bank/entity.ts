import type { Caller } from '#platform/http/index.ts';
import type { Session } from '#platform/postgres/index.ts';
import { permissions } from '#modules/servicing/contract.ts';

/** The first legal entity; where several share the box they are numbered on from it. */
export const entityId = '320723';
export const firstDay = '2026-01-15';

export const entitiesOf = (count: number): string[] => Array.from({ length: count }, (_, index) => String(Number(entityId) + index));
export const villageOf = (entity: string): string => `${entity}10300101`;

/** The two people of each. */
export const tellerOf = (entity: string): Session => ({ entityId: entity, actorId: 'teller', roles: [], scopes: [entity] });
export const secondPersonOf = (entity: string): Caller => ({
  session: { ...tellerOf(entity), actorId: 'second' },
  permissions: new Set([permissions.approve]),
  csrf: '',
  mustChangePassword: false,
});
export const teller: Session = tellerOf(entityId);

/** The core on this machine answers in a millisecond or not at all. */
export const coreSettingsOf = (entity: string) => ({
  host: '127.0.0.1',
  timeoutMs: 120,
  entity,
  branch: `${entity}0001`,
  teller: 'V00001',
});
