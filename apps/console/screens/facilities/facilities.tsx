import { Link, useNavigate } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { addresses, facilityList, facilityStandings, type Facility, type FacilityList } from '#modules/servicing/contract.ts';
import { useWords } from '../../address.ts';
import { Problem } from '../../api/client.ts';
import { useOnward } from '../../api/onward.ts';
import { useMe } from '../../api/session.ts';
import { useCodes, type CodeFamily } from '../../codes.ts';
import { wan } from '../../format.ts';
import { useListView } from '../../parts/list-view.tsx';
import { filtersOf, type Words } from '../../parts/list-words.ts';
import { OnwardScreen } from '../../parts/onward-screen.tsx';
import { Choice } from '../../parts/sentence.tsx';
import type { Column } from '../../parts/table.tsx';
import { Unknown } from '../../parts/unknown.tsx';
import { Proposed } from '../../parts/waiting.tsx';
import { NotBegun } from '../loans/loans.tsx';
import { FacilityTag } from './facility-tag.tsx';
import { LimitBar } from './limit-bar.tsx';
import { OpenFacility } from './open-facility.tsx';
import { productsOf } from './typed-facility.ts';

const kept = ['standing'] as const;

/** Every facility the reader may see, and how much of it is left; a row opens it, and a new one is proposed beside the list. */
export function Facilities() {
  const { t } = useTranslation();
  const code = useCodes();
  const me = useMe();
  const navigate = useNavigate();
  const [proposal, setProposal] = useState<string | null>(null);
  const search = useWords(...kept, 'open', 'view', 'columns');
  const go = (next: Words): void => void navigate({ to: '/facilities', search: next, replace: true });
  const change = (next: Words): void => go({ ...search, ...next });
  const list = useOnward<Facility, FacilityList>('facilities', facilityList, addresses.facilities, filtersOf(search, kept));
  const view = useListView<Facility>({
    list: 'facilities',
    columns: columnsOf(t, code),
    words: kept,
    search,
    onChange: change,
    onOpen: go,
  });
  if (list.error instanceof Problem && list.error.code === 'not_open') return <NotBegun title={t('shell.nav.facilities')} />;
  const mayOpen = me.may('servicing.open');
  return (
    <OnwardScreen
      title={t('shell.nav.facilities')}
      actions={
        mayOpen && (
          <button type="button" className="btn pri" onClick={() => change({ open: 'new' })}>
            {t('facility.open.title')}
          </button>
        )
      }
      notice={proposal !== null && <Proposed id={proposal} what={t('facility.open.title')} />}
      sentence={
        <>
          {t('facility.sentence.state')}
          <Choice
            label={t('facility.state')}
            value={search.standing ?? ''}
            options={[
              { value: '', text: t('list.all') },
              ...facilityStandings.map((value) => ({ value, text: code('facilityStanding', value) })),
            ]}
            onChange={(standing) => change({ standing: standing === '' ? undefined : standing })}
          />
          {t('facility.sentence.order')}
        </>
      }
      control={view.control}
      list={list}
      columns={view.shown}
      none={t('facility.none')}
      noneNext={t('facility.noneNext')}
      onClear={() => go({})}
      rowKey={(row) => row.facility_id}
      onOpen={(row) => void navigate({ to: '/facilities/$id', params: { id: row.facility_id } })}
      drawer={
        mayOpen && search.open !== undefined && list.asOf !== null ? (
          <OpenFacility
            key={search.open}
            person={search.open.startsWith('P') ? search.open : undefined}
            businessDate={list.asOf}
            products={productsOf(list.rows)}
            onClose={() => change({ open: undefined })}
            onProposed={(id) => {
              setProposal(id);
              change({ open: undefined });
            }}
          />
        ) : null
      }
    />
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
    { key: 'state', head: t('credit.column.state'), cell: (row) => <FacilityTag standing={row.standing} /> },
  ];
}
