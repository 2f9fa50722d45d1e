/** What may go wrong at the core, and when: by rate and seed, or ordered for one request. */
import type { PlannedFault } from '#platform/simulator/index.ts';
import type { Request } from '../protocol.ts';

export const faults = [
  /** Answers after `delay_ms`. */
  'delay',
  /** Takes the request off the wire and does nothing. */
  'lose_request',
  /** Books and says nothing. */
  'lose_answer',
  /** Books and answers when the next request has come, before that one's answer. */
  'late_answer',
  /** Books and answers only after the next request was dealt with: a query in between does not find it. */
  'late_booking',
  'double_answer',
  /** Closes the connection in the middle of the answer. */
  'cut_answer',
  /** Answers under the sequence of another request. */
  'wrong_sequence',
  /** Refuses and forgets: the same sequence is new when it comes again. */
  'day_end',
  /** The process ends as if killed. */
  'die_before',
  'die_after',
] as const;
export type Fault = (typeof faults)[number];

export type PlannedCoreFault = PlannedFault<Fault>;

/** What a request is about, whatever attempt it is. A query is named by the sequence that it asks about. */
export function subjectOf(request: Request): { service: Request['service']; entityId: string; sequence: string } {
  const { service, entityId } = request;
  return { service, entityId, sequence: request.service === 'query' ? request.originalSequence : request.sequence };
}
