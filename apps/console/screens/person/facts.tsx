import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { PersonPage } from '#modules/population/contract.ts';
import { unknownReasonText } from '#modules/population/contract.ts';
import { useCodes } from '../../codes.ts';
import { count, decimal, wan, yuan } from '../../format.ts';
import { spoken } from '../../i18n.ts';
import { Masked } from '../../parts/masked.tsx';
import { Section } from '../../parts/page.tsx';
import { Known, Unknown } from '../../parts/unknown.tsx';

function YesNo({ value }: { value: boolean | null }) {
  const { t } = useTranslation();
  return value === null ? <Unknown /> : <>{value ? t('list.yes') : t('list.no')}</>;
}

function useFacts(page: PersonPage): readonly { readonly label: string; readonly value: ReactNode }[] {
  const { t } = useTranslation();
  const code = useCodes();
  const { facts } = page;
  const coded = (family: 'education' | 'occupation' | 'marital' | 'health' | 'reside', value: string | null): ReactNode =>
    value === null ? <Unknown why="not_on_file" /> : code(family, value);
  const social = facts.social_security;
  const social24 =
    social === null ? (
      <Unknown why="not_on_file" />
    ) : (
      `${code('social', social.type)}${social.months_24 === null ? '' : t('person.months24', { months: social.months_24 })}`
    );
  return [
    { label: t('person.education'), value: coded('education', facts.education) },
    { label: t('person.occupation'), value: coded('occupation', facts.occupation) },
    { label: t('person.marital'), value: coded('marital', facts.marital) },
    { label: t('person.health'), value: coded('health', facts.health) },
    { label: t('person.reside'), value: coded('reside', facts.reside_type) },
    { label: t('person.hukou'), value: <YesNo value={facts.hukou_local} /> },
    {
      label: t('person.idExpiry'),
      value: facts.id_expiry === null ? <Unknown /> : facts.id_expiry.startsWith('9999') ? t('person.longTerm') : facts.id_expiry,
    },
    { label: t('person.since'), value: facts.customer_since ?? <Unknown why="not_on_file" /> },
    { label: t('person.social'), value: social24 },
    {
      label: t('person.socialBase'),
      value: social === null ? <Unknown why="not_on_file" /> : <Known value={social.base_fen} write={yuan} />,
    },
    { label: t('person.ebank'), value: <YesNo value={facts.ebank} /> },
    { label: t('person.qr'), value: <YesNo value={facts.qr_merchant} /> },
    {
      label: t('person.sunshine'),
      value: (
        <Known
          value={facts.sunshine_2017?.limit_fen}
          write={(fen) => `${wan(fen)} ${t('unit.wan')} ${facts.sunshine_2017?.grade ?? ''}`}
          why="not_on_file"
        />
      ),
    },
  ];
}

export function Facts({ page }: { page: PersonPage }) {
  const { t } = useTranslation();
  const code = useCodes();
  const pairs = useFacts(page);
  const { facts } = page;
  const { lists, enterprises, properties } = page;
  return (
    <Section title={t('person.facts')} note={page.as_of === null ? undefined : t('list.asOf', { at: page.as_of })}>
      <dl className="kv two">
        {pairs.map(({ label, value }) => (
          <div key={label} className="pair">
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <dl className="kv later">
        <dt>{t('person.address')}</dt>
        <dd>
          <Masked person={page.person.person_id} field="address" masked={facts.address_masked} />
        </dd>
        {facts.employer !== null && (
          <>
            <dt>{t('person.employer')}</dt>
            <dd>{facts.employer}</dd>
          </>
        )}
        <dt>{t('person.lists')}</dt>
        <dd>
          {lists.hits === null ? (
            <span className="t3">{lists.reason === null ? t('states.unknown') : unknownReasonText[lists.reason][spoken()]}</span>
          ) : lists.hits.length === 0 ? (
            t('person.noLists')
          ) : (
            lists.hits.map((hit) => (
              <span key={`${hit.kind}-${hit.type}-${hit.from_day}`} className={hit.active ? 'tag bad' : 'tag'}>
                {code('listKind', hit.kind)} {code('listType', hit.type)} {hit.from_day}
              </span>
            ))
          )}
        </dd>
        {enterprises.map((one) => (
          <div key={`${one.name}-${one.role}`} className="pair whole">
            <dt>{code('role', one.role)}</dt>
            <dd>
              {one.name}{' '}
              <span className="t3">
                {[code('enterpriseKind', one.kind), one.industry, code('enterpriseStatus', one.status)].filter(Boolean).join(' · ')}
              </span>
              {one.invoice_12m_fen !== null && <span className="t3"> {t('person.invoice', { amount: wan(one.invoice_12m_fen) })}</span>}
            </dd>
          </div>
        ))}
        {properties.map((one, index) => (
          <div key={`${one.kind}-${index}`} className="pair whole">
            <dt>{code('property', one.kind)}</dt>
            <dd>
              <Known value={one.area_m2} write={(area) => `${decimal(area, 1)} m²`} /> ·{' '}
              <Known value={one.value_fen} write={(fen) => `${wan(fen)} ${t('unit.wan')}`} />
              {one.mortgaged === true && <span className="tag"> {t('person.mortgaged')}</span>}
              {one.sealed === true && <span className="tag bad"> {t('person.sealed')}</span>}
            </dd>
          </div>
        ))}
      </dl>
      {page.visits.length > 0 && <p className="t3 sm">{t('person.visits', { count: count(page.visits.length) })}</p>}
    </Section>
  );
}
