import { Link, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { addresses, visitList, type VisitList, type VisitRow } from '#modules/village/contract.ts';
import { useWords } from '../../address.ts';
import { useOpenProjects } from '../../api/village.ts';
import { count, instant, wan } from '../../format.ts';
import { Tail } from '../../parts/endless-list.tsx';
import type { Words } from '../../parts/list-words.ts';
import { PageHead } from '../../parts/page.tsx';
import { Choice, Sentence } from '../../parts/sentence.tsx';
import { Empty, Failure, Unread } from '../../parts/states.tsx';
import { projectText } from '../village/words.ts';
import { usePages } from '../village-grants/pages.ts';
import { OnDeviceTag, Unsent } from './on-device.tsx';
import { useOutbox } from './outbox.ts';
import type { KeptVisit } from './shelf.ts';
import './visits.css';

const states = ['due', 'done', 'all'] as const;

/** Households that the village has spoken about: whom to visit next. */
export function Visits() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = useWords('project', 'state');
  const projects = useOpenProjects();
  const state = states.find((one) => one === search.state) ?? 'due';
  const change = (next: Words): void => void navigate({ to: '/village/visits', search: { ...search, ...next }, replace: true });
  const project = projects.data?.items.find((one) => one.project_id === search.project) ?? projects.data?.items[0];
  const head = <PageHead title={t('shell.nav.villageVisits')} />;
  if (projects.data === undefined || project === undefined)
    return (
      <>
        {head}
        {projects.data === undefined ? (
          <Unread of={projects} what="projects" />
        ) : (
          <Empty title={t('granting.noProject')}>{t('granting.noProjectNext')}</Empty>
        )}
      </>
    );
  return (
    <>
      {head}
      <Sentence>
        {t('granting.sentence')}
        <Choice
          label={t('granting.project')}
          value={project.project_id}
          options={projects.data.items.map((one) => ({ value: one.project_id, text: projectText(one) }))}
          onChange={(next) => change({ project: next })}
        />
        <Choice
          label={t('visits.state')}
          value={state}
          options={states.map((one) => ({ value: one, text: t(`visits.states.${one}`) }))}
          onChange={(next) => change({ state: next === 'due' ? undefined : next })}
        />
      </Sentence>
      <Households projectId={project.project_id} state={state} />
    </>
  );
}

function Households({ projectId, state }: { projectId: string; state: (typeof states)[number] }) {
  const { t } = useTranslation();
  const outbox = useOutbox();
  const address = addresses.visits.replace(':id', projectId);
  const list = usePages<VisitRow, VisitList>(['visits', projectId, state], visitList, address, { state, limit: 100 });
  if (list.first === undefined) return <Unread of={list} what="visits" />;
  const { counts } = list.first;
  return (
    <>
      <Unsent outbox={outbox} />
      <p className="visit-count">
        <b className="n20">{count(counts.due)}</b> {t('visits.due', { done: count(counts.done) })}
      </p>
      {list.rows.length === 0 && <Empty title={t('visits.nobody')}>{t('visits.nobodyNext')}</Empty>}
      <ul className="visit-list">
        {list.rows.map((row) => (
          <HouseholdLine key={row.household_id} projectId={projectId} row={row} kept={outbox.of(projectId, row.household_id)} />
        ))}
      </ul>
      {list.error !== null && <Failure inside problem={list.error} what="visits" retry={list.more} />}
      {list.hasMore && <Tail key={list.rows.length} onSeen={list.more} />}
    </>
  );
}

function HouseholdLine({ projectId, row, kept }: { projectId: string; row: VisitRow; kept: KeptVisit | undefined }) {
  const { t } = useTranslation();
  return (
    <li>
      <Link to="/village/visits/$project/$household" params={{ project: projectId, household: row.household_id }}>
        <b>{row.head_name ?? row.household_no ?? row.household_id}</b>
        <span className="t3">{row.address ?? row.household_no}</span>
        <span className="grow" />
        {kept !== undefined && <OnDeviceTag kept={kept} />}
        {row.evaluated_fen !== null && (
          <span>
            {t('visits.said')} {wan(row.evaluated_fen)} {t('unit.wan')}
          </span>
        )}
        {row.visited_at !== null && (
          <span className={row.is_valid === true ? 'tag ok' : 'tag warn'}>
            {row.is_valid === true ? instant(row.visited_at) : row.faults.map((fault) => t(`visits.fault.${fault}`)).join(' · ')}
          </span>
        )}
      </Link>
    </li>
  );
}
