import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useWords } from '../../address.ts';
import { useOpenProjects } from '../../api/village.ts';
import type { Words } from '../../parts/list-words.ts';
import { PageHead } from '../../parts/page.tsx';
import { Choice, Sentence } from '../../parts/sentence.tsx';
import { Empty, Unread } from '../../parts/states.tsx';
import { Tabs } from '../../parts/tabs.tsx';
import { projectText } from '../village/words.ts';
import { Batches } from './batches.tsx';
import { Limits } from './limits.tsx';
import { Notices } from './notices.tsx';
import './grants.css';

const tabs = ['limits', 'batches', 'notices'] as const;

/** Where the reader stands: a project, and what is opened of it. */
export interface At {
  readonly projectId: string;
  /** The whole of a project; the server answers for what of it the reader sees. */
  readonly gridCode: string;
  readonly open: string | undefined;
  readonly show: string | undefined;
  readonly change: (next: Words) => void;
}

/** From three limits to a limit in force: the branch's word, batches, public notices. */
export function Grants() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = useWords('project', 'tab', 'show', 'open');
  const projects = useOpenProjects();
  const change = (next: Words): void => void navigate({ to: '/village/grants', search: { ...search, ...next }, replace: true });
  const tab = tabs.find((one) => one === search.tab) ?? 'limits';
  const project = projects.data?.items.find((one) => one.project_id === search.project) ?? projects.data?.items[0];
  if (projects.data === undefined || project === undefined) {
    return (
      <>
        <PageHead title={t('shell.nav.villageGrants')} />
        {projects.data === undefined ? (
          <Unread of={projects} what="projects" rows={10} />
        ) : (
          <Empty title={t('granting.noProject')}>{t('granting.noProjectNext')}</Empty>
        )}
      </>
    );
  }
  const gridCode = commonPrefix(project.places.map((place) => place.grid_code));
  const at: At = { projectId: project.project_id, gridCode, open: search.open, show: search.show, change };
  return (
    <>
      <PageHead title={t('shell.nav.villageGrants')} notes={<span className="t3">{t('granting.until', { day: project.ends_on })}</span>} />
      <Tabs
        tabs={tabs}
        open={tab}
        nameOf={(one) => t(`granting.tab.${one}`)}
        onOpen={(one) => change({ tab: one === 'limits' ? undefined : one, open: undefined, show: undefined })}
      />
      <Sentence>
        {t('granting.sentence')}
        <Choice
          label={t('granting.project')}
          value={project.project_id}
          options={projects.data.items.map((one) => ({ value: one.project_id, text: projectText(one) }))}
          onChange={(next) => change({ project: next, open: undefined })}
        />
      </Sentence>
      {tab === 'limits' && <Limits at={at} />}
      {tab === 'batches' && <Batches at={at} />}
      {tab === 'notices' && <Notices at={at} />}
    </>
  );
}

/** The smallest node of the grid over all of them. */
export function commonPrefix(codes: readonly string[]): string {
  const [first = ''] = codes;
  const length = [14, 12, 9, 6].find((size) => first.length >= size && codes.every((code) => code.startsWith(first.slice(0, size))));
  return first.slice(0, length ?? 6);
}
