import { Link, useNavigate } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { addresses, facilityList, facilityStates, type Facility, type FacilityList } from '#modules/servicing/contract.ts';
import { useWords } from '../../address.ts';
import { Problem } from '../../api/client.ts';
import { useOnward } from '../../api/onward.ts';
import { useCodes, type CodeFamily } from '../../codes.ts';
import { wan } from '../../format.ts';
import { useListView } from '../../parts/list-view.tsx';
import { filtersOf, type Words } from '../../parts/list-words.ts';
import { OnwardList } from '../../parts/onward-list.tsx';
import { PageHead } from '../../parts/page.tsx';
import { Choice, Sentence } from '../../parts/sentence.tsx';
import { Empty } from '../../parts/states.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { Unknown } from '../../parts/unknown.tsx';
import { NotBegun } from '../loans/loans.tsx';
import { FacilityTag } from './facility-tag.tsx';
import { LimitBar } from './limit-bar.tsx';

const kept = ['state'] as const;

/** Every facility the reader may see, and how much of it is left; a row opens it. */
export function Facilities() {
  const { t } = useTranslation();
  const code = useCodes();
  const navigate = useNavigate();
  const search = useWords(...kept, 'view', 'columns');
  const open = (next: Words): void => void navigate({ to: '/facilities', search: next, replace: true });
  const change = (next: Words): void => open({ ...search, ...next });
  const list = useOnward<Facility, FacilityList>('facilities', facilityList, addresses.facilities, filtersOf(search, kept));
  const view = useListView<Facility>({
    list: 'facilities',
    columns: columnsOf(t, code),
    words: kept,
    search,
    onChange: change,
    onOpen: open,
  });
  if (list.error instanceof Problem && list.error.code === 'not_open') return <NotBegun title={t('shell.nav.facilities')} />;
  return (
    <>
      <PageHead title={t('shell.nav.facilities')} />
      <Sentence right={view.control}>
        {t('facility.sentence.state')}
        <Choice
          label={t('facility.state')}
          value={search.state ?? ''}
          options={[{ value: '', text: t('list.all') }, ...facilityStates.map((value) => ({ value, text: code('facilityState', value) }))]}
          onChange={(state) => change({ state: state === '' ? undefined : state })}
        />
        {t('facility.sentence.order')}
      </Sentence>
      <div className="wl">
        <section className="list" tabIndex={0}>
          <OnwardList
            list={list}
            empty={
              <Empty
                title={t('facility.none')}
                action={
                  <button type="button" className="btn" onClick={() => open({})}>
                    {t('list.clear')}
                  </button>
                }
              >
                {t('facility.noneNext')}
              </Empty>
            }
          >
            {(rows) => (
              <Table
                label={t('shell.nav.facilities')}
                columns={view.shown}
                rows={rows}
                rowKey={(row) => row.facility_id}
                onOpen={(row) => void navigate({ to: '/facilities/$id', params: { id: row.facility_id } })}
              />
            )}
          </OnwardList>
        </section>
      </div>
    </>
  );
}

function columnsOf(t: TFunction, code: (family: CodeFamily, code: string) => string): Column<Facility>[] {
  const money = (key: 'limit' | 'used' | 'reserved' | 'available'): Column<Facility> => ({
    key,
    head: t(`credit.column.${key}`),
    unit: t('unit.wan'),
    num: true,
    cell: (row) => (key === 'available' ? <b>{wan(row[`${key}_fen`])}</b> : wan(row[`${key}_fen`])),
  });
  return [
    { key: 'facility', head: t('credit.column.facility'), fixed: true, cell: (row) => <span className="mono">{row.facility_id}</span> },
    {
      key: 'person',
      head: t('credit.column.person'),
      cell: (row) => (
        <Link to="/persons/$id" params={{ id: row.person_id }} onClick={(event) => event.stopPropagation()}>
          {row.person_name ?? <Unknown why="not_on_file" />}
        </Link>
      ),
    },
    { key: 'product', head: t('credit.column.product'), cell: (row) => row.product },
    { key: 'kind', head: t('credit.column.kind'), cell: (row) => code('facilityKind', row.kind) },
    money('limit'),
    { key: 'bar', head: t('credit.column.use'), className: 'limit-cell', cell: (row) => <LimitBar facility={row} /> },
    money('used'),
    money('reserved'),
    money('available'),
    { key: 'validTo', head: t('credit.column.validTo'), cell: (row) => row.valid_to },
    { key: 'state', head: t('credit.column.state'), cell: (row) => <FacilityTag state={row.state} /> },
  ];
}
