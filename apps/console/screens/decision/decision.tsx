import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useAddress } from '../../address.ts';
import { personPage } from '#modules/population/contract.ts';
import { currentAnswer, type CurrentAnswer } from '#modules/strategy/contract.ts';
import { get, Problem } from '../../api/client.ts';
import { useMe } from '../../api/session.ts';
import { useCodes } from '../../codes.ts';
import { useKeys } from '../../parts/keys.ts';
import { Masked } from '../../parts/masked.tsx';
import { Crumbs } from '../../parts/page.tsx';
import { Bones, Empty, Failure } from '../../parts/states.tsx';
import { Explained } from './explained.tsx';
import { Replay } from './replay.tsx';

/** The decision in force for one person: what, how much, at what price, and exactly why. */
export function CurrentDecision() {
  const id = useAddress('id');
  const answer = useQuery({ queryKey: ['decision', id], queryFn: () => get(currentAnswer, `/api/v1/decisions/current/${id}`) });
  const again = (): void => void answer.refetch();
  return (
    <div className="decision">
      <Head id={id} />
      {answer.isError && (isNone(answer.error) ? <NoDecision id={id} /> : <Failure problem={answer.error} retry={again} />)}
      {answer.isPending && (
        <div className="sec">
          <Bones rows={18} />
        </div>
      )}
      {answer.data !== undefined && (
        <Explained
          decision={answer.data.decision}
          explanation={answer.data.explanation}
          provenance={<Provenance answer={answer.data} busy={answer.isFetching} onReplay={again} />}
        />
      )}
    </div>
  );
}

const isNone = (problem: unknown): boolean => problem instanceof Problem && problem.code === 'decision_none';

function NoDecision({ id }: { id: string }) {
  const { t } = useTranslation();
  const me = useMe();
  const door = (
    <Link className="btn pri" to="/decide" search={{ person: id }}>
      {t('shell.nav.decide')}
    </Link>
  );
  return (
    <Empty title={t('decision.none')} action={me.may('strategy.decide') ? door : undefined}>
      {t('decision.noneNext')}
    </Empty>
  );
}

function Head({ id }: { id: string }) {
  const { t } = useTranslation();
  const code = useCodes();
  const me = useMe();
  const navigate = useNavigate();
  const page = useQuery({ queryKey: ['person', id], queryFn: () => get(personPage, `/api/v1/persons/${id}`) });
  useKeys({ Escape: () => void navigate({ to: '/persons/$id', params: { id } }) });
  const person = page.data?.person;
  const way = [
    ...(page.data?.path ?? []).map((place) =>
      place.code.length < me.home.length ? { text: place.name } : { text: place.name, to: `/grid/${place.code}` },
    ),
    { text: person?.name ?? '…', to: `/persons/${id}` },
    { text: t('decision.title') },
  ];
  return (
    <div className="head">
      <Crumbs way={way} />
      <div className="title">
        <h1>{person?.name ?? '…'}</h1>
        {person !== undefined && (
          <>
            <span className="t2">
              {code('sex', person.sex)} {person.age !== null && t('person.age', { age: person.age })}
              {person.segment !== null && ` · ${code('segment', person.segment)}`}
              {person.trade !== null && person.trade !== person.segment && ` · ${code('trade', person.trade)}`}
            </span>
            <span className="t2">{person.place}</span>
            <span className="t2 sm">
              <Masked person={id} field="id_no" masked={person.id_masked} />
            </span>
            {person.household_id !== null && (
              <Link className="sm" to="/households/$id" params={{ id: person.household_id }}>
                {t('persons.openHousehold')}
              </Link>
            )}
          </>
        )}
        <span className="acts">
          <Link className="btn" to="/persons/$id" params={{ id }}>
            {t('persons.open360')}
          </Link>
          {me.may('strategy.decide') && (
            <Link className="btn" to="/decide" search={{ person: id }}>
              {t('person.whatIf')}
            </Link>
          )}
        </span>
      </div>
    </div>
  );
}

function Provenance({ answer, busy, onReplay }: { answer: CurrentAnswer; busy: boolean; onReplay: () => void }) {
  const { t } = useTranslation();
  const { decision, explanation } = answer;
  return (
    <dl className="prov">
      <dt>{t('decision.strategy')}</dt>
      <dd>
        <Link to="/strategies/$name" params={{ name: 'retail' }} search={{ version: decision.strategy_version }}>
          retail {decision.strategy_version.split('+')[0]}
        </Link>{' '}
        <span className="t3 mono">{decision.strategy_version.split('+')[1]}</span>
      </dd>
      <dt>{t('decision.asOf')}</dt>
      <dd>{t('shell.asOfDay', { day: decision.as_of })}</dd>
      <dt>{t('decision.models')}</dt>
      <dd>
        {[explanation.limit_model?.code, explanation.price_model?.code].filter((one) => one !== undefined).join(' · ') || '—'}{' '}
        <span className="t3">{t(`codes.stage.${explanation.stage}`)}</span>
      </dd>
      <dt>{t('decision.replay')}</dt>
      <dd>
        <Replay check={answer.replay} busy={busy} onReplay={onReplay} />
      </dd>
    </dl>
  );
}
