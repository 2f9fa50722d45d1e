import { Link, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useAddress } from '../../address.ts';
import { useLoggedDecision } from '../../api/cases.ts';
import { instant } from '../../format.ts';
import { useKeys } from '../../parts/keys.ts';
import { PageHead } from '../../parts/page.tsx';
import { Bones, Failure } from '../../parts/states.tsx';
import { Explained } from './explained.tsx';
import { Replay } from './replay.tsx';

/** A decision as it was made and logged, explained by the version that made it. */
export function LoggedDecision() {
  const { t } = useTranslation();
  const id = useAddress('id');
  const navigate = useNavigate();
  const answer = useLoggedDecision(id);
  const again = (): void => void answer.refetch();
  const { data } = answer;
  const person = data?.decision.person_id ?? null;
  useKeys({ Escape: () => void (person === null ? navigate({ to: '/work' }) : navigate({ to: '/persons/$id', params: { id: person } })) });
  return (
    <div className="decision">
      <PageHead
        title={t('decision.title')}
        notes={
          data !== undefined && (
            <>
              <span className="t2">{instant(data.decided_at)}</span>
              <span className="t3 sm mono">{data.decision_id}</span>
            </>
          )
        }
        actions={
          person !== null && (
            <Link className="btn" to="/persons/$id" params={{ id: person }}>
              {t('persons.open360')}
            </Link>
          )
        }
      />
      {answer.isError && <Failure problem={answer.error} retry={again} />}
      {answer.isPending && (
        <div className="sec">
          <Bones rows={18} />
        </div>
      )}
      {data !== undefined && (
        <Explained
          decision={data.decision}
          explanation={data.explanation}
          provenance={
            <dl className="prov">
              <dt>{t('decision.strategy')}</dt>
              <dd>
                <Link to="/strategies/$name" params={{ name: data.strategy }} search={{ version: data.decision.strategy_version }}>
                  {data.strategy} {data.decision.strategy_version.split('+')[0]}
                </Link>
              </dd>
              <dt>{t('decision.asOf')}</dt>
              <dd>{t('shell.asOfDay', { day: data.decision.as_of })}</dd>
              <dt>{t('decision.replay')}</dt>
              <dd>
                <Replay check={data.replay} busy={answer.isFetching} onReplay={again} />
              </dd>
            </dl>
          }
        />
      )}
    </div>
  );
}
