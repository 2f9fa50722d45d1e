import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { ReactNode } from 'react';
import type { ApplicationPage } from '#modules/lending/contract.ts';
import { addresses as inquiryAddresses, consentList } from '#modules/inquiry/contract.ts';
import { personPage } from '#modules/population/contract.ts';
import type { CasePage } from '#modules/process/contract.ts';
import { get, Problem } from '../../api/client.ts';
import { useMe } from '../../api/session.ts';
import { useCodes } from '../../codes.ts';
import { instant } from '../../format.ts';
import { spoken } from '../../i18n.ts';
import { Masked } from '../../parts/masked.tsx';
import { Unknown } from '../../parts/unknown.tsx';
import { problemText } from '../../parts/states.tsx';

/** Who it is about, in two columns. */
export function Facts({ page, application, place }: { page: CasePage; application: ApplicationPage | undefined; place: string | null }) {
  const { t } = useTranslation();
  const code = useCodes();
  const me = useMe();
  const language = spoken();
  const personId = application?.person_id ?? null;
  const person = useQuery({
    queryKey: ['person', personId],
    queryFn: () => get(personPage, `/api/v1/persons/${personId}`),
    enabled: personId !== null && me.may('population.read'),
    staleTime: 60_000,
  });
  const row = person.data?.person;
  const isNewcomer = person.error instanceof Problem && person.error.status === 404;
  const months = application?.answers['months'];
  const about = isNewcomer ? t('cases.newcomer') : <Unknown />;
  const known = row !== undefined && personId !== null ? row : null;
  return (
    <>
      <h3>{t('cases.facts')}</h3>
      <dl className="facts">
        <Fact name={t('cases.fact.person')}>
          {known === null ? (
            about
          ) : (
            <Link to="/persons/$id" params={{ id: known.person_id }}>
              {`${code('sex', known.sex)} ${known.age === null ? '' : t('person.age', { age: known.age })}`.trim()}
            </Link>
          )}
        </Fact>
        <Fact name={t('cases.fact.id')}>
          {known === null ? (
            (application?.id_no_masked ?? <Unknown />)
          ) : (
            <Masked person={known.person_id} field="id_no" masked={known.id_masked} />
          )}
        </Fact>
        <Fact name={t('cases.fact.trade')}>{known?.trade == null ? <Unknown /> : code('trade', known.trade)}</Fact>
        <Fact name={t('cases.fact.phone')}>{application?.phone_masked ?? <Unknown />}</Fact>
        <Fact name={t('cases.fact.place')}>{place ?? page.grid_code}</Fact>
        <Fact name={t('cases.fact.manager')}>{application?.manager?.name ?? <Unknown />}</Fact>
        <Fact name={t('cases.fact.product')}>{application?.product.name[language] ?? page.product ?? <Unknown />}</Fact>
        <Fact name={t('cases.fact.months')}>{typeof months === 'number' ? `${months} ${t('unit.months')}` : <Unknown />}</Fact>
        <Fact name={t('cases.fact.channel')}>{instant(page.opened_at)}</Fact>
        <Fact name={t('cases.fact.internet')}>
          {application === undefined ? <Unknown /> : t(application.is_internet_loan ? 'cases.isInternet' : 'cases.notInternet')}
        </Fact>
      </dl>
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="pair">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Consents of the person: each with whether it stands, and since when. */
export function Papers({ application }: { application: ApplicationPage | undefined }) {
  const { t, i18n } = useTranslation();
  const me = useMe();
  const language = spoken();
  const personId = application?.person_id ?? null;
  const consents = useQuery({
    queryKey: ['consents', personId],
    queryFn: () => get(consentList, inquiryAddresses.consents.replace(':id', personId ?? '')),
    enabled: personId !== null && me.may('inquiry.read'),
    staleTime: 60_000,
  });
  if (!me.may('inquiry.read')) return null;
  const items = consents.data?.items ?? [];
  const given = items.filter(({ state }) => state === 'effective').length;
  return (
    <>
      <h3>
        {t('cases.papers')}
        {items.length > 0 && <small>{t('cases.papersNote', { given, all: items.length })}</small>}
      </h3>
      {consents.isError && <p className="bad sm">{problemText(consents.error, i18n.language === 'en')}</p>}
      {items.length === 0 && consents.isSuccess && <p className="t3 sm">{t('cases.noPapers')}</p>}
      <ul className="docs">
        {items.map((one) => (
          <li key={one.consent_id} title={one.title[language]}>
            <span className={one.state === 'effective' ? 'ok' : 'warn'} aria-hidden="true">
              {one.state === 'effective' ? '✓' : '—'}
            </span>
            <span className="name">{one.source_name[language]}</span>
            <span className={one.state === 'effective' ? 't3 v' : 'warn v'}>
              {one.state === 'effective' ? instant(one.given_at).slice(5, 10) : t(`cases.consentState.${one.state}`)}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}
