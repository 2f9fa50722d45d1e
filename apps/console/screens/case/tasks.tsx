import { useTranslation } from 'react-i18next';
import type { CasePage } from '#modules/process/contract.ts';
import { instant } from '../../format.ts';

/** Every task of the case with who did it and what came of it. */
export function Tasks({ page }: { page: CasePage }) {
  const { t } = useTranslation();
  if (page.tasks.length === 0) return null;
  return (
    <>
      <h3>{t('cases.tasks')}</h3>
      <table className="dt flush" aria-label={t('cases.tasks')}>
        <thead>
          <tr>
            <th>{t('cases.task.step')}</th>
            <th>{t('cases.task.who')}</th>
            <th>{t('cases.task.from')}</th>
            <th>{t('cases.task.done')}</th>
          </tr>
        </thead>
        <tbody>
          {page.tasks.map((task) => (
            <tr key={task.task_id}>
              <td className={task.state === 'open' ? 'strong' : ''}>{task.name}</td>
              <td>{task.assignee?.name ?? t('work.pool')}</td>
              <td>{instant(task.created_at).slice(5)}</td>
              <td>
                {task.done_at === null
                  ? task.due_at === null
                    ? '—'
                    : `≤ ${instant(task.due_at).slice(5)}`
                  : instant(task.done_at).slice(5)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
