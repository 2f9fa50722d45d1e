import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeOf } from '#platform/http/index.ts';
import type { Caller } from '#platform/http/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import { drawOf, entityId, firstDay, openSampleBank, personId, secondOf } from '../sample-bank.ts';
import type { SampleBank } from '../sample-bank.ts';

let bank: SampleBank;
let second: Caller;
beforeAll(async () => {
  bank = await openSampleBank();
  second = secondOf(bank);
});
afterAll(() => bank.close());

const approve = (proposalId: string): Promise<unknown> => bank.approve(proposalId);
const reason = '与借款人协商一致';

describe('what a person of the bank opens and draws', () => {
  const opening = {
    key: 'proposed-facility-1',
    person_id: personId,
    product: '富民贷',
    kind: 'revolving' as const,
    limit_fen: '4000000',
    valid_from: firstDay,
    valid_to: '2029-01-15',
    reason: '合作社推荐',
  };
  const facilitiesOf = async (product: string): Promise<string[]> =>
    (await bank.servicing.facilities(bank.session, { limit: 200 })).items
      .filter((one) => one.product === product)
      .map((one) => one.facility_id);

  test('waits for a second person: a facility is opened once, as it was proposed', async () => {
    const { proposal_id } = await bank.servicing.proposeFacility(bank.session, opening);
    expect(await bank.servicing.proposeFacility(bank.session, opening)).toEqual({ proposal_id });
    expect(await codeOf(bank.servicing.proposeFacility(bank.session, { ...opening, limit_fen: '5000000' }))).toBe('key_reused');
    expect(await codeOf(bank.servicing.proposeFacility(bank.session, { ...opening, key: 'proposed-facility-2' }))).toBe('subject_pending');
    expect(await facilitiesOf('富民贷')).toEqual([]);
    expect(await codeOf(bank.change.approve({ ...second, session: bank.session }, proposal_id, ''))).toBe('own_proposal');
    await approve(proposal_id);
    const [opened = ''] = await facilitiesOf('富民贷');
    expect(await bank.servicing.facility(bank.session, BigInt(opened.slice(1)))).toMatchObject({ state: 'active', limit_fen: '4000000' });
    expect(await codeOf(approve(proposal_id))).toBe('already_decided');
    expect(await facilitiesOf('富民贷')).toHaveLength(1);
    const [event] = await withOwner(bank.database.db, (tx) =>
      tx.query('select actor_id, business_date, detail from servicing.event where facility_id = $1', [opened.slice(1)]),
    );
    expect(event).toEqual({ actor_id: 'second', business_date: firstDay, detail: { proposal_id } });
  });

  test('waits for a second person, who alone reads the whole account: nothing is reserved before, the limit is asked again, and it is paid once', async () => {
    const facilityId = await bank.facility(1_000_000n);
    const draw = drawOf('proposed-draw-1', 700_000n);
    const propose = (change: object = {}): Promise<{ proposal_id: string }> =>
      bank.servicing.proposeDrawdown(bank.session, facilityId, { ...draw, ...change });
    const { proposal_id } = await propose();
    expect(await propose()).toEqual({ proposal_id });
    expect(await codeOf(propose({ amount_fen: '1' }))).toBe('key_reused');
    expect(await codeOf(propose({ key: 'proposed-draw-2' }))).toBe('subject_pending');
    expect(await codeOf(propose({ key: 'proposed-draw-3', amount_fen: '1000001' }))).toBe('over_limit');
    expect(await codeOf(bank.servicing.proposeDrawdown(bank.neighbour, facilityId, { ...draw, key: 'proposed-draw-4' }))).toBe(
      'facility_unknown',
    );
    const seenBy = async (caller: Caller): Promise<unknown> => {
      const { account, account_name } = (await bank.change.one(caller, proposal_id)).after as { account: string; account_name: string };
      return [account, account_name];
    };
    const holding = (...held: string[]): Caller => ({ ...second, permissions: new Set(held) });
    expect(await seenBy(second)).toEqual(['6228480000000001', '测试']);
    expect(await seenBy(holding('change.read'))).toEqual(['****0001', '测**']);
    expect(await seenBy({ ...holding(), session: bank.session })).toEqual(['****0001', '测**']);
    expect(await codeOf(seenBy(holding()))).toBe('proposal_unknown');
    expect(await bank.servicing.facility(bank.session, facilityId)).toMatchObject({ reserved_fen: '0', available_fen: '1000000' });

    await bank.servicing.requestDrawdown(bank.session, facilityId, drawOf('own-draw-meanwhile', 400_000n));
    expect(await codeOf(approve(proposal_id))).toBe('over_limit');
    await approve((await bank.servicing.changeFacility(bank.session, facilityId, { limit_fen: '1100000', reason })) ?? '');
    await approve(proposal_id);
    expect(await seenBy(second)).toEqual(['****0001', '测**']);
    await bank.servicing.payOpen(entityId);
    expect((await bank.servicing.drawdowns(bank.session, facilityId)).map(({ state, amount_fen }) => [state, amount_fen])).toEqual([
      ['confirmed', '700000'],
      ['confirmed', '400000'],
    ]);
  });
});
