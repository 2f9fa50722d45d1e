import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { addresses, type ChangeFacility as Request, type Facility } from '#modules/servicing/contract.ts';
import { send } from '../../api/client.ts';
import { useMe } from '../../api/session.ts';
import { useCodes } from '../../codes.ts';
import { wan, yuan } from '../../format.ts';
import { AskDrawer } from '../../parts/ask.tsx';
import { BeforeAfterTable } from '../../parts/before-after.tsx';
import { isReason, ReasonField, TypedField } from '../../parts/field.tsx';
import { Menu } from '../../parts/menu.tsx';
import { useRefused } from '../../parts/refused.ts';
import { fenTyped } from '../../parts/typed-amount.ts';
import { availableAfter, changesOffered, type FacilityChange } from './typed-facility.ts';

const answered = z.object({ proposal_id: z.string().nullable() });
const places = { limit_fen: 'limit', facility_unchanged: 'limit' } as const;

/** The one place for what may become of a facility. */
export function FacilityChanges({ facility, onChoose }: { facility: Facility; onChoose: (change: FacilityChange) => void }) {
  const { t } = useTranslation();
  const code = useCodes();
  const me = useMe();
  const offered = changesOffered(facility);
  if (!me.may('servicing.amend') || offered.length === 0) return null;
  return (
    <Menu label={t('facility.change.menu')} face={t('facility.change.menu')} className="btn">
      {(close) =>
        offered.map((change) => (
          <button
            key={change}
            type="button"
            onClick={() => {
              close();
              onChoose(change);
            }}
          >
            {code('facilityChange', change)}
          </button>
        ))
      }
    </Menu>
  );
}

/** Another limit or state of a facility. Freezing is done at once; everything else waits for a second person, and says so beforehand. */
export function ChangeFacilityDrawer({
  change,
  facility,
  businessDate,
  onClose,
  onDone,
}: {
  change: FacilityChange;
  facility: Facility;
  businessDate: string;
  onClose: () => void;
  /** Told the proposal, or null when it has been done. */
  onDone: (proposalId: string | null) => void;
}) {
  const { t } = useTranslation();
  const code = useCodes();
  const [limit, setLimit] = useState('');
  const [reason, setReason] = useState('');
  const isLimit = change === 'limit';
  const fen = fenTyped(limit);
  const ask = useMutation({
    mutationFn: (request: Request) => send(answered, 'POST', addresses.facilityChange.replace(':id', facility.facility_id), request),
    onSuccess: ({ proposal_id }) => onDone(proposal_id),
  });
  const refused = useRefused(ask.error, places);
  const taken = BigInt(facility.used_fen) + BigInt(facility.reserved_fen);
  const isWrong = refused.at('limit') !== undefined || (limit !== '' && fen === null);
  const isBelow = fen !== null && fen < taken;
  const hint =
    refused.at('limit') ?? (isWrong ? t('amend.wrong.amount') : isBelow ? t('facility.change.below', { taken: yuan(taken) }) : undefined);
  const state = isLimit ? facility.state : change;
  const limitAfter = isLimit ? fen : BigInt(facility.limit_fen);
  return (
    <AskDrawer
      title={code('facilityChange', change)}
      notes={<span className="t2">{`${facility.person_name ?? ''} ${facility.facility_id}`.trim()}</span>}
      says={t(`facility.change.says.${change}`)}
      foot={change === 'frozen' ? t('ask.atOnce') : t('ask.fourEyes')}
      submit={change === 'frozen' ? t('facility.change.freeze') : t('ask.propose')}
      isReady={isReason(reason) && (!isLimit || fen !== null)}
      isBusy={ask.isPending}
      refused={refused.rest}
      onSubmit={() => ask.mutate({ reason: reason.trim(), ...(isLimit ? { limit_fen: String(fen) } : { state: change }) })}
      onClose={onClose}
    >
      {isLimit && (
        <TypedField
          id="change-limit"
          label={t('facility.change.limit')}
          unit={t('unit.yuan')}
          value={limit}
          autoFocus
          isWrong={isWrong}
          hint={hint}
          onChange={(text) => {
            ask.reset();
            setLimit(text);
          }}
        />
      )}
      <BeforeAfterTable
        label={t('amend.compare')}
        rows={[
          ...(isLimit
            ? [{ name: t('facility.change.limitWan'), before: wan(facility.limit_fen), after: fen === null ? null : wan(fen) }]
            : [{ name: t('facility.state'), before: code('facilityState', facility.state), after: code('facilityState', state) }]),
          {
            name: t('facility.change.availableWan'),
            before: wan(facility.available_fen),
            after: limitAfter === null ? null : wan(availableAfter(facility, limitAfter, state, businessDate)),
          },
        ]}
      />
      <ReasonField
        id="change-reason"
        label={t('ask.reason')}
        example={t(`facility.change.example.${change}`)}
        value={reason}
        autoFocus={!isLimit}
        onChange={setReason}
      />
    </AskDrawer>
  );
}
