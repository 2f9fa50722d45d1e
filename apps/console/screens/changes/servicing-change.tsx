import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProposalPage } from '#modules/change/contract.ts';
import { personPage } from '#modules/population/contract.ts';
import {
  addresses,
  facility as facilityContract,
  facilityId,
  facilityList,
  loanId,
  loanPage,
  lprPage,
  type Facility,
} from '#modules/servicing/contract.ts';
import { get } from '../../api/client.ts';
import { useMe } from '../../api/session.ts';
import { useCodes } from '../../codes.ts';
import { wan, yuan } from '../../format.ts';
import { BeforeAfterTable } from '../../parts/before-after.tsx';
import { Unknown } from '../../parts/unknown.tsx';
import { servicingRows } from './servicing-rows.ts';

/** A proposal about a loan, a facility or the LPR in words and money: whose it is, what stands, what is proposed. `otherwise` for what it does not know. */
export function ServicingChange({ page, otherwise }: { page: ProposalPage; otherwise: ReactNode }) {
  const { t } = useTranslation();
  const code = useCodes();
  const me = useMe();
  const [id = ''] = page.subject.split(' ');
  const mayRead = me.may('servicing.read');
  const isLoan = loanId.safeParse(id).success;
  const isFacility = facilityId.safeParse(id).success;
  const loan = useQuery({
    queryKey: ['loan', id],
    queryFn: () => get(loanPage, addresses.loan.replace(':id', id)),
    enabled: mayRead && isLoan,
  });
  const facility = useQuery({
    queryKey: ['facility', id, 'page'],
    queryFn: () => get(facilityContract, addresses.facility.replace(':id', id)),
    enabled: mayRead && isFacility,
  });
  const isPerson = page.kind === 'servicing.opening';
  const person = useQuery({
    queryKey: ['person', id],
    queryFn: () => get(personPage, `/api/v1/persons/${id}`),
    enabled: isPerson && me.may('population.read'),
  });
  const held = useQuery({
    queryKey: ['facilities', 'of', id],
    queryFn: () => get(facilityList, addresses.facilities, { person_id: id, limit: 200 }),
    enabled: isPerson && mayRead,
  });
  const lpr = useQuery({
    queryKey: ['lpr'],
    queryFn: () => get(lprPage, addresses.lpr),
    enabled: mayRead && page.kind === 'servicing.lpr',
  });
  const telling = { t, code, loan: loan.data, lpr: lpr.data, isOpen: page.state === 'proposed' };
  const rows = servicingRows(page.kind, page.before, page.after, telling);
  if (rows === null) return <>{otherwise}</>;
  const who = loan.data ?? facility.data;
  // Nothing stood there before it.
  const isNew = page.kind === 'servicing.opening' || page.kind === 'servicing.draw';
  return (
    <>
      {isPerson && (
        <dl className="kv proposal-about">
          <dt>{t('changes.customer')}</dt>
          <dd>
            <Link to="/persons/$id" params={{ id }}>
              {person.data?.person.name ?? <span className="mono">{id}</span>}
            </Link>
          </dd>
          {held.data !== undefined && (
            <>
              <dt>{t('changes.held')}</dt>
              <dd>{heldIn(held.data.items, t)}</dd>
            </>
          )}
        </dl>
      )}
      {(isLoan || isFacility) && (
        <dl className="kv proposal-about">
          <dt>{t(isLoan ? 'changes.loan' : 'changes.facility')}</dt>
          <dd>
            {isLoan ? (
              <Link to="/loans/$id" params={{ id }} className="mono">
                {id}
              </Link>
            ) : (
              <Link to="/facilities/$id" params={{ id }} className="mono">
                {id}
              </Link>
            )}
            {who !== undefined && <span className="t2"> {who.product}</span>}
          </dd>
          {who !== undefined && (
            <>
              <dt>{t('changes.customer')}</dt>
              <dd>
                <Link to="/persons/$id" params={{ id: who.person_id }}>
                  {who.person_name ?? <Unknown why="not_on_file" />}
                </Link>
              </dd>
            </>
          )}
          {loan.data !== undefined && (
            <>
              <dt>{t('credit.loan.left')}</dt>
              <dd>
                {yuan(BigInt(loan.data.normal_principal_fen) + BigInt(loan.data.overdue_principal_fen))} {t('unit.yuan')}
                {loan.data.days_past_due > 0 && <span className="bad"> {t('changes.late', { days: loan.data.days_past_due })}</span>}
              </dd>
            </>
          )}
          {facility.data !== undefined && (
            <>
              <dt>{t('credit.column.used')}</dt>
              <dd>
                {wan(facility.data.used_fen)} {t('unit.wan')}
              </dd>
              {facility.data.reserved_fen !== '0' && (
                <>
                  <dt>{t('credit.column.reserved')}</dt>
                  <dd>
                    {wan(facility.data.reserved_fen)} {t('unit.wan')}
                  </dd>
                </>
              )}
              <dt>{t('changes.left')}</dt>
              <dd>
                {wan(facility.data.available_fen)} {t('unit.wan')}
              </dd>
            </>
          )}
        </dl>
      )}
      <h3>{t(isNew ? 'changes.isNew' : 'changes.difference')}</h3>
      <BeforeAfterTable label={t('changes.difference')} rows={rows} isNew={isNew} />
    </>
  );
}

/** What somebody holds already and can draw on, or owes under. */
function heldIn(facilities: readonly Facility[], t: TFunction): string {
  const open = facilities.filter(({ standing, used_fen }) => standing === 'active' || standing === 'frozen' || used_fen !== '0');
  if (open.length === 0) return t('changes.heldNone');
  const sum = (field: 'limit_fen' | 'used_fen'): string => wan(open.reduce((all, one) => all + BigInt(one[field]), 0n));
  return t('changes.heldOf', { count: open.length, limit: sum('limit_fen'), used: sum('used_fen') });
}
