import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { personPage } from '#modules/population/contract.ts';
import { addresses, facilityKinds, proposed, type ProposeFacility as Request } from '#modules/servicing/contract.ts';
import { get, send } from '../../api/client.ts';
import { isLost, useRequestKeys } from '../../api/request-key.ts';
import { useCodes } from '../../codes.ts';
import { percentOfPpm, wan, yuan } from '../../format.ts';
import { AskDrawer } from '../../parts/ask.tsx';
import { ChosenField, DateField, ReasonField, TypedField } from '../../parts/field.tsx';
import { PersonPicker } from '../../parts/person-picker.tsx';
import { useRefused } from '../../parts/refused.ts';
import { emptyFacility, readFacility, type FacilityField, type TypedFacility } from './typed-facility.ts';

const places = {
  person_unknown: 'person',
  person_id: 'person',
  product: 'product',
  limit_fen: 'limit',
  valid_from: 'from',
  valid_to: 'to',
  dates_reversed: 'to',
  facility_out_of_date: 'to',
} as const;

/** A limit to draw on for a person, with what the bank has decided about them beside it. Proposed, and once however often it is sent. */
export function OpenFacility({
  person,
  businessDate,
  products,
  onClose,
  onProposed,
}: {
  person: string | undefined;
  businessDate: string;
  products: readonly string[];
  onClose: () => void;
  onProposed: (proposalId: string) => void;
}) {
  const { t } = useTranslation();
  const code = useCodes();
  const client = useQueryClient();
  const keys = useRequestKeys();
  const [typed, setTyped] = useState<TypedFacility>(() => emptyFacility(person, businessDate, products));
  const read = readFacility(typed);
  const open = useMutation({
    mutationFn: (request: Omit<Request, 'key'>) =>
      send(proposed, 'POST', addresses.facilities, { ...request, key: keys.of(['open-facility', request]) }),
    onSuccess: ({ proposal_id }, request) => {
      keys.answered(['open-facility', request]);
      void client.invalidateQueries({ queryKey: ['changes'] });
      onProposed(proposal_id);
    },
  });
  const refused = useRefused(open.error, places, t('facility.open.lost'));
  const change = (next: Partial<TypedFacility>): void => {
    open.reset();
    setTyped({ ...typed, ...next });
  };
  /** Nothing is called wrong before something was typed there. */
  const told = (field: Exclude<FacilityField, 'reason'>, hint?: string) => {
    const isWrong = refused.at(field) !== undefined || ((typed[field] ?? '') !== '' && 'wrong' in read && read.wrong.includes(field));
    return { isWrong, hint: refused.at(field) ?? (isWrong && field !== 'person' ? t(`facility.open.wrong.${field}`) : hint) };
  };
  const wrongPerson = refused.at('person');
  return (
    <AskDrawer
      title={t('facility.open.title')}
      says={t('facility.open.says')}
      foot={t('ask.fourEyes')}
      submit={open.isError && isLost(open.error) ? t('facility.form.again') : t('ask.propose')}
      isReady={'request' in read}
      isBusy={open.isPending}
      refused={refused.rest}
      docked
      onSubmit={() => 'request' in read && open.mutate(read.request)}
      onClose={onClose}
    >
      <div className="typed">
        <span className="sm t2">{t('facility.person')}</span>
        <PersonPicker chosen={typed.person} isField onChoose={(id) => change({ person: id })} />
        {wrongPerson !== undefined && <span className="bad sm">{wrongPerson}</span>}
      </div>
      {typed.person !== undefined && <Decided person={typed.person} onTake={(limit) => change({ limit })} />}
      <TypedField
        id="open-product"
        label={t('facility.product')}
        decimal={false}
        usual={products}
        value={typed.product}
        {...told('product')}
        onChange={(product) => change({ product })}
      />
      <div className="typed-grid">
        <TypedField
          id="open-limit"
          label={t('facility.open.limit')}
          unit={t('unit.yuan')}
          value={typed.limit}
          {...told('limit')}
          onChange={(limit) => change({ limit })}
        />
        <ChosenField
          id="open-kind"
          label={t('facility.kind')}
          value={typed.kind}
          options={facilityKinds.map((value) => ({ value, text: code('facilityKind', value) }))}
          onChange={(kind) => change({ kind: facilityKinds.find((one) => one === kind) ?? 'revolving' })}
        />
        <DateField
          id="open-from"
          label={t('facility.open.from')}
          value={typed.from}
          {...told('from')}
          onChange={(from) => change({ from })}
        />
        <DateField id="open-to" label={t('facility.open.to')} value={typed.to} {...told('to')} onChange={(to) => change({ to })} />
      </div>
      <ReasonField
        id="open-reason"
        label={t('ask.reason')}
        example={t('facility.open.example')}
        value={typed.reason}
        onChange={(reason) => change({ reason })}
      />
    </AskDrawer>
  );
}

/** What the last published decision says of the person; its limit can be taken over. */
function Decided({ person, onTake }: { person: string; onTake: (limit: string) => void }) {
  const { t } = useTranslation();
  const code = useCodes();
  const page = useQuery({ queryKey: ['person', person], queryFn: () => get(personPage, `/api/v1/persons/${person}`) });
  const decision = page.data?.decision;
  if (page.isPending || page.isError) return null;
  if (decision === null || decision === undefined) return <p className="t3 sm decided">{t('facility.open.undecided')}</p>;
  const limit = decision.limit_fen;
  return (
    <p className="sm t2 decided">
      {t('facility.open.decided', { outcome: code('outcome', decision.outcome), asOf: decision.as_of })}
      {limit !== null && limit !== '0' && (
        <>
          {t('facility.open.decidedLimit', { limit: wan(limit), rate: percentOfPpm(decision.rate_ppm) })}
          <button type="button" className="link sm" onClick={() => onTake(yuan(limit).replaceAll(',', ''))}>
            {t('facility.open.take')}
          </button>
        </>
      )}
    </p>
  );
}
