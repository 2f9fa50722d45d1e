import './portrait.css';

export interface Likeness {
  readonly seed: string;
  readonly sex: 'M' | 'F' | null;
  readonly age: number | null;
}

/** A small stable number from a text, so that the same person always has the same picture. */
export function draw(seed: string, sides: number): number {
  let hash = 2166136261;
  for (const letter of seed) hash = Math.imul(hash ^ letter.charCodeAt(0), 16777619);
  return (hash >>> 0) % sides;
}

const shortHair = [
  'M20 27c0-9 5-14 12-14s12 5 12 14c0 1-.6 1.8-1 2-.6-5-3-8-5-8.5-4 1.5-10 1.3-13-.5-2 1.5-3.5 5-4 9-.5-.3-1-1-1-2z',
  'M19 27c-1-9 5-15 14-15 8 0 13 6 12 14-.2 1.5-.8 2.5-1.2 3-.3-3.5-1.5-6-3-7.5-5 1-11-.5-14-3-2 2-5 4-5.8 10-.9-.3-1.8-.6-2-1.5z',
  'M20 26c0-8 5-13 12-13s12 5 12 13c0 1.5-.5 2.6-1 3-.8-4-1.600-6-2.500-7H23.500c-.9 1-1.700 3-2.500 7-.5-.4-1-1.500-1-3z',
] as const;
const longBack = 'M18 40c-2-6-1-27 14-27s16 21 14 27z';
const longFront = [
  'M18 40c-2-6-1-27 14-27s16 21 14 27c-1 2-4 2-4 0V28c-2-2-4-5-5-8-3 4-8 6-15 7v13c0 2-3 2-4 0z',
  'M18 40c-2-6-1-27 14-27s16 21 14 27c-1 2-4 2-4 0V26c-4-1-8-3-10-6-2 3-6 5-10 6v14c0 2-3 2-4 0z',
] as const;
const bun = 'M19 29c-1-10 5-16 13-16s14 6 13 16c-.3.8-.8 1-1.200 1-.5-5-4-9-11.800-9s-11.300 4-11.800 9c-.4 0-.9-.2-1.200-1z';
const pigtails =
  'M19 29c-1-10 5-16 13-16s14 6 13 16c-.4.6-.8.8-1.200.6-.6-4-2-6.600-4.800-7.600-3 1.400-8.500 1.600-11 .2-2.800 1-4.200 3.400-4.800 7.400-.4.2-.8 0-1.200-.6z';

interface Hair {
  readonly back?: string;
  readonly front: string;
  readonly knots?: readonly (readonly [number, number, number])[];
}

function hairOf({ seed, sex, age }: Likeness): Hair {
  const years = age ?? 40;
  if (sex === 'F') {
    if (years >= 60) return { front: bun, knots: [[32, 11.5, 4.5]] };
    if (years < 16)
      return {
        front: pigtails,
        knots: [
          [17.5, 28, 3.6],
          [46.5, 28, 3.6],
        ],
      };
    if (years >= 48 && draw(seed, 2) === 0) return { front: bun };
    return { back: longBack, front: longFront[draw(seed, longFront.length)] ?? longFront[0] };
  }
  return { front: shortHair[draw(seed, shortHair.length)] ?? shortHair[0] };
}

/** A neutral drawing instead of a photograph: age and sex only, nothing that could be taken for the person. */
export function Portrait({ of, size = 64 }: { of: Likeness; size?: number }) {
  const hair = hairOf(of);
  const years = of.age ?? 40;
  const grey = years >= 60 ? 'portrait grey' : 'portrait';
  const small = years < 14;
  return (
    <svg className={grey} width={size} height={size} viewBox="0 0 64 64" aria-hidden="true">
      <rect className="ground" width="64" height="64" />
      <g transform={small ? 'translate(6.400 13) scale(.8)' : undefined}>
        {hair.back !== undefined && <path className="hair" d={hair.back} />}
        <path className="coat" d="M8 64c1-13 9-18 24-18s23 5 24 18z" />
        <path className="neck" d="M27 38h10v9c-2 3-8 3-10 0z" />
        <ellipse className="face" cx="32" cy="30" rx="11" ry="13" />
        <path className="hair" d={hair.front} />
        {hair.knots?.map(([x, y, r]) => (
          <circle key={x} className="hair" cx={x} cy={y} r={r} />
        ))}
      </g>
    </svg>
  );
}
