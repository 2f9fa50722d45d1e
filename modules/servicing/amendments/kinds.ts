/** The kinds of change that servicing hands to a second person. Each is checked when it is proposed and done when it is approved, by the same rule. */
import { isRefusal } from '#core/loan/index.ts';
import type { ChangeKind, Proposal } from '#modules/change/index.ts';
import { refuse } from '#platform/http/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import { openDay } from '../business-day.ts';
import { amendmentKinds, permissions, refusals } from '../contract.ts';
import type { AmendmentKind } from '../contract.ts';
import { act, loanProblems, standingLoan } from '../loans/act.ts';
import { reverseRepayment } from '../loans/reverse.ts';
import { refusalOfChange } from '../facilities/facility.ts';
import type { FacilityTerms } from '../facilities/facility.ts';
import { insertEvent } from '../loans/event.ts';
import { amendments } from './amendment.ts';
import { renewalChange } from './renewal.ts';

const permission = permissions.approve;

/** Who proposed sees the loan; the change itself is made for the whole entity, whoever approves. */
const wholeEntity = (proposal: Proposal, actorId: string): Session => ({ entityId: proposal.entityId, actorId, roles: [], scopes: [''] });

export const amendmentKindOf = (kind: AmendmentKind): string => `servicing.${kind}`;

function amendmentChange(kind: AmendmentKind, now: () => string): ChangeKind {
  const { name, rule } = amendments[kind];
  return {
    kind: amendmentKindOf(kind),
    name,
    permission,
    async validate(tx, proposal) {
      const day = await openDay(tx, proposal.entityId);
      const { loan } = await standingLoan(tx, wholeEntity(proposal, proposal.makerId), loanIdOf(proposal), day, now());
      const step = rule(loan, day, proposal.after);
      if (isRefusal(step)) throw refuse(loanProblems, step.refused);
    },
    async apply(tx, proposal, decider) {
      const about = { kind: `amend.${kind}`, detail: { proposal_id: proposal.proposalId, terms: proposal.after }, at: now() };
      await act(tx, wholeEntity(proposal, decider.actorId), loanIdOf(proposal), about, (loan, day) => rule(loan, day, proposal.after));
    },
  };
}

const loanIdOf = (proposal: Proposal): bigint => BigInt(proposal.subject.slice(1).split(' ', 1)[0] ?? '');

function reversalChange(now: () => string): ChangeKind {
  const eventOf = ({ after }: Proposal): bigint => BigInt((after as { event_id: string }).event_id.slice(1));
  return {
    kind: 'servicing.reversal',
    name: { zh: '冲正还款', en: 'Reverse a repayment' },
    permission,
    /** Done and taken back: what cannot be reversed is refused before a second person is asked. */
    async validate(tx, proposal) {
      await tx.query('savepoint reversal');
      await reverseRepayment(tx, wholeEntity(proposal, proposal.makerId), loanIdOf(proposal), eventOf(proposal), proposal.reason, now());
      await tx.query('rollback to savepoint reversal');
    },
    async apply(tx, proposal, decider) {
      await reverseRepayment(tx, wholeEntity(proposal, decider.actorId), loanIdOf(proposal), eventOf(proposal), proposal.reason, now());
    },
  };
}

export async function facilityTerms(tx: Tx, entityId: string, facilityId: bigint): Promise<FacilityTerms> {
  const [row] = await tx.query<FacilityTerms>(
    'select limit_fen::text, state from servicing.facility where entity_id = $1 and facility_id = $2 for no key update',
    [entityId, facilityId],
  );
  if (!row) throw refuse(refusals, 'facility_unknown');
  return row;
}

/** Writes a facility's new limit or state, with its event. */
export async function writeFacility(
  tx: Tx,
  session: Session,
  facilityId: bigint,
  after: FacilityTerms,
  reason: string,
  at: string,
): Promise<void> {
  await tx.query('update servicing.facility set limit_fen = $3, state = $4 where entity_id = $1 and facility_id = $2', [
    session.entityId,
    facilityId,
    after.limit_fen,
    after.state,
  ]);
  const businessDate = await openDay(tx, session.entityId);
  const detail = { ...after, reason };
  await insertEvent(tx, {
    entityId: session.entityId,
    businessDate,
    kind: 'facility.change',
    facilityId,
    detail,
    actorId: session.actorId,
    at,
  });
}

function facilityChange(now: () => string): ChangeKind {
  return {
    kind: 'servicing.facility',
    name: { zh: '变更授信额度', en: 'Change a facility' },
    permission,
    async validate(tx, proposal) {
      const present = await facilityTerms(tx, proposal.entityId, loanIdOf(proposal));
      const refusal = refusalOfChange(present, proposal.after as FacilityTerms);
      if (refusal) throw refuse(refusals, refusal);
    },
    present: (tx, proposal) => facilityTerms(tx, proposal.entityId, loanIdOf(proposal)),
    apply: (tx, proposal, decider) =>
      writeFacility(
        tx,
        wholeEntity(proposal, decider.actorId),
        loanIdOf(proposal),
        proposal.after as FacilityTerms,
        proposal.reason,
        now(),
      ),
  };
}

function lprChange(): ChangeKind {
  return {
    kind: 'servicing.lpr',
    name: { zh: '发布 LPR', en: 'Publish the LPR' },
    permission,
    validate: async () => undefined,
    async apply(tx, proposal) {
      const { published_on, one_year_ppm, five_year_ppm } = proposal.after as {
        published_on: string;
        one_year_ppm: number;
        five_year_ppm: number;
      };
      await tx.query(
        `insert into servicing.lpr (entity_id, published_on, one_year_ppm, five_year_ppm) values ($1, $2, $3, $4)
         on conflict (entity_id, published_on) do update set one_year_ppm = excluded.one_year_ppm, five_year_ppm = excluded.five_year_ppm`,
        [proposal.entityId, published_on, one_year_ppm, five_year_ppm],
      );
    },
  };
}

export const changeKinds = (now: () => string): ChangeKind[] => [
  ...amendmentKinds.map((kind) => amendmentChange(kind, now)),
  reversalChange(now),
  renewalChange(wholeEntity, now),
  facilityChange(now),
  lprChange(),
];
