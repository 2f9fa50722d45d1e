import type { Facility } from '#modules/servicing/contract.ts';
import { useCodes } from '../../codes.ts';

const tones = { granted: 'tag warn', lapsed: 'tag', active: 'tag ok', expired: 'tag', frozen: 'tag warn', closed: 'tag' } as const;

export function FacilityTag({ standing }: { standing: Facility['standing'] }) {
  const code = useCodes();
  return <span className={tones[standing]}>{code('facilityStanding', standing)}</span>;
}
