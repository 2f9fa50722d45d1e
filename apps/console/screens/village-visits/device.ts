/** What a visit takes from the device: where it is, and what it sees. */

export interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

export interface Picture {
  readonly kind: 'house' | 'signature';
  readonly hash: string;
  readonly content: string;
}

/** Null: the device does not say, or may not. */
export function whereAmI(): Promise<Place | null> {
  const { promise, resolve } = Promise.withResolvers<Place | null>();
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => resolve({ latitude: coords.latitude, longitude: coords.longitude }),
    () => resolve(null),
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

/** Smaller, as JPEG: a village's signal carries a few hundred kilobytes at most. */
export async function takePicture(file: File, kind: Picture['kind']): Promise<Picture> {
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, longestSide / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(bitmap.width * scale);
  canvas.height = Math.round(bitmap.height * scale);
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return pictureOf(canvas, kind, 'image/jpeg');
}

export async function pictureOf(canvas: HTMLCanvasElement, kind: Picture['kind'], type: 'image/jpeg' | 'image/png'): Promise<Picture> {
  const content = canvas.toDataURL(type, 0.7).split(',', 2)[1] ?? '';
  const bytes = Uint8Array.from(atob(content), (letter) => letter.codePointAt(0) ?? 0);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return { kind, content, hash: [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('') };
}
