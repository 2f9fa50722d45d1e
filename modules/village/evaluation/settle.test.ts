import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withOwner } from '#platform/postgres/index.ts';
import { drawSample } from './draw.ts';
import { group, openSamplePanel, says } from './sample-panel.ts';
import type { SamplePanel } from './sample-panel.ts';

let panel: SamplePanel;
let people: string[] = [];
beforeAll(async () => {
  panel = await openSamplePanel();
  await panel.sample.villages.evaluation.setPanel(panel.sample.session('head'), panel.place, {
    reviewers: panel.reviewers,
    dueOn: '2026-12-01',
  });
  people = await panel.asked(panel.reviewers[0] ?? 0n);
}, 120_000);
afterAll(() => panel.close());

const evaluation = () => panel.sample.villages.evaluation;
const head = () => panel.sample.session('head');
const owner = <Row extends object>(text: string, values: unknown[]): Promise<Row[]> =>
  withOwner(panel.sample.db, (tx) => tx.query<Row>(text, values));
const coded = (code: string) => expect.objectContaining({ code });
/** One answer of each of the three about a person. */
async function answered(personId: string, ...said: [string, string[]][]): Promise<void> {
  for (const [index, [suggested, kinds]] of said.entries()) {
    const { refused } = await evaluation().keyAnswers(panel.sample.session('manager'), panel.reviewers[index] ?? 0n, {
      channel: 'meeting',
      items: [says(personId, suggested, { kinds })],
    });
    expect(refused).toEqual([]);
  }
}
const row = async (personId: string) =>
  (await evaluation().evaluated(head(), panel.place.projectId, { limit: 200 })).items.find((one) => one.person_id === personId);
const limits = async (personId: string): Promise<(bigint | null)[]> =>
  (
    await owner<{ amount_fen: bigint | null }>(
      `select amount_fen from village.limit_record where project_id = $1 and person_id = $2 and kind = 'evaluated' order by record_id`,
      [panel.place.projectId, personId],
    )
  ).map((one) => one.amount_fen);
const settle = (personId: string, as: 'cleared' | 'excluded', evidence = '走访核实,派出所无处罚记录') =>
  evaluation().settle(head(), { projectId: panel.place.projectId, personId }, { as, evidence });

describe('a person who was flagged', () => {
  test('waits for somebody with evidence; cleared, the answers stand; a new vote asks again', async () => {
    const [who = ''] = people;
    await answered(who, ['5000000', ['X01']], ['5000000', []]);
    expect(await row(who)).toMatchObject({ outcome: 'manual', evaluated_fen: null, settled: null, kinds: [{ code: 'X01', votes: 1 }] });
    await settle(who, 'cleared');
    expect((await row(who))?.outcome).toBe('waiting');
    await evaluation().keyAnswers(panel.sample.session('manager'), panel.reviewers[2] ?? 0n, {
      channel: 'meeting',
      items: [says(who, '5000000', { kinds: ['X01'] })],
    });
    expect(await row(who)).toMatchObject({ outcome: 'manual', steps: { flagged: 'several' }, settled: { as: 'cleared' } });
    await settle(who, 'cleared');
    expect(await row(who)).toMatchObject({ outcome: 'evaluated', evaluated_fen: '5000000' });
    await settle(who, 'excluded', '派出所行政处罚决定书一份');
    expect(await row(who)).toMatchObject({
      outcome: 'excluded',
      evaluated_fen: null,
      settled: { as: 'excluded', by: { staff_id: 'head' } },
    });
    expect(await limits(who)).toEqual([5_000_000n, null]);
  });

  test('is told nothing of kinds, votes or names', async () => {
    const [who = ''] = people;
    const told = (await row(who))?.told;
    expect(told?.zh).toMatch(/^综合评定后暂不符合授信条件/);
    expect(JSON.stringify(told)).not.toMatch(/X01|赌|票|评议员|李广才/);
  });

  test('with a public record behind the kind is excluded at once', async () => {
    const who = people[1] ?? '';
    const empty = ['court', 'lists'].map((part) => [part, [] as unknown[][]]);
    const [columns] = await owner<{ document: string | null }>(
      'select document from population.person_detail where entity_id = $1 and person_id = $2',
      ['320723', who],
    );
    expect(columns).toBeUndefined();
    const document = JSON.stringify({ ...Object.fromEntries(empty), lists: [['black', 'gang', '2024-01-01', null]] });
    await owner(`insert into population.person_detail (entity_id, person_id, grid_code, document) values ('320723', $1, $2, $3)`, [
      who,
      group,
      document,
    ]);
    await answered(who, ['5000000', ['X02']]);
    expect(await row(who)).toMatchObject({ outcome: 'excluded', steps: { flagged: 'record' }, settled: null });
  });

  test('and nobody else is settled', async () => {
    const who = people[2] ?? '';
    await expect(settle(who, 'cleared')).rejects.toEqual(coded('person_unknown'));
    await answered(who, ['5000000', ['A01']], ['5000000', []], ['5000000', []]);
    expect((await row(who))?.outcome).toBe('evaluated');
    await expect(settle(who, 'excluded')).rejects.toEqual(coded('nothing_to_settle'));
    const elsewhere = panel.sample.session('manager2');
    const asking = { projectId: panel.place.projectId, personId: who };
    await expect(evaluation().settle(elsewhere, asking, { as: 'cleared', evidence: '走访核实无误' })).rejects.toEqual(
      coded('person_unknown'),
    );
  });
});

describe('answers too far apart or too few', () => {
  test('ask for one more, who is asked about these people only', async () => {
    const who = people[3] ?? '';
    await answered(who, ['1000000', []], ['6000000', []], ['6000000', []]);
    expect(await row(who)).toMatchObject({ outcome: 'third_opinion', dispersion: 1.154 });
    const fourth = await panel.register({ name: '吴四' });
    await panel.swear(fourth);
    const more = (persons: string[], reviewerId = fourth) => evaluation().askMore(head(), panel.place, { reviewerId, persons });
    await expect(more([people[2] ?? ''])).rejects.toEqual(coded('nothing_to_ask'));
    expect(await more([who])).toEqual({ rows: 1, recused: 0 });
    await expect(more([who])).rejects.toEqual(coded('nothing_to_ask'));
    expect(await panel.asked(fourth)).toEqual([who]);
    expect((await row(who))?.outcome).toBe('waiting');
    await evaluation().keyAnswers(panel.sample.session('manager'), fourth, { channel: 'phone', items: [says(who, '6000000')] });
    expect((await row(who))?.outcome).toBe('third_opinion');
    await settle(who, 'cleared', '走访核实,家庭收入与多数评议一致');
    expect(await row(who)).toMatchObject({ outcome: 'evaluated', evaluated_fen: '4700000' });
  });
});

describe('acceptance', () => {
  const picture = `data:image/png;base64,${Buffer.from('a picture of the group').toString('base64')}`;
  const draw = () => evaluation().drawAcceptance(head(), panel.place);
  const decide = (id: bigint, wrong: number) =>
    evaluation()
      .acceptance(head(), id)
      .then(({ items }) =>
        evaluation().decideAcceptance(head(), id, {
          items: items.map((item, index) => ({ person_id: item.person_id, is_right: index >= wrong, remark: null })),
          remark: null,
          signature: picture,
          photo: picture,
        }),
      );

  test('waits until all have answered or the round is due', async () => {
    await expect(draw()).rejects.toEqual(coded('round_unfinished'));
    panel.sample.clock.set('2026-12-02T01:00:00Z');
    const id = await draw();
    await expect(draw()).rejects.toEqual(coded('round_closed'));
    const page = await evaluation().acceptance(head(), id);
    expect(page).toMatchObject({ state: 'drawn', attempt: 1, drawn_by: { staff_id: 'head', name: '吴兰' } });
    // Anybody can draw the same people again from the seed.
    const answeredPeople = await owner<{ person_id: string }>('select distinct person_id from village.evaluation where project_id = $1', [
      panel.place.projectId,
    ]);
    const again = drawSample(
      page.seed,
      answeredPeople.map((one) => one.person_id),
      page.items.length,
    );
    expect(again).toEqual(page.items.map((item) => item.person_id).toSorted());
    const late = await evaluation().keyAnswers(panel.sample.session('manager'), panel.reviewers[0] ?? 0n, {
      channel: 'meeting',
      items: [says(people.at(-1) ?? '')],
    });
    expect(late.refused[0]?.code).toBe('round_closed');
  });

  test('failed sends the group back: answers stay, and count no longer', async () => {
    const [{ acceptance_id: id } = { acceptance_id: 0n }] = await owner<{ acceptance_id: bigint }>(
      'select acceptance_id from village.acceptance',
      [],
    );
    await expect(evaluation().acceptance(panel.sample.session('manager2'), id)).rejects.toEqual(coded('acceptance_unknown'));
    await expect(
      evaluation().decideAcceptance(head(), 999n, { items: [], remark: null, signature: picture, photo: picture }),
    ).rejects.toEqual(coded('acceptance_unknown'));
    const one = { items: [{ person_id: people[0] ?? '', is_right: true, remark: null }], remark: null, signature: picture, photo: picture };
    await expect(evaluation().decideAcceptance(head(), id, one)).rejects.toEqual(coded('acceptance_incomplete'));
    expect(await decide(id, 3)).toBe('failed');
    await expect(decide(id, 0)).rejects.toEqual(coded('acceptance_decided'));
    const { items } = await evaluation().groups(head(), panel.place.projectId, 1, { grid: group, limit: 1 });
    expect(items[0]).toMatchObject({ state: 'rating', attempt: 2, answered: 0, outcomes: { evaluated: 0 } });
    expect((await row(people[2] ?? ''))?.outcome).toBe('waiting');
    const said = await evaluation().whoSaid(panel.sample.session('auditor'), panel.place.projectId, people[2] ?? '');
    expect(said.items.map((item) => item.counts)).toEqual([false, false, false]);
    // A person whom somebody excluded stays excluded, whoever answers next.
    expect((await row(people[0] ?? ''))?.outcome).toBe('excluded');
  });

  test('passed closes the round, with signature and photograph sealed', async () => {
    await expect(draw()).rejects.toEqual(coded('round_unfinished'));
    for (const reviewer of panel.reviewers) {
      const items = (await panel.asked(reviewer)).map((who) => says(who));
      const { refused } = await evaluation().keyAnswers(panel.sample.session('manager'), reviewer, { channel: 'meeting', items });
      expect(refused).toEqual([]);
    }
    expect((await row(people[2] ?? ''))?.outcome).toBe('evaluated');
    const id = await draw();
    expect(await decide(id, 1)).toBe('passed');
    const [kept] = await owner<{ photo_sealed: string; signature_sealed: string; photo_hash: string }>(
      'select photo_sealed, signature_sealed, photo_hash from village.acceptance where acceptance_id = $1',
      [id],
    );
    expect(panel.sample.vault.open('village.acceptance.photo', kept?.photo_sealed ?? '')).toBe(picture);
    expect(panel.sample.vault.open('village.acceptance.signature', kept?.signature_sealed ?? '')).toBe(picture);
    expect(kept?.photo_hash).toBe(createHash('sha256').update('a picture of the group').digest('hex'));
    const { items } = await evaluation().groups(head(), panel.place.projectId, 1, { grid: group, limit: 1 });
    expect(items[0]).toMatchObject({ state: 'accepted', acceptance: { state: 'passed' } });
    await expect(evaluation().setPanel(head(), panel.place, { reviewers: panel.reviewers, dueOn: null })).rejects.toEqual(
      coded('round_closed'),
    );
  });

  test('pays for valid rows of the attempts that count', async () => {
    const fees = await evaluation().fees(head(), panel.place.projectId, group.slice(0, 12));
    const [own] = await owner<{ n: number }>(
      `select count(*)::int as n from village.evaluation where project_id = $1 and attempt = 2 and knows = 'yes'`,
      [panel.place.projectId],
    );
    expect(fees.valid).toBe(own?.n);
    expect(fees.total_fen).toBe(String((own?.n ?? 0) * 200));
    expect(fees.items.reduce((sum, one) => sum + BigInt(one.fee_fen), 0n)).toBe(BigInt(fees.total_fen));
  });

  test('leaves the quality of the village behind', async () => {
    const { items } = await evaluation().reviewers(head(), panel.place.projectId, { limit: 50 });
    const quality = items[0]?.quality;
    expect(quality).toMatchObject({ agreement: 1000, maximum: 0, bad: null, median_seconds: null, alerts: [] });
    await expect(evaluation().renewQuality(panel.sample.session('manager2'), panel.place.projectId, group.slice(0, 12))).rejects.toEqual(
      coded('group_unknown'),
    );
    await expect(evaluation().reviewers(head(), panel.place.projectId, { limit: 5, cursor: 'x' })).rejects.toEqual(coded('cursor_invalid'));
  });
});

test('nothing is drawn where nobody has answered', async () => {
  const other = { ...panel.place, gridCode: `${group.slice(0, 12)}02` };
  await expect(evaluation().drawAcceptance(head(), other)).rejects.toEqual(coded('panel_unset'));
  await evaluation().setPanel(head(), other, { reviewers: panel.reviewers, dueOn: '2026-12-01' });
  await expect(evaluation().drawAcceptance(head(), other)).rejects.toEqual(coded('nothing_to_accept'));
});
