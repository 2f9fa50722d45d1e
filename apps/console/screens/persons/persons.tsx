import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useWords } from '../../address.ts';
import { outcomes, personList, segments, trades, type PersonList, type PersonRow } from '#modules/population/contract.ts';
import type { Query } from '../../api/client.ts';
import { useEndless } from '../../api/endless.ts';
import { useGridNode } from '../../api/grid.ts';
import { useMe } from '../../api/session.ts';
import { useCodes } from '../../codes.ts';
import { Docked } from '../../parts/drawer.tsx';
import { EndlessList } from '../../parts/endless-list.tsx';
import { Export } from '../../parts/export.tsx';
import { useListView } from '../../parts/list-view.tsx';
import type { Words } from '../../parts/list-words.ts';
import { PageHead } from '../../parts/page.tsx';
import { Choice, Sentence, Word, type Option } from '../../parts/sentence.tsx';
import { Empty } from '../../parts/states.tsx';
import { Table, type Order } from '../../parts/table.tsx';
import { useScope } from '../../shell/scope.ts';
import { personColumns } from './columns.tsx';
import { PersonDrawer } from './person-drawer.tsx';

const kept = ['sex', 'age_from', 'age_to', 'trade', 'segment', 'outcome', 'sort', 'direction'] as const;
type Search = Partial<Record<(typeof kept)[number] | 'grid' | 'name' | 'open' | 'view' | 'columns', string | undefined>>;

function filterOf(search: Search, grid: string): Query {
  const { name, sex, age_from, age_to, trade, segment, outcome } = search;
  return { grid, name, sex, age_from, age_to, trade, segment, outcome, sort: search.sort ?? 'grid', direction: search.direction ?? 'asc' };
}

export function Persons() {
  const { t } = useTranslation();
  const me = useMe();
  const navigate = useNavigate();
  const search = useWords('grid', 'name', ...kept, 'open', 'view', 'columns');
  const grid = useScope(me.home);
  const filter = filterOf(search, grid);
  const list = useEndless<PersonRow, PersonList>('persons', personList, '/api/v1/persons', filter);
  const open = (next: Words): void => void navigate({ to: '/persons', search: { grid, ...next }, replace: true });
  const change = (next: Search): void => open({ ...search, ...next });
  const view = useListView<PersonRow>({
    list: 'persons',
    columns: personColumns(t),
    words: kept,
    search,
    onChange: change,
    onOpen: open,
  });
  const order: Order = { by: search.sort ?? 'grid', direction: search.direction === 'desc' ? 'desc' : 'asc' };
  const opened = list.rows.find((row) => row.person_id === search.open);
  return (
    <>
      <PageHead
        title={t('shell.nav.persons')}
        notes={
          list.first?.as_of !== null &&
          list.first !== undefined && <span className="t3 sm">{t('list.asOf', { at: list.first.as_of })}</span>
        }
        actions={me.may('population.export') && <Export path="/api/v1/persons/export.csv" filter={filter} name="persons.csv" />}
      />
      <PersonSentence search={search} grid={grid} right={view.control} onChange={change} />
      <Docked
        list={
          <EndlessList
            list={list}
            empty={
              <Empty
                title={t('persons.none')}
                action={
                  <button type="button" className="btn" onClick={() => open({})}>
                    {t('list.clear')}
                  </button>
                }
              >
                {t('persons.noneNext')}
              </Empty>
            }
          >
            {(rows) => (
              <Table
                label={t('shell.nav.persons')}
                columns={view.shown}
                rows={rows}
                rowKey={(row) => row.person_id}
                openKey={search.open}
                order={order}
                onOrder={(next) => change({ sort: next.by, direction: next.direction })}
                onOpen={(row) =>
                  row.person_id === search.open
                    ? void navigate({ to: '/persons/$id', params: { id: row.person_id } })
                    : change({ open: row.person_id })
                }
                tall
              />
            )}
          </EndlessList>
        }
        drawer={opened === undefined ? null : <PersonDrawer row={opened} onClose={() => change({ open: undefined })} />}
      />
    </>
  );
}

function PersonSentence({
  search,
  grid,
  right,
  onChange,
}: {
  search: Search;
  grid: string;
  right: ReactNode;
  onChange: (next: Search) => void;
}) {
  const { t } = useTranslation();
  const code = useCodes();
  const place = useGridNode(grid);
  const any = { value: '', text: t('list.any') };
  const options = (family: 'sex' | 'trade' | 'segment' | 'outcome', values: readonly string[]): Option[] => [
    any,
    ...values.map((value) => ({ value, text: code(family, value) })),
  ];
  return (
    <Sentence right={right}>
      {t('persons.sentence.look')} <b className="place">{place.data?.name ?? grid}</b> {t('persons.sentence.name')}
      <Word label={t('persons.label.name')} value={search.name ?? ''} placeholder={t('list.any')} onChange={(name) => onChange({ name })} />
      {t('persons.sentence.sex')}
      <Choice
        label={t('persons.label.sex')}
        value={search.sex ?? ''}
        options={options('sex', ['M', 'F'])}
        onChange={(sex) => onChange({ sex })}
      />
      {t('persons.sentence.age')}
      <Word
        label={t('persons.label.from')}
        number
        value={search.age_from ?? ''}
        placeholder={t('list.any')}
        onChange={(from) => onChange({ age_from: from })}
      />
      {t('persons.sentence.to')}
      <Word
        label={t('persons.label.to')}
        number
        value={search.age_to ?? ''}
        placeholder={t('list.any')}
        onChange={(to) => onChange({ age_to: to })}
      />
      {t('persons.sentence.trade')}
      <Choice
        label={t('persons.label.trade')}
        value={search.trade ?? ''}
        options={options('trade', trades)}
        onChange={(trade) => onChange({ trade })}
      />
      {t('persons.sentence.segment')}
      <Choice
        label={t('persons.label.segment')}
        value={search.segment ?? ''}
        options={options('segment', segments)}
        onChange={(segment) => onChange({ segment })}
      />
      {t('persons.sentence.outcome')}
      <Choice
        label={t('persons.label.outcome')}
        value={search.outcome ?? ''}
        options={options('outcome', [...outcomes, 'none'])}
        onChange={(outcome) => onChange({ outcome })}
      />
    </Sentence>
  );
}
