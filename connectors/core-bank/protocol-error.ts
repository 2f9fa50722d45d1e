import { WireError } from '#platform/wire/index.ts';
import type { WireFault } from '#platform/wire/index.ts';

/** Which request a message is about. */
export interface Subject {
  sequence: string;
  globalSequence: string;
}

/** A message that cannot be understood, with the request that it is about. */
export class ProtocolError extends WireError {
  readonly subject: Subject;

  constructor(code: WireFault, place: string, subject: Subject) {
    super(code, place);
    this.name = 'ProtocolError';
    this.subject = subject;
  }
}
