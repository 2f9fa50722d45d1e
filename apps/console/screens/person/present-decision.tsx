import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { PersonPage } from '#modules/population/contract.ts';
import { currentAnswer, type Reason } from '#modules/strategy/contract.ts';
import { get, Problem } from '../../api/client.ts';
import { useMe } from '../../api/session.ts';
import { useCodes } from '../../codes.ts';
import { count, percentOfPpm, wan } from '../../format.ts';
import { spoken } from '../../i18n.ts';
import { Figure } from '../../parts/page.tsx';
import { outcomeTone } from '../../parts/outcome.tsx';
import { problemText } from '../../parts/states.tsx';
import { Known, Unknown } from '../../parts/unknown.tsx';

/** What the bank would do for this person today, and why, in one line of figures. */
export function PresentDecision({ page }: { page: PersonPage }) {
  const { t } = useTranslation();
  const code = useCodes();
  const { decision, person, limits } = page;
  const why = decision === null ? page.decision_reason : decision.outcome === 'decline' ? t('persons.noLimit') : null;
  return (
    <div className="sum">
      <Figure
        label={t('decision.outcome')}
        value={decision === null ? <Unknown why={page.decision_reason} /> : code('outcome', decision.outcome)}
        tone={decision === null ? '' : outcomeTone(decision.outcome)}
        note={decision === null ? t('household.unscreened') : code('segment', decision.segment)}
      />
      <Figure
        label={t('decision.limit')}
        value={<Known value={decision?.limit_fen} write={wan} why={why} />}
        unit={t('unit.wan')}
        note={
          <>
            {t('household.limit.review')} <Known value={limits.review.value} write={wan} why={limits.review.reason} /> ·{' '}
            {t('household.limit.survey')} <Known value={limits.survey.value} write={wan} why={limits.survey.reason} />
          </>
        }
      />
      <Figure label={t('decision.rate')} value={<Known value={decision?.rate_ppm} write={percentOfPpm} why={why} />} unit="%" />
      <Figure label={t('decision.score')} value={<Known value={decision?.score} write={count} why={page.decision_reason} />} />
      {decision !== null && (
        <Why id={person.person_id} codes={decision.reasons} version={decision.strategy_version} asOf={decision.as_of} />
      )}
    </div>
  );
}

const tone = { decline: 'bad', refer: 'warn', wait: 't2', cap: 't2', price: 't2' } as const;

function Why({ id, codes, version, asOf }: { id: string; codes: readonly string[]; version: string; asOf: string }) {
  const { t, i18n } = useTranslation();
  const me = useMe();
  const current = useQuery({
    queryKey: ['decision', id],
    queryFn: () => get(currentAnswer, `/api/v1/decisions/current/${id}`),
    enabled: me.may('strategy.read'),
  });
  const reasons: readonly (Reason | { code: string })[] = current.data?.explanation.reasons ?? codes.map((one) => ({ code: one }));
  return (
    <div className="why-now">
      <p className="t3 sm">
        {t('person.why')} <span title={version}>{version.split('+')[0]}</span> · {t('list.asOf', { at: asOf })}
      </p>
      {reasons.length === 0 && <p>{t('person.noReasons')}</p>}
      <ul>
        {reasons.slice(0, 4).map((reason) => (
          <li key={reason.code}>
            <span className="mono">{reason.code}</span>
            {'staff' in reason && <span className={tone[reason.effect]}>{reason.staff[spoken()]}</span>}
          </li>
        ))}
      </ul>
      {current.isError && !(current.error instanceof Problem && current.error.status === 404) && (
        <p className="bad sm">{problemText(current.error, i18n.language === 'en')}</p>
      )}
      <Link to="/persons/$id/decision" params={{ id }}>
        {reasons.length > 4 ? t('person.allReasons', { count: reasons.length }) : t('person.seeDecision')}
      </Link>
    </div>
  );
}
