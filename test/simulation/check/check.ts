/** Looks at every bank in the box after a day: every rule in SQL, and loans lived again by the pure rule. */
import type { Simulator } from '#connectors/core-bank/simulator/start.ts';
import type { Tx } from '#platform/postgres/index.ts';
import type { Told } from '../bank/act.ts';
import { changedCoreDays, noteCorePayments } from './core-book.ts';
import { gather, moveMark, noteTold } from './carried.ts';
import { collectionRules } from './collection-rules.ts';
import { contractRules } from './contract-rules.ts';
import { entityRules, sightRule, strayedRows } from './entity-rules.ts';
import { ledgerRules } from './ledger-rules.ts';
import { loanRules } from './loan-rules.ts';
import { moneyRules } from './money-rules.ts';
import { statementRules } from './statement-rules.ts';
import { lifeRule, replayLoan } from './replay.ts';
import type { PrepaymentOf } from './replay.ts';
import type { Rule, Violation } from './rule.ts';

export interface Look {
  readonly core: Pick<Simulator, 'writeDay'>;
  /** Answered since the last check. */
  readonly told: readonly Told[];
  /** Everything from the beginning instead of what is new since the last check. */
  readonly isWhole: boolean;
  /** Days of the core's book to read whatever has changed. */
  readonly coreDays?: readonly string[];
  /** Legal entities as whose staff everything is read when a look is at everything; all of them unless said: each takes a pass over the whole ledger. */
  readonly seers?: readonly string[];
  /** Loans to live again. */
  readonly replay: readonly bigint[];
  readonly prepaymentOf: PrepaymentOf;
}

export const rules = [...ledgerRules, ...loanRules, ...moneyRules, ...collectionRules, ...contractRules, ...statementRules, ...entityRules];
export const ruleNames = [...rules.map(({ name }) => name), lifeRule, sightRule];

/** Places named for one rule; the first ones say what is wrong. */
const most = 5;

/** What a look works in: one transaction for all of it, which can be taken back, or one for each part. */
export interface Ground {
  /** Parts that go on at the same time. */
  readonly lanes: number;
  in<Answer>(work: (tx: Tx) => Promise<Answer>): Promise<Answer>;
}
export const inOne = (tx: Tx): Ground => ({ lanes: 1, in: (work) => work(tx) });

type Part = (tx: Tx) => Promise<Violation[]>;

/** For when nobody acts on the banks. Answers nothing when every rule holds. */
export async function checkBanks(ground: Ground, entities: readonly string[], look: Look): Promise<Violation[]> {
  await ground.in(async (tx) => {
    await noteTold(tx, look.told);
    await gather(tx, entities, look.isWhole);
    await noteCorePayments(tx, look.core, look.coreDays ?? (await changedCoreDays(tx)));
  });
  const parts: Part[] = [
    ...rules.map((rule) => (tx: Tx) => brokenBy(tx, rule, entities)),
    ...look.replay.map((loanId) => (tx: Tx) => replayLoan(tx, loanId, look.prepaymentOf)),
    ...(look.isWhole ? [(tx: Tx) => strayedRows(tx, look.seers ?? entities)] : []),
  ];
  const violations = await foundBy(parts, ground);
  await ground.in((tx) => moveMark(tx, entities));
  return violations;
}

/** In the order of the parts, whichever ended first. */
async function foundBy(parts: readonly Part[], ground: Ground): Promise<Violation[]> {
  const found: Violation[][] = parts.map(() => []);
  const waiting = parts.entries();
  const lane = async (): Promise<void> => {
    for (const [index, part] of waiting) found[index] = await ground.in(part);
  };
  await Promise.all(Array.from({ length: ground.lanes }, lane));
  return found.flat();
}

async function brokenBy(tx: Tx, { name, sql, values = [] }: Rule, entities: readonly string[]): Promise<Violation[]> {
  // Not every rule asks which legal entities there are.
  const asked = `select detail from (${sql}) broken where $1::text[] is not null limit ${most}`;
  const rows = await tx.query<{ detail: string }>(asked, [entities, ...values]);
  return rows.map(({ detail }) => ({ rule: name, detail }));
}

/** Open payments when nothing is under way any more. */
export async function openPayments(tx: Tx, entities: readonly string[]): Promise<Violation[]> {
  const rows = await tx.query<{ detail: string }>(
    `select 'D' || drawdown_id || ' is ' || state as detail from servicing.drawdown
     where entity_id = any ($1) and state in ('reserved', 'sent', 'unknown')
     union all select 'C' || collection_id || ' is ' || state from servicing.collection where entity_id = any ($1) and state in ('sent', 'unknown') limit ${most}`,
    [entities],
  );
  return rows.map(({ detail }) => ({ rule: 'payment_has_an_end', detail }));
}
