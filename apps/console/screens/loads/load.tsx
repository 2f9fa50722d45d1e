import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useAddress } from '../../address.ts';
import { loadReport, reloadStarted, type LoadReport } from '#modules/intake/contract.ts';
import { get, send } from '../../api/client.ts';
import { useMe } from '../../api/session.ts';
import { useCodes } from '../../codes.ts';
import { count, instant } from '../../format.ts';
import { spoken } from '../../i18n.ts';
import { useKeys } from '../../parts/keys.ts';
import { Figure, PageHead, Section } from '../../parts/page.tsx';
import { Bones, Failure } from '../../parts/states.tsx';
import { Known } from '../../parts/unknown.tsx';
import { Refusal } from '../../parts/wrong.tsx';
import { FileTable } from './file-table.tsx';
import { LoadState } from './load-state.tsx';
import { isUnderWay } from './loads.tsx';
import './loads.css';

const watchEveryMs = 1000;

/** One load: live while it runs, its report afterwards. Rows in = published + merged + quarantined, file by file. */
export function Load() {
  const id = useAddress('id');
  const navigate = useNavigate();
  const client = useQueryClient();
  const report = useQuery({
    queryKey: ['load', id],
    queryFn: () => get(loadReport, `/api/v1/loads/${id}`),
    refetchInterval: (query) => (query.state.data !== undefined && isUnderWay(query.state.data.state) ? watchEveryMs : false),
  });
  useKeys({ Escape: () => void navigate({ to: '/loads' }) });
  const state = report.data?.state;
  useEffect(() => {
    // A new publication changes every figure on every screen.
    if (state === 'published')
      void client.invalidateQueries({ predicate: (query) => query.queryKey[0] !== 'load' && query.queryKey[0] !== 'session' });
  }, [state, client]);
  if (report.isError) return <Failure problem={report.error} retry={() => void report.refetch()} />;
  if (report.data === undefined) {
    return (
      <div className="sec">
        <Bones rows={14} />
      </div>
    );
  }
  return <Report report={report.data} />;
}

function Report({ report }: { report: LoadReport }) {
  const { t } = useTranslation();
  return (
    <>
      <PageHead
        way={[{ text: t('shell.nav.loads'), to: '/loads' }, { text: report.id }]}
        title={`${report.id} ${report.directory}`}
        notes={
          <>
            <LoadState load={report} />
            <span className="t2">{t('list.asOf', { at: report.as_of })}</span>
            <span className="t3 sm">
              {instant(report.started_at)}
              {report.finished_at !== null && ` – ${instant(report.finished_at)}`} {report.started_by}
            </span>
          </>
        }
        actions={<Actions report={report} />}
      />
      {report.message !== null && <p className={report.state === 'failed' ? 'notice bad' : 'notice'}>{report.message[spoken()]}</p>}
      {isUnderWay(report.state) && <Progress report={report} />}
      <Funnel report={report} />
      <div className="row load-body">
        <Section title={t('loads.files', { count: report.file_reports.length, refused: report.files_refused })} note={t('loads.account')}>
          <FileTable id={report.id} files={report.file_reports} />
        </Section>
        <section className="sec">
          <Reasons report={report} />
          <Identity report={report} />
        </section>
      </div>
    </>
  );
}

function Actions({ report }: { report: LoadReport }) {
  const { t } = useTranslation();
  const me = useMe();
  const navigate = useNavigate();
  const reload = useMutation({
    mutationFn: () => send(reloadStarted, 'POST', `/api/v1/loads/${report.id}/reload`),
    onSuccess: ({ id }) => void navigate({ to: '/loads/$id', params: { id } }),
  });
  return (
    <>
      <Refusal problem={reload.error} small inline />
      {report.quarantined > 0 && me.may('intake.correct') && (
        <button type="button" className="btn" disabled={reload.isPending} onClick={() => reload.mutate()}>
          {t('loads.reload')}
        </button>
      )}
      {report.quarantined > 0 && (
        <Link className="btn pri" to="/loads/$id/quarantine" params={{ id: report.id }}>
          {t('loads.toQuarantine', { count: report.quarantined })}
        </Link>
      )}
    </>
  );
}

function Progress({ report }: { report: LoadReport }) {
  const { t } = useTranslation();
  const code = useCodes();
  const { progress } = report;
  const share = progress.bytes_total === 0 ? 0 : Math.min(1, progress.bytes_done / progress.bytes_total);
  return (
    <div className="progress">
      <p>
        <b>{code('loadStage', progress.stage)}</b>{' '}
        {t('loads.progress', { done: count(progress.files_done), total: count(progress.files_total), rows: count(progress.rows_done) })}
        {progress.seconds_left !== null && <span className="t3"> {t('loads.left', { seconds: progress.seconds_left })}</span>}
      </p>
      <progress max={1} value={share} aria-label={code('loadStage', progress.stage)} />
    </div>
  );
}

const parts = ['published', 'merged', 'quarantined'] as const;

/** Every row is accounted for: one bar from what came in to where it went. */
function Funnel({ report }: { report: LoadReport }) {
  const { t } = useTranslation();
  const whole = Math.max(1, report.rows_in);
  return (
    <div className="funnel">
      <Figure
        label={t('loads.column.rows_in')}
        value={count(report.rows_in)}
        unit={t('unit.rows')}
        note={t('loads.fromFiles', { count: report.files })}
      />
      <div className="flow">
        <div className="bar" role="img" aria-label={t('loads.account')}>
          {parts.map((part) => report[part] > 0 && <i key={part} className={part} style={{ flex: report[part] / whole }} />)}
        </div>
        <ul>
          {parts.map((part) => (
            <li key={part}>
              <i className={part} /> {t(`loads.column.${part}`)} <b>{count(report[part])}</b>
              <span className="t3"> {((report[part] / whole) * 100).toFixed(2)} %</span>
            </li>
          ))}
        </ul>
      </div>
      <Figure
        label={t('loads.column.persons')}
        value={<Known value={report.persons} write={count} why={t('loads.notPublished')} />}
        unit={t('unit.people')}
        note={t('loads.households', { count: count(report.households) })}
      />
    </div>
  );
}

function Reasons({ report }: { report: LoadReport }) {
  const { t } = useTranslation();
  const most = Math.max(1, ...report.reasons.map((one) => one.rows));
  return (
    <>
      <h2 className="h2">{t('loads.reasons', { count: report.reasons.length })}</h2>
      {report.reasons.length === 0 && <p className="t3">{t('loads.noReasons')}</p>}
      <ol className="why-bars">
        {report.reasons.map((one) => (
          <li key={one.code}>
            <Link to="/loads/$id/quarantine" params={{ id: report.id }} search={{ reason: one.code }}>
              {one[spoken()]}
            </Link>
            <span className="track" aria-hidden="true">
              <i style={{ width: `${(one.rows / most) * 100}%` }} />
            </span>
            <span className="num">{count(one.rows)}</span>
          </li>
        ))}
      </ol>
    </>
  );
}

const ways = ['by_id', 'without_id', 'merged_automatically', 'merged_by_review', 'candidates_open', 'pool'] as const;

function Identity({ report }: { report: LoadReport }) {
  const { t } = useTranslation();
  const me = useMe();
  const { identity } = report;
  if (identity === null) return null;
  return (
    <>
      <h2 className="h2 later">
        {t('loads.identity')}
        {identity.candidates_open > 0 && me.may('intake.identity') && (
          <Link className="r" to="/identity">
            {t('loads.toIdentity', { count: identity.candidates_open })}
          </Link>
        )}
      </h2>
      <dl className="kv">
        {ways.map((way) => (
          <div key={way} className="pair">
            <dt>{t(`loads.way.${way}`)}</dt>
            <dd className={way === 'candidates_open' && identity[way] > 0 ? 'num warn' : 'num'}>{count(identity[way])}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
