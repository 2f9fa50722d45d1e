import { beforeAll, describe, expect, test } from 'vitest';
import { readVillageConfiguration } from '#modules/village/index.ts';
import { comeTo } from '../../modules/village/evaluation/aggregate.ts';
import type { Vote } from '../../modules/village/evaluation/aggregate.ts';
import { alertsOf, qualityOf } from '../../modules/village/evaluation/quality.ts';
import type { Quality, Rated } from '../../modules/village/evaluation/quality.ts';
import { worldOf } from './world.ts';
import type { Answer, Seat } from './world.ts';

/* Twenty villages of seeded reviewers, judged and weighed as the bank does it, beside what only the seed knows. */

const configuration = readVillageConfiguration();
const { settings } = configuration;
const world = worldOf(5, settings.suggestions_fen.map(Number));
const size = { villages: 20, groups: 8, people: 90 };

interface Said {
  readonly seat: Seat;
  readonly person: string;
  readonly answer: Answer;
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const sayingsOf = (village: number): Said[] =>
  numbers(size.groups).flatMap((group) => {
    const code = `${village}-${group}`;
    const people = numbers(size.people).map((person) => `${code}-${person}`);
    return numbers(3).flatMap((index) => {
      const seat = world.seat(code, index);
      return people.map((person) => ({ seat, person, answer: world.answer(seat, code, person) }));
    });
  });

const ratedOf = (said: readonly Said[]): Rated[] =>
  said.flatMap(({ seat, person, answer }) => {
    if (answer.suggestedFen === null) return [];
    const suggestedFen = String(answer.suggestedFen);
    // Whoever does not look says the same of everything else as well.
    const others = seat.kind === 'lazy' ? '' : person;
    return [{ reviewer: seat.key, person, round: 1, suggestedFen, said: `${suggestedFen} ${others}`, seconds: answer.seconds }];
  });

const voteOf = ({ seat, answer }: Said, reliability: number): Vote => ({
  reviewerId: seat.key,
  round: 1,
  knows: answer.knows,
  suggestedFen: answer.suggestedFen === null ? null : BigInt(answer.suggestedFen),
  kinds: [],
  weight: reliability * 1000 < settings.quality.reliability_under ? reliability : 1,
});

const judged: { seat: Seat; isAlerted: boolean }[] = [];
const off = { people: 0, evaluated: 0, mean: 0 };
beforeAll(() => {
  for (const village of numbers(size.villages)) {
    const said = sayingsOf(village);
    const qualities = new Map(qualityOf(ratedOf(said), settings.suggestions_fen).map((one): [string, Quality] => [one.reviewer, one]));
    for (const seat of new Map(said.map((one) => [one.seat.key, one.seat])).values()) {
      const quality = qualities.get(seat.key);
      if (quality) judged.push({ seat, isAlerted: alertsOf(quality, settings).length > 0 });
    }
    for (const [person, about] of Map.groupBy(said, (one) => one.person)) {
      const votes = about.map((one) => voteOf(one, qualities.get(one.seat.key)?.reliability ?? 1));
      const { outcome, evaluatedFen } = comeTo(configuration, { votes, open: 0, hasRecord: false, settled: null });
      const known = about.flatMap(({ answer }) => (answer.suggestedFen === null ? [] : [answer.suggestedFen]));
      const mean = known.reduce((sum, fen) => sum + fen, 0) / known.length;
      if (outcome !== 'evaluated' || evaluatedFen === null || evaluatedFen === 0n || !(mean > 0)) continue;
      const truth = world.truth(person).fen;
      off.people += 1;
      off.evaluated += Math.abs(Math.log(Number(evaluatedFen) / truth));
      off.mean += Math.abs(Math.log(mean / truth));
    }
  }
}, 60_000);

describe('answers weighed by how far their reviewers can be believed', () => {
  test('come to limits a tenth nearer to what is true than their plain mean, over everybody who comes to one', () => {
    expect(off.people).toBeGreaterThan(9_000);
    expect(off.evaluated).toBeLessThan(off.mean * 0.9);
  });

  test('tell on nine of ten reviewers who do not look, and hardly on anybody else', () => {
    const planted = judged.filter(({ seat }) => seat.kind !== 'honest');
    const alerted = judged.filter(({ isAlerted }) => isAlerted);
    const both = planted.filter(({ isAlerted }) => isAlerted);
    expect(planted.length).toBeGreaterThan(30);
    expect(both.length / planted.length).toBeGreaterThan(0.9);
    expect(both.length / alerted.length).toBeGreaterThan(0.75);
  });
});
