import type { BreakKind } from '../contract.ts';

/** One payment as the core bank booked it. */
export interface CoreBooking {
  readonly sequence: string;
  readonly amountFen: bigint;
  readonly account: string;
  /** Taken back on the same day. */
  readonly reversed: boolean;
}

/** One drawdown as it stands here. */
export interface OwnPayment {
  readonly sequence: string;
  readonly amountFen: bigint;
  readonly account: string;
  readonly drawdownId: bigint;
  readonly isConfirmed: boolean;
}

export interface Break {
  readonly kind: BreakKind;
  readonly sequence: string;
  readonly coreAmountFen: bigint | null;
  readonly ownAmountFen: bigint | null;
  readonly drawdownId: bigint | null;
}

/**
 * Every difference between the core bank's day and ours. A payment that was reversed at the core counts as not made; one that failed here and was
 * never booked there is no difference.
 */
export function compare(core: readonly CoreBooking[], own: readonly OwnPayment[]): { matched: number; breaks: Break[] } {
  const ownBySequence = new Map(own.map((payment) => [payment.sequence, payment]));
  const coreSequences = new Set(core.map(({ sequence }) => sequence));
  const breaks: Break[] = [];
  let matched = 0;
  for (const booking of core) {
    const payment = ownBySequence.get(booking.sequence);
    const kind = difference(booking, payment);
    if (kind === null) matched += 1;
    else {
      breaks.push({
        kind,
        sequence: booking.sequence,
        coreAmountFen: booking.amountFen,
        ownAmountFen: payment?.amountFen ?? null,
        drawdownId: payment?.drawdownId ?? null,
      });
    }
  }
  for (const payment of own) {
    if (!payment.isConfirmed || coreSequences.has(payment.sequence)) continue;
    breaks.push({
      kind: 'own_only',
      sequence: payment.sequence,
      coreAmountFen: null,
      ownAmountFen: payment.amountFen,
      drawdownId: payment.drawdownId,
    });
  }
  return { matched, breaks };
}

function difference(booking: CoreBooking, payment: OwnPayment | undefined): BreakKind | null {
  if (booking.reversed) return payment?.isConfirmed ? 'reversed_at_core' : null;
  if (!payment?.isConfirmed) return 'core_only';
  if (payment.amountFen !== booking.amountFen) return 'amount_differs';
  return payment.account === booking.account ? null : 'account_differs';
}
