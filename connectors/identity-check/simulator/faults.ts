/** What may go wrong at the register. */
export const identityFaults = [
  /** Answers after `delay_ms`. */
  'delay',
  'lose_request',
  /** Answers after the next question's answer. */
  'late_answer',
  'double_answer',
  /** Closes the connection in the middle of the answer. */
  'cut_answer',
  /** Bytes that are no message. */
  'garbage',
  /** Answers under the number of another question. */
  'other_reference',
  /** Answers about somebody else. */
  'other_person',
  'broken_photo',
  /** Result 04. */
  'other_error',
  /** Result 05. */
  'bad_input',
] as const;
export type IdentityFault = (typeof identityFaults)[number];
