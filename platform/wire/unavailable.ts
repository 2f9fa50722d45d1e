import { unavailableReasons } from './contract.ts';
import type { Unavailable, UnavailableReason } from './contract.ts';

/** @param detail for staff; holds no personal data */
export function unavailable(reason: UnavailableReason, detail: string): Unavailable {
  const { zh, en } = unavailableReasons[reason];
  return { outcome: 'unavailable', reason, detail: `${zh} / ${en} (${detail})` };
}
