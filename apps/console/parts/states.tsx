import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Problem } from '../api/client.ts';

const widths = ['72%', '88%', '64%', '80%', '92%', '58%', '76%', '84%'] as const;

/** Grey lines where the rows will stand, so that nothing jumps when they arrive. */
export function Bones({ rows = 8 }: { rows?: number }) {
  const { t } = useTranslation();
  return (
    <div className="bones" role="status" aria-label={t('states.loading')}>
      {Array.from({ length: rows }, (_, row) => (
        <span key={row} className="bone" style={{ width: widths[row % widths.length] }} />
      ))}
    </div>
  );
}

/** What this place is for, and the next step. */
export function Empty({
  title,
  children,
  action,
  inside = false,
}: {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  inside?: boolean;
}) {
  return (
    <div className={inside ? 'state in' : 'state'}>
      <h3>{title}</h3>
      {children !== undefined && <p>{children}</p>}
      {action !== undefined && <div className="do">{action}</div>}
    </div>
  );
}

/** The words of a refusal in the reader's language. */
export function problemText(problem: unknown, english: boolean): string {
  if (problem instanceof Problem) return english ? problem.detailEnglish : problem.detail;
  return problem instanceof Error ? problem.message : String(problem);
}

/** What happened, what it means, what to do. Refusals for want of permission read as such, not as faults. */
export function Failure({ problem, retry, inside = false }: { problem: unknown; retry?: () => void; inside?: boolean }) {
  const { t, i18n } = useTranslation();
  const known = problem instanceof Problem ? problem : null;
  const kind = known?.status === 403 ? 'forbidden' : known?.status === 404 ? 'missing' : 'failed';
  const words = problemText(problem, i18n.language === 'en');
  return (
    <div className={inside ? 'state in' : 'state'} role="alert">
      <h3>{t(`states.${kind}.title`)}</h3>
      {known?.code === 'network' ? <p>{t('states.failed.network')}</p> : <p>{words}</p>}
      {known !== null && known.faults.length > 0 && (
        <ul>
          {known.faults.map((fault) => (
            <li key={fault.place}>
              <span className="mono">{fault.place}</span> {i18n.language === 'en' ? fault.en : fault.zh}
            </li>
          ))}
        </ul>
      )}
      {known?.code === 'unreadable' && <p>{t('states.failed.unreadable')}</p>}
      {kind === 'forbidden' && <p>{t('states.forbidden.body')}</p>}
      {kind === 'missing' && <p>{t('states.missing.body')}</p>}
      {known !== null && known.code !== 'network' && (
        <p className="t3 sm mono">
          {known.code} {known.instance}
        </p>
      )}
      {retry !== undefined && kind === 'failed' && (
        <div className="do">
          <button type="button" className="btn" onClick={retry}>
            {t('states.retry')}
          </button>
        </div>
      )}
    </div>
  );
}
