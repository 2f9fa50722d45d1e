import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { channelCounts, evaluationAddresses, outcomes, type Outcome } from '#modules/village/evaluation/contract.ts';
import { useWords } from '../../address.ts';
import { get } from '../../api/client.ts';
import { useOpenProjects } from '../../api/village.ts';
import { useMe } from '../../api/session.ts';
import { count } from '../../format.ts';
import type { Words } from '../../parts/list-words.ts';
import { PageHead } from '../../parts/page.tsx';
import { Choice, Sentence } from '../../parts/sentence.tsx';
import { Empty, Unread, UnreadWord } from '../../parts/states.tsx';
import { Tabs } from '../../parts/tabs.tsx';
import type { At } from './at.ts';
import { Groups } from './groups.tsx';
import { People } from './people.tsx';
import { Reviewers } from './reviewers.tsx';
import './evaluation.css';

const tabs = ['groups', 'reviewers', 'people'] as const;
type Tab = (typeof tabs)[number];

/** Who rates whom, how far each group is, what asks for a person's decision. */
export function Evaluation() {
  const { t } = useTranslation();
  const me = useMe();
  const navigate = useNavigate();
  const search = useWords('project', 'tab', 'round', 'outcome', 'open');
  const projects = useOpenProjects();
  const change = (next: Words): void => void navigate({ to: '/village/evaluation', search: { ...search, ...next }, replace: true });
  const offered = tabs.filter((tab) => tab !== 'people' || me.may('village.run'));
  const tab: Tab = offered.find((one) => one === search.tab) ?? 'groups';
  const project = projects.data?.items.find((one) => one.project_id === search.project) ?? projects.data?.items[0];
  if (projects.data === undefined || project === undefined) {
    return (
      <>
        <PageHead title={t('shell.nav.villageEvaluation')} />
        {projects.data === undefined ? (
          <Unread of={projects} what="projects" rows={10} />
        ) : (
          <Empty title={t('evaluation.noProject')}>{t('evaluation.noProjectNext')}</Empty>
        )}
      </>
    );
  }
  const at: At = { projectId: project.project_id, round: Number(search.round ?? '1'), open: search.open, change };
  const outcome = outcomes.find((one) => one === search.outcome);
  return (
    <>
      <PageHead
        title={t('shell.nav.villageEvaluation')}
        notes={
          <>
            <Channels projectId={project.project_id} />
            <span className="t3">{t('evaluation.until', { day: project.ends_on })}</span>
          </>
        }
      />
      <Tabs
        tabs={offered}
        open={tab}
        nameOf={(one) => t(`evaluation.tab.${one}`)}
        onOpen={(one) => change({ tab: one === 'groups' ? undefined : one, open: undefined, outcome: undefined })}
      />
      <Sentence>
        {t('evaluation.sentence')}
        <Choice
          label={t('evaluation.project')}
          value={project.project_id}
          options={projects.data.items.map((one) => ({ value: one.project_id, text: `${one.name} ${one.batch_no}` }))}
          onChange={(next) => change({ project: next, open: undefined })}
        />
        {tab === 'groups' && <RoundChoice at={at} />}
        {tab === 'people' && <OutcomeChoice outcome={outcome} at={at} />}
      </Sentence>
      {tab === 'groups' && <Groups at={at} />}
      {tab === 'reviewers' && <Reviewers at={at} />}
      {tab === 'people' && <People at={at} outcome={outcome} />}
    </>
  );
}

function RoundChoice({ at }: { at: At }) {
  const { t } = useTranslation();
  const options = [1, 2, 3, 4, 5].map((round) => ({ value: String(round), text: t('evaluation.round', { round }) }));
  return (
    <Choice
      label={t('evaluation.roundLabel')}
      value={String(at.round)}
      options={options}
      onChange={(round) => at.change({ round: round === '1' ? undefined : round, open: undefined })}
    />
  );
}

function OutcomeChoice({ outcome, at }: { outcome: Outcome | undefined; at: At }) {
  const { t } = useTranslation();
  return (
    <Choice
      label={t('evaluation.column.outcome')}
      value={outcome ?? ''}
      options={[{ value: '', text: t('list.all') }, ...outcomes.map((one) => ({ value: one, text: t(`evaluation.outcome.${one}`) }))]}
      onChange={(next) => at.change({ outcome: next === '' ? undefined : next, open: undefined })}
    />
  );
}

/** The one figure: answers that count, and how they came. */
function Channels({ projectId }: { projectId: string }) {
  const { t } = useTranslation();
  const counts = useQuery({
    queryKey: ['evaluation', projectId, 'channels'],
    queryFn: () => get(channelCounts, evaluationAddresses.channels.replace(':id', projectId)),
  });
  if (counts.data === undefined) return <UnreadWord of={counts} what="answers" />;
  const { app, meeting, phone, paper } = counts.data;
  return (
    <>
      <span>
        <b className="n20">{count(app + meeting + phone + paper)}</b> {t('evaluation.answers')}
      </span>
      <span className="t3">
        {t('evaluation.channels', { app: count(app), meeting: count(meeting), phone: count(phone), paper: count(paper) })}
      </span>
    </>
  );
}
