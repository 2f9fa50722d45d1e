import type { outcomes } from '#modules/population/contract.ts';
import { useCodes } from '../codes.ts';

export type Outcome = (typeof outcomes)[number];
const tone = { approve: 'ok', refer: 'warn', decline: 'bad' } as const;

/** The outcome in words with its colour: green favours, amber asks a person, red refuses; not screened is grey. */
export function OutcomeTag({ outcome }: { outcome: Outcome | null }) {
  const code = useCodes();
  if (outcome === null) return <span className="tag">{code('outcome', 'none')}</span>;
  return <span className={`tag ${tone[outcome]}`}>{code('outcome', outcome)}</span>;
}

export function outcomeTone(outcome: Outcome): string {
  return tone[outcome];
}
