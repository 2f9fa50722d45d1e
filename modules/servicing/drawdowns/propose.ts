import type { ChangeKind, Proposal } from '#modules/change/index.ts';
import type { Session } from '#platform/postgres/index.ts';
import { permissions, requestDrawdown } from '../contract.ts';
import type { RequestDrawdown } from '../contract.ts';
import { openDay } from '../business-day.ts';
import { refuseDraw, reserveDrawdown } from './request.ts';

/** What is drawn; the key of who asked is not part of it. */
const draw = requestDrawdown.omit({ key: true });
export type Draw = Omit<RequestDrawdown, 'key'>;

/** One draw of a facility waits for a second person at a time. */
export const drawSubject = (facilityId: bigint): string => `F${facilityId}`;
const facilityIdOf = ({ subject }: Proposal): bigint => BigInt(subject.slice(1));

/** As who does not decide sees them: the account's last four digits, the first letter of its holder. */
const masked = ({ account, account_name: name }: Draw) => ({
  account: `****${account.slice(-4)}`,
  account_name: `${Array.from(name)[0] ?? ''}**`,
});

/**
 * A draw that a person of the bank asks for leaves when a second one agrees, who reads the whole account as long as it waits. Nothing is reserved until
 * then: the limit is asked again on that day.
 */
export function drawChange(
  wholeEntity: (proposal: Proposal, actorId: string) => Session,
  now: () => string,
  onDrawdown: (entityId: string) => void,
): ChangeKind {
  return {
    kind: 'servicing.draw',
    name: { zh: '放款', en: 'Pay out a drawdown' },
    permission: permissions.release,
    async validate(tx, proposal) {
      const day = await openDay(tx, proposal.entityId);
      await refuseDraw(tx, wholeEntity(proposal, proposal.makerId), facilityIdOf(proposal), draw.parse(proposal.after), day);
    },
    async apply(tx, proposal, decider) {
      const { proposalId, after } = proposal;
      await reserveDrawdown(tx, wholeEntity(proposal, decider.actorId), facilityIdOf(proposal), draw.parse(after), {
        proposalId,
        at: now(),
      });
    },
    applied: ({ entityId }) => onDrawdown(entityId),
    shown: (after, mayDecide) => (mayDecide ? after : { ...(after as Draw), ...masked(after as Draw) }),
  };
}
