/** A panel at work in the sample village, for tests: reviewers of the first village, sworn, and what they say. */
import { randomUUID } from 'node:crypto';
import { withOwner } from '#platform/postgres/index.ts';
import { openSampleVillage } from '../sample/sample-village.ts';
import type { SampleOptions, SampleVillage } from '../sample/sample-village.ts';
import type { Answer, RegisterReviewer } from './contract.ts';
import type { Place } from './panel.ts';
import { hashOfOath } from './reviewers.ts';

export const village = '320723103001';
/** The group that is evaluated; its reviewers live in the other one. */
export const group = `${village}01`;
export const otherGroup = `${village}02`;

export interface SamplePanel {
  readonly sample: SampleVillage;
  readonly place: Place;
  /** Three, one of the committee; sworn. */
  readonly reviewers: readonly bigint[];
  register(given?: Partial<RegisterReviewer>): Promise<bigint>;
  swear(reviewerId: bigint): Promise<void>;
  /** Whom a reviewer is to rate now, in order. */
  asked(reviewerId: bigint, place?: Place): Promise<string[]>;
  close(): Promise<void>;
}

export async function openSamplePanel(options: SampleOptions = {}): Promise<SamplePanel> {
  const sample = await openSampleVillage(options);
  const { evaluation } = sample.villages;
  const place = { projectId: sample.projectId, round: 1, gridCode: group };
  const oath = hashOfOath(sample.deps.configurationOf('').settings);
  const register = (given: Partial<RegisterReviewer> = {}): Promise<bigint> =>
    evaluation.register(sample.session('head'), sample.projectId, {
      grid_code: village,
      person_id: null,
      name: '李广才',
      phone: '13900000001',
      qualification: 'party_member',
      is_committee: false,
      ...given,
    });
  const swear = (reviewerId: bigint): Promise<void> => evaluation.swearIn(sample.session('manager'), reviewerId, oath);
  const reviewers = [await register({ is_committee: true, name: '王主任' }), await register(), await register({ name: '周会计' })];
  for (const id of reviewers) await swear(id);
  return {
    sample,
    place,
    reviewers,
    register,
    swear,
    asked: async (reviewerId, at = place) => {
      const rows = await withOwner(sample.db, (tx) =>
        tx.query<{ person_id: string }>(
          `select person_id from village.sheet_row join village.group_round using (project_id, round, grid_code, attempt)
           where reviewer_id = $1 and project_id = $2 and round = $3 and grid_code = $4 and recusal is null order by position`,
          [reviewerId, at.projectId, at.round, at.gridCode],
        ),
      );
      return rows.map((row) => row.person_id);
    },
    close: () => sample.close(),
  };
}

export const goodAnswers = { work: 'farming', income: 'from_5_to_10', house: 'storeyed', debt: 'none' } as const;

export const says = (personId: string, suggestedFen = '5000000', more: Partial<Answer> = {}): Answer => ({
  evaluation_id: randomUUID(),
  round: 1,
  person_id: personId,
  knows: 'yes',
  answers: { ...goodAnswers },
  suggested_fen: suggestedFen,
  kinds: [],
  seconds: 9,
  ...more,
});

/** Not known, or stepped aside for. */
export const silent = (personId: string, knows: 'no' | 'recused' = 'no'): Answer => ({
  evaluation_id: randomUUID(),
  round: 1,
  person_id: personId,
  knows,
  kinds: [],
});
