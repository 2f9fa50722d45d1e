import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { proposalList } from '#modules/change/contract.ts';
import { candidateList, loadList } from '#modules/intake/contract.ts';
import { get } from '../../api/client.ts';
import { useGridNode } from '../../api/grid.ts';
import { useMe } from '../../api/session.ts';
import { count, instant, percentOne, wan } from '../../format.ts';
import { spoken } from '../../i18n.ts';
import { Figure, PageHead, Section } from '../../parts/page.tsx';
import { RateSheet } from '../../parts/rate.tsx';
import { Bones, Failure } from '../../parts/states.tsx';
import { Known } from '../../parts/unknown.tsx';
import { subjectOf } from '../../parts/proposal-subject.ts';
import { useScope } from '../../shell/scope.ts';
import { LoadState } from '../loads/load-state.tsx';
import { LendingTrend, Overnight } from './lending.tsx';
import { Wait } from './wait.tsx';
import './workbench.css';

/** What waits for me, what went wrong, and where we stand. */
export function Workbench() {
  const { t } = useTranslation();
  const me = useMe();
  return (
    <>
      <PageHead title={t('workbench.hello', { name: me.name })} notes={<span className="t2">{me.post}</span>} />
      {me.may('population.read') && <Standing />}
      {me.may('servicing.ledger') && <LendingTrend />}
      <div className="row bench">
        <Section title={t('workbench.waiting')}>
          <ul className="waiting">
            {me.may('change.read') && <Proposals />}
            <Overnight />
            {me.may('intake.read') && <Refusals />}
            {me.may('intake.identity') && <Pairs />}
            <Doors />
          </ul>
        </Section>
        {me.may('intake.read') && <LastLoads />}
      </div>
    </>
  );
}

function Standing() {
  const { t } = useTranslation();
  const me = useMe();
  const scope = useScope(me.home);
  const node = useGridNode(scope);
  if (node.isError) return <Failure problem={node.error} retry={() => void node.refetch()} inside />;
  if (node.data === undefined) {
    return (
      <div className="sec">
        <Bones rows={3} />
      </div>
    );
  }
  const { figures, rates, name } = node.data;
  return (
    <>
      <p className="standing">
        <Link to="/grid/$code" params={{ code: scope }}>
          {name}
        </Link>
        {figures.people.as_of !== null && <span className="t3 sm"> {t('list.asOf', { at: figures.people.as_of })}</span>}
      </p>
      <div className="top4">
        <Figure
          label={t('workbench.limits')}
          value={<Known value={figures.limit_fen.value} write={wan} why={figures.limit_fen.reason} />}
          unit={t('unit.wan')}
          note={t('workbench.outcomes', {
            approved: count(figures.approved.value),
            referred: count(figures.referred.value),
            declined: count(figures.declined.value),
          })}
        />
        <RateSheet label={t('grid.filing')} rate={rates.filing} stage="filed" />
        <RateSheet label={t('grid.cover')} rate={rates.cover} stage="granted" />
        <RateSheet label={t('grid.use')} rate={rates.use} stage="used" />
      </div>
    </>
  );
}

function Proposals() {
  const { t } = useTranslation();
  const list = useQuery({
    queryKey: ['changes', 'proposed', undefined],
    queryFn: () => get(proposalList, '/api/v1/changes', { state: 'proposed', limit: 200 }),
  });
  if (list.isError) return <li>{<Failure problem={list.error} inside />}</li>;
  const mine = list.data?.items.filter((item) => item.may.approve) ?? [];
  const oldest = mine.at(-1);
  return (
    <Wait
      number={list.data === undefined ? '…' : count(mine.length)}
      tone={mine.length > 0 ? 'warn' : ''}
      text={t('workbench.toApprove')}
      to="/changes"
      search={{ state: 'proposed' }}
      hint={oldest === undefined ? t('workbench.nothing') : `${oldest.kind_name[spoken()]} ${subjectOf(oldest)}`}
    />
  );
}

function useLastLoads() {
  return useQuery({ queryKey: ['loads'], queryFn: () => get(loadList, '/api/v1/loads', { limit: 20 }) });
}

function Refusals() {
  const { t } = useTranslation();
  const loads = useLastLoads();
  if (loads.isError) return <li>{<Failure problem={loads.error} inside />}</li>;
  const items = loads.data?.items ?? [];
  const refused = items.filter((load) => load.files_refused > 0 || load.state === 'failed' || load.state === 'interrupted');
  const quarantined = items[0];
  return (
    <>
      <Wait
        number={loads.data === undefined ? '…' : count(refused.length)}
        tone={refused.length > 0 ? 'bad' : ''}
        text={t('workbench.refused')}
        to="/loads"
        hint={refused[0] === undefined ? t('workbench.nothing') : `${refused[0].id} ${instant(refused[0].started_at)}`}
      />
      <Wait
        number={quarantined === undefined ? '0' : count(quarantined.quarantined)}
        tone={quarantined !== undefined && quarantined.quarantined > 0 ? 'warn' : ''}
        text={t('workbench.quarantined')}
        to={quarantined === undefined ? '/loads' : `/loads/${quarantined.id}/quarantine`}
        hint={
          quarantined === undefined
            ? t('workbench.nothing')
            : t('workbench.ofRows', { id: quarantined.id, rows: count(quarantined.rows_in) })
        }
      />
    </>
  );
}

function Pairs() {
  const { t } = useTranslation();
  const list = useQuery({
    queryKey: ['candidates', 'open', 'count'],
    queryFn: () => get(candidateList, '/api/v1/identity/candidates', { state: 'open', limit: 1 }),
  });
  if (list.isError) return <li>{<Failure problem={list.error} inside />}</li>;
  const total = list.data?.total ?? 0;
  return (
    <Wait
      number={list.data === undefined ? '…' : count(total)}
      tone={total > 0 ? 'warn' : ''}
      text={t('workbench.pairs')}
      to="/identity"
      hint={total === 0 ? t('workbench.nothing') : t('workbench.pairsHint')}
    />
  );
}

/** The work of posts that see people but wait for nothing: where it begins. */
function Doors() {
  const { t } = useTranslation();
  const me = useMe();
  const node = useGridNode(me.may('whitelist.read') && me.may('population.read') ? me.home : null);
  if (node.data === undefined) return null;
  const { approved, referred } = node.data.figures;
  return (
    <>
      <Wait
        number={<Known value={referred.value} write={count} why={referred.reason} />}
        tone={(referred.value ?? 0) > 0 ? 'warn' : ''}
        text={t('workbench.referred')}
        to="/whitelist"
        search={{ grid: me.home, outcome: 'refer' }}
        hint={t('workbench.referredHint')}
      />
      <Wait
        number={<Known value={approved.value} write={count} why={approved.reason} />}
        tone=""
        text={t('workbench.approved')}
        to="/whitelist"
        search={{ grid: me.home, outcome: 'approve' }}
        hint={t('workbench.approvedHint', { percent: percentOne(node.data.rates.use.ppm) })}
      />
    </>
  );
}

function LastLoads() {
  const { t } = useTranslation();
  const loads = useLastLoads();
  return (
    <Section title={t('workbench.lastLoads')} right={<Link to="/loads">{t('workbench.allLoads')}</Link>}>
      {loads.isError && <Failure problem={loads.error} retry={() => void loads.refetch()} inside />}
      {loads.isPending && <Bones rows={4} />}
      {loads.data?.items.length === 0 && <p className="t3">{t('loads.none')}</p>}
      {loads.data !== undefined && loads.data.items.length > 0 && (
        <table className="dt flush">
          <thead>
            <tr>
              <th>{t('loads.column.id')}</th>
              <th>{t('loads.column.state')}</th>
              <th className="num">{t('loads.column.rows_in')}</th>
              <th className="num">{t('loads.column.published')}</th>
              <th className="num">{t('loads.column.merged')}</th>
              <th className="num">{t('loads.column.quarantined')}</th>
              <th>{t('loads.column.started')}</th>
            </tr>
          </thead>
          <tbody>
            {loads.data.items.slice(0, 6).map((load) => (
              <tr key={load.id}>
                <td>
                  <Link to="/loads/$id" params={{ id: load.id }}>
                    {load.id} {load.directory}
                  </Link>
                </td>
                <td>
                  <LoadState load={load} />
                </td>
                <td className="num">{count(load.rows_in)}</td>
                <td className="num">{count(load.published)}</td>
                <td className="num">{count(load.merged)}</td>
                <td className={load.quarantined > 0 ? 'num warn' : 'num'}>{count(load.quarantined)}</td>
                <td className="t3">{instant(load.started_at)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}
