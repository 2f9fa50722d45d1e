import type { DecisionSummary, TimelineEvent } from '../contract.ts';
import type { PersonDetail } from './detail.ts';

/** Everything dated that is known of one person, latest first. Exclusion votes and court records only for those who may see them. */
export function timelineOf(
  personId: string,
  detail: PersonDetail,
  decision: DecisionSummary | null,
  maySeeSensitive: boolean,
): TimelineEvent[] {
  const event = (
    kind: TimelineEvent['kind'],
    day: string,
    code: string | null,
    amount: number | null,
    more: TimelineEvent['detail'] = {},
  ) => ({
    day,
    kind,
    person_id: personId,
    code,
    amount_fen: amount === null ? null : String(amount),
    detail: more,
  });
  const court = detail.court.map(({ kind, amount, day, status }) => event('court', day, kind, amount, { status }));
  const events: TimelineEvent[] = [
    ...reviewDays(detail).map(({ day, count }) => event('review', day, null, null, { count })),
    ...detail.visits.map(({ day, result, limit, metres, minutes, photos, manager }) =>
      event('visit', day, result, limit, { gps_distance_m: metres, stay_minutes: minutes, photo_count: photos, manager_no: manager }),
    ),
    ...detail.contacts.map(({ day, channel, response }) => event('contact', day, channel, null, { response })),
    ...detail.applications.map(({ day, product, result }) => event('application', day, result, null, { product })),
    ...detail.loans.flatMap((loan) => loanEvents(loan, event)),
    ...detail.pboc.map(({ day, thin, loans }) => event('pboc_report', day, thin ? 'thin' : 'full', loans)),
    ...detail.consents.map(({ purpose, from, to }) => event('consent', from, purpose, null, { until: to })),
    ...detail.farm.map(({ day, income }) => event('survey', day, null, income)),
    ...(maySeeSensitive ? court : []),
  ];
  if (decision) events.push(decisionEvent(personId, decision));
  return events.toSorted(latestFirst);
}

type Loan = PersonDetail['loans'][number];
type MakeEvent = (
  kind: TimelineEvent['kind'],
  day: string,
  code: string | null,
  amount: number | null,
  more?: TimelineEvent['detail'],
) => TimelineEvent;

function loanEvents({ product, start, end, principal, rate_ppm, status, settled, extended }: Loan, event: MakeEvent): TimelineEvent[] {
  const events = [event('loan_start', start, product, principal, { until: end, rate_ppm, status })];
  if (extended !== null) events.push(event('loan_extension', extended, product, null));
  if (settled !== null) events.push(event('loan_settle', settled, product, principal));
  return events;
}

/** Reviewers answer alone; the line tells only how many answered on a day. */
function reviewDays(detail: PersonDetail): { day: string; count: number }[] {
  return [...Map.groupBy(detail.reviews, (review) => review.day)].map(([day, reviews]) => ({ day, count: reviews.length }));
}

function decisionEvent(personId: string, decision: DecisionSummary): TimelineEvent {
  const { as_of: day, outcome, limit_fen: amount, rate_ppm, strategy_version } = decision;
  return { day, kind: 'decision', person_id: personId, code: outcome, amount_fen: amount, detail: { rate_ppm, strategy_version } };
}

export function latestFirst(a: TimelineEvent, b: TimelineEvent): number {
  return b.day.localeCompare(a.day) || a.kind.localeCompare(b.kind);
}
