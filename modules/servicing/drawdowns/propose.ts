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

/** The account as who does not decide sees it: its last four digits. */
export const maskedAccount = (account: string): string => `****${account.slice(-4)}`;

/**
 * A draw that a person of the bank asks for leaves when a second one agrees, who reads the whole account. Nothing is reserved until then: the limit is
 * asked again on that day.
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
    shown(after, mayDecide) {
      const asked = draw.parse(after);
      return mayDecide ? asked : { ...asked, account: maskedAccount(asked.account) };
    },
  };
}
