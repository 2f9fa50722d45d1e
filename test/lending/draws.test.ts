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
  noteIndicator,
  openSigningBank,
  ready,
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

  /** What the borrower's own account gave, in the core bank's book. */
  const taken = () => [...core.booked.values()].filter(({ sequence }) => sequence.startsWith('QC'));
  const loanOf = async (principal: string) => {
    const loan = (await bank.lending.after.loans(borrower.token)).items.find(({ principal_fen: fen }) => fen === principal);
    if (!loan) throw new Error(`no loan of ${principal} fen`);
    return { id: BigInt(loan.loan_id.slice(1)), balance: loan.balance_fen, payoff: loan.payoff_fen, state: loan.state };
  };
  const pay = (loanId: bigint, key: string, amount: string) =>
    codeOf(bank.lending.after.repay(borrower.token, loanId, { key, amount_fen: amount, prepayment: 'lower' }));

  test('money is booked when the core has taken it, once, whatever happens between', async () => {
    await bank.servicing.payOpen(entityId);
    const { id } = await loanOf('1500000');
    core.script = ['short'];
    expect(await pay(id, 'repay-key-refused', '500000')).toBe('repayment_refused');
    expect(await pay(id, 'repay-key-refused', '500000')).toBe('repayment_refused');
    core.script = ['lose_answer'];
    expect(await pay(id, 'repay-key-unknown', '500000')).toBe('repayment_unavailable');
    expect((await loanOf('1500000')).balance).toBe('1500000');
    expect(await pay(id, 'repay-key-another', '500000')).toBe('collection_under_way');
    await bank.lending.settleRepayments(entityId);
    await bank.lending.settleRepayments(entityId);
    expect((await loanOf('1500000')).balance).toBe('1000000');
    expect(await pay(id, 'repay-key-unknown', '500000')).toBe('done');
    expect((await loanOf('1500000')).balance).toBe('1000000');
    expect(await pay(id, 'repay-key-unknown', '600000')).toBe('key_reused');
    expect(taken().map(({ amountFen, account }) => [amountFen, account])).toEqual([[500_000n, '6228480000003317']]);
    // What the loan would not take is not taken from the account either, and nothing is kept of it.
    expect(await pay(id, 'repay-key-too-much', '900000000')).toBe('more_than_owed');
    expect([taken().length, await change(`select 1 from lending.repayment where key = 'repay-key-too-much'`, [])]).toEqual([1, []]);
    const preview = { amount_fen: '100', prepayment: 'lower' } as const;
    expect(await codeOf(bank.lending.after.previewRepay(borrower.token, 999_999n, preview))).toBe('loan_unknown');
    expect(bank.faults).toEqual([]);
  });

  test('what settles the loan is quoted, taken from the own account, and settles it; two at once are one', async () => {
    const { id, payoff } = await loanOf('100000');
    const quote = await bank.lending.after.previewRepay(borrower.token, id, { amount_fen: payoff, prepayment: 'lower' });
    expect(quote).toMatchObject({ pays_fen: payoff, balance_after_fen: '0', next_due: null, account_masked: '**** 3317' });
    const before = taken().length;
    expect(await Promise.all([pay(id, 'settle-key-1', payoff), pay(id, 'settle-key-1', payoff)])).toEqual(['done', 'done']);
    expect(taken().length).toBe(before + 1);
    expect(await loanOf('100000')).toMatchObject({ balance: '0', payoff: '0', state: 'settled' });
    expect(await pay(id, 'settle-key-2', '100')).toBe('not_active');
  });

  test('a loan whose money went to a seller is repaid from the own account', async () => {
    const before = taken().length;
    const entrusted = (await bank.lending.after.loans(borrower.token)).items.filter(({ principal_fen: fen }) => fen === '1000000');
    expect(entrusted.length).toBe(1);
    const { id } = await loanOf('1000000');
    expect(await pay(id, 'seller-paid-key', '200000')).toBe('done');
    expect(taken().slice(before)).toMatchObject([{ account: '6228480000003317', accountName: borrower.person.name }]);
  });

  test.each([
    ['black', 'BL_HIT', '1', '0'],
    ['grey', 'GL_HIT', '1', '0'],
    ['anti-money-laundering', 'AML_LEVEL', 'high', 'none'],
  ])('somebody who has come onto the %s list gets no more', async (_name, code, value, before) => {
    await noteIndicator(borrower, code, value);
    expect(await codeOf(draw({ amount_fen: '100000', purpose: 'education' }))).toBe('no_longer_eligible');
    await noteIndicator(borrower, code, before);
  });
});
