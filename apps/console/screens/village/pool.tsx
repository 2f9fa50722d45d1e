import { Link, useNavigate } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import {
  addresses,
  householdStates,
  poolList,
  shades,
  type ConfigurationPage,
  type PoolList,
  type PoolRow,
  type ProjectRow,
} from '#modules/village/contract.ts';
import { useWords } from '../../address.ts';
import { useEndless } from '../../api/endless.ts';
import { useGridNode } from '../../api/grid.ts';
import { useProjectList } from '../../api/progress.ts';
import { useMe } from '../../api/session.ts';
import { at, useManagers, usePoolHousehold, useProjectConfiguration } from '../../api/village.ts';
import { count, instant } from '../../format.ts';
import { Docked, Drawer } from '../../parts/drawer.tsx';
import { EndlessList } from '../../parts/endless-list.tsx';
import type { Words } from '../../parts/list-words.ts';
import { PageHead } from '../../parts/page.tsx';
import { Choice, Sentence, Word } from '../../parts/sentence.tsx';
import { Empty, Unread } from '../../parts/states.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { useScope } from '../../shell/scope.ts';
import { FindHousehold } from './find-household.tsx';
import { ActButtons, PoolAct } from './pool-acts.tsx';
import { ActOnMany, ManyBar, manyAct, pickColumn, usePicked } from './pool-many.tsx';
import { History, Members, Standing } from './pool-parts.tsx';
import { projectText, reasonsText, shadeTone } from './words.ts';
import './village.css';

const finding = 'find';

/** The pool of a project: whose it is, what the pre-filter says, what people did. */
export function VillagePool() {
  const { t } = useTranslation();
  const { project } = useWords('project');
  const list = useProjectList();
  if (list.data === undefined)
    return (
      <>
        <PageHead title={t('shell.nav.villagePool')} />
        <Unread of={list} what="projects" rows={14} />
      </>
    );
  const begun = list.data.items.filter(({ state }) => state !== 'draft');
  const chosen = begun.find(({ project_id }) => project_id === project) ?? begun.find(({ state }) => state === 'open') ?? begun[0];
  if (chosen === undefined)
    return (
      <>
        <PageHead title={t('shell.nav.villagePool')} />
        <Empty
          title={t('village.pool.noProject')}
          action={
            <Link className="btn" to="/village/projects">
              {t('shell.nav.villageProjects')}
            </Link>
          }
        >
          {t('village.pool.noProjectNext')}
        </Empty>
      </>
    );
  return <Of key={chosen.project_id} project={chosen} projects={begun} />;
}

function Of({ project, projects }: { project: ProjectRow; projects: readonly ProjectRow[] }) {
  const { t } = useTranslation();
  const me = useMe();
  const navigate = useNavigate();
  const search = useWords('shade', 'state', 'manager', 'filed', 'head', 'open', 'do', 'many');
  const grid = useScope(me.home);
  const place = useGridNode(grid);
  const configuration = useProjectConfiguration(project.project_id);
  const managers = useManagers(project.project_id);
  const change = (next: Words): void =>
    void navigate({ to: '/village/pool', search: { project: project.project_id, grid, ...search, ...next }, replace: true });
  const { shade, state, manager, filed, head } = search;
  const pool = useEndless<PoolRow, PoolList>('pool', poolList, at(addresses.pool, project.project_id), {
    grid,
    shade,
    state,
    manager,
    filed,
    head,
  });
  const any = { value: '', text: t('list.any') };
  const who = (managers.data?.items ?? []).map((one) => ({ value: one.staff_id, text: `${one.name} ${count(one.households)}` }));
  const picked = usePicked(pool.rows);
  const mayPick = me.may('village.work') && project.state === 'open';
  const many = mayPick && picked.rows.length > 0 ? manyAct(search.many) : undefined;
  const mayFind = me.may('village.work') && project.state === 'open';
  return (
    <>
      <PageHead
        title={t('shell.nav.villagePool')}
        notes={
          <>
            {pool.first !== undefined && (
              <span>
                <b className="n20">{count(pool.first.total)}</b> {t('unit.households')}
              </span>
            )}
            <span className="t2">{t('village.pool.lead')}</span>
          </>
        }
        actions={
          mayFind && (
            <button type="button" className="btn" onClick={() => change({ open: undefined, do: finding, many: undefined })}>
              {t('village.pool.find')}
            </button>
          )
        }
      />
      <Sentence>
        {t('village.pool.look')}
        <Choice
          label={t('village.projects.column.name')}
          value={project.project_id}
          options={projects.map((one) => ({ value: one.project_id, text: projectText(one) }))}
          onChange={(next) => void navigate({ to: '/village/pool', search: { project: next, grid }, replace: true })}
        />
        {t('village.pool.inGrid')} <b className="place">{place.data?.name ?? grid}</b>
        {t('list.comma')}
        {t('village.pool.shade')}
        <Choice
          label={t('village.pool.column.shade')}
          value={shade ?? ''}
          options={[any, ...shades.map((value) => ({ value, text: t(`village.shade.${value}`) }))]}
          onChange={(next) => change({ shade: next || undefined })}
        />
        {t('village.pool.state')}
        <Choice
          label={t('village.pool.column.state')}
          value={state ?? ''}
          options={[any, ...householdStates.map((value) => ({ value, text: t(`village.householdState.${value}`) }))]}
          onChange={(next) => change({ state: next || undefined })}
        />
        {t('village.pool.manager')}
        <Choice
          label={t('village.pool.column.manager')}
          value={manager ?? ''}
          options={[any, { value: 'none', text: t('village.pool.nobody') }, ...who]}
          onChange={(next) => change({ manager: next || undefined })}
        />
        {t('village.pool.filed')}
        <Choice
          label={t('village.pool.column.filed')}
          value={filed ?? ''}
          options={[any, { value: 'true', text: t('village.pool.isFiled') }, { value: 'false', text: t('village.pool.notFiled') }]}
          onChange={(next) => change({ filed: next || undefined })}
        />
        {t('village.pool.head')}
        <Word
          label={t('village.pool.headStart')}
          value={head ?? ''}
          placeholder={t('list.any')}
          onChange={(next) => change({ head: next || undefined })}
        />
      </Sentence>
      {picked.rows.length > 0 && (
        <ManyBar picked={picked} listed={pool.rows} onDo={(act) => change({ open: undefined, do: undefined, many: act })} />
      )}
      <Docked
        list={
          <EndlessList
            list={pool}
            what="pool"
            empty={
              <Empty title={t('village.pool.none')} inside>
                {t('village.pool.noneNext')}
              </Empty>
            }
          >
            {(rows) => (
              <Table
                label={t('shell.nav.villagePool')}
                columns={[...(mayPick ? [pickColumn(t, picked)] : []), ...columnsOf(t, configuration.data)]}
                rows={rows}
                rowKey={(row) => row.household_id}
                openKey={search.open}
                onOpen={(row) => change({ open: row.household_id, do: undefined, many: undefined })}
                tall
              />
            )}
          </EndlessList>
        }
        drawer={
          many !== undefined ? (
            <ActOnMany key={many} project={project} act={many} picked={picked} onClose={() => change({ many: undefined })} />
          ) : search.do === finding && mayFind ? (
            <FindHousehold
              project={project.project_id}
              grid={grid}
              onClose={() => change({ do: undefined })}
              onMade={(id) => change({ do: undefined, open: id })}
            />
          ) : search.open === undefined ? null : (
            <HouseholdDrawer
              key={search.open}
              project={project.project_id}
              id={search.open}
              doing={search.do}
              configuration={configuration.data}
              onDo={(next) => change({ do: next })}
              onClose={() => change({ open: undefined, do: undefined })}
            />
          )
        }
      />
    </>
  );
}

function columnsOf(t: TFunction, configuration: ConfigurationPage | undefined): Column<PoolRow>[] {
  return [
    {
      key: 'head',
      head: t('village.pool.column.head'),
      fixed: true,
      wrap: true,
      cell: (row) => (
        <span className={`who-cell hue-${row.hue}`}>
          <i className="chip" />
          <span>
            {row.head === null ? t('households.noHead') : t('households.of', { name: row.head.name })}
            <small className="mono">{row.household_no ?? t(`village.origin.${row.origin}`)}</small>
          </span>
        </span>
      ),
    },
    { key: 'place', head: t('village.pool.column.place'), wrap: true, className: 'where', cell: (row) => row.place },
    { key: 'members', head: t('village.pool.column.members'), num: true, cell: (row) => count(row.members) },
    {
      key: 'shade',
      head: t('village.pool.column.shade'),
      wrap: true,
      cell: (row) => (
        <>
          <span className={shadeTone[row.shade]}>{t(`village.shade.${row.shade}`)}</span>{' '}
          <small className="t2">{reasonsText(row.shade_reasons, configuration?.prefilter_reasons, t('list.comma'))}</small>
        </>
      ),
    },
    {
      key: 'filed',
      head: t('village.pool.column.filed'),
      cell: (row) => <span className={row.is_filed ? '' : 't3'}>{t(row.is_filed ? 'village.pool.isFiled' : 'village.pool.notFiled')}</span>,
    },
    {
      key: 'manager',
      head: t('village.pool.column.manager'),
      cell: (row) => (row.manager === null ? <span className="t3">{t('village.pool.nobody')}</span> : row.manager.name),
    },
    {
      key: 'state',
      head: t('village.pool.column.state'),
      wrap: true,
      cell: (row) => (
        <span className={row.state === 'in_pool' ? 't2' : 'warn'}>
          {t(`village.householdState.${row.state}`)} {row.excluded_reason !== null && <small>{row.excluded_reason}</small>}
        </span>
      ),
    },
    {
      key: 'changed',
      head: t('village.pool.column.changed'),
      cell: (row) => <span className="t3">{instant(row.changed_at).slice(0, 10)}</span>,
    },
  ];
}

function HouseholdDrawer({
  project,
  id,
  doing,
  configuration,
  onDo,
  onClose,
}: {
  project: string;
  id: string;
  doing: string | undefined;
  configuration: ConfigurationPage | undefined;
  onDo: (act: string | undefined) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const page = usePoolHousehold(project, id);
  if (page.data !== undefined && doing !== undefined)
    return <PoolAct page={page.data} act={doing} person={undefined} docked onClose={() => onDo(undefined)} />;
  const head = page.data?.household.head;
  return (
    <Drawer
      title={head === undefined ? id : head === null ? t('households.noHead') : t('households.of', { name: head.name })}
      notes={page.data !== undefined && <span className="t3 sm">{page.data.household.place}</span>}
      links={
        <Link to="/village/pool/$id/$household" params={{ id: project, household: id }}>
          {t('village.pool.page')}
        </Link>
      }
      onClose={onClose}
      actions={page.data !== undefined && <ActButtons page={page.data} onDo={onDo} />}
    >
      {page.data === undefined ? (
        <Unread of={page} what="household" rows={10} inside />
      ) : (
        <div className={`hue-${page.data.household.hue}`}>
          <Standing page={page.data} configuration={configuration} />
          <Members page={page.data} configuration={configuration} />
          <h3>{t('village.pool.history')}</h3>
          <History page={page.data} />
        </div>
      )}
    </Drawer>
  );
}
