/** Looks at the whole bank after a day: every rule in SQL, and loans lived again by the pure rule. */
import type { Simulator } from '#connectors/core-bank/simulator/start.ts';
import type { Tx } from '#platform/postgres/index.ts';
import type { Told } from '../bank/act.ts';
import { changedCoreDays, noteCorePayments } from './core-book.ts';
import { foldPostings, forgetCarried, moveMark, noteTold } from './carried.ts';
import { ledgerRules } from './ledger-rules.ts';
import { loanRules } from './loan-rules.ts';
import { moneyRules } from './money-rules.ts';
import { replayLoan } from './replay.ts';
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

export const rules = [...ledgerRules, ...loanRules, ...moneyRules];

/** Places named for one rule; the first ones say what is wrong. */
const most = 5;

/** For when nobody acts on the bank. Answers nothing when every rule holds. */
export async function checkBank(tx: Tx, entityId: string, look: Look): Promise<Violation[]> {
  const violations: Violation[] = [];
  if (look.isWhole) await forgetCarried(tx);
  await noteTold(tx, look.told);
  await noteCorePayments(tx, look.core, look.coreDays ?? (await changedCoreDays(tx, entityId)));
  await foldPostings(tx, entityId);
  violations.push(...(await brokenRules(tx, entityId)));
  for (const loanId of look.replay) violations.push(...(await replayLoan(tx, entityId, loanId, look.prepaymentOf)));
  await moveMark(tx, entityId);
  return violations;
}

async function brokenRules(tx: Tx, entityId: string): Promise<Violation[]> {
  const broken: Violation[] = [];
  for (const { name, sql, values = [] } of rules) {
    const rows = await tx.query<{ detail: string }>(`select detail from (${sql}) broken limit ${most}`, [entityId, ...values]);
    broken.push(...rows.map(({ detail }) => ({ rule: name, detail })));
  }
  return broken;
}

/** Open payments when nothing is under way any more. */
export async function openPayments(tx: Tx, entityId: string): Promise<Violation[]> {
  const rows = await tx.query<{ detail: string }>(
    `select 'D' || drawdown_id || ' is ' || state as detail from servicing.drawdown
     where entity_id = $1 and state in ('reserved', 'sent', 'unknown') limit ${most}`,
    [entityId],
  );
  return rows.map(({ detail }) => ({ rule: 'payment_has_an_end', detail }));
}
