import type { Asking, Unavailable, WireFigures } from '#platform/wire/contract.ts';

export interface ShortMessage {
  /** The caller's number of the message: 1–40 letters, digits and hyphens. One message, one id, whatever the attempts. */
  id: string;
  /** Mobile number, 11 digits. */
  phone: string;
  /** With the sender's signature 【…】. More than 70 characters leave as segments of 67, at most 10. */
  text: string;
}

export type SmsAnswer =
  | {
      outcome: 'answered';
      /** `rejected`: the gateway took none of it for good; `rejections` says why. A message is accepted whole or not at all. */
      result: 'accepted' | 'rejected';
      /** The gateway's number of each segment, hexadecimal. */
      gatewayIds: readonly string[];
      rejection: SmsRejection | null;
      raw: Uint8Array;
    }
  /** `left` is false only when it is certain that no byte of the message left. Otherwise the phone may have it: the same id on the same connection is not sent twice, a new connection cannot tell. */
  | (Unavailable & { left: boolean });

export type SmsRejection = 'bad_format' | 'bad_length' | 'bad_fee' | 'bad_service' | 'blocked' | 'other';

/** The network's word about a message that was accepted. Given once a message, when all segments are decided. */
export interface DeliveryReport {
  id: string;
  state: 'delivered' | 'expired' | 'undeliverable' | 'rejected' | 'deleted' | 'unknown';
  /** The network's own code, e.g. `DELIVRD`, `MK:0001`. */
  code: string;
  at: Temporal.Instant;
}

/** A message from a phone (MO). `optOut` when it asks for no more advertising: TD, T, N, 退订 … */
export interface IncomingMessage {
  gatewayId: string;
  phone: string;
  text: string;
  optOut: boolean;
}

export interface SmsEvents {
  /** Receipts are deduped here. Resolves when kept: only then does the gateway hear that it was taken; a rejection makes it send again. */
  onReport(report: DeliveryReport): Promise<void>;
  onMessage(message: IncomingMessage): Promise<void>;
}

export interface Sms {
  ask(message: ShortMessage, asking?: Asking): Promise<SmsAnswer>;
  figures(): WireFigures;
  close(): Promise<void>;
}
