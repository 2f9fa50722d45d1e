import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { ConfigurationPage, PoolHousehold, PoolMember } from '#modules/village/contract.ts';
import { useCodes } from '../../codes.ts';
import { instant, wan } from '../../format.ts';
import { Empty } from '../../parts/states.tsx';
import { Portrait } from '../../parts/portrait.tsx';
import { Known, Unknown } from '../../parts/unknown.tsx';
import { reasonsText, shadeTone } from './words.ts';
import '../household/household.css';

/** In their order: the first is number 1. */
const stageNames = ['collected', 'filed', 'evaluated', 'visited', 'granted', 'signed', 'used'] as const;

/** Where the household stands: its stages, what the pre-filter saw, who keeps it. */
export function Standing({ page, configuration }: { page: PoolHousehold; configuration: ConfigurationPage | undefined }) {
  const { t } = useTranslation();
  const { household, stages } = page;
  const reached = new Map(stages.map((stage) => [stage.stage, stage.reached_on]));
  const furthest = stageNames[Math.max(0, ...stages.map(({ stage }) => stage)) - 1];
  return (
    <>
      <p className="stage-line">
        <span className="stage-bar" aria-hidden="true">
          {stageNames.map((name, index) => (
            <i
              key={name}
              className={reached.has(index + 1) ? name : ''}
              title={`${t(`village.pool.stage.${name}`)} ${reached.get(index + 1) ?? ''}`}
            />
          ))}
        </span>
        <span className="unseen">{t('village.pool.stages')}</span>
        {furthest !== undefined && t(`village.pool.stage.${furthest}`)}
        <span className={shadeTone[household.shade]}>{t(`village.shade.${household.shade}`)}</span>
        <span className="t2">{household.manager === null ? t('village.pool.nobody') : household.manager.name}</span>
      </p>
      {household.shade_reasons.length > 0 && (
        <p className="t2">
          {t('village.pool.reasons', {
            reasons: reasonsText(household.shade_reasons, configuration?.prefilter_reasons, t('list.comma')),
          })}
        </p>
      )}
      {household.excluded_reason !== null && <p className="warn">{t('village.pool.excluded', { reason: household.excluded_reason })}</p>}
      {household.merged_into !== null && (
        <p>
          {t('village.pool.mergedInto')}{' '}
          <Link to="/village/pool/$id/$household" params={{ id: page.project.project_id, household: household.merged_into }}>
            {household.merged_into}
          </Link>
        </p>
      )}
    </>
  );
}

export function Members({
  page,
  configuration,
  onPresence,
}: {
  page: PoolHousehold;
  configuration: ConfigurationPage | undefined;
  /** Left out where nothing may be corrected. */
  onPresence?: (personId: string) => void;
}) {
  return (
    <div className={page.members.length === 5 ? 'mems five' : 'mems'}>
      {page.members.map((member) => (
        <Card key={member.person_id} member={member} configuration={configuration} {...(onPresence === undefined ? {} : { onPresence })} />
      ))}
    </div>
  );
}

const partTone = { subject: 'tag ok', rated: 'tag line', listed: 'tag' } as const;

function Card({
  member,
  configuration,
  onPresence,
}: {
  member: PoolMember;
  configuration: ConfigurationPage | undefined;
  onPresence?: (personId: string) => void;
}) {
  const { t } = useTranslation();
  const code = useCodes();
  const sex = member.sex === 'M' || member.sex === 'F' ? member.sex : null;
  const age = member.age === null ? '' : t('person.age', { age: member.age });
  const isGone = member.presence !== 'present';
  return (
    <article className={isGone ? 'mem gone' : 'mem'}>
      <Portrait of={{ seed: member.person_id, sex, age: member.age }} />
      <div className="who">
        <p className="nm">
          <b>{member.name}</b>
          <span>{code('relation', member.relation)}</span>
          <span>
            {code('sex', member.sex)} {age}
          </span>
        </p>
        <p className="job">
          <b>{member.trade === null ? <Unknown why="not_on_file" /> : code('trade', member.trade)}</b>
        </p>
      </div>
      <p className="ids">
        <span>{member.id_masked ?? <Unknown />}</span>
        {member.shade_reason !== null && (
          <span className="warn">{reasonsText([member.shade_reason], configuration?.prefilter_reasons, '')}</span>
        )}
      </p>
      <table className="lim">
        <thead>
          <tr>
            <th className="num">{t('village.pool.evaluated')}</th>
            <th className="num">{t('village.pool.taken')}</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <td className="num">
              <Known value={member.evaluated?.amount_fen ?? null} write={wan} />
            </td>
            <td className="num take">
              <Known value={member.taken?.amount_fen ?? null} write={wan} />
            </td>
          </tr>
        </tbody>
      </table>
      <p className="why">
        <span className={partTone[member.part]}>{t(`village.part.${member.part}`)}</span>
        {onPresence === undefined ? (
          isGone && <span className="warn">{t(`village.presence.${member.presence}`)}</span>
        ) : (
          <button type="button" className={isGone ? 'link warn' : 'link'} onClick={() => onPresence(member.person_id)}>
            {t(`village.presence.${member.presence}`)}
          </button>
        )}
      </p>
    </article>
  );
}

const saidDetail = ['reason', 'before', 'after', 'into', 'from'] as const;

export function History({ page }: { page: PoolHousehold }) {
  const { t } = useTranslation();
  if (page.history.length === 0)
    return (
      <Empty title={t('village.pool.noHistory')} inside>
        {t('village.pool.noHistoryNext')}
      </Empty>
    );
  return (
    <ol className="pool-history">
      {page.history.map((event) => {
        const { before, after, into, from, reason } = Object.fromEntries(
          saidDetail.map((key) => {
            const said = event.detail[key];
            return [key, typeof said === 'string' ? said : null];
          }),
        );
        const way = [before ?? from, after ?? into].filter((one) => one !== null && one !== undefined).join(' → ');
        return (
          <li key={event.event_id}>
            <span className="t3">{instant(event.at)}</span>
            <b>{t(`village.pool.act.${event.act}`)}</b>
            <span>
              {reason} <span className="mono t2">{way}</span>
            </span>
            <span className="t3">{event.by.name}</span>
          </li>
        );
      })}
    </ol>
  );
}
