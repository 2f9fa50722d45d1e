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
      /** `rejected`: the gateway did not take all of it, for good; `rejection` says why. */
      result: 'accepted' | 'rejected';
      /** The gateway's number of each segment that it took, hexadecimal: keep them, reports come under them. */
      gatewayIds: readonly string[];
      rejection: SmsRejection | null;
      /** The gateway's answers as they came, one after the other; hold no personal data. */
      raw: Uint8Array;
    }
  /** `left` is false only when it is certain that no byte of the message ever left. Otherwise the phone may have it: under the same id it is not sent twice over the same connection; over a new one nobody can tell. */
  | (Unavailable & { left: boolean });

export type SmsRejection = 'bad_format' | 'bad_length' | 'bad_fee' | 'bad_service' | 'blocked' | 'other';

/** The network's word about one segment that was accepted, given once. */
export interface DeliveryReport {
  /** Number of the segment, from `gatewayIds`. */
  gatewayId: string;
  /** Of the message, when it was sent by this client; null after a restart. */
  id: string | null;
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
  /** Resolves when it is kept: only then does the gateway hear that it was taken. Rejects when it is not: the gateway will send it again. */
  onReport(report: DeliveryReport): Promise<void>;
  onMessage(message: IncomingMessage): Promise<void>;
}

export interface Sms {
  ask(message: ShortMessage, asking?: Asking): Promise<SmsAnswer>;
  figures(): WireFigures;
  close(): Promise<void>;
}
