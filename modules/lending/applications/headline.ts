import type { Headline } from '#modules/process/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import type { LendingDeps } from '../deps.ts';
import { applicationColumns } from './store.ts';
import type { ApplicationRow } from './store.ts';

/** What work-lists show of an application. */
export async function headlineOf(deps: LendingDeps, tx: Tx, applicationId: bigint): Promise<Headline> {
  const [row] = await tx.prepared<HeadlineRow>(
    `select a.entity_id, a.product, a.name, a.phone_masked, a.answers, a.facts, o.limit_fen,
       (select v.hash from product.layer_version v where v.entity_id = a.entity_id and v.code = a.product order by v.version desc limit 1) as layer_hash
     from lending.application a
     left join lending.offer o on o.application_id = a.application_id and o.state in ('open', 'accepted') where a.application_id = $1`,
    [applicationId],
  );
  if (!row) throw new Error(`application A${applicationId} is not there`);
  const name = await deps.products.nameOf(tx, row.entity_id, row.product, row.layer_hash);
  const { amount } = row.answers;
  return {
    title: row.name ?? row.phone_masked,
    product: name.zh,
    amountFen: typeof amount === 'number' ? BigInt(amount) : null,
    proposedFen: row.limit_fen ?? proposedOf(row),
    note: noteOf(row),
  };
}

type HeadlineRow = Pick<ApplicationRow, 'entity_id' | 'product' | 'name' | 'phone_masked' | 'answers' | 'facts'> & {
  limit_fen: bigint | null;
  layer_hash: string | null;
};

/** What the investigator proposes, else what the machine would have granted. */
function proposedOf({ facts }: Pick<ApplicationRow, 'facts'>): bigint | null {
  const proposal = facts['investigation'];
  if (typeof proposal === 'object' && proposal !== null && 'limitFen' in proposal && typeof proposal.limitFen === 'string')
    return BigInt(proposal.limitFen);
  return null;
}

/** Why people look at it: the first reason's code; its words are the strategy's. */
function noteOf({ facts }: Pick<ApplicationRow, 'facts'>): string | null {
  const { verdict } = facts;
  if (typeof verdict !== 'object' || verdict === null || !('reasons' in verdict) || !Array.isArray(verdict.reasons)) return null;
  const [first] = verdict.reasons;
  return typeof first === 'string' ? first : null;
}

export async function readApplication(tx: Tx, applicationId: bigint): Promise<ApplicationRow> {
  const [row] = await tx.prepared<ApplicationRow>(
    `select ${applicationColumns} from lending.application where application_id = $1 for no key update`,
    [applicationId],
  );
  if (!row) throw new Error(`application A${applicationId} is not there`);
  return row;
}
