/** Whether a visit counts, and where it differs from what the village said. Pure. */
import { isAsked } from '#core/product/index.ts';
import type { Form } from '#core/product/index.ts';
import type { Difference, VisitFault } from './contract.ts';

export interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

const earthRadiusM = 6_371_008;
const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Along the surface, to the metre. */
export function metresBetween(a: Place, b: Place): number {
  const [latitude, longitude] = [radians(b.latitude - a.latitude) / 2, radians(b.longitude - a.longitude) / 2];
  const chord = Math.sin(latitude) ** 2 + Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * Math.sin(longitude) ** 2;
  return Math.round(2 * earthRadiusM * Math.asin(Math.min(1, Math.sqrt(chord))));
}

export interface Conditions {
  readonly metres: number;
  readonly seconds: number;
  readonly photos: number;
}

export interface Made {
  readonly place: Place | null;
  readonly seconds: number;
  /** Without signatures. */
  readonly photos: number;
}

/** None: the visit counts. `points`: where the household, its group and its village stand, as far as known; near one of them is near enough. */
export function judgeVisit(made: Made, points: readonly Place[], must: Conditions): { faults: VisitFault[]; distanceM: number | null } {
  const place = made.place;
  const distanceM = place === null || points.length === 0 ? null : Math.min(...points.map((point) => metresBetween(place, point)));
  const faults: VisitFault[] = [];
  if (place === null) faults.push('no_place');
  else if (distanceM === null) faults.push('no_point');
  else if (distanceM > must.metres) faults.push('too_far');
  if (made.seconds < must.seconds) faults.push('too_short');
  if (made.photos < must.photos) faults.push('no_photo');
  return { faults, distanceM };
}

export type Answers = Readonly<Record<string, unknown>>;

/** What more than half of those who answered a question said. Whoever was not sure said nothing. */
export function majorityOf(given: readonly Answers[]): Record<string, unknown> {
  const fields = new Set(given.flatMap((answers) => Object.keys(answers)));
  const majority: Record<string, unknown> = {};
  for (const field of fields) {
    const said = given.map((answers) => answers[field]).filter((answer) => answer !== undefined && answer !== null && answer !== 'unsure');
    const votes = Map.groupBy(said, (answer) => JSON.stringify(answer));
    for (const same of votes.values()) if (same.length * 2 > said.length) majority[field] = same[0];
  }
  return majority;
}

/** Questions that were answered without any answer having most voices, in the order in which they came. */
export function disputedOf(given: readonly Answers[]): string[] {
  const majority = majorityOf(given);
  const said = (field: string): boolean =>
    given.some((answers) => answers[field] !== undefined && answers[field] !== null && answers[field] !== 'unsure');
  return [...new Set(given.flatMap((answers) => Object.keys(answers)))].filter((field) => said(field) && majority[field] === undefined);
}

/** Field by field, in the order of the form: where the visit found something else than most reviewers said. */
export function differencesOf(form: Form, personId: string, majority: Answers, visited: Answers): Difference[] {
  return Object.entries(form.properties).flatMap(([field, question]): Difference[] => {
    const [evaluated, found] = [majority[field], visited[field]];
    if (evaluated === undefined || !isAsked(question, visited) || found === undefined) return [];
    return JSON.stringify(evaluated) === JSON.stringify(found) ? [] : [{ person_id: personId, field, evaluated, visited: found }];
  });
}
