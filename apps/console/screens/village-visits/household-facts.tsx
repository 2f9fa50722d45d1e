import { useTranslation } from 'react-i18next';
import type { VisitedPerson, VisitSheet } from '#modules/village/contract.ts';
import { useMe } from '../../api/session.ts';
import { useCodes } from '../../codes.ts';
import { Unknown } from '../../parts/unknown.tsx';

/** What the bank knows of the household before the door opens. */
export function Facts({ sheet }: { sheet: VisitSheet }) {
  const { t } = useTranslation();
  const here = sheet.people.filter(({ presence }) => presence === 'present').length;
  const away = sheet.people.length - here;
  return (
    <dl className="visit-facts">
      <dt>{t('visits.fact.number')}</dt>
      <dd>{sheet.household_no ?? <Unknown why="not_on_file" />}</dd>
      <dt>{t('visits.fact.address')}</dt>
      <dd>{sheet.address ?? <Unknown why="not_on_file" />}</dd>
      <dt>{t('visits.fact.people')}</dt>
      <dd>
        {t('visits.fact.here', { here })}
        {away > 0 && t('list.comma') + t('visits.fact.away', { away })}
      </dd>
      <dt>{t('visits.fact.manager')}</dt>
      <dd>{sheet.manager?.name ?? t('village.pool.nobody')}</dd>
      <dt>{t('visits.fact.filed')}</dt>
      <dd>{t(sheet.is_filed ? 'village.pool.isFiled' : 'village.pool.notFiled')}</dd>
    </dl>
  );
}

/** Relation, sex, age and trade of a person, as far as the roll has them. */
export function useAbout(): (person: VisitedPerson) => string {
  const { t } = useTranslation();
  const code = useCodes();
  const year = Number(useMe().today.slice(0, 4));
  return ({ relation, sex, birth_year, trade }) =>
    [
      relation === null ? null : code('relation', relation),
      sex === null ? null : code('sex', sex),
      birth_year === null ? null : t('person.age', { age: year - birth_year }),
      trade === null ? null : code('trade', trade),
    ]
      .filter((word) => word !== null)
      .join(' · ');
}

/** Who belongs to the household and is not asked about: children, elders, who moved away or died. */
export function Others({ sheet }: { sheet: VisitSheet }) {
  const { t } = useTranslation();
  const about = useAbout();
  const others = sheet.people.filter((person) => !person.is_asked);
  if (others.length === 0) return null;
  return (
    <section className="visit-others">
      <h2>{t('visits.others', { count: others.length })}</h2>
      <ul>
        {others.map((person) => (
          <li key={person.person_id}>
            <b>{person.name}</b> <span className="t2">{about(person)}</span>{' '}
            {person.presence !== 'present' && <span className="tag warn">{t(`village.presence.${person.presence}`)}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}
