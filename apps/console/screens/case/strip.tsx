import { useTranslation } from 'react-i18next';
import type { CasePage, TaskSummary } from '#modules/process/contract.ts';
import { instant } from '../../format.ts';
import { pathOf, type PathStep } from '../../parts/process-path.ts';
import { TimeWords } from '../../parts/time-left.tsx';
import { useDefinition } from './definition.ts';
import { visitsOf } from './visits.ts';
import './strip.css';

/** The way through the process at a glance: steps done, the token where the case stands with who and how long, steps to come. */
export function ProcessStrip({ page, task }: { page: CasePage; task?: TaskSummary }) {
  const { t } = useTranslation();
  const definition = useDefinition(page);
  if (definition === undefined) return <div className="way" />;
  const path = pathOf(definition, new Set(visitsOf(page).keys()), new Set(page.at.map(({ node }) => node)));
  return (
    <ol className="way" aria-label={t('cases.way')}>
      {path.map((step) => (
        <Step key={step.node} step={step} page={page} task={task} />
      ))}
    </ol>
  );
}

function Step({ step, page, task }: { step: PathStep; page: CasePage; task: TaskSummary | undefined }) {
  const { t } = useTranslation();
  const open = page.tasks.find(({ node, state }) => node === step.node && state === 'open');
  const isNow = step.state === 'now';
  const who = open?.assignee?.name ?? (open === undefined ? null : t('work.pool'));
  const isTask = task !== undefined && open?.task_id === task.task_id;
  return (
    <li className={`${step.kind} ${step.state}`} aria-current={isNow ? 'step' : undefined}>
      <span className="box">
        {step.kind === 'start' || step.kind === 'end' ? <span className="unseen">{step.name}</span> : step.name || step.node}
      </span>
      {isNow && who !== null && (
        <span className="who">
          {who}
          {isTask ? (
            <>
              {' '}
              <TimeWords task={task} />
            </>
          ) : (
            open?.due_at != null && <span className="t3"> {instant(open.due_at).slice(5)}</span>
          )}
        </span>
      )}
    </li>
  );
}
