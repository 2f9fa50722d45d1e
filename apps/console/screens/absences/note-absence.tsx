import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { addresses as staffAddresses, staffList } from '#modules/organization/contract.ts';
import { addresses, type AbsenceBody } from '#modules/process/contract.ts';
import { get, send } from '../../api/client.ts';
import { useMe } from '../../api/session.ts';
import { AskDrawer } from '../../parts/ask.tsx';
import { ChosenField, DateField } from '../../parts/field.tsx';
import { useRefused } from '../../parts/refused.ts';
import { awayDays } from './away-days.ts';

/** One's own days away and who stands in; for anybody by whoever supervises. */
export function NoteAbsence({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const me = useMe();
  const client = useQueryClient();
  const staff = useQuery({
    queryKey: ['staff'],
    queryFn: () => get(staffList, staffAddresses.staff),
    enabled: me.may('organization.read'),
    staleTime: 60_000,
  });
  const [who, setWho] = useState(me.staffId);
  const [from, setFrom] = useState(me.today);
  const [to, setTo] = useState(me.today);
  const [standIn, setStandIn] = useState('');
  const days = awayDays(from, to);
  const people = (staff.data?.items ?? []).filter((one) => one.is_active);
  const note = useMutation({
    mutationFn: (body: AbsenceBody) => send(z.object({ absence_id: z.string() }), 'POST', addresses.absences, body),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['absences'] });
      onClose();
    },
  });
  const refused = useRefused(note.error ?? staff.error, {});
  const named = people.map((one) => ({ value: one.staff_id, text: one.name }));
  return (
    <AskDrawer
      docked
      title={t('absences.add')}
      says={t('absences.lead')}
      foot={t('ask.atOnce')}
      submit={t('absences.add')}
      isReady={days !== null}
      isBusy={note.isPending}
      refused={refused.rest}
      onSubmit={() => {
        if (days === null) return;
        note.mutate({ ...days, ...(who === me.staffId ? {} : { staff_id: who }), ...(standIn === '' ? {} : { stand_in_id: standIn }) });
      }}
      onClose={onClose}
    >
      {me.may('process.supervise') && (
        <ChosenField
          id="absence-who"
          label={t('absences.who')}
          value={who}
          options={[{ value: me.staffId, text: t('absences.me') }, ...named.filter(({ value }) => value !== me.staffId)]}
          onChange={setWho}
        />
      )}
      <div className="typed-grid">
        <DateField id="absence-from" label={t('absences.from')} value={from} onChange={setFrom} />
        <DateField
          id="absence-to"
          label={t('absences.to')}
          value={to}
          least={from}
          isWrong={days === null}
          hint={days === null ? t('absences.wrongDays') : t('absences.toHint')}
          onChange={setTo}
        />
      </div>
      <ChosenField
        id="absence-stand-in"
        label={t('absences.standIn')}
        value={standIn}
        options={[{ value: '', text: t('absences.noStandIn') }, ...named.filter(({ value }) => value !== who)]}
        onChange={setStandIn}
      />
    </AskDrawer>
  );
}
