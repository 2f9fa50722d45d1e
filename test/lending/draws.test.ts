import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { PortalApplication, PortalDraw } from '#modules/lending/portal/contract.ts';
import { withOwner } from '#platform/postgres/index.ts';
import { entityId } from './sample.ts';
import {
  accepted,
  bank,
  calm,
  change,
  closeSigningBank,
  codeOf,
  core,
  drawOf,
  openSigningBank,
  ready,
  taken,
  told,
} from './signing-bank.ts';
import { numberOf } from './story.ts';
import type { Borrower } from './story.ts';

beforeAll(openSigningBank, 240_000);
afterAll(closeSigningBank);
afterEach(calm);

describe('a draw', () => {
  let borrower: Borrower;
  let page: PortalApplication;
  /** The first test makes what all of them draw on. */
  const begin = async (): Promise<void> => {
    borrower = await accepted();
    page = await ready(borrower);
    await change(`update lending.application set terms = terms || '{"entrusted_above_fen": "2000000"}' where application_id = $1`, [
      numberOf(page),
    ]);
  };
  const draw = (changes: Partial<PortalDraw>) => bank.lending.after.draw(borrower.token, drawOf(page, changes));
  const seller = { name: '灌云农资公司', account: '6228480000009999' };

  test('has an account to go to, and what the page says of it', async () => {
    await begin();
    expect(page.ready).toMatchObject({ available_fen: page.ready?.limit_fen, entrusted_from_fen: '30000000' });
    expect((await borrower.page()).ready?.entrusted_from_fen).toBe('2000000');
  }, 120_000);

  test.each<[string, Partial<PortalDraw>, string]>([
    ['below the least', { amount_fen: '1000' }, 'draw_too_small'],
    ['a method the product has not', { method: 'equal_principal' }, 'method_not_offered'],
    ['a term the product has not', { months: 7 }, 'method_not_offered'],
    ['a purpose the product has not', { purpose: 'boat' }, 'purpose_forbidden'],
    ['own words that name a forbidden use', { amount_fen: '1000000', said: '给儿子付首付' }, 'purpose_forbidden'],
    ['above the threshold to oneself', { amount_fen: '3000000' }, 'entrusted_needed'],
    ['to oneself as the seller', { amount_fen: '3000000', payee: { name: '自己', account: '6228480000003317' } }, 'entrusted_needed'],
    ["somebody else's account", { amount_fen: '1000000', account_id: 'B999999' }, 'account_unknown'],
    ['no account at all', { amount_fen: '1000000', account_id: 'mine' }, 'account_unknown'],
    ['more than is left', { amount_fen: '900000000', payee: seller }, 'over_limit'],
  ])('%s', async (_name, changes, says) => {
    expect(await codeOf(draw(changes))).toBe(says);
  });

  test('split over two is seen; to the seller it may be', async () => {
    await draw({ amount_fen: '1500000', purpose: 'planting' });
    expect(await codeOf(draw({ amount_fen: '1000000', purpose: 'planting' }))).toBe('draw_split');
    const both = await Promise.all([
      codeOf(draw({ amount_fen: '1500000', purpose: 'machinery' })),
      codeOf(draw({ amount_fen: '1500000', purpose: 'machinery' })),
    ]);
    expect(both.toSorted()).toEqual(['done', 'draw_split']);
    const { drawdown_id: id } = await draw({ amount_fen: '1000000', purpose: 'planting', payee: seller });
    await bank.servicing.payOpen(entityId);
    expect([...core.booked.values()].find(({ account }) => account === seller.account)).toMatchObject({ accountName: seller.name });
    expect((await bank.lending.after.loans(borrower.token)).draws.map(({ drawdown_id }) => drawdown_id)).not.toContain(id);
  });

  test('the same key is the same draw; other content is refused', async () => {
    const asked = drawOf(page, { amount_fen: '100000', purpose: 'sideline' });
    const [first, second] = await Promise.all([
      bank.lending.after.draw(borrower.token, asked),
      bank.lending.after.draw(borrower.token, asked),
    ]);
    expect(second.drawdown_id).toBe(first.drawdown_id);
    expect(await codeOf(bank.lending.after.draw(borrower.token, { ...asked, amount_fen: '200000' }))).toBe('key_reused');
  });

  test('a paper that is not as it was signed, or another offer than was signed for, stops the money', async () => {
    const [kept] = await withOwner(bank.database.db, (tx) =>
      tx.query<{ contract_id: bigint; signed_hash: string }>(
        `select contract_id, signed_hash from lending.paper where name = 'contract' and contract_id =
           (select contract_id from lending.contract where application_id = $1)`,
        [numberOf(page)],
      ),
    );
    const set = (hash: string) =>
      change(`update lending.paper set signed_hash = $2 where name = 'contract' and contract_id = $1`, [kept?.contract_id, hash]);
    await set('0'.repeat(64));
    expect(await codeOf(draw({ amount_fen: '100000', purpose: 'medical' }))).toBe('paper_changed');
    await set(kept?.signed_hash ?? '');
    expect(await codeOf(draw({ amount_fen: '100000', purpose: 'medical' }))).toBe('done');
  });

  test('a preview names the same limits', async () => {
    const preview = (changes: object) =>
      codeOf(bank.lending.after.previewDraw(borrower.token, { amount_fen: '1000000', method: 'revolving', months: 12, ...changes }));
    expect(await preview({ amount_fen: '10' })).toBe('draw_too_small');
    expect(await preview({ months: 7 })).toBe('method_not_offered');
  });

  test('money is taken before it is booked, once, whatever happens between', async () => {
    await bank.servicing.payOpen(entityId);
    const { after } = bank.lending;
    const loan = (await after.loans(borrower.token)).items.find(({ principal_fen: fen }) => fen === '1500000');
    const loanId = BigInt(loan?.loan_id.slice(1) ?? 0);
    const pay = (key: string, amount = '500000') =>
      codeOf(after.repay(borrower.token, loanId, { key, amount_fen: amount, prepayment: 'lower' }));
    const balance = async () => (await after.loans(borrower.token)).items.find(({ loan_id: id }) => id === loan?.loan_id)?.balance_fen;
    told.purse = 'refused';
    expect(await pay('repay-key-refused')).toBe('repayment_refused');
    told.purse = 'unknown';
    expect(await pay('repay-key-unknown')).toBe('repayment_unavailable');
    expect(await balance()).toBe('1500000');
    told.purse = 'taken';
    await bank.lending.settleRepayments(entityId);
    await bank.lending.settleRepayments(entityId);
    expect(await balance()).toBe('1000000');
    expect(await pay('repay-key-unknown')).toBe('done');
    expect(await balance()).toBe('1000000');
    expect(await pay('repay-key-unknown', '600000')).toBe('key_reused');
    // What the loan would not take is not taken from the account either.
    const before = taken.size;
    expect(await pay('repay-key-too-much', '900000000')).toBe('more_than_owed');
    expect(taken.size).toBe(before);
    expect(await codeOf(after.previewRepay(borrower.token, 999_999n, { amount_fen: '100', prepayment: 'lower' }))).toBe('loan_unknown');
    expect(bank.faults).toEqual([]);
  });

  test('somebody who has come onto the black list gets no more', async () => {
    await change(
      `update indicators.person p set line = '|' || array_to_string(
         (select array_agg(case when c = 'BL_HIT' then '1' else v end order by o)
          from unnest(o.codes, (string_to_array(substr(p.line, 2), '|'))[1:cardinality(o.codes)]) with ordinality as t(c, v, o)), '|')
       from indicators.online o where o.entity_id = p.entity_id and p.person_id = $1`,
      [borrower.person.personId],
    );
    expect(await codeOf(draw({ amount_fen: '100000', purpose: 'education' }))).toBe('no_longer_eligible');
  });
});
