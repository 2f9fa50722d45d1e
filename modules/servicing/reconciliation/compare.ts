import type { BreakKind } from '../contract.ts';

/** One order as the core bank booked it. */
export interface CoreBooking {
  readonly kind: 'pay' | 'collect';
  readonly sequence: string;
  readonly amountFen: bigint;
  readonly account: string;
  /** Taken back on the same day. */
  readonly reversed: boolean;
}

/** One drawdown or collection as it stands here. */
export interface OwnOrder {
  readonly kind: 'pay' | 'collect';
  readonly sequence: string;
  readonly amountFen: bigint;
  readonly account: string;
  /** Of the drawdown or the collection. */
  readonly id: bigint;
  readonly isConfirmed: boolean;
}

export interface Break {
  readonly kind: BreakKind;
  readonly sequence: string;
  readonly coreAmountFen: bigint | null;
  readonly ownAmountFen: bigint | null;
  readonly own: OwnOrder | null;
}

/**
 * Every difference between the core bank's day and ours. An order is the one of its kind and sequence. One that was reversed at the core counts as not made; one that failed here and was
 * never booked there is no difference.
 */
export function compare(core: readonly CoreBooking[], own: readonly OwnOrder[]): { matched: number; breaks: Break[] } {
  const ownBySequence = new Map(own.map((payment) => [keyOf(payment), payment]));
  const coreSequences = new Set(core.map(keyOf));
  const breaks: Break[] = [];
  let matched = 0;
  for (const booking of core) {
    const payment = ownBySequence.get(keyOf(booking));
    const kind = difference(booking, payment);
    if (kind === null) matched += 1;
    else {
      breaks.push({
        kind,
        sequence: booking.sequence,
        coreAmountFen: booking.amountFen,
        ownAmountFen: payment?.amountFen ?? null,
        own: payment ?? null,
      });
    }
  }
  for (const payment of own) {
    if (!payment.isConfirmed || coreSequences.has(keyOf(payment))) continue;
    breaks.push({
      kind: 'own_only',
      sequence: payment.sequence,
      coreAmountFen: null,
      ownAmountFen: payment.amountFen,
      own: payment,
    });
  }
  return { matched, breaks };
}

const keyOf = ({ kind, sequence }: CoreBooking | OwnOrder): string => `${kind} ${sequence}`;

function difference(booking: CoreBooking, payment: OwnOrder | undefined): BreakKind | null {
  if (booking.reversed) return payment?.isConfirmed ? 'reversed_at_core' : null;
  if (!payment?.isConfirmed) return 'core_only';
  if (payment.amountFen !== booking.amountFen) return 'amount_differs';
  return payment.account === booking.account ? null : 'account_differs';
}
