import type { UnavailableReason } from '#platform/wire/contract.ts';

/** What may go wrong at a system that is asked over HTTP. */
export const httpFaults = [
  /** Answers after `delay_ms`. */
  'delay',
  /** Takes the question and does nothing. */
  'lose_request',
  /** Does what is asked and says nothing. */
  'lose_answer',
  'double_answer',
  /** Closes the connection in the middle of the answer. */
  'cut_answer',
  /** The answer to a question that somebody else asked. */
  'other_answer',
  /** Bytes that are no HTTP. */
  'garbage',
  /** HTTP about something that is no answer. */
  'broken_body',
  /** An answer without an end in sight. */
  'oversized',
  /** An answer byte by byte, slower than anybody waits. */
  'drip',
  /** Says that it is busy. */
  'busy',
] as const;
export type HttpFault = (typeof httpFaults)[number];

/** How a question struck by each ends for a client whose time limit is longer than the delay and shorter than the drip; null is an answer. */
export const httpFaultEnds: Readonly<Record<HttpFault, UnavailableReason | null>> = {
  delay: null,
  double_answer: null,
  lose_request: 'timeout',
  lose_answer: 'timeout',
  drip: 'timeout',
  cut_answer: 'connection_lost',
  garbage: 'unreadable_answer',
  broken_body: 'unreadable_answer',
  oversized: 'unreadable_answer',
  other_answer: 'contradictory_answer',
  busy: 'try_later',
};
