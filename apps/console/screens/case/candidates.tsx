import { useTranslation } from 'react-i18next';
import { useCandidates } from '../../api/cases.ts';
import { count } from '../../format.ts';
import { Bones, Failure } from '../../parts/states.tsx';

/** Who could take a task, best first; who may not is listed with what stands in the way. */
export function Candidates({ taskId, chosen, onChoose }: { taskId: string; chosen: string | null; onChoose: (staffId: string) => void }) {
  const { t } = useTranslation();
  const list = useCandidates(taskId);
  if (list.isError) return <Failure problem={list.error} retry={() => void list.refetch()} inside />;
  if (list.data === undefined) return <Bones rows={4} />;
  if (list.data.items.length === 0) return <p className="t3">{t('cases.candidate.none')}</p>;
  return (
    <div className="candidates" role="radiogroup" aria-label={t('cases.needs.staff')} tabIndex={0}>
      <table className="dt flush">
        <thead>
          <tr>
            <th>{t('cases.candidate.name')}</th>
            <th>{t('cases.candidate.place')}</th>
            <th className="num">{t('cases.candidate.open')}</th>
            <th>{t('cases.candidate.state')}</th>
          </tr>
        </thead>
        <tbody>
          {list.data.items.map((one) => (
            <tr key={one.staff_id}>
              <td>
                <label>
                  <input
                    type="radio"
                    name="candidate"
                    value={one.staff_id}
                    checked={chosen === one.staff_id}
                    disabled={one.bar !== null}
                    onChange={() => onChoose(one.staff_id)}
                  />{' '}
                  {one.name}
                </label>
              </td>
              <td>{one.institution}</td>
              <td className="num">{count(one.open_tasks)}</td>
              <td className="wrap">
                {one.bar !== null ? (
                  <span className="bad">{t(`cases.bar.${one.bar}`)}</span>
                ) : one.is_away ? (
                  <span className="warn">{t('cases.candidate.away')}</span>
                ) : (
                  <span className="t3">{t('cases.candidate.free')}</span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
