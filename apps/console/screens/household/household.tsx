import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { useAddress } from '../../address.ts';
import { householdPage, type HouseholdPage } from '#modules/population/contract.ts';
import { get } from '../../api/client.ts';
import { useMe } from '../../api/session.ts';
import { wan } from '../../format.ts';
import { useKeys } from '../../parts/keys.ts';
import { Crumbs, Figure, Section } from '../../parts/page.tsx';
import { RelationDrawing } from '../../parts/relation-graph.tsx';
import { Bones, Empty, Failure } from '../../parts/states.tsx';
import { Timeline } from '../../parts/timeline.tsx';
import { Known } from '../../parts/unknown.tsx';
import { ExposureBar } from './exposure-bar.tsx';
import { Farm, Reviews } from './evidence.tsx';
import { Lending } from '../person/lending.tsx';
import { MemberCard } from './member-card.tsx';
import './household.css';

export function Household() {
  const id = useAddress('id');
  const page = useQuery({ queryKey: ['household', id], queryFn: () => get(householdPage, `/api/v1/households/${encodeURIComponent(id)}`) });
  if (page.isError) return <Failure problem={page.error} retry={() => void page.refetch()} />;
  if (page.data === undefined) {
    return (
      <div className="sec">
        <Bones rows={14} />
      </div>
    );
  }
  return <Sheet page={page.data} />;
}

function Sheet({ page }: { page: HouseholdPage }) {
  const { t } = useTranslation();
  const { household, members, graph, timeline } = page;
  const names = new Map(members.map((member) => [member.person.person_id, member.person.name]));
  const risky = graph.edges.filter((edge) => edge.kind === 'guarantor').length;
  return (
    <div className={`household hue-${household.hue}`}>
      <Head page={page} />
      <Cap page={page} />
      <div className={members.length === 5 ? 'mems five' : 'mems'}>
        {members.map((member) => (
          <MemberCard key={member.person.person_id} member={member} />
        ))}
      </div>
      <Lending whose={{ household_id: household.household_id }} />
      <div className="row r3">
        <section className="sec">
          <Reviews members={members} />
          <Farm farm={page.farm} />
        </section>
        <Section
          title={
            risky > 0
              ? t('household.graphGuarantees', { count: risky })
              : graphTitle(graph.nodes.filter((node) => !node.own_household).length, t)
          }
          note={graph.as_of === null ? undefined : t('list.asOf', { at: graph.as_of })}
        >
          <RelationDrawing graph={graph} />
        </Section>
        <Section title={t('household.timeline', { count: timeline.length })} note={t('household.allMembers')}>
          {timeline.length === 0 ? (
            <Empty title={t('household.noTimeline')} inside>
              {t('household.noTimelineNext')}
            </Empty>
          ) : (
            <Timeline events={timeline} names={names} />
          )}
        </Section>
      </div>
    </div>
  );
}

function graphTitle(others: number, t: TFunction): string {
  return others === 0 ? t('household.graphNone') : t('household.graph', { count: others });
}

function Head({ page }: { page: HouseholdPage }) {
  const { t } = useTranslation();
  const me = useMe();
  const navigate = useNavigate();
  const { household, position, path } = page;
  const title = household.head === null ? t('households.noHead') : t('households.of', { name: household.head.name });
  const open = (neighbour: HouseholdPage['position']['previous']) => () => {
    if (neighbour !== null) void navigate({ to: '/households/$id', params: { id: neighbour.household_id }, replace: true });
  };
  useKeys({
    j: open(position.next),
    k: open(position.previous),
    Escape: () => void navigate({ to: '/households', search: { grid: household.grid_code } }),
  });
  const way = [
    ...path.map((place) => (place.code.length < me.home.length ? { text: place.name } : { text: place.name, to: `/grid/${place.code}` })),
    { text: title },
  ];
  const neighbourName = (neighbour: NonNullable<HouseholdPage['position']['next']>): string =>
    neighbour.head_name === null ? t('households.noHead') : t('households.of', { name: neighbour.head_name });
  return (
    <>
      <div className="head">
        <Crumbs
          way={way}
          step={
            <>
              {position.previous !== null && (
                <Link to="/households/$id" params={{ id: position.previous.household_id }} replace>
                  ‹ {neighbourName(position.previous)}
                </Link>
              )}
              <span>{t('household.position', { index: position.index, of: position.of, place: path.at(-1)?.name ?? '' })}</span>
              {position.next !== null && (
                <Link to="/households/$id" params={{ id: position.next.household_id }} replace>
                  {neighbourName(position.next)} ›
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
          <span className="t2">{t('household.no', { no: household.household_no })}</span>
          <span className="t2">
            {t('household.size', { members: household.members, adults: household.adults })}
            {page.farm?.labour !== null && page.farm !== null && t('household.labour', { labour: page.farm.labour })}
          </span>
          {page.address_masked !== null && <span className="t2">{page.address_masked}</span>}
          {household.approved !== null && <span className="tag ok">{t('household.approved', { count: household.approved })}</span>}
        </div>
      </div>
    </>
  );
}

/** The one figure that matters: how much of the household's cap is used, and by what. */
function Cap({ page }: { page: HouseholdPage }) {
  const { t } = useTranslation();
  const { exposure } = page;
  const room = exposure.used_fen === null ? null : BigInt(exposure.cap_fen) - BigInt(exposure.used_fen);
  const note =
    room === null ? undefined : room >= 0n ? t('household.room', { amount: wan(room) }) : t('household.over', { amount: wan(-room) });
  return (
    <div className="cap2">
      <Figure
        label={t('household.exposure')}
        value={<Known value={exposure.used_fen} write={wan} why={exposure.reason} />}
        unit={`/ ${wan(exposure.cap_fen)} ${t('unit.wan')}`}
        note={note}
        tone={room !== null && room < 0n ? 'warn' : ''}
      />
      <ExposureBar exposure={exposure} />
    </div>
  );
}
