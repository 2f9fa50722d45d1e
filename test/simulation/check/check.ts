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
import type { Violation } from './rule.ts';

export interface Look {
  readonly core: Pick<Simulator, 'writeDay'>;
  /** Answered since the last check. */
  readonly told: readonly Told[];
  /** Everything from the beginning instead of what is new since the last check. */
  readonly isWhole: boolean;
  /** Days of the core's book to read whatever has changed. */
  readonly coreDays?: readonly string[];
  /** Loans to live again. */
  readonly replay: readonly bigint[];
  readonly prepaymentOf: PrepaymentOf;
}

export const rules = [...ledgerRules, ...loanRules, ...moneyRules, ...collectionRules, ...contractRules, ...statementRules, ...entityRules];
export const ruleNames = [...rules.map(({ name }) => name), lifeRule, sightRule];

/** Places named for one rule; the first ones say what is wrong. */
const most = 5;

/** For when nobody acts on the banks. Answers nothing when every rule holds. */
export async function checkBanks(tx: Tx, entities: readonly string[], look: Look): Promise<Violation[]> {
  const violations: Violation[] = [];
  await noteTold(tx, look.told);
  await gather(tx, entities, look.isWhole);
  await noteCorePayments(tx, look.core, look.coreDays ?? (await changedCoreDays(tx)));
  violations.push(...(await brokenRules(tx, entities)));
  for (const loanId of look.replay) violations.push(...(await replayLoan(tx, loanId, look.prepaymentOf)));
  if (look.isWhole) violations.push(...(await strayedRows(tx, entities)));
  await moveMark(tx, entities, look.isWhole);
  return violations;
}

async function brokenRules(tx: Tx, entities: readonly string[]): Promise<Violation[]> {
  const broken: Violation[] = [];
  for (const { name, sql, values = [] } of rules) {
    // Not every rule asks which legal entities there are.
    const asked = `select detail from (${sql}) broken where $1::text[] is not null limit ${most}`;
    const rows = await tx.query<{ detail: string }>(asked, [entities, ...values]);
    broken.push(...rows.map(({ detail }) => ({ rule: name, detail })));
  }
  return broken;
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
