import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { addresses, proposalList, type ProposalSummary } from '#modules/change/contract.ts';
import { get } from '../api/client.ts';
import { instant } from '../format.ts';
import { spoken } from '../i18n.ts';
import './ask.css';

const isAbout = (subject: string, proposal: ProposalSummary): boolean =>
  proposal.subject === subject || proposal.subject.startsWith(`${subject} `);

/** What waits for a second person about one subject: all of it for those who may read proposals, their own for others. */
export function Waiting({ subject }: { subject: string }) {
  const { t } = useTranslation();
  const open = useQuery({
    queryKey: ['changes', 'open'],
    queryFn: () => get(proposalList, addresses.list, { state: 'proposed', limit: 200 }),
  });
  const about = open.data?.items.filter((item) => isAbout(subject, item)) ?? [];
  if (about.length === 0) return null;
  return (
    <ul className="notice waiting-changes" aria-label={t('ask.waiting')}>
      {about.map((item) => (
        <li key={item.proposal_id}>
          {t('ask.waits', { kind: item.kind_name[spoken()], name: item.maker.name, at: instant(item.proposed_at) })}
          <Link to="/changes" search={{ open: item.proposal_id }}>
            {t('ask.look', { id: item.proposal_id })}
          </Link>
        </li>
      ))}
    </ul>
  );
}

/** What has just been handed to a second person. */
export function Proposed({ id, what }: { id: string; what: string }) {
  const { t } = useTranslation();
  return (
    <p className="notice ok" role="status">
      <span>{t('ask.proposed', { what, id })}</span>
      <Link to="/changes" search={{ open: id }}>
        {t('ask.follow')}
      </Link>
    </p>
  );
}
