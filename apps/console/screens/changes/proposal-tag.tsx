import { proposalStateText, type ProposalState } from '#modules/change/contract.ts';
import { spoken } from '../../i18n.ts';

const tones: Record<ProposalState, string> = { proposed: 'warn', applied: 'ok', rejected: 'bad', withdrawn: '', expired: '' };

export function ProposalTag({ state }: { state: ProposalState }) {
  return <span className={`tag ${tones[state]}`}>{proposalStateText[state][spoken()]}</span>;
}
