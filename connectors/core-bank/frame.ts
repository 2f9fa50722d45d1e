import { digitFraming, FrameReader } from '#platform/wire/index.ts';

/** The longest message of the protocol has some 3,000 bytes; what promises more is no message of it. */
export const maxBodyBytes = 65_536;

const framing = digitFraming(maxBodyBytes);

export const frame = (body: Buffer): Buffer => framing.frame(body);
export const newFrames = (): FrameReader => new FrameReader(framing);
