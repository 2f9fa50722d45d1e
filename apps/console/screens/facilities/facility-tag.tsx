import type { Facility } from '#modules/servicing/contract.ts';
import { useCodes } from '../../codes.ts';

const tones = { granted: 'tag warn', active: 'tag ok', frozen: 'tag warn', closed: 'tag' } as const;

export function FacilityTag({ state }: { state: Facility['state'] }) {
  const code = useCodes();
  return <span className={tones[state]}>{code('facilityState', state)}</span>;
}
