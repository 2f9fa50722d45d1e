/** The core's book: what was decided for which sequence, and what that leaves in the accounts. Pure; the journal keeps it. */
import { formatDay } from '../fields.ts';
import { rejections } from '../contract.ts';
import type { RejectionCode } from '../contract.ts';
import type { BookingResult, OrderRequest, QueryRequest, QueryResult, ReversalRequest } from '../protocol.ts';
import type { CoreRow } from '../reconciliation-row.ts';
import type { Entry, OrderEntry, ReversalEntry } from './entry.ts';

interface Account {
  name: string;
  balanceFen: bigint;
}

/** How an account behaves that begins so. Card and account numbers begin with 62; none meets these by chance. */
export const accountPatterns = {
  account_not_found: '99901',
  account_closed: '99902',
  name_mismatch: '99903',
  /** Opens with nothing on it. */
  insufficient_balance: '99904',
} as const;

export class Book {
  readonly #openingFen: bigint;
  readonly #entries = new Map<string, Entry>();
  /** What was booked, by day: a day's file does not cost what all the years before it would. */
  readonly #days = new Map<string, Entry[]>();
  readonly #accounts = new Map<string, Account>();
  /** Sequence of the reversal, by the key of what it took back. */
  readonly #reversals = new Map<string, string>();
  #bookings = 0;

  /** `openingFen`: on every account at its first use. */
  constructor(openingFen: bigint) {
    this.#openingFen = openingFen;
  }

  /** The answer to a request; `entry` only when the sequence is new, and then to be applied and kept. */
  decide(request: OrderRequest | ReversalRequest): { result: BookingResult; entry: Entry | null } {
    const known = this.#entries.get(keyOf(request.entityId, request.sequence));
    if (known) return { result: isSame(known, request) ? resultOf(known) : rejected('sequence_reused'), entry: null };
    const entry = request.service === 'reverse' ? this.#decideReversal(request) : this.#decideOrder(request);
    return { result: resultOf(entry), entry };
  }

  apply(entry: Entry): void {
    this.#entries.set(keyOf(entry.entityId, entry.sequence), entry);
    if (entry.kind === 'order' && entry.openedFen !== null)
      this.#accounts.set(keyOf(entry.entityId, entry.account), { name: entry.accountName, balanceFen: entry.openedFen });
    if (entry.result.kind === 'rejected') return;
    this.#bookings += 1;
    const booked = this.#days.get(entry.coreDate);
    if (booked) booked.push(entry);
    else this.#days.set(entry.coreDate, [entry]);
    if (entry.kind === 'order') this.#move(entry, 1n);
    else this.#takeBack(entry);
  }

  query(request: QueryRequest): QueryResult {
    const key = keyOf(request.entityId, request.originalSequence);
    const entry = this.#entries.get(key);
    if (!entry) return { kind: 'not_found' };
    const result = resultOf(entry);
    return result.kind === 'rejected' ? result : { ...result, reversedBy: this.#reversals.get(key) ?? null };
  }

  /** What the core booked on a day, in the order of booking. */
  day(date: Temporal.PlainDate): CoreRow[] {
    return (this.#days.get(date.toString()) ?? []).flatMap((entry) => {
      const order = entry.kind === 'order' ? entry : this.#originalOf(entry);
      if (entry.result.kind === 'rejected' || !order) return [];
      return [
        {
          entityId: entry.entityId,
          coreDate: date,
          coreReference: entry.result.coreReference,
          sequence: entry.sequence,
          kind: entry.kind === 'order' ? entry.service : 'reverse',
          account: order.account,
          accountName: order.accountName,
          amountFen: order.amountFen,
          originalSequence: entry.kind === 'order' ? null : entry.originalSequence,
          reversed: this.#reversals.has(keyOf(entry.entityId, entry.sequence)),
        } satisfies CoreRow,
      ];
    });
  }

  balanceFen(entityId: string, account: string): bigint | null {
    return this.#accounts.get(keyOf(entityId, account))?.balanceFen ?? null;
  }

  #decideOrder(request: OrderRequest): OrderEntry {
    const account = this.#accounts.get(keyOf(request.entityId, request.account));
    const openedFen = account || isMissing(request.account) ? null : this.#openingOf(request.account);
    const { entityId, sequence, service, account: number, accountName, amountFen, purpose } = request;
    return {
      kind: 'order',
      entityId,
      sequence,
      coreDate: request.date.toString(),
      service,
      account: number,
      accountName,
      amountFen,
      purpose,
      openedFen,
      result: this.#resultOf(this.#refusalOfOrder(request, account ?? { name: accountName, balanceFen: openedFen ?? 0n }), request.date),
    };
  }

  #refusalOfOrder({ service, account, accountName, amountFen }: OrderRequest, { name, balanceFen }: Account): RejectionCode | null {
    if (isMissing(account)) return 'account_not_found';
    if (account.startsWith(accountPatterns.account_closed)) return 'account_closed';
    if (account.startsWith(accountPatterns.name_mismatch) || name !== accountName) return 'name_mismatch';
    return service === 'collect' && balanceFen < amountFen ? 'insufficient_balance' : null;
  }

  #decideReversal(request: ReversalRequest): ReversalEntry {
    const { entityId, sequence, originalSequence } = request;
    const result = this.#resultOf(this.#refusalOfReversal(request), request.date);
    return { kind: 'reversal', entityId, sequence, coreDate: request.date.toString(), originalSequence, result };
  }

  #refusalOfReversal({ entityId, originalSequence, date }: ReversalRequest): RejectionCode | null {
    const key = keyOf(entityId, originalSequence);
    const original = this.#entries.get(key);
    if (!original) return 'original_not_found';
    if (original.kind === 'reversal') return 'original_is_reversal';
    if (original.result.kind === 'rejected') return 'original_not_booked';
    if (this.#reversals.has(key)) return 'already_reversed';
    if (original.coreDate !== date.toString()) return 'other_core_date';
    // What was paid out may be spent by now: no account goes below nothing.
    const balance = this.balanceFen(entityId, original.account) ?? 0n;
    return original.service === 'pay' && balance < original.amountFen ? 'insufficient_balance' : null;
  }

  #resultOf(refusal: RejectionCode | null, date: Temporal.PlainDate): Entry['result'] {
    if (refusal !== null) return { kind: 'rejected', code: refusal };
    return { kind: 'booked', coreReference: `${formatDay(date)}${String(this.#bookings + 1).padStart(10, '0')}` };
  }

  #openingOf(account: string): bigint {
    return account.startsWith(accountPatterns.insufficient_balance) ? 0n : this.#openingFen;
  }

  #takeBack(reversal: ReversalEntry): void {
    const original = this.#originalOf(reversal);
    if (!original) throw new Error(`the journal reverses ${reversal.originalSequence}, which it does not hold`);
    this.#reversals.set(keyOf(original.entityId, original.sequence), reversal.sequence);
    this.#move(original, -1n);
  }

  #originalOf(reversal: ReversalEntry): OrderEntry | null {
    const original = this.#entries.get(keyOf(reversal.entityId, reversal.originalSequence));
    return original?.kind === 'order' ? original : null;
  }

  #move(order: OrderEntry, sign: 1n | -1n): void {
    const account = this.#accounts.get(keyOf(order.entityId, order.account));
    if (!account) throw new Error(`the journal books on account ${order.account}, which it does not open`);
    account.balanceFen += sign * (order.service === 'pay' ? order.amountFen : -order.amountFen);
  }
}

/** Entities share the core and never a sequence or an account. */
const keyOf = (entityId: string, number: string): string => `${entityId}/${number}`;

const isMissing = (account: string): boolean => account.startsWith(accountPatterns.account_not_found);

function isSame(entry: Entry, request: OrderRequest | ReversalRequest): boolean {
  if (entry.coreDate !== request.date.toString()) return false;
  if (entry.kind === 'reversal') return request.service === 'reverse' && request.originalSequence === entry.originalSequence;
  return (
    request.service === entry.service &&
    request.account === entry.account &&
    request.accountName === entry.accountName &&
    request.amountFen === entry.amountFen &&
    request.purpose === entry.purpose
  );
}

function resultOf({ result, coreDate }: Entry): BookingResult {
  if (result.kind === 'rejected') return rejected(result.code);
  return { kind: 'booked', coreReference: result.coreReference, coreDate: Temporal.PlainDate.from(coreDate) };
}

function rejected(code: RejectionCode): BookingResult {
  return { kind: 'rejected', code, message: rejections[code].zh };
}
