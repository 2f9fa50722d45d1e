import { Link, useNavigate } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { addresses, openingProposed, type ProjectPage } from '#modules/village/contract.ts';
import { useAddress, useWords } from '../../address.ts';
import { useMe } from '../../api/session.ts';
import { at, useProject, useProjectConfiguration, useVillageAct } from '../../api/village.ts';
import { count } from '../../format.ts';
import { AskDrawer } from '../../parts/ask.tsx';
import { Export } from '../../parts/export.tsx';
import { isReason, ReasonField } from '../../parts/field.tsx';
import { Figure, PageHead, Section } from '../../parts/page.tsx';
import { ProductName } from '../../parts/product-name.tsx';
import { useRefused } from '../../parts/refused.ts';
import { Unread } from '../../parts/states.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { leftOf, placesOf } from './projects.tsx';
import { RollIn } from './roll-in.tsx';
import { Rules } from './rules.tsx';
import { toneOf, usePlainRule } from './words.ts';
import './village.css';

/** One project: how far its pool is, its villages, and the rules it was set up with. */
export function VillageProject() {
  const id = useAddress('id');
  const project = useProject(id);
  if (project.data === undefined) return <Unread of={project} what="project" rows={14} />;
  return <Sheet page={project.data} />;
}

function Sheet({ page }: { page: ProjectPage }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { do: doing } = useWords('do');
  const configuration = useProjectConfiguration(page.project_id);
  const go = (next: string | undefined): void =>
    void navigate({ to: '/village/projects/$id', params: { id: page.project_id }, search: { do: next }, replace: true });
  const { filling, shades } = page;
  return (
    <div className="with-ask">
      <PageHead
        way={[{ text: t('shell.nav.villageProjects'), to: '/village/projects' }, { text: page.batch_no }]}
        title={page.name}
        notes={
          <>
            <span className={toneOf[page.state]}>{t(`village.state.${page.state}`)}</span>
            <span className="t2">
              {page.starts_on} — {page.ends_on} {page.state === 'open' && leftOf(page, t)}
            </span>
            <span className="t2">{placesOf(page, t)}</span>
          </>
        }
        actions={<Actions page={page} onDo={go} />}
      />
      {page.state === 'open' && filling.filled < filling.areas && (
        <p className={filling.error === null ? 'note-line' : 'note-line bad'} role="status">
          {t(filling.error === null ? 'village.project.filling' : 'village.project.stopped', {
            filled: filling.filled,
            areas: filling.areas,
            error: filling.error ?? '',
          })}
          <progress max={filling.areas} value={filling.filled} />
        </p>
      )}
      <div className="row pair">
        <section className="sec">
          <Figure
            label={t('village.project.figure')}
            value={count(page.households)}
            unit={t('unit.households')}
            note={`${count(page.people)} ${t('unit.people')}; ${t('village.project.shades', shades)}`}
          />
          <Own page={page} />
        </section>
        <Section title={t('village.project.areas')} note={count(page.areas)}>
          <Table
            label={t('village.project.areas')}
            columns={useAreaColumns(page)}
            rows={page.areas_list}
            rowKey={(row) => row.grid_code}
            flush
          />
        </Section>
      </div>
      {configuration.data === undefined && <Unread of={configuration} what="rules" rows={6} />}
      {configuration.data !== undefined && (
        <Rules
          title={t('village.project.rules')}
          note={t(page.is_configuration_current ? 'village.project.current' : 'village.project.older')}
          configuration={configuration.data}
        />
      )}
      {doing === 'open' && <AskOpening page={page} onClose={() => go(undefined)} />}
      {doing === 'close' && <AskClosing page={page} onClose={() => go(undefined)} />}
      {doing === 'roll' && <RollIn project={page.project_id} onClose={() => go(undefined)} />}
    </div>
  );
}

function Actions({ page, onDo }: { page: ProjectPage; onDo: (what: string) => void }) {
  const { t } = useTranslation();
  const me = useMe();
  const id = page.project_id;
  return (
    <>
      {me.may('village.roll') && page.state !== 'draft' && (
        <Export path={at(addresses.roll, id)} filter={{}} name={`${page.batch_no}.xlsx`} />
      )}
      {me.may('village.roll') && page.state === 'open' && (
        <button type="button" className="btn" onClick={() => onDo('roll')}>
          {t('village.project.in')}
        </button>
      )}
      {me.may('village.run') && page.state === 'open' && (
        <button type="button" className="btn" onClick={() => onDo('close')}>
          {t('village.project.close')}
        </button>
      )}
      {page.opening !== null && (
        <Link className="btn" to="/changes" search={{ open: page.opening }}>
          {t('village.project.waiting', { id: page.opening })}
        </Link>
      )}
      {me.may('village.run') && page.state === 'draft' && page.opening === null && (
        <button type="button" className="btn pri" onClick={() => onDo('open')}>
          {t('village.project.propose')}
        </button>
      )}
      {page.state !== 'draft' && (
        <Link className="btn pri" to="/village/pool" search={{ project: id }}>
          {t('village.project.pool')}
        </Link>
      )}
    </>
  );
}

function Own({ page }: { page: ProjectPage }) {
  const { t } = useTranslation();
  const plainRule = usePlainRule();
  const { targets } = page;
  const rows: [string, ReactNode][] = [
    [t('village.projects.column.product'), <ProductName key="product" code={page.product} />],
    [t('village.projects.field.rounds'), String(page.rounds)],
    [t('village.projects.field.reviewers'), String(page.reviewers)],
    [t('village.projects.field.weighs'), t(`village.projects.weighs.${page.weighs_reviewers ? 'yes' : 'no'}`)],
    [
      t('village.rules.targets'),
      t('village.rules.targetsText', { filed: targets.filed / 10, granted: targets.granted / 10, used: targets.used / 10 }),
    ],
    [t('village.projects.field.rule'), plainRule(page.take_rule)],
    [t('village.projects.column.by'), page.made_by.name],
  ];
  return (
    <dl className="kv later">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function useAreaColumns(page: ProjectPage): Column<ProjectPage['areas_list'][number]>[] {
  const { t } = useTranslation();
  return [
    {
      key: 'name',
      head: t('village.project.areas'),
      wrap: true,
      className: 'where',
      fixed: true,
      cell: (row) => (
        <Link to="/village/pool" search={{ project: page.project_id, grid: row.grid_code }}>
          {row.name}
        </Link>
      ),
    },
    { key: 'code', head: t('village.project.code'), cell: (row) => <span className="mono t3">{row.grid_code}</span> },
    {
      key: 'households',
      head: t('village.projects.column.households'),
      num: true,
      cell: (row) => (row.filled_at === null ? <span className="t3">{t('village.project.notFilled')}</span> : count(row.households)),
    },
    {
      key: 'people',
      head: t('village.projects.column.people'),
      num: true,
      cell: (row) => (row.filled_at === null ? '—' : count(row.people)),
    },
  ];
}

function AskOpening({ page, onClose }: { page: ProjectPage; onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [reason, setReason] = useState('');
  const propose = useVillageAct<{ reason: string }>('POST', at(addresses.opening, page.project_id), (answer) => {
    openingProposed.parse(answer);
    void navigate({ to: '/village/projects/$id', params: { id: page.project_id }, search: {}, replace: true });
  });
  return (
    <AskDrawer
      title={t('village.project.propose')}
      says={t('village.project.proposeSays')}
      foot={t('ask.fourEyes')}
      submit={t('ask.propose')}
      isReady={isReason(reason)}
      isBusy={propose.isPending}
      refused={useRefused(propose.error, {}).rest}
      onSubmit={() => propose.mutate({ reason })}
      onClose={onClose}
    >
      <ReasonField id="opening-reason" label={t('ask.reason')} example="" value={reason} autoFocus onChange={setReason} />
    </AskDrawer>
  );
}

function AskClosing({ page, onClose }: { page: ProjectPage; onClose: () => void }) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  const close = useVillageAct<{ reason: string }>('POST', at(addresses.closing, page.project_id), onClose);
  return (
    <AskDrawer
      title={t('village.project.close')}
      says={t('village.project.closeSays')}
      foot={t('ask.atOnce')}
      submit={t('village.project.close')}
      isGrave
      isReady={isReason(reason)}
      isBusy={close.isPending}
      refused={useRefused(close.error, {}).rest}
      onSubmit={() => close.mutate({ reason })}
      onClose={onClose}
    >
      <ReasonField id="closing-reason" label={t('ask.reason')} example="" value={reason} autoFocus onChange={setReason} />
    </AskDrawer>
  );
}
