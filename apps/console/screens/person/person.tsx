import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useAddress, useWords } from '../../address.ts';
import { personPage, type PersonPage } from '#modules/population/contract.ts';
import { get } from '../../api/client.ts';
import { useMe } from '../../api/session.ts';
import { useCodes } from '../../codes.ts';
import { spoken } from '../../i18n.ts';
import { useKeys } from '../../parts/keys.ts';
import { Masked } from '../../parts/masked.tsx';
import { Crumbs, Section } from '../../parts/page.tsx';
import { Portrait } from '../../parts/portrait.tsx';
import { RelationDrawing } from '../../parts/relation-graph.tsx';
import { Bones, Empty, Failure } from '../../parts/states.tsx';
import { Tabs } from '../../parts/tabs.tsx';
import { Timeline } from '../../parts/timeline.tsx';
import { BalanceSheet } from './balance-sheet.tsx';
import { Credit } from './credit.tsx';
import { Facts } from './facts.tsx';
import { Months } from './months.tsx';
import { PersonIndicators } from './person-indicators.tsx';
import { Lending } from './lending.tsx';
import { PresentDecision } from './present-decision.tsx';
import './person.css';

export function Person() {
  const id = useAddress('id');
  const page = useQuery({ queryKey: ['person', id], queryFn: () => get(personPage, `/api/v1/persons/${id}`) });
  if (page.isError) return <Failure problem={page.error} retry={() => void page.refetch()} />;
  if (page.data === undefined) {
    return (
      <div className="sec">
        <Bones rows={16} />
      </div>
    );
  }
  return <Sheet page={page.data} />;
}

const views = ['whole', 'indicators'] as const;

function Sheet({ page }: { page: PersonPage }) {
  const { t } = useTranslation();
  const me = useMe();
  const navigate = useNavigate();
  const search = useWords('view');
  const view = search.view === 'indicators' ? 'indicators' : 'whole';
  const { person } = page;
  const hue = person.hue === null ? 'hue-none' : `hue-${person.hue}`;
  return (
    <div className={`person ${hue}`}>
      <Head page={page} />
      <PresentDecision page={page} />
      {me.may('indicators.read') && (
        <Tabs
          tabs={views}
          open={view}
          nameOf={(one) => t(`person.view.${one}`)}
          onOpen={(one) =>
            void navigate({
              to: '/persons/$id',
              params: { id: person.person_id },
              search: one === 'whole' ? {} : { view: one },
              replace: true,
            })
          }
        />
      )}
      {view === 'indicators' ? <PersonIndicators id={person.person_id} /> : <Whole page={page} />}
    </div>
  );
}

function Head({ page }: { page: PersonPage }) {
  const { t } = useTranslation();
  const code = useCodes();
  const me = useMe();
  const navigate = useNavigate();
  const { person, path } = page;
  const household = person.household_id;
  useKeys({
    Escape: () =>
      void navigate(
        household === null ? { to: '/persons', search: { grid: person.grid_code } } : { to: '/households/$id', params: { id: household } },
      ),
  });
  const way = [
    ...path.map((place) => (place.code.length < me.home.length ? { text: place.name } : { text: place.name, to: `/grid/${place.code}` })),
    ...(household === null ? [] : [{ text: t('persons.household'), to: `/households/${household}` }]),
    { text: person.name },
  ];
  return (
    <div className="head who-head">
      <Portrait of={person.portrait} size={56} />
      <div>
        <Crumbs way={way} />
        <div className="title">
          <h1>{person.name}</h1>
          <span className="t2">
            {code('sex', person.sex)} {person.age !== null && t('person.age', { age: person.age })}
            {person.relation !== null && ` · ${code('relation', person.relation)}`}
            {person.trade !== null && person.trade !== person.segment && ` · ${code('trade', person.trade)}`}
            {person.segment !== null && ` · ${code('segment', person.segment)}`}
          </span>
          <span className="t2">{person.place}</span>
          <span className="t2 sm">
            <Masked person={person.person_id} field="id_no" masked={person.id_masked} />
          </span>
          <span className="t2 sm">
            <Masked person={person.person_id} field="phone" masked={person.phone_masked} />
          </span>
          <span className="acts">
            {household !== null && (
              <Link className="btn" to="/households/$id" params={{ id: household }}>
                {t('persons.openHousehold')}
              </Link>
            )}
            {me.may('strategy.decide') && (
              <Link className="btn" to="/decide" search={{ person: person.person_id }}>
                {t('person.whatIf')}
              </Link>
            )}
          </span>
        </div>
        <Tags tags={page.tags} />
      </div>
    </div>
  );
}

/** Tags in words; what each means is in the hover. */
function Tags({ tags }: { tags: PersonPage['tags'] }) {
  if (tags === null || tags.length === 0) return null;
  const language = spoken();
  return (
    <p className="tags">
      {tags.map(({ tag, name, meaning }) => (
        <span key={tag} className="tag line" title={meaning[language]}>
          {name[language]}
        </span>
      ))}
    </p>
  );
}

function Whole({ page }: { page: PersonPage }) {
  const { t } = useTranslation();
  const { graph, timeline } = page;
  const guarantees = graph.edges.filter((edge) => edge.kind === 'guarantor').length;
  return (
    <>
      <div className="row p1">
        <Facts page={page} />
        <BalanceSheet sheet={page.balance_sheet} />
        <Credit page={page} />
      </div>
      <Lending whose={{ person_id: page.person.person_id }} />
      <div className="row p2">
        <Months months={page.months} />
        <Section
          title={guarantees > 0 ? t('person.graphGuarantees', { count: guarantees }) : t('person.graph')}
          note={graph.as_of === null ? undefined : t('list.asOf', { at: graph.as_of })}
        >
          <RelationDrawing graph={graph} centre={page.person.person_id} />
        </Section>
        <Section title={t('person.timelineOf', { count: timeline.length })}>
          {timeline.length === 0 ? (
            <Empty title={t('household.noTimeline')} inside>
              {t('household.noTimelineNext')}
            </Empty>
          ) : (
            <div className="scroll" tabIndex={0}>
              <Timeline events={timeline} />
            </div>
          )}
        </Section>
      </div>
    </>
  );
}
