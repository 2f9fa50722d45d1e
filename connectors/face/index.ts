export { openFaceCheck } from './client.ts';
export type { FaceAnswer, FaceCheck, FaceMatch, FaceQuestion } from './contract.ts';
