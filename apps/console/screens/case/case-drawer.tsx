import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { TaskSummary } from '#modules/process/contract.ts';
import { useApplication, useCase } from '../../api/cases.ts';
import { Drawer } from '../../parts/drawer.tsx';
import { Bones, Failure } from '../../parts/states.tsx';
import { ActionBar } from './action-bar.tsx';
import { Facts, Papers } from './facts.tsx';
import { Held } from './held.tsx';
import { MachineWord, Why } from './machine-word.tsx';
import { ProcessStrip } from './strip.tsx';
import { Talk } from './talk.tsx';
import './case.css';

/** A case beside its list: where it stands, what the machine and people said, and what to do next. */
export function CaseDrawer({
  task,
  place,
  notes,
  onClose,
}: {
  task: TaskSummary;
  place: string | null;
  notes: ReactNode;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const page = useCase(task.case_id);
  const application = useApplication(task.subject_kind === 'application' ? task.subject_id : null);
  const data = page.data;
  return (
    <Drawer
      title={task.title}
      notes={
        <>
          <span className="t2">{task.product}</span>
          <span className="t3 sm mono">{task.case_id}</span>
        </>
      }
      links={
        <>
          <Link to="/cases/$id" params={{ id: task.case_id }}>
            {t('work.open')}
          </Link>
          {notes}
        </>
      }
      onClose={onClose}
      {...(data === undefined ? {} : { actions: <ActionBar page={data} application={application.data} /> })}
    >
      {page.isError && <Failure problem={page.error} retry={() => void page.refetch()} inside />}
      {page.isPending && <Bones rows={14} />}
      {application.isError && <Failure problem={application.error} retry={() => void application.refetch()} inside />}
      {data !== undefined && (
        <>
          <ProcessStrip page={data} task={task} />
          <MachineWord page={data} application={application.data} />
          <Held application={application.data} />
          <Why application={application.data} />
          <Facts page={data} application={application.data} place={place} />
          <Papers application={application.data} />
          <Talk page={data} most={6} />
        </>
      )}
    </Drawer>
  );
}
