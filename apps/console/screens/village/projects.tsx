import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TFunction } from 'i18next';
import { addresses, projectSetUp, projectStates, type ConfigurationPage, type ProjectRow } from '#modules/village/contract.ts';
import { useWords } from '../../address.ts';
import { useProjectList } from '../../api/progress.ts';
import { useMe } from '../../api/session.ts';
import { useBankConfiguration, useVillageAct } from '../../api/village.ts';
import { count } from '../../format.ts';
import { AskDrawer } from '../../parts/ask.tsx';
import { Docked } from '../../parts/drawer.tsx';
import { ChosenField, DateField, TypedField } from '../../parts/field.tsx';
import type { Words } from '../../parts/list-words.ts';
import { PageHead } from '../../parts/page.tsx';
import { ProductName } from '../../parts/product-name.tsx';
import { useRefused } from '../../parts/refused.ts';
import { Choice, Sentence } from '../../parts/sentence.tsx';
import { Empty, Unread } from '../../parts/states.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { Rules } from './rules.tsx';
import { toneOf, usePlainRule } from './words.ts';
import './village.css';

const making = 'new';

/** Projects of whole-village credit, and how the bank does it today: what a new one would be set up with. */
export function VillageProjects() {
  const { t } = useTranslation();
  const me = useMe();
  const navigate = useNavigate();
  const search = useWords('state', 'open');
  const list = useProjectList();
  const configuration = useBankConfiguration();
  const change = (next: Words): void => void navigate({ to: '/village/projects', search: { ...search, ...next }, replace: true });
  const rows = (list.data?.items ?? []).filter((row) => search.state === undefined || row.state === search.state);
  const add = me.may('village.run') && (
    <button type="button" className="btn pri" onClick={() => change({ open: making })}>
      {t('village.projects.set')}
    </button>
  );
  return (
    <>
      <PageHead title={t('shell.nav.villageProjects')} notes={<span className="t2">{t('village.projects.lead')}</span>} actions={add} />
      <Sentence>
        {t('village.projects.look')}
        <Choice
          label={t('village.projects.column.state')}
          value={search.state ?? ''}
          options={[{ value: '', text: t('list.all') }, ...projectStates.map((value) => ({ value, text: t(`village.state.${value}`) }))]}
          onChange={(state) => change({ state: state === '' ? undefined : state })}
        />
        {t('village.projects.ones')}
      </Sentence>
      <Docked
        list={
          <>
            {list.data === undefined ? (
              <Unread of={list} what="projects" rows={6} />
            ) : rows.length === 0 ? (
              <Empty title={t('village.projects.none')} action={add || undefined}>
                {t('village.projects.noneNext')}
              </Empty>
            ) : (
              <Table
                label={t('shell.nav.villageProjects')}
                columns={columnsOf(t)}
                rows={rows}
                rowKey={(row) => row.project_id}
                onOpen={(row) => void navigate({ to: '/village/projects/$id', params: { id: row.project_id } })}
              />
            )}
            {configuration.data === undefined && <Unread of={configuration} what="rules" rows={6} />}
            {configuration.data !== undefined && <Rules title={t('village.rules.title')} configuration={configuration.data} />}
          </>
        }
        drawer={
          search.open === making && configuration.data !== undefined ? (
            <SetUp
              configuration={configuration.data}
              onClose={() => change({ open: undefined })}
              onMade={(id) => void navigate({ to: '/village/projects/$id', params: { id } })}
            />
          ) : null
        }
      />
    </>
  );
}

function columnsOf(t: TFunction): Column<ProjectRow>[] {
  return [
    {
      key: 'name',
      head: t('village.projects.column.name'),
      fixed: true,
      wrap: true,
      cell: (row) => (
        <>
          {row.name}
          <small className="mono">{row.batch_no}</small>
        </>
      ),
    },
    {
      key: 'state',
      head: t('village.projects.column.state'),
      cell: (row) => <span className={toneOf[row.state]}>{t(`village.state.${row.state}`)}</span>,
    },
    { key: 'product', head: t('village.projects.column.product'), wrap: true, cell: (row) => <ProductName code={row.product} /> },
    { key: 'places', head: t('village.projects.column.places'), wrap: true, className: 'where', cell: (row) => placesOf(row, t) },
    { key: 'households', head: t('village.projects.column.households'), num: true, cell: (row) => count(row.households) },
    { key: 'people', head: t('village.projects.column.people'), num: true, cell: (row) => count(row.people) },
    {
      key: 'until',
      head: t('village.projects.column.until'),
      cell: (row) => (
        <>
          {row.ends_on} {row.state === 'open' && <small className={row.days_left < 0 ? 'warn' : ''}>{leftOf(row, t)}</small>}
        </>
      ),
    },
    { key: 'by', head: t('village.projects.column.by'), cell: (row) => row.made_by.name },
  ];
}

export function placesOf(row: ProjectRow, t: TFunction): string {
  const names = row.places.map(({ name }) => name).join(t('list.comma'));
  const more = row.areas - row.places.length;
  return more > 0 ? `${names} ${t('village.projects.more', { count: row.areas })}` : names;
}

export const leftOf = ({ days_left: days }: ProjectRow, t: TFunction): string =>
  days < 0 ? t('village.projects.over', { days: -days }) : t('village.projects.left', { days });

/** What is left empty is as the bank does it; the field says what that is. */
function SetUp({
  configuration,
  onClose,
  onMade,
}: {
  configuration: ConfigurationPage;
  onClose: () => void;
  onMade: (projectId: string) => void;
}) {
  const { t } = useTranslation();
  const plainRule = usePlainRule();
  const client = useQueryClient();
  const [typed, setTyped] = useState({
    name: '',
    batch: '',
    grids: '',
    starts: '',
    ends: '',
    rounds: '',
    reviewers: '',
    filed: '',
    granted: '',
    used: '',
  });
  const [rule, setRule] = useState(configuration.limits.rule);
  const [weighs, setWeighs] = useState(configuration.weighs_reviewers ? 'yes' : 'no');
  const make = useVillageAct<object>('POST', addresses.projects, (answer) => {
    void client.invalidateQueries({ queryKey: ['village'] });
    onMade(projectSetUp.parse(answer).project_id);
  });
  const refused = useRefused(make.error, {
    batch_taken: 'batch',
    batch_no: 'batch',
    name: 'name',
    area_unknown: 'grids',
    area_out_of_scope: 'grids',
    area_twice: 'grids',
    dates_wrong: 'ends',
  });
  const field = (name: keyof typeof typed, usual?: string, isNumber = false) => (
    <TypedField
      id={`project-${name}`}
      label={t(`village.projects.field.${name}`)}
      value={typed[name]}
      decimal={isNumber}
      hint={refused.at(name) ?? (usual === undefined ? undefined : t('village.projects.usual', { value: usual }))}
      isWrong={refused.at(name) !== undefined}
      onChange={(value) => setTyped({ ...typed, [name]: value })}
    />
  );
  const day = (name: 'starts' | 'ends', hint: string) => (
    <DateField
      id={`project-${name}`}
      label={t(`village.projects.field.${name}`)}
      value={typed[name]}
      hint={refused.at(name) ?? hint}
      isWrong={refused.at(name) !== undefined}
      onChange={(value) => setTyped({ ...typed, [name]: value })}
    />
  );
  const number = (text: string): number | undefined => (text.trim() === '' ? undefined : Number(text));
  const permille = (text: string): number | undefined => (text.trim() === '' ? undefined : Math.round(Number(text) * 10));
  const percent = (value: number): string => `${value / 10}%`;
  const submit = (): void =>
    make.mutate({
      name: typed.name,
      batch_no: typed.batch,
      grid_codes: typed.grids.split(/[\s,;，；、]+/).filter((code) => code !== ''),
      ...(typed.starts === '' ? {} : { starts_on: typed.starts }),
      ends_on: typed.ends,
      rounds: number(typed.rounds),
      reviewers: number(typed.reviewers),
      weighs_reviewers: weighs === 'yes',
      targets: { filed: permille(typed.filed), granted: permille(typed.granted), used: permille(typed.used) },
      take_rule: rule,
    });
  const { targets, project } = configuration;
  return (
    <AskDrawer
      docked
      title={t('village.projects.set')}
      says={t('village.projects.says')}
      foot={t('ask.atOnce')}
      submit={t('village.projects.set')}
      isReady={typed.name.trim().length > 1 && typed.batch.trim() !== '' && typed.grids.trim() !== '' && typed.ends !== ''}
      isBusy={make.isPending}
      refused={refused.rest}
      onSubmit={submit}
      onClose={onClose}
    >
      {field('name')}
      {field('batch')}
      <p className="typed">
        <label htmlFor="project-grids">{t('village.projects.field.grids')}</label>
        <textarea
          id="project-grids"
          className="area mono"
          rows={3}
          value={typed.grids}
          aria-invalid={refused.at('grids') !== undefined}
          onChange={(event) => setTyped({ ...typed, grids: event.target.value })}
        />
        {refused.at('grids') !== undefined && <span className="bad sm">{refused.at('grids')}</span>}
      </p>
      {day('starts', t('village.projects.usual', { value: t('village.projects.today') }))}
      {day('ends', t('village.projects.atLeast', { least: project.least_days, most: project.most_days }))}
      {field('rounds', String(configuration.rounds), true)}
      {field('reviewers', String(configuration.panel.reviewers), true)}
      <ChosenField
        id="project-weighs"
        label={t('village.projects.field.weighs')}
        value={weighs}
        options={(['no', 'yes'] as const).map((value) => ({ value, text: t(`village.projects.weighs.${value}`) }))}
        onChange={setWeighs}
      />
      {field('filed', percent(targets.filed), true)}
      {field('granted', percent(targets.granted), true)}
      {field('used', percent(targets.used), true)}
      <ChosenField
        id="project-rule"
        label={t('village.projects.field.rule')}
        value={rule}
        options={configuration.limits.rules.map((value) => ({ value, text: plainRule(value) }))}
        onChange={setRule}
      />
    </AskDrawer>
  );
}
