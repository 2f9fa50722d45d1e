/** What may go wrong at the gateway. */
export const smsFaults = [
  /** Answers after `delay_ms`. */
  'delay',
  'lose_request',
  /** Takes the message and says nothing. */
  'lose_answer',
  'double_answer',
  /** Closes the connection in the middle of the answer. */
  'cut_answer',
  /** Bytes that are no message. */
  'garbage',
  /** Answers under another sequence. */
  'other_sequence',
  /** Result 8: too many at once. */
  'congested',
  /** Result 13: the number takes no such messages. */
  'blocked',
  'double_report',
  'lose_report',
  /** The report before the answer. */
  'early_report',
] as const;
export type SmsFault = (typeof smsFaults)[number];
