import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { addresses, presences, relations, type PoolHousehold } from '#modules/village/contract.ts';
import { useMe } from '../../api/session.ts';
import { at, useManagers, usePoolHousehold, useVillageAct } from '../../api/village.ts';
import { useCodes } from '../../codes.ts';
import { AskDrawer } from '../../parts/ask.tsx';
import { ChosenField, isReason, ReasonField, TypedField } from '../../parts/field.tsx';
import { useRefused } from '../../parts/refused.ts';
import { Unread } from '../../parts/states.tsx';

const acts = ['claim', 'assign', 'release', 'exclude', 'take_back', 'add_member', 'move', 'split', 'merge', 'presence'] as const;
type PoolActName = (typeof acts)[number];
const isHouseholdId = /^(H\d{12}-.+|F[0-9a-f]{15})$/;
const isAct = (text: string): text is PoolActName => acts.some((act) => act === text);

/** What the reader may do with the household now; the server checks again. */
export function usePoolActs(page: PoolHousehold): readonly PoolActName[] {
  const me = useMe();
  const { household, project, members } = page;
  if (project.state !== 'open' || household.state === 'merged') return [];
  const mayRun = me.may('village.run');
  if (household.state === 'excluded') return mayRun ? ['take_back'] : [];
  const isMine = household.manager?.staff_id === me.staffId;
  const may: Record<PoolActName, boolean> = {
    claim: me.may('village.work') && household.manager === null,
    release: me.may('village.work') && household.manager !== null && (isMine || mayRun),
    assign: mayRun,
    exclude: mayRun,
    take_back: false,
    add_member: me.may('village.work'),
    move: me.may('village.work'),
    split: me.may('village.work') && members.length > 1,
    merge: me.may('village.work'),
    presence: me.may('village.work'),
  };
  return acts.filter((act) => may[act]);
}

export function ActButtons({ page, onDo }: { page: PoolHousehold; onDo: (act: string) => void }) {
  const { t } = useTranslation();
  const shown = usePoolActs(page).filter((act) => act !== 'presence');
  return (
    <>
      {shown.map((act) => (
        <button
          key={act}
          type="button"
          className={act === shown[0] ? 'btn pri' : act === 'exclude' ? 'btn no' : 'btn'}
          onClick={() => onDo(act)}
        >
          {t(`village.pool.act.${act}`)}
        </button>
      ))}
    </>
  );
}

interface Typed {
  reason: string;
  manager: string;
  group: string;
  into: string;
  people: readonly string[];
  name: string;
  idNo: string;
  relation: string;
  presence: string;
}

/** One act on one household: asked for in words, refused in words, done at once. */
export function PoolAct({
  page,
  act,
  person,
  docked = false,
  onClose,
}: {
  page: PoolHousehold;
  act: string;
  person: string | undefined;
  docked?: boolean;
  onClose: () => void;
}) {
  if (!isAct(act)) return null;
  return <Ask key={act} page={page} act={act} person={person} docked={docked} onClose={onClose} />;
}

function Ask({
  page,
  act,
  person,
  docked,
  onClose,
}: {
  page: PoolHousehold;
  act: PoolActName;
  person: string | undefined;
  docked: boolean;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const code = useCodes();
  const { household, members, project } = page;
  const managers = useManagers(project.project_id);
  const covering = (managers.data?.items ?? []).filter(({ grid_codes }) => grid_codes.some((grid) => household.grid_code.startsWith(grid)));
  const [typed, setTyped] = useState<Typed>({
    reason: '',
    manager: '',
    group: '',
    into: '',
    people: [],
    name: '',
    idNo: '',
    relation: 'other',
    presence: 'moved',
  });
  const manager = typed.manager === '' ? (covering[0]?.staff_id ?? '') : typed.manager;
  const set = (next: Partial<Typed>): void => setTyped({ ...typed, ...next });
  const into = typed.into.trim();
  const target = usePoolHousehold(project.project_id, act === 'merge' && isHouseholdId.test(into) ? into : undefined);
  const { address, body, isReady, needsReason } = requestOf(page, act, { ...typed, manager }, person, target.data);
  const send = useVillageAct<object>('POST', address, onClose);
  const refused = useRefused(send.error, {
    group_unknown: 'group',
    group_same: 'group',
    household_unknown: 'into',
    'members.0': 'idNo',
    'members.0.name': 'name',
    manager_elsewhere: 'manager',
  });
  const found = target.data?.household;
  const intoHint = found === undefined ? 'H320723103001-0012' : `${found.head?.name ?? ''} ${found.place}`;
  return (
    <AskDrawer
      docked={docked}
      title={t(`village.pool.act.${act}`)}
      notes={household.head !== null && <span className="t3">{t('households.of', { name: household.head.name })}</span>}
      says={t(`village.pool.says.${act}`)}
      foot={t('ask.atOnce')}
      submit={t(`village.pool.act.${act}`)}
      isGrave={act === 'exclude'}
      isReady={isReady && (!needsReason || isReason(typed.reason))}
      isBusy={send.isPending}
      refused={refused.rest ?? refused.at('into') ?? refused.at('manager')}
      onSubmit={() => send.mutate(body)}
      onClose={onClose}
    >
      {act === 'assign' &&
        (managers.data === undefined ? (
          <Unread of={managers} what="managers" rows={2} inside />
        ) : (
          <ChosenField
            id="act-manager"
            label={t('village.pool.field.manager')}
            value={manager}
            options={covering.map((one) => ({ value: one.staff_id, text: `${one.name}（${one.households}）` }))}
            onChange={(next) => set({ manager: next })}
          />
        ))}
      {act === 'move' && (
        <TypedField
          id="act-group"
          label={t('village.pool.field.group')}
          value={typed.group}
          hint={refused.at('group') ?? household.place}
          isWrong={refused.at('group') !== undefined}
          onChange={(group) => set({ group })}
        />
      )}
      {act === 'merge' && (
        <TypedField
          id="act-into"
          label={t('village.pool.field.into')}
          decimal={false}
          value={typed.into}
          hint={refused.at('into') ?? intoHint}
          isWrong={refused.at('into') !== undefined || target.isError}
          onChange={(next) => set({ into: next })}
        />
      )}
      {act === 'split' && (
        <fieldset className="ticks">
          <legend>{t('village.pool.field.people')}</legend>
          {members.map((member) => (
            <label key={member.person_id}>
              <input
                type="checkbox"
                checked={typed.people.includes(member.person_id)}
                onChange={(event) =>
                  set({
                    people: event.target.checked
                      ? [...typed.people, member.person_id]
                      : typed.people.filter((id) => id !== member.person_id),
                  })
                }
              />
              {member.name} <span className="t3">{code('relation', member.relation)}</span>
            </label>
          ))}
        </fieldset>
      )}
      {act === 'add_member' && (
        <>
          <TypedField
            id="act-name"
            label={t('village.pool.field.name')}
            decimal={false}
            value={typed.name}
            hint={refused.at('name')}
            isWrong={refused.at('name') !== undefined}
            onChange={(name) => set({ name })}
          />
          <TypedField
            id="act-id"
            label={t('village.pool.field.idNo')}
            decimal={false}
            value={typed.idNo}
            hint={refused.at('idNo')}
            isWrong={refused.at('idNo') !== undefined}
            onChange={(idNo) => set({ idNo })}
          />
          <ChosenField
            id="act-relation"
            label={t('village.pool.field.relation')}
            value={typed.relation}
            options={relations.map((value) => ({ value, text: code('relation', value) }))}
            onChange={(relation) => set({ relation })}
          />
        </>
      )}
      {act === 'presence' && (
        <>
          <p>
            {t('village.pool.field.person')} <b>{members.find(({ person_id }) => person_id === person)?.name}</b>
          </p>
          <ChosenField
            id="act-presence"
            label={t('village.pool.field.presence')}
            value={typed.presence}
            options={presences.map((value) => ({ value, text: t(`village.presence.${value}`) }))}
            onChange={(presence) => set({ presence })}
          />
        </>
      )}
      {needsReason && (
        <ReasonField
          id="act-reason"
          label={t('village.pool.field.reason')}
          example={t('village.pool.field.reasonExample')}
          value={typed.reason}
          onChange={(reason) => set({ reason })}
        />
      )}
    </AskDrawer>
  );
}

interface Request {
  address: string;
  body: object;
  isReady: boolean;
  needsReason: boolean;
}

function requestOf(
  { household, project }: PoolHousehold,
  act: PoolActName,
  typed: Typed,
  person: string | undefined,
  target: PoolHousehold | undefined,
): Request {
  const { household_id, revision } = household;
  const id = project.project_id;
  const { reason } = typed;
  const households = [{ household_id, revision }];
  const own = (address: string): string => at(address, id, { household: household_id });
  const asked = (address: string, body: object, isReady = true): Request => ({
    address,
    body: { ...body, reason },
    isReady,
    needsReason: true,
  });
  const plain = (address: string, body: object, isReady = true): Request => ({ address, body, isReady, needsReason: false });
  switch (act) {
    case 'claim':
      return plain(at(addresses.claim, id), { households });
    case 'release':
      return plain(at(addresses.release, id), { households });
    case 'assign':
      return plain(at(addresses.assign, id), { households, manager_id: typed.manager }, typed.manager !== '');
    case 'exclude':
      return asked(at(addresses.exclude, id), { households });
    case 'take_back':
      return asked(at(addresses.takeBack, id), { households });
    case 'move':
      return asked(own(addresses.move), { revision, grid_code: typed.group.trim() }, /^\d{14}$/.test(typed.group.trim()));
    case 'split':
      return asked(own(addresses.split), { revision, person_ids: typed.people }, typed.people.length > 0);
    case 'merge': {
      const into = target === undefined ? null : { household_id: target.household.household_id, revision: target.household.revision };
      return asked(own(addresses.merge), { revision, into }, into !== null);
    }
    case 'add_member': {
      const idNo = typed.idNo.trim();
      const member = { name: typed.name.trim(), relation: typed.relation, ...(idNo === '' ? {} : { id_no: idNo }) };
      return asked(own(addresses.addMembers), { revision, members: [member] }, member.name !== '');
    }
    case 'presence':
      return asked(
        at(addresses.presence, id, { household: household_id, person: person ?? '' }),
        { revision, presence: typed.presence },
        person !== undefined,
      );
  }
}
