/** The kinds of change that servicing hands to a second person. Each is checked when it is proposed and done when it is approved, by the same rule. */
import { isRefusal } from '#core/loan/index.ts';
import type { ChangeKind, Proposal } from '#modules/change/index.ts';
import { refuse } from '#platform/http/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import { openDay } from '../business-day.ts';
import { amendmentKinds, permissions, refusals } from '../contract.ts';
import type { AmendmentKind } from '../contract.ts';
import { spreadFor } from '../day-end/reprice.ts';
import { drawChange } from '../drawdowns/propose.ts';
import { facilityTerms, refuseChange, writeFacility } from '../facilities/change.ts';
import { openingChange } from '../facilities/open.ts';
import type { FacilityTerms } from '../facilities/facility.ts';
import { act, loanProblems, standingLoan } from '../loans/act.ts';
import type { Acted } from '../loans/act.ts';
import type { StoredLoan } from '../loans/loan-row.ts';
import { reverseRepayment } from '../loans/reverse.ts';
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
      const stored = await standingLoan(tx, wholeEntity(proposal, proposal.makerId), loanIdOf(proposal), day, now());
      const step = rule(stored.loan, day, proposal.after);
      if (isRefusal(step)) throw refuse(loanProblems, step.refused);
      await refuseSpread(tx, stored, proposal.after as Floating, day);
    },
    async apply(tx, proposal, decider) {
      const about = { kind: `amend.${kind}`, detail: { proposal_id: proposal.proposalId, terms: proposal.after }, at: now() };
      const session = wholeEntity(proposal, decider.actorId);
      const acted = await act(tx, session, loanIdOf(proposal), about, (loan, day) => rule(loan, day, proposal.after));
      await consequences[kind]?.(tx, session, acted, { proposal, at: now() });
    },
  };
}

type Consequence = (tx: Tx, session: Session, acted: Acted, done: { proposal: Proposal; at: string }) => Promise<void>;

/** What a change of the contract does beside the plan, in the transaction that makes it. */
const consequences: Partial<Record<AmendmentKind, Consequence>> = {
  rate: floatOn,
  restructuring: floatOn,
  write_off: freezeWithClaim,
};

/** What is proposed for a floating loan beside its terms. */
interface Floating {
  readonly rate_ppm: number;
  readonly lpr_spread_ppm?: number;
}

/** Refuses: lpr_unknown, lpr_changed. */
async function refuseSpread(tx: Tx, stored: StoredLoan, after: Floating, day: string): Promise<void> {
  if (after.lpr_spread_ppm === undefined) return;
  if (after.lpr_spread_ppm !== (await spreadFor(tx, stored, BigInt(after.rate_ppm), day))) throw refuse(refusals, 'lpr_changed');
}

/** A floating loan floats on from the rate that was agreed, by the spread that was agreed with it. */
async function floatOn(tx: Tx, _session: Session, { before }: Acted, { proposal }: { proposal: Proposal }): Promise<void> {
  const { lpr_spread_ppm: spread } = proposal.after as Floating;
  if (spread !== undefined)
    await tx.query('update servicing.loan set lpr_spread_ppm = $2 where loan_id = $1', [before.about.loanId, spread]);
}

/** What a written-off loan frees of its facility stays out of reach while the bank has a claim. */
async function freezeWithClaim(
  tx: Tx,
  session: Session,
  { before }: Acted,
  { proposal, at }: { proposal: Proposal; at: string },
): Promise<void> {
  const { facilityId, loanId } = before.about;
  const present = await facilityTerms(tx, session.entityId, facilityId);
  if (present.state !== 'active') return;
  await writeFacility(tx, session, facilityId, { ...present, state: 'frozen' }, `L${loanId} 核销（${proposal.proposalId}）`, at);
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

function facilityChange(now: () => string): ChangeKind {
  return {
    kind: 'servicing.facility',
    name: { zh: '变更授信额度', en: 'Change a facility' },
    permission,
    validate: async (tx, proposal) =>
      void (await refuseChange(tx, proposal.entityId, loanIdOf(proposal), () => proposal.after as FacilityTerms)),
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

/** `onDrawdown`: a draw that was agreed to waits to be paid out. */
export const changeKinds = (now: () => string, onDrawdown: (entityId: string) => void): ChangeKind[] => [
  openingChange(wholeEntity, now),
  drawChange(wholeEntity, now, onDrawdown),
  ...amendmentKinds.map((kind) => amendmentChange(kind, now)),
  reversalChange(now),
  renewalChange(wholeEntity, now),
  facilityChange(now),
  lprChange(),
];
