import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Problem } from '../api/client.ts';
import type { zh } from '../locales/zh/index.ts';

export type What = keyof typeof zh.states.what;

const widths = ['72%', '88%', '64%', '80%', '92%', '58%', '76%', '84%'] as const;

/** Before it is said that it takes longer than usual. */
const patienceMs = 5_000;

/** Grey lines where the rows will stand, so that nothing jumps when they arrive; in words when they do not arrive soon. */
export function Bones({ rows = 8 }: { rows?: number }) {
  const { t } = useTranslation();
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), patienceMs);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="bones" role="status" aria-label={t(isLate ? 'states.late' : 'states.loading')}>
      {isLate && <p className="t2">{t('states.late')}</p>}
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
export function Failure({
  problem,
  what,
  retry,
  inside = false,
}: {
  problem: unknown;
  /** What could not be read, as its reader calls it. */
  what?: What;
  retry?: () => void;
  inside?: boolean;
}) {
  const { t, i18n } = useTranslation();
  const known = problem instanceof Problem ? problem : null;
  const kind = known?.status === 403 ? 'forbidden' : known?.status === 404 ? 'missing' : 'failed';
  const words = problemText(problem, i18n.language === 'en');
  return (
    <div className={inside ? 'state in' : 'state'} role="alert">
      <h3>
        {kind === 'failed' && what !== undefined ? t('states.failed.of', { what: t(`states.what.${what}`) }) : t(`states.${kind}.title`)}
      </h3>
      <p>{words}</p>
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
      {known !== null && known.status !== 0 && (
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

/** Something that is read: its last failure, and reading it again. */
interface Reading {
  readonly error: unknown;
  readonly refetch: () => unknown;
}

/** In the place of what has not been read: grey lines, or what failed and a way to try again. */
export function Unread({ of, what, rows, inside = false }: { of: Reading; what: What; rows?: number; inside?: boolean }) {
  if (of.error === null) return <Bones {...(rows === undefined ? {} : { rows })} />;
  return <Failure problem={of.error} what={what} retry={() => of.refetch()} inside={inside} />;
}

/** The same where there is room for a word: nothing until it fails. */
export function UnreadWord({ of, what }: { of: Reading; what: What }) {
  const { t } = useTranslation();
  if (of.error === null) return null;
  return (
    <span className="t3" role="status">
      {t('states.failed.of', { what: t(`states.what.${what}`) })}{' '}
      <button type="button" className="link" onClick={() => of.refetch()}>
        {t('states.retry')}
      </button>
    </span>
  );
}

/** Above what was read once and could not be read again: it stays, and says so. */
export function Stale({ of, what }: { of: Reading; what: What }) {
  const { t } = useTranslation();
  if (of.error === null) return null;
  return (
    <p className="notice" role="status">
      <span>{t('states.stale', { what: t(`states.what.${what}`) })}</span>
      <button type="button" className="link" onClick={() => of.refetch()}>
        {t('states.retry')}
      </button>
    </p>
  );
}
