import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { HouseholdMember, MoneyFigure } from '#modules/population/contract.ts';
import { useCodes } from '../../codes.ts';
import { wan } from '../../format.ts';
import { Masked } from '../../parts/masked.tsx';
import { OutcomeTag } from '../../parts/outcome.tsx';
import { Portrait } from '../../parts/portrait.tsx';
import { Known, Unknown } from '../../parts/unknown.tsx';

const kinds = ['review', 'model', 'survey', 'taken'] as const;

function Amount({ figure, strong }: { figure: MoneyFigure; strong: boolean }) {
  return (
    <td className={strong ? 'num take' : 'num'}>
      <Known value={figure.value} write={wan} why={figure.reason} />
    </td>
  );
}

/** One member: who, the masked numbers, the three limits and the one taken, and why. */
export function MemberCard({ member }: { member: HouseholdMember }) {
  const { t } = useTranslation();
  const code = useCodes();
  const { person, limits, decision } = member;
  const ages = person.age === null ? '' : t('person.age', { age: person.age });
  return (
    <article className="mem">
      <Portrait of={person.portrait} />
      <div className="who">
        <p className="nm">
          <b>
            <Link to="/persons/$id" params={{ id: person.person_id }}>
              {person.name}
            </Link>
          </b>
          <span>{code('relation', person.relation)}</span>
          <span>
            {code('sex', person.sex)} {ages}
          </span>
        </p>
        <p className="job">
          <b>{person.trade === null ? <Unknown why="not_on_file" /> : code('trade', person.trade)}</b>
          <br />
          {t('household.deposit')} <Known value={person.deposit_fen} write={wan} /> {t('unit.wan')}
        </p>
      </div>
      <p className="ids">
        <Masked person={person.person_id} field="id_no" masked={person.id_masked} />
        <Masked person={person.person_id} field="phone" masked={person.phone_masked} />
      </p>
      <table className="lim">
        <thead>
          <tr>
            <th className="u">{t('unit.wanShort')}</th>
            {kinds.map((kind) => (
              <th key={kind} className="num">
                {t(`household.limit.${kind}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr>
            <td>
              <span className="unseen">{person.name}</span>
            </td>
            {kinds.map((kind) => (
              <Amount key={kind} figure={limits[kind]} strong={kind === 'taken'} />
            ))}
          </tr>
        </tbody>
      </table>
      <p className="why">
        {decision === null ? (
          <>
            <OutcomeTag outcome={null} />
            <span>{person.age !== null && person.age < 18 ? t('household.minor') : t('household.unscreened')}</span>
          </>
        ) : (
          <>
            <OutcomeTag outcome={decision.outcome} />
            <Link to="/persons/$id/decision" params={{ id: person.person_id }}>
              {decision.reasons.length === 0
                ? t('household.whyNone')
                : t('household.why', { codes: decision.reasons.slice(0, 3).join(t('list.comma')) })}
            </Link>
          </>
        )}
      </p>
    </article>
  );
}
