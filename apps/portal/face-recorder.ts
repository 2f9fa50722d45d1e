/**
 * The recorder of the app that shows this page. It takes the pictures, gives them to the face service, and hands over the token of that session:
 * no picture ever reaches this page. In a plain browser a demonstration answers in its place; any other bank says where it can be done.
 */
import { bank, Problem } from './api.ts';

export interface FaceRecorder {
  record(): Promise<string>;
}

declare global {
  interface Window {
    qianmoFace?: FaceRecorder;
  }
}

/** @throws Problem when nothing on this phone can take a face, or it did not come about */
export async function faceToken(): Promise<string> {
  const recorder = window.qianmoFace;
  if (recorder === undefined) return (await bank.capture()).face_token;
  try {
    return await recorder.record();
  } catch {
    throw new Problem('face_failed', facelessWords);
  }
}

const facelessWords = {
  zh: '没有拍成。可以再试，也可以不刷脸接着办。',
  en: 'It did not work. Try again, or go on without it.',
};
