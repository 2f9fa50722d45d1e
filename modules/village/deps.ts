import type { WorkingHours } from '#core/calendar/index.ts';
import type { Change } from '#modules/change/index.ts';
import type { Products } from '#modules/product/index.ts';
import type { Servicing } from '#modules/servicing/index.ts';
import type { Strategies } from '#modules/strategy/index.ts';
import type { Clock } from '#platform/clock/index.ts';
import type { Jobs } from '#platform/jobs/index.ts';
import type { Database } from '#platform/postgres/index.ts';
import type { Vault } from '#platform/vault/index.ts';
import type { VillageConfiguration } from './configuration.ts';

export interface VillageDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly vault: Vault;
  readonly change: Change;
  readonly servicing: Servicing;
  /** What the project's product allows: its limits, price and name. */
  readonly products: Pick<Products, 'resolve'>;
  readonly strategies: Pick<Strategies, 'decideApplication'>;
  /** Of a legal entity's bank folder as it is today; every project keeps the one it was set up with. */
  readonly configurationOf: (entityId: string) => VillageConfiguration;
  /** Within which an objection is answered. */
  readonly hours: (entityId: string) => WorkingHours;
  /** A short message to a phone; the same id is one message. `unavailable`: no gateway took it. */
  readonly send: (entityId: string, message: { id: string; phone: string; text: string }) => Promise<'sent' | 'unavailable'>;
  /** Ends the session of staff on a device that passes to a reviewer. */
  readonly endStaffSession: (token: string) => Promise<void>;
  /** Work that takes longer than a request: pools, batches. */
  readonly jobs?: Jobs;
  readonly onFault: (error: unknown, about: string) => void;
}
