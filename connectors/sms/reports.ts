/** What the gateway says by itself: the network's word about a message, and messages from phones. */
import { bankTimeZone } from '#platform/clock/index.ts';
import { WireError } from '#platform/wire/index.ts';
import type { Deliver } from './cmpp.ts';
import type { DeliveryReport, IncomingMessage } from './contract.ts';
import { readContent } from './segments.ts';

const reportBytes = 60;

const states: Readonly<Record<string, DeliveryReport['state']>> = {
  DELIVRD: 'delivered',
  EXPIRED: 'expired',
  DELETED: 'deleted',
  UNDELIV: 'undeliverable',
  REJECTD: 'rejected',
  ACCEPTD: 'unknown',
  UNKNOWN: 'unknown',
};

/** Codes of a network's own, `MK:0001` and the like, say why it could not be delivered. @throws WireError */
export function readReport({ content: { bytes } }: Deliver): Omit<DeliveryReport, 'id'> {
  if (bytes.length !== reportBytes) throw new WireError('length', 'report');
  const code = bytes.toString('latin1', 8, 15).replaceAll('\0', '').trim();
  return {
    gatewayId: bytes.toString('hex', 0, 8),
    state: states[code] ?? 'undeliverable',
    code,
    at: instantOf(bytes.toString('latin1', 25, 35)),
  };
}

export function writeReport({ gatewayId, code, at }: Pick<DeliveryReport, 'gatewayId' | 'code' | 'at'>, phone: string): Buffer {
  const time = minuteOf(at);
  const text = `${code.padEnd(7, '\0')}${time}${time}${phone.padEnd(21, '\0')}`;
  return Buffer.concat([Buffer.from(gatewayId, 'hex'), Buffer.from(text, 'latin1'), Buffer.alloc(4)]);
}

/** `YYMMDDHHMM` at the gateway's place. */
function instantOf(digits: string): Temporal.Instant {
  const parts = /^(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})$/.exec(digits);
  if (!parts) throw new WireError('value', 'Done_time');
  const [, year, month, day, hour, minute] = parts;
  try {
    return Temporal.PlainDateTime.from(`20${year}-${month}-${day}T${hour}:${minute}`).toZonedDateTime(bankTimeZone).toInstant();
  } catch {
    throw new WireError('value', 'Done_time');
  }
}

function minuteOf(at: Temporal.Instant): string {
  const local = at.toZonedDateTimeISO(bankTimeZone).toPlainDateTime().toString({ smallestUnit: 'minute' });
  return local.replaceAll(/\D/g, '').slice(2);
}

/** Words by which phones refuse advertising, whole and in any case. */
const optOutWords: ReadonlySet<string> = new Set(['TD', 'T', 'N', 'R', '退订', '退', '取消', '拒收', '0000']);

/** @throws WireError */
export function readIncoming({ messageId, phone, content }: Deliver): IncomingMessage {
  const { text } = readContent(content);
  const word = text.trim().toUpperCase();
  return { gatewayId: messageId, phone: phone.replace(/^(\+?86)(?=1\d{10}$)/, ''), text, optOut: optOutWords.has(word) };
}
