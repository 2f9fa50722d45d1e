import type { SigningService } from '#connectors/e-sign/index.ts';
import type { Market } from '#core/product/index.ts';
import type { Inquiry } from '#modules/inquiry/index.ts';
import type { HeldFacility } from '#modules/population/index.ts';
import type { Processes } from '#modules/process/index.ts';
import type { Products } from '#modules/product/index.ts';
import type { Servicing } from '#modules/servicing/index.ts';
import type { Strategies } from '#modules/strategy/index.ts';
import type { Clock } from '#platform/clock/index.ts';
import type { Database, Tx } from '#platform/postgres/index.ts';
import type { Vault } from '#platform/vault/index.ts';
import type { LendingConfiguration } from './configuration.ts';
import type { Templates } from './contract/templates.ts';

/** A message to a phone. The same id is one message, however often it is asked for. */
export interface Message {
  readonly id: string;
  readonly phone: string;
  readonly text: string;
}

export interface GrantedBefore {
  readonly facilityId: bigint;
  readonly limitFen: bigint;
  /** Null: no price was promised. */
  readonly ratePpm: number | null;
}

export interface LendingDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly vault: Vault;
  readonly products: Products;
  readonly inquiry: Inquiry;
  readonly strategies: Pick<Strategies, 'decideApplication' | 'decider'>;
  readonly processes: Processes;
  readonly servicing: Servicing;
  readonly configuration: LendingConfiguration;
  /** LPR and lender of a legal entity, for what a loan costs. */
  readonly market: (entityId: string) => Promise<Market>;
  /** `unavailable`: no gateway took it, and the person is told so. */
  readonly send: (entityId: string, message: Message) => Promise<'sent' | 'unavailable'>;
  /** A demonstration's people are invented: their codes are shown, and their faces are captured here. */
  readonly demonstration?: { readonly capture: (idNo: string) => Promise<string> };
  /** Certificates and signatures, and the bank itself as it signs; without either nothing can be signed, and everything else works. */
  readonly signing?: SigningService;
  readonly seal?: (entityId: string) => Promise<{ readonly name: string; readonly uscc: string }>;
  /** Texts of the papers; those of the template bank when left out. */
  readonly templates?: Templates;
  /** Numbers of a person's own deposit accounts, where the bank's data has them. */
  readonly accountsOf?: (entityId: string, personId: string) => Promise<readonly string[]>;
  /** A limit of the product that the bank granted before the person applied, and that waits for a signature. */
  readonly granted?: (
    tx: Tx,
    asked: { readonly entityId: string; readonly personId: string; readonly product: string; readonly day: string },
  ) => Promise<GrantedBefore | null>;
  /**
   * What facilities that no loan file names add to the exposure of a person's household, fen: in the transaction of whoever may see the person. `isMeant`
   * leaves out what the application itself is about.
   */
  readonly facilityExposure?: (tx: Tx, personId: string, isMeant: (facility: HeldFacility) => boolean) => Promise<bigint>;
  /** Work that goes on after the answer broke down; it is taken up again. */
  readonly onFault: (error: unknown, about: string) => void;
}

/** Who acts when the borrower does. */
export const borrower = 'portal';
/** Who acts when no person does. */
export const machine = 'system';
