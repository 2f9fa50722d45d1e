import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { addresses, oneActedOn } from '#modules/village/contract.ts';
import { at, useVillageAct } from '../../api/village.ts';
import { AskDrawer } from '../../parts/ask.tsx';
import { isReason, ReasonField, TypedField } from '../../parts/field.tsx';
import { useRefused } from '../../parts/refused.ts';

/** A household that is there and on no roll: its head first, the others afterwards. */
export function FindHousehold({
  project,
  grid,
  onClose,
  onMade,
}: {
  project: string;
  grid: string;
  onClose: () => void;
  onMade: (householdId: string) => void;
}) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState({ group: grid.length === 14 ? grid : '', name: '', idNo: '', reason: '' });
  const make = useVillageAct<object>('POST', at(addresses.pool, project), (answer) => onMade(oneActedOn.parse(answer).household_id));
  const refused = useRefused(make.error, { group_unknown: 'group', 'members.0': 'idNo', 'members.0.id_no': 'idNo' });
  const field = (name: 'group' | 'name' | 'idNo', isNumber = false) => (
    <TypedField
      id={`find-${name}`}
      label={t(`village.pool.field.${name}`)}
      value={typed[name]}
      decimal={isNumber}
      hint={refused.at(name)}
      isWrong={refused.at(name) !== undefined}
      onChange={(value) => setTyped({ ...typed, [name]: value })}
    />
  );
  const idNo = typed.idNo.trim();
  return (
    <AskDrawer
      docked
      title={t('village.pool.find')}
      says={t('village.pool.findSays')}
      foot={t('ask.atOnce')}
      submit={t('village.pool.find')}
      isReady={/^\d{14}$/.test(typed.group.trim()) && typed.name.trim() !== '' && isReason(typed.reason)}
      isBusy={make.isPending}
      refused={refused.rest}
      onSubmit={() =>
        make.mutate({
          grid_code: typed.group.trim(),
          members: [{ name: typed.name.trim(), relation: 'head', ...(idNo === '' ? {} : { id_no: idNo }) }],
          reason: typed.reason,
        })
      }
      onClose={onClose}
    >
      {field('group', true)}
      {field('name')}
      {field('idNo')}
      <ReasonField
        id="find-reason"
        label={t('village.pool.field.reason')}
        example=""
        value={typed.reason}
        onChange={(reason) => setTyped({ ...typed, reason })}
      />
    </AskDrawer>
  );
}
