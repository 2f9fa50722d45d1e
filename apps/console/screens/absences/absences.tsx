import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { absenceList, addresses, type AbsenceList } from '#modules/process/contract.ts';
import { useWords } from '../../address.ts';
import { get, send } from '../../api/client.ts';
import { useMe } from '../../api/session.ts';
import { count, instant } from '../../format.ts';
import { Docked } from '../../parts/drawer.tsx';
import { PageHead } from '../../parts/page.tsx';
import { Bones, Empty, Failure, problemText } from '../../parts/states.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { Unknown } from '../../parts/unknown.tsx';
import { NoteAbsence } from './note-absence.tsx';

type Absence = AbsenceList['items'][number];

/** Who is away and who stands in: one's own, and everybody's as on a duty roster. */
export function Absences() {
  const { t } = useTranslation();
  const me = useMe();
  const navigate = useNavigate();
  const search = useWords('do');
  const columns = useColumns();
  const list = useQuery({ queryKey: ['absences'], queryFn: () => get(absenceList, addresses.absences) });
  const go = (what?: string): void => void navigate({ to: '/absences', search: what === undefined ? {} : { do: what }, replace: true });
  const rows = list.data?.items ?? [];
  const away = rows.filter(isNow).length;
  const add = me.may('process.work') && (
    <button type="button" className="btn pri" onClick={() => go('add')}>
      {t('absences.add')}
    </button>
  );
  return (
    <>
      <PageHead
        title={t('shell.nav.absences')}
        notes={
          <>
            <span>
              <b className="n20">{count(away)}</b> {t('absences.now')}
            </span>
            <span className="t2">{t('absences.lead')}</span>
          </>
        }
        actions={add}
      />
      <Docked
        list={
          list.isError ? (
            <Failure problem={list.error} retry={() => void list.refetch()} />
          ) : list.isPending ? (
            <Bones rows={8} />
          ) : rows.length === 0 ? (
            <Empty title={t('absences.none')} action={add || undefined}>
              {t('absences.noneNext')}
            </Empty>
          ) : (
            <Table label={t('shell.nav.absences')} columns={columns} rows={rows} rowKey={(row) => row.absence_id} />
          )
        }
        drawer={search.do === 'add' ? <NoteAbsence onClose={() => go()} /> : null}
      />
    </>
  );
}

const isNow = (row: Absence): boolean => Date.parse(row.away_from) <= Date.now() && Date.now() < Date.parse(row.away_to);
const day = (at: string): string => instant(at).replace(/ 00:00$/, '');

function useColumns(): Column<Absence>[] {
  const { t } = useTranslation();
  const me = useMe();
  return [
    { key: 'staff', head: t('absences.column.staff'), cell: (row) => <b>{row.staff.name}</b> },
    { key: 'from', head: t('absences.column.from'), cell: (row) => day(row.away_from) },
    { key: 'to', head: t('absences.column.to'), cell: (row) => day(row.away_to) },
    { key: 'standIn', head: t('absences.column.standIn'), cell: (row) => row.stand_in?.name ?? <Unknown why={t('absences.noStandIn')} /> },
    {
      key: 'state',
      head: t('absences.column.state'),
      cell: (row) => <span className={isNow(row) ? 'tag warn' : 'tag'}>{t(isNow(row) ? 'absences.now' : 'absences.later')}</span>,
    },
    {
      key: 'act',
      head: t('absences.column.act'),
      cell: (row) => (row.staff.staff_id === me.staffId || me.may('process.supervise') ? <Remove id={row.absence_id} /> : null),
    },
  ];
}

function Remove({ id }: { id: string }) {
  const { t, i18n } = useTranslation();
  const client = useQueryClient();
  const [isSure, setSure] = useState(false);
  const remove = useMutation({
    mutationFn: () => send(z.unknown(), 'DELETE', addresses.absence.replace(':id', id)),
    onSuccess: () => client.invalidateQueries({ queryKey: ['absences'] }),
  });
  return (
    <>
      <button
        type="button"
        className={isSure ? 'link bad' : 'link'}
        disabled={remove.isPending}
        onClick={isSure ? () => remove.mutate() : () => setSure(true)}
      >
        {isSure ? t('absences.removeSure') : t('absences.remove')}
      </button>
      {remove.isError && <span className="bad sm"> {problemText(remove.error, i18n.language === 'en')}</span>}
    </>
  );
}
