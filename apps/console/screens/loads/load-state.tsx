import type { LoadSummary } from '#modules/intake/contract.ts';
import { useCodes } from '../../codes.ts';
import { spoken } from '../../i18n.ts';

const tones: Record<LoadSummary['state'], string> = {
  waiting: '',
  running: 'line',
  published: 'ok',
  unchanged: '',
  failed: 'bad',
  interrupted: 'warn',
};

export function LoadState({ load }: { load: Pick<LoadSummary, 'state' | 'message'> }) {
  const code = useCodes();
  return (
    <span className={`tag ${tones[load.state]}`} title={load.message?.[spoken()]}>
      {code('loadState', load.state)}
    </span>
  );
}
