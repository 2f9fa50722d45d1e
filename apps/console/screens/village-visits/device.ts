/** What a visit takes from the device: where it is, and what it sees. */

export interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

export const shots = ['house', 'trade', 'person', 'other'] as const;
export type Shot = (typeof shots)[number];

export interface Picture {
  readonly kind: Shot | 'signature';
  readonly hash: string;
  readonly content: string;
}

/** `no`: the reader or the browser does not allow it. `unknown`: the device cannot say now. */
export type Located = Place | 'no' | 'unknown';

/** Browsers tell it to pages that came over TLS only. */
export function whereAmI(): Promise<Located> {
  if (!('geolocation' in navigator) || !window.isSecureContext) return Promise.resolve('no');
  const { promise, resolve } = Promise.withResolvers<Located>();
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => resolve({ latitude: coords.latitude, longitude: coords.longitude }),
    (error) => resolve(error.code === error.PERMISSION_DENIED ? 'no' : 'unknown'),
    { enableHighAccuracy: true, timeout: 20_000 },
  );
  return promise;
}

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Near enough for the eye; the server measures again. */
export function metresApart(a: Place, b: Place): number {
  const north = radians(b.latitude - a.latitude);
  const east = radians(b.longitude - a.longitude) * Math.cos(radians((a.latitude + b.latitude) / 2));
  return Math.round(Math.hypot(north, east) * 6_371_008);
}

const longestSide = 1_280;
/** As long as the server takes one. */
const longestContent = 600_000;

/** Smaller, as JPEG: a village's signal carries a few hundred kilobytes at most. Null: the browser cannot read it as a picture. */
export async function takePicture(file: File, kind: Shot): Promise<Picture | null> {
  const bitmap = await createImageBitmap(file).catch(() => null);
  if (bitmap === null) return null;
  const scale = Math.min(1, longestSide / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(bitmap.width * scale);
  canvas.height = Math.round(bitmap.height * scale);
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  for (const quality of [0.7, 0.5, 0.3]) {
    const picture = await pictureOf(canvas, kind, 'image/jpeg', quality);
    if (picture.content.length <= longestContent) return picture;
  }
  return null;
}

export async function pictureOf(
  canvas: HTMLCanvasElement,
  kind: Picture['kind'],
  type: 'image/jpeg' | 'image/png',
  quality = 0.7,
): Promise<Picture> {
  const content = canvas.toDataURL(type, quality).split(',', 2)[1] ?? '';
  const bytes = Uint8Array.from(atob(content), (letter) => letter.codePointAt(0) ?? 0);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return { kind, content, hash: [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('') };
}

export const sourceOf = ({ kind, content }: Picture): string => `data:image/${kind === 'signature' ? 'png' : 'jpeg'};base64,${content}`;
