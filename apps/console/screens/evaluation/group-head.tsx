import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { addresses, groupHeadList, type GroupHead } from '#modules/village/contract.ts';
import { get, send } from '../../api/client.ts';
import { useMe } from '../../api/session.ts';
import { instant } from '../../format.ts';
import { TypedField } from '../../parts/field.tsx';
import { useRefused } from '../../parts/refused.ts';
import { Unread } from '../../parts/states.tsx';
import { Wrong } from '../../parts/wrong.tsx';

const nothing = z.unknown();

/** Group heads of a project, by group. */
export const useGroupHeads = (projectId: string) =>
  useQuery({
    queryKey: ['village', 'group-heads', projectId],
    queryFn: () => get(groupHeadList, addresses.groupHeads.replace(':id', projectId)),
    select: ({ items }): ReadonlyMap<string, GroupHead> => new Map(items.map((one) => [one.grid_code, one])),
  });

/** 组长: who speaks for the group, who did before, and naming another one. The phone is told masked. */
export function GroupHeadPart({ projectId, gridCode }: { projectId: string; gridCode: string }) {
  const { t } = useTranslation();
  const me = useMe();
  const heads = useGroupHeads(projectId);
  const [isNaming, setNaming] = useState(false);
  if (heads.data === undefined)
    return (
      <>
        <h3>{t('evaluation.head')}</h3>
        <Unread of={heads} what="heads" rows={2} inside />
      </>
    );
  const { head = null, past = [] } = heads.data.get(gridCode) ?? {};
  return (
    <>
      <h3>{t('evaluation.head')}</h3>
      {head === null ? (
        <p className="t3">{t('evaluation.noHead')}</p>
      ) : (
        <p className="seat">
          <span>{head.name}</span>
          <span className="mono t2">{head.phone_masked ?? t('evaluation.noPhone')}</span>
          <span className="grow" />
          <span className="t3 sm">{t('evaluation.headSince', { at: instant(head.set_at) })}</span>
        </p>
      )}
      {past.map((one) => (
        <p key={one.replaced_at} className="seat t3 sm">
          <span>{one.name}</span>
          <span className="mono">{one.phone_masked ?? ''}</span>
          <span className="grow" />
          <span>{t('evaluation.headUntil', { from: instant(one.set_at), until: instant(one.replaced_at) })}</span>
        </p>
      ))}
      {me.may('village.run') &&
        (isNaming ? (
          <NameHead projectId={projectId} gridCode={gridCode} onNamed={() => setNaming(false)} />
        ) : (
          <p className="later">
            <button type="button" className="btn" onClick={() => setNaming(true)}>
              {t(head === null ? 'evaluation.nameHead' : 'evaluation.replaceHead')}
            </button>
          </p>
        ))}
    </>
  );
}

function NameHead({ projectId, gridCode, onNamed }: { projectId: string; gridCode: string; onNamed: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [phone, setPhone] = useState('');
  const set = useMutation({
    mutationFn: () =>
      send(nothing, 'PUT', addresses.groupHead.replace(':id', projectId).replace(':group', gridCode), {
        name: name.trim(),
        phone: phone === '' ? null : phone,
      }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['village', 'group-heads', projectId] });
      onNamed();
    },
  });
  const refused = useRefused(set.error, { name: 'name', phone: 'phone' });
  return (
    <form
      className="panel-form"
      onSubmit={(event) => {
        event.preventDefault();
        set.mutate();
      }}
    >
      <TypedField
        id="head-name"
        label={t('evaluation.column.name')}
        value={name}
        decimal={false}
        autoFocus
        isWrong={refused.at('name') !== undefined}
        hint={refused.at('name')}
        onChange={setName}
      />
      <TypedField
        id="head-phone"
        label={t('evaluation.phone')}
        value={phone}
        decimal={false}
        isWrong={refused.at('phone') !== undefined}
        hint={refused.at('phone')}
        onChange={(text) => setPhone(text.replace(/\D/g, ''))}
      />
      <Wrong>{refused.rest}</Wrong>
      <button type="submit" className="btn pri" disabled={name.trim() === '' || set.isPending}>
        {t('evaluation.setHead')}
      </button>
    </form>
  );
}
