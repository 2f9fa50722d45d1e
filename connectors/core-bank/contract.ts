/** Money that leaves to, or comes in from, one account of the core bank. */
export interface Order {
  /** The caller's own number for this order, unique in the legal entity for good. Sending it again never moves money twice. */
  sequence: string;
  businessDate: Temporal.PlainDate;
  amountFen: bigint;
  account: string;
  accountName: string;
  purpose: string;
}

export interface Reversal {
  sequence: string;
  originalSequence: string;
  businessDate: Temporal.PlainDate;
}

/** What is known after asking. Only `done`, `rejected` and `not_found` are the core's word; a caller may build on nothing else. */
export type CoreAnswer =
  /** Booked. `reversedBy` is the sequence of the reversal that took it back; only a query can tell. */
  | { outcome: 'done'; coreReference: string; coreDate: Temporal.PlainDate; reversedBy: string | null }
  /** This order is not booked. */
  | { outcome: 'rejected'; code: RejectionCode; message: string }
  /** Answer to a query: the core has not seen the sequence. It may still be under way, so a second attempt takes the same sequence. */
  | { outcome: 'not_found' }
  /** It may be booked or not: query before any second attempt. */
  | { outcome: 'unknown'; reason: UnknownReason; detail: string }
  /** No byte of this attempt left. Says nothing about earlier attempts with the same sequence. */
  | { outcome: 'not_sent'; reason: NotSentReason; detail: string };

export type UnknownReason = 'timeout' | 'connection_lost' | 'unreadable_answer' | 'query_refused' | 'closed';
export type NotSentReason = 'not_reached' | 'connect_timeout' | 'closed';

export interface CoreBank {
  /** Out of the bank, into the customer's account. */
  pay(order: Order): Promise<CoreAnswer>;
  /** Out of the customer's account, into the bank. All of the amount or nothing. */
  collect(order: Order): Promise<CoreAnswer>;
  query(sequence: string): Promise<CoreAnswer>;
  reverse(reversal: Reversal): Promise<CoreAnswer>;
  figures(): CoreBankFigures;
  /** What is under way becomes `unknown`, what still waits for a connection `not_sent`. */
  close(): Promise<void>;
}

export interface CoreBankFigures {
  connections: number;
  sent: number;
  answered: number;
  unknown: number;
  notSent: number;
  /** Answers that nobody waited for: late, doubled, or of another request. */
  dropped: number;
}

export const rejectionCodes = [
  'account_not_found',
  'account_closed',
  'name_mismatch',
  'insufficient_balance',
  'sequence_reused',
  'original_not_found',
  'original_not_booked',
  'original_is_reversal',
  'already_reversed',
  'other_core_date',
  'day_end',
] as const;
export type RejectionCode = (typeof rejectionCodes)[number];

/** Every refusal that the core may give, with its code on the wire. A code that is not here cannot be understood, so its order is `unknown`. */
export const rejections: Readonly<Record<RejectionCode, { wire: string; zh: string; en: string }>> = {
  account_not_found: { wire: 'E1001', zh: '账户不存在', en: 'no such account' },
  account_closed: { wire: 'E1002', zh: '账户已销户', en: 'the account is closed' },
  name_mismatch: { wire: 'E1003', zh: '账号与户名不符', en: 'the name is not that of the account' },
  insufficient_balance: { wire: 'E1004', zh: '账户余额不足', en: 'the balance does not cover the amount' },
  sequence_reused: { wire: 'E2001', zh: '流水号已用于内容不同的交易', en: 'the sequence was used for an order of other content' },
  original_not_found: { wire: 'E2002', zh: '原交易不存在', en: 'no such original order' },
  original_not_booked: { wire: 'E2003', zh: '原交易未成功，不能冲正', en: 'the original was rejected and cannot be reversed' },
  original_is_reversal: { wire: 'E2004', zh: '冲正交易不能再冲正', en: 'a reversal cannot be reversed' },
  already_reversed: { wire: 'E2005', zh: '原交易已冲正', en: 'the original is reversed already' },
  other_core_date: { wire: 'E2006', zh: '只能冲正当日交易', en: 'only an order of the same day can be reversed' },
  day_end: { wire: 'E3001', zh: '核心日终处理中，暂不受理', en: 'the core is closing its day and takes nothing now' },
};
