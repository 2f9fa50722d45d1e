import type { Asking, Unavailable, WireFigures } from '#platform/wire/contract.ts';

export interface FaceQuestion {
  /** The caller's number of the question, 8–40 letters, digits and hyphens. */
  id: string;
  /** Token of the capture that the person's device made with the provider. The image itself never passes through here. */
  sessionToken: string;
  name: string;
  /** Resident ID, 18 characters. */
  idNo: string;
}

export type FaceMatch = 'same' | 'different' | 'unsure' | 'no_reference';

export type FaceAnswer =
  | {
      outcome: 'answered';
      /** 0 to 1,000; whether it suffices is the strategy's business. */
      livenessScore: number;
      /** Likeness to the register's photo, 0 to 1,000; null without a photo to compare with. */
      matchScore: number | null;
      match: FaceMatch;
      capturedAt: Temporal.Instant;
      /** The answer as it came, JSON in UTF-8, without any image. */
      raw: Uint8Array;
    }
  /** `refused` when the token is unknown, used up or of another person. */
  | Unavailable;

/** The provider answers a token again as long as it lives: asking twice is harmless. */
export interface FaceCheck {
  ask(question: FaceQuestion, asking?: Asking): Promise<FaceAnswer>;
  figures(): WireFigures;
  close(): Promise<void>;
}
