import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { addresses, projectPage } from '#modules/village/contract.ts';
import { evaluationAddresses, qualificationList, registered } from '#modules/village/evaluation/contract.ts';
import { get, send } from '../../api/client.ts';
import { spoken } from '../../i18n.ts';
import { AskDrawer } from '../../parts/ask.tsx';
import { ChosenField, TypedField } from '../../parts/field.tsx';
import { PersonPicker } from '../../parts/person-picker.tsx';
import { useRefused } from '../../parts/refused.ts';
import { Unread } from '../../parts/states.tsx';
import type { At } from './at.ts';

/** Somebody of the village; on the roll where that is known, because stepping aside follows from it. */
export function RegisterReviewer({ at, onClose, onMade }: { at: At; onClose: () => void; onMade: (id: string) => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const project = useQuery({
    queryKey: ['village', 'project', at.projectId],
    queryFn: () => get(projectPage, addresses.project.replace(':id', at.projectId)),
  });
  const known = useQuery({
    queryKey: ['evaluation', at.projectId, 'qualifications'],
    queryFn: () => get(qualificationList, evaluationAddresses.qualifications.replace(':id', at.projectId)),
  });
  const villages = villagesOf(project.data?.areas_list ?? []);
  const [village, setVillage] = useState('');
  const [person, setPerson] = useState<string | undefined>();
  const [name, setName] = useState('');
  const [phone, setPhone] = useState('');
  const [qualification, setQualification] = useState('');
  const [isCommittee, setCommittee] = useState(false);
  const place = village === '' ? (villages[0]?.code ?? '') : village;
  const chosen = qualification === '' ? (known.data?.items[0]?.code ?? '') : qualification;
  const register = useMutation({
    mutationFn: () =>
      send(registered, 'POST', evaluationAddresses.reviewers.replace(':id', at.projectId), {
        grid_code: place,
        person_id: person ?? null,
        name: name.trim(),
        phone: phone === '' ? null : phone,
        qualification: chosen,
        is_committee: isCommittee,
      }),
    onSuccess: async ({ reviewer_id }) => {
      await client.invalidateQueries({ queryKey: ['evaluation', at.projectId] });
      onMade(reviewer_id);
    },
  });
  const refused = useRefused(register.error, { phone: 'phone', reviewer_exists: 'person', person_unknown: 'person' });
  return (
    <AskDrawer
      docked
      title={t('evaluation.register')}
      says={t('evaluation.registerSays')}
      foot={t('evaluation.registerFoot')}
      submit={t('evaluation.register')}
      isReady={name.trim().length > 1 && place !== '' && chosen !== ''}
      isBusy={register.isPending}
      refused={refused.rest}
      onSubmit={() => register.mutate()}
      onClose={onClose}
    >
      {project.data === undefined && <Unread of={project} what="project" rows={1} inside />}
      {known.data === undefined && <Unread of={known} what="rules" rows={1} inside />}
      <ChosenField
        id="reviewer-village"
        label={t('evaluation.column.village')}
        value={place}
        options={villages.map(({ code, name: text }) => ({ value: code, text }))}
        onChange={setVillage}
      />
      <p className="typed">
        <span>{t('evaluation.onRoll')}</span>
        <PersonPicker isField chosen={person} onChoose={setPerson} />
        {refused.at('person') !== undefined && <span className="bad sm">{refused.at('person')}</span>}
      </p>
      <TypedField id="reviewer-name" label={t('evaluation.column.name')} value={name} decimal={false} onChange={setName} />
      <TypedField
        id="reviewer-phone"
        label={t('evaluation.phone')}
        value={phone}
        decimal={false}
        isWrong={refused.at('phone') !== undefined}
        hint={refused.at('phone')}
        onChange={(text) => setPhone(text.replace(/\D/g, ''))}
      />
      <ChosenField
        id="reviewer-qualification"
        label={t('evaluation.column.qualification')}
        value={chosen}
        options={(known.data?.items ?? []).map((one) => ({ value: one.code, text: one.name[spoken()] }))}
        onChange={setQualification}
      />
      <label className="seat">
        <input type="checkbox" checked={isCommittee} onChange={(event) => setCommittee(event.target.checked)} />
        <span>{t('evaluation.isCommittee')}</span>
      </label>
    </AskDrawer>
  );
}

/** A project may name groups: their village stands once. */
function villagesOf(areas: readonly { grid_code: string; name: string }[]): { code: string; name: string }[] {
  const byCode = new Map<string, string>();
  for (const { grid_code, name } of areas) {
    const code = grid_code.slice(0, 12);
    // A group is told with its village in front.
    if (!byCode.has(code)) byCode.set(code, grid_code.length === 12 ? name : (name.split(' ')[0] ?? code));
  }
  return [...byCode].map(([code, name]) => ({ code, name }));
}
