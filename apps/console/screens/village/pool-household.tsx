import { Link, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { PoolHousehold } from '#modules/village/contract.ts';
import { useAddress, useWords } from '../../address.ts';
import { usePoolHousehold, useProjectConfiguration } from '../../api/village.ts';
import { useKeys } from '../../parts/keys.ts';
import { Crumbs, Section } from '../../parts/page.tsx';
import { Unread } from '../../parts/states.tsx';
import { ActButtons, PoolAct, usePoolActs } from './pool-acts.tsx';
import { History, Members, Standing } from './pool-parts.tsx';
import './village.css';

/** One household of a project: its people in one colour, where it stands, what may be done, what was done. */
export function VillageHousehold() {
  const [project, id] = [useAddress('id'), useAddress('household')];
  const page = usePoolHousehold(project, id);
  if (page.data === undefined) return <Unread of={page} what="household" rows={14} />;
  return <Sheet page={page.data} />;
}

function Sheet({ page }: { page: PoolHousehold }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = useWords('do', 'person');
  const { household, project, position } = page;
  const configuration = useProjectConfiguration(project.project_id);
  const mayCorrect = usePoolActs(page).includes('presence');
  const at = (id: string) => ({ to: '/village/pool/$id/$household', params: { id: project.project_id, household: id } }) as const;
  const go = (id: string | null) => (): void => {
    if (id !== null) void navigate({ ...at(id), replace: true });
  };
  const ask = (next: { do?: string; person?: string }): void =>
    void navigate({ ...at(household.household_id), search: next, replace: true });
  const back = { project: project.project_id, grid: household.grid_code };
  useKeys({ j: go(position.next), k: go(position.previous), Escape: () => void navigate({ to: '/village/pool', search: back }) });
  const title = household.head === null ? t('households.noHead') : t('households.of', { name: household.head.name });
  return (
    <div className={`household with-ask hue-${household.hue}`}>
      <div className="head">
        <Crumbs
          way={[
            { text: t('shell.nav.villagePool'), to: '/village/pool', search: { project: project.project_id } },
            { text: project.name, to: `/village/projects/${project.project_id}` },
            { text: household.place, to: '/village/pool', search: back },
            { text: title },
          ]}
          step={
            <>
              {position.previous !== null && (
                <Link {...at(position.previous)} replace>
                  ‹ {t('village.pool.previous')}
                </Link>
              )}
              <span>{t('village.pool.position', { index: position.index, of: position.of })}</span>
              {position.next !== null && (
                <Link {...at(position.next)} replace>
                  {t('village.pool.next')} ›
                </Link>
              )}
              <span aria-hidden="true">
                <kbd>k</kbd> <kbd>j</kbd>
              </span>
            </>
          }
        />
      </div>
      <div className="hd">
        <div className="title">
          <h1>{title}</h1>
          {household.household_no !== null && <span className="t2">{t('household.no', { no: household.household_no })}</span>}
          {household.origin !== 'roll' && <span className="tag line">{t(`village.origin.${household.origin}`)}</span>}
          <span className="t2">
            {household.members} {t('unit.people')}
          </span>
          <span className="t2">{household.place}</span>
          {household.state !== 'in_pool' && <span className="tag warn">{t(`village.householdState.${household.state}`)}</span>}
          <span className="acts">
            <ActButtons page={page} onDo={(act) => ask({ do: act })} />
          </span>
        </div>
        <Standing page={page} configuration={configuration.data} />
      </div>
      <Members
        page={page}
        configuration={configuration.data}
        {...(mayCorrect ? { onPresence: (person: string) => ask({ do: 'presence', person }) } : {})}
      />
      <Section title={t('village.pool.history')}>
        <History page={page} />
      </Section>
      {search.do !== undefined && <PoolAct page={page} act={search.do} person={search.person} onClose={() => ask({})} />}
    </div>
  );
}
