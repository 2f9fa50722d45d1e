import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { personPage, type PersonPage, type PersonRow } from '#modules/population/contract.ts';
import { get } from '../../api/client.ts';
import { useMe } from '../../api/session.ts';
import { useCodes } from '../../codes.ts';
import { count, percentOfPpm, wan } from '../../format.ts';
import { Drawer } from '../../parts/drawer.tsx';
import { Masked } from '../../parts/masked.tsx';
import { OutcomeTag } from '../../parts/outcome.tsx';
import { Portrait } from '../../parts/portrait.tsx';
import { Bones, Failure } from '../../parts/states.tsx';
import { Timeline } from '../../parts/timeline.tsx';
import { Known } from '../../parts/unknown.tsx';

export function PersonDrawer({ row, onClose }: { row: PersonRow; onClose: () => void }) {
  const { t } = useTranslation();
  const me = useMe();
  const page = useQuery({ queryKey: ['person', row.person_id], queryFn: () => get(personPage, `/api/v1/persons/${row.person_id}`) });
  return (
    <Drawer
      className={row.hue === null ? 'hue-none' : `hue-${row.hue}`}
      title={row.name}
      notes={<span className="t2">{row.place}</span>}
      links={
        <Link to="/persons/$id" params={{ id: row.person_id }}>
          {t('persons.open360')}
        </Link>
      }
      onClose={onClose}
      actions={
        <>
          <span className="grow" />
          {row.household_id !== null && (
            <Link className="btn" to="/households/$id" params={{ id: row.household_id }}>
              {t('persons.openHousehold')}
            </Link>
          )}
          {me.may('strategy.decide') && (
            <Link className="btn" to="/decide" search={{ person: row.person_id }}>
              {t('shell.nav.decide')}
            </Link>
          )}
          <Link className="btn pri" to="/persons/$id" params={{ id: row.person_id }}>
            {t('persons.open360')}
          </Link>
        </>
      }
    >
      <div className="who-cell" style={{ padding: '8px 0' }}>
        <Portrait of={row.portrait} size={56} />
        <span>
          <OutcomeTag outcome={row.outcome} />
          <Three row={row} />
        </span>
      </div>
      {page.isError && <Failure problem={page.error} retry={() => void page.refetch()} inside />}
      {page.isPending && <Bones rows={8} />}
      {page.data !== undefined && <Facts page={page.data} />}
    </Drawer>
  );
}

function Three({ row }: { row: PersonRow }) {
  const { t } = useTranslation();
  const why = row.outcome === null ? 'not_screened' : t('persons.noLimit');
  return (
    <dl className="three">
      <div>
        <dt>{t('persons.column.limit')}</dt>
        <dd>
          <Known value={row.limit_fen} write={wan} why={why} />
          <small>{t('unit.wan')}</small>
        </dd>
      </div>
      <div>
        <dt>{t('persons.column.rate')}</dt>
        <dd>
          <Known value={row.rate_ppm} write={percentOfPpm} why={why} />
          <small>%</small>
        </dd>
      </div>
      <div>
        <dt>{t('persons.column.score')}</dt>
        <dd>
          <Known value={row.score} write={count} why="not_screened" />
        </dd>
      </div>
    </dl>
  );
}

function Facts({ page }: { page: PersonPage }) {
  const { t } = useTranslation();
  const code = useCodes();
  const { person, facts } = page;
  return (
    <>
      <h3>{t('person.facts')}</h3>
      <dl className="kv two">
        <dt>{t('reveal.id_no')}</dt>
        <dd>
          <Masked person={person.person_id} field="id_no" masked={person.id_masked} />
        </dd>
        <dt>{t('reveal.phone')}</dt>
        <dd>
          <Masked person={person.person_id} field="phone" masked={person.phone_masked} />
        </dd>
        <dt>{t('person.identity')}</dt>
        <dd>
          {code('sex', person.sex)} {person.age !== null && t('person.age', { age: person.age })}
        </dd>
        <dt>{t('persons.column.trade')}</dt>
        <dd>{code('trade', person.trade)}</dd>
        <dt>{t('persons.column.deposit_fen')}</dt>
        <dd>
          <Known value={person.deposit_fen} write={wan} /> {t('unit.wan')}
        </dd>
        <dt>{t('persons.column.loan_fen')}</dt>
        <dd>
          <Known value={person.loan_fen} write={wan} /> {t('unit.wan')}
        </dd>
        <dt>{t('person.marital')}</dt>
        <dd>{code('marital', facts.marital)}</dd>
        <dt>{t('person.reside')}</dt>
        <dd>{code('reside', facts.reside_type)}</dd>
      </dl>
      {page.timeline.length > 0 && (
        <>
          <h3>{t('person.timeline')}</h3>
          <Timeline events={page.timeline.slice(0, 8)} />
        </>
      )}
    </>
  );
}
