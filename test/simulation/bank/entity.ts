import type { Caller } from '#platform/http/index.ts';
import type { Session } from '#platform/postgres/index.ts';
import { permissions } from '#modules/servicing/contract.ts';

/** The one legal entity of the simulated bank, its first business date and its two people. */
export const entityId = '320723';
export const village = '32072310300101';
export const firstDay = '2026-01-15';

export const teller: Session = { entityId, actorId: 'teller', roles: [], scopes: [entityId] };
export const secondPerson: Caller = {
  session: { ...teller, actorId: 'second' },
  permissions: new Set([permissions.approve]),
  csrf: '',
  mustChangePassword: false,
};

/** The core on this machine answers in a millisecond or not at all. */
export const coreSettings = { host: '127.0.0.1', timeoutMs: 250, entity: entityId, branch: '3207230001', teller: 'V00001' };
