import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { residentIdCheckCharacter } from '#core/identifiers/index.ts';
import { codeOf } from '#platform/http/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import { actBody, workQuery } from '#modules/process/contract.ts';
import { openLendingBank } from './sample.ts';
import type { LendingBank, Villager } from './sample.ts';
import { act, apply, enter, investigate, numberOf, required, taskOf } from './story.ts';
import type { Borrower } from './story.ts';

let bank: LendingBank;
let villagers = 0;
beforeAll(async () => {
  bank = await openLendingBank();
}, 240_000);
afterAll(() => bank.close());
afterEach(() => {
  bank.faults.length = 0;
});
afterEach(() => Object.assign(bank.sources, { identity: 'match', face: 'same', court: 'clean', credit: 'clean' }));

/** Papers are printed and tasks given out behind a request. */
const patient = { timeout: 20_000 } as const;

async function acceptOffered(borrower: Borrower): Promise<void> {
  await expect.poll(async () => (await borrower.page()).step, patient).toBe('offer');
  const { offer } = await borrower.page();
  await bank.lending.portal.accept(borrower.token, { offerId: offer?.offer_id ?? '', hash: offer?.hash ?? '' });
  await expect.poll(async () => (await borrower.page()).step, patient).toBe('papers');
}

async function scan(changes: Record<string, unknown> = {}, product = 'zheng_cun_dai'): Promise<Borrower> {
  const person = await bank.villager((villagers += 1), changes);
  return enter(bank, person, await bank.channel(product));
}

describe('from a code to an offer', () => {
  test('a villager whom the bank knows well gets an offer in yuan, and accepts exactly what was shown', async () => {
    const borrower = await scan();
    const page = await apply(bank, borrower);
    expect(bank.faults).toEqual([]);
    expect(page.step).toBe('offer');
    const { offer } = page;
    if (!offer) throw new Error('no offer');
    expect(BigInt(offer.limit_fen)).toBeGreaterThan(0n);
    expect(offer.cost.total_fen).toBe(offer.cost.items.reduce((sum, { amount_fen }) => sum + BigInt(amount_fen), 0n).toString());
    const { portal } = bank.lending;
    expect(await codeOf(portal.accept(borrower.token, { offerId: offer.offer_id, hash: 'f'.repeat(64) }))).toBe('offer_changed');
    await portal.accept(borrower.token, { offerId: offer.offer_id, hash: offer.hash });
    await expect.poll(async () => (await borrower.page()).step, patient).toBe('papers');
  });
});

describe('the borrower and the case at once', () => {
  const waiting = () =>
    withOwner(bank.database.db, (tx) =>
      tx.query(`select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`),
    );

  /** Another transaction holds what the statement locks until something has waited for it and `meanwhile` is over. */
  async function whileHeld(statement: string, begin: () => Promise<unknown>, meanwhile: (other: Tx) => Promise<unknown>): Promise<void> {
    const begun = await withOwner(bank.database.db, async (other) => {
      await other.query(statement);
      const going = begin();
      await expect.poll(waiting, patient).toHaveLength(1);
      await meanwhile(other);
      return { going };
    });
    await begun.going;
  }

  test('an offer is seen as soon as its case waits for the answer, and not before', async () => {
    const borrower = await scan();
    // Only the step to the offer sets a clock.
    await whileHeld(
      'lock table process.timer in share row exclusive mode',
      () => apply(bank, borrower),
      async () => expect((await borrower.page()).step).toBe('deciding'),
    );
    const { offer } = await borrower.page();
    if (!offer) throw new Error('no offer');
    expect(await codeOf(bank.lending.portal.accept(borrower.token, { offerId: offer.offer_id, hash: offer.hash }))).toBe('done');
    await expect.poll(async () => (await borrower.page()).step, patient).toBe('papers');
    expect(bank.faults).toEqual([]);
  });

  test.each(['accept', 'withdraw'] as const)('to %s waits for the case, and holds nothing then that a step needs', async (what) => {
    const borrower = await scan();
    const { application_id: id, offer } = await apply(bank, borrower);
    if (!offer) throw new Error('no offer');
    const { portal } = bank.lending;
    const acts = {
      accept: () => portal.accept(borrower.token, { offerId: offer.offer_id, hash: offer.hash }),
      withdraw: () => portal.withdraw(borrower.token, '不借了'),
    };
    await whileHeld(`select 1 from process.case_state where subject_id = '${id}' for no key update`, acts[what], (other) =>
      other.query('select 1 from lending.application where application_id = $1 for no key update nowait', [id.slice(1)]),
    );
    await expect.poll(async () => (await borrower.page()).step, patient).toBe({ accept: 'papers', withdraw: 'closed' }[what]);
    expect(bank.faults).toEqual([]);
  });
});

describe('what the machine says', () => {
  test('arrears on the report: a neutral reason, ways on, and a day from which to apply again', async () => {
    bank.sources.credit = 'overdue';
    const borrower = await scan({ CR_OVD_CUR: 500_000 });
    const page = await apply(bank, borrower);
    expect(page.step).toBe('declined');
    expect(page.declined?.code).toMatch(/^[A-Z]\d\d/);
    expect(page.declined?.reason.zh).not.toMatch(/逾期|黑名单|评议/);
    expect(page.declined?.reapply_on).toBe('2026-12-23');
    expect(page.declined?.ways.map(({ by }) => by)).toEqual(['page', 'branch', 'call']);
    expect(page.declined?.helps.map(({ zh }) => zh)).toEqual([expect.stringMatching(/^把到期该还的先还上/)]);
    expect(page.declined?.branch).toMatchObject({
      name: '灌云农商行总行',
      address: { zh: '伊山镇演示路 1 号' },
      hours: { zh: expect.any(String) },
    });
    expect(page.contact?.phone).toBe('96000');
    // Coming back by the phone shows the same; another phone of the same person must wait as well.
    const again = await enter(bank, borrower.person, await bank.channel());
    expect((await again.page()).step).toBe('declined');
    const other = await enter(bank, { ...borrower.person, phone: '13900099999' }, await bank.channel());
    expect(await codeOf(bank.lending.portal.identify(other.token, { name: borrower.person.name, residentId: borrower.person.idNo }))).toBe(
      'reapply_later',
    );
  });

  test.each<[string, Partial<LendingBank['sources']>]>([
    ['the identity register', { identity: 'down' }],
    ['the face service', { face: 'down' }],
  ])('%s is down: a person looks at it, nobody is refused', async (_name, down) => {
    Object.assign(bank.sources, down);
    const borrower = await scan();
    const page = await apply(bank, borrower);
    expect(page.step).toBe('manual');
    await expect.poll(async () => (await borrower.page()).manual?.who?.name, patient).toBe('孙晓东');
  });

  test.each<[string, Partial<LendingBank['sources']>]>([
    ['the credit bureau', { credit: 'down' }],
    ['the court', { court: 'down' }],
    ['everything', { identity: 'down', face: 'down', court: 'down', credit: 'down' }],
  ])('%s is down: never a no', async (_name, down) => {
    Object.assign(bank.sources, down);
    const page = await apply(bank, await scan());
    expect(['offer', 'manual']).toContain(page.step);
  });

  test('the register knows the number under another name: no', async () => {
    bank.sources.identity = 'name_differs';
    expect((await apply(bank, await scan())).step).toBe('declined');
  });

  test('somebody whom the bank does not know is looked at by people', async () => {
    const person: Villager = { name: '外来人', idNo: '32072319850202001X', phone: '13900088888', personId: '' };
    const checked = { ...person, idNo: withCheck('32072319850202001') };
    const page = await apply(bank, await enter(bank, checked, await bank.channel()));
    expect(page.step).toBe('manual');
  });

  test('another phone than the one on record proves nothing, and refers', async () => {
    const person = await bank.villager((villagers += 1));
    const page = await apply(bank, await enter(bank, { ...person, phone: '13900077777' }, await bank.channel()));
    expect(page.step).toBe('manual');
  });
});

const withCheck = (body: string): string => body + residentIdCheckCharacter(body);

describe('people look at it', () => {
  const referred = async (amount = 5_000_000) => {
    const person = await bank.villager((villagers += 1));
    const borrower = await enter(bank, { ...person, phone: `1380000${String(1000 + villagers)}` }, await bank.channel());
    return { borrower, page: await apply(bank, borrower, amount) };
  };
  test('investigation, a return, two levels of approval, each of its own post: an offer of what was granted', async () => {
    const { borrower, page } = await referred();
    expect(await codeOf(act(bank, await taskOf(bank, page, 'investigate'), 'complete', { outcome: 'submit' }))).toBe(
      'investigation_missing',
    );
    await investigate(bank, page, '15000000');
    const branch = await taskOf(bank, page, 'approve_branch');
    expect(branch.staffId).toBe('head');
    await act(bank, branch, 'return', { node: 'investigate', reason: '补一张猪舍照片', resume: true });
    await investigate(bank, page, '15000000');
    const again = await taskOf(bank, page, 'approve_branch');
    await act(bank, again, 'complete', { outcome: 'agree' });
    const upper = await taskOf(bank, page, 'approve_head');
    expect(upper.staffId).toMatch(/^approver/);
    const save = (limit: string, discount = 0) =>
      bank.lending.saveApproval(bank.caller(upper.staffId), numberOf(page), {
        task_id: `T${upper.taskId}`,
        limit_fen: limit,
        discount_bp: discount,
      });
    expect(await codeOf(save('16000000'))).toBe('above_proposal');
    expect(await codeOf(save('100000'))).toBe('below_product');
    expect(await codeOf(save('12000000', 400))).toBe('discount_too_large');
    await save('12000000', 20);
    await act(bank, upper, 'complete', { outcome: 'agree' });
    await expect.poll(async () => (await borrower.page()).step, patient).toBe('offer');
    expect((await borrower.page()).offer?.limit_fen).toBe('12000000');
    const record = await bank.lending.application(bank.caller('risk').session, numberOf(page));
    expect(record.is_internet_loan).toBe(false);
    expect(record.offer?.origin).toBe('approval');
    expect(record.investigations.map(({ sent_at }) => sent_at !== null)).toEqual([true, true]);
  });

  test('taken back from an offer and granted anew: the new offer stands in place of the first', async () => {
    const { borrower, page } = await referred();
    await investigate(bank, page, '5000000');
    const first = await taskOf(bank, page, 'approve_branch');
    await act(bank, first, 'complete', { outcome: 'agree' });
    const { offer: before } = await borrower.page();
    if (!before) throw new Error('no offer');
    const jump = actBody.parse({ node: 'approve_branch', reason: '额度再议' });
    await bank.processes.actOnCase(bank.caller('risk'), first.caseId, 'jump', jump);
    const { portal } = bank.lending;
    expect(await borrower.page()).toMatchObject({ step: 'manual', offer: null });
    expect(await codeOf(portal.accept(borrower.token, { offerId: before.offer_id, hash: before.hash }))).toBe('wrong_step');
    const again = await taskOf(bank, page, 'approve_branch');
    const word = { task_id: `T${again.taskId}`, limit_fen: '3000000', discount_bp: 0 };
    await bank.lending.saveApproval(bank.caller(again.staffId), numberOf(page), word);
    await act(bank, again, 'complete', { outcome: 'agree' });
    const { offer: after } = await borrower.page();
    expect([before.limit_fen, after?.limit_fen]).toEqual(['5000000', '3000000']);
    expect(await codeOf(portal.accept(borrower.token, { offerId: before.offer_id, hash: before.hash }))).toBe('offer_changed');
  });

  test('taken back from the papers: the next offer has papers of its own', async () => {
    const { borrower, page } = await referred();
    await investigate(bank, page, '5000000');
    const first = await taskOf(bank, page, 'approve_branch');
    await act(bank, first, 'complete', { outcome: 'agree' });
    await acceptOffered(borrower);
    const { papers: before } = await borrower.page();
    await bank.processes.actOnCase(
      bank.caller('risk'),
      first.caseId,
      'jump',
      actBody.parse({ node: 'approve_branch', reason: '额度再议' }),
    );
    expect(await borrower.page()).toMatchObject({ step: 'manual', papers: null });
    const again = await taskOf(bank, page, 'approve_branch');
    await bank.lending.saveApproval(bank.caller(again.staffId), numberOf(page), {
      task_id: `T${again.taskId}`,
      limit_fen: '3000000',
      discount_bp: 0,
    });
    await act(bank, again, 'complete', { outcome: 'agree' });
    await acceptOffered(borrower);
    const { papers: after } = await borrower.page();
    expect(after?.map(({ hash }) => hash)).not.toEqual(before?.map(({ hash }) => hash));
    const record = await bank.lending.application(bank.caller('risk').session, numberOf(page));
    expect(record.offer?.limit_fen).toBe('3000000');
  });

  test('an offer of a case put aside waits with it', async () => {
    const { borrower, page } = await referred();
    await investigate(bank, page, '5000000');
    const task = await taskOf(bank, page, 'approve_branch');
    await act(bank, task, 'complete', { outcome: 'agree' });
    const { offer } = await borrower.page();
    if (!offer) throw new Error('no offer');
    const shown = { offerId: offer.offer_id, hash: offer.hash };
    const { portal } = bank.lending;
    await bank.processes.actOnCase(bank.caller('risk'), task.caseId, 'suspend', actBody.parse({ reason: '等补证' }));
    expect(await codeOf(portal.accept(borrower.token, shown))).toBe('offer_paused');
    await bank.processes.actOnCase(bank.caller('risk'), task.caseId, 'resume', actBody.parse({ reason: '证已补' }));
    expect(await codeOf(portal.accept(borrower.token, shown))).toBe('done');
  });

  test('a small one ends with the branch head, a no is a neutral reason', async () => {
    const { borrower, page } = await referred();
    await investigate(bank, page, '5000000');
    const task = await taskOf(bank, page, 'approve_branch');
    expect(await codeOf(act(bank, task, 'complete', { outcome: 'refuse' }))).toBe('reason_needed');
    await act(bank, task, 'complete', { outcome: 'refuse', reason: '收入来源不清' });
    await expect.poll(async () => (await borrower.page()).step, patient).toBe('declined');
    expect((await borrower.page()).declined?.reason.zh).not.toContain('收入来源不清');
  });

  test('above every authority three vote, and two decide', async () => {
    const { borrower, page } = await referred(20_000_000);
    await investigate(bank, page, '20000000');
    await act(bank, await taskOf(bank, page, 'approve_branch'), 'complete', { outcome: 'agree' });
    const upper = await taskOf(bank, page, 'approve_head');
    await act(bank, upper, 'complete', { outcome: 'agree' });
    await expect.poll(async () => (await borrower.page()).step, patient).toBe('offer');
  });

  test('more is asked of the borrower, who sends it, and the same investigator goes on', async () => {
    const { borrower, page } = await referred();
    const task = await taskOf(bank, page, 'investigate');
    expect(await codeOf(act(bank, task, 'complete', { outcome: 'ask_more' }))).toBe('reason_needed');
    await act(bank, task, 'complete', { outcome: 'ask_more', reason: '请补充养殖合同的年份' });
    const asked = await borrower.page();
    expect([asked.step, asked.supplement?.text]).toEqual(['supplement', '请补充养殖合同的年份']);
    await bank.lending.portal.supplement(borrower.token);
    expect((await borrower.page()).step).toBe('manual');
    expect((await taskOf(bank, page, 'investigate')).staffId).toBe('investigator');
  });

  test('a relative keeps out', async () => {
    const person = await bank.villager((villagers += 1));
    await withOwner(bank.database.db, (tx) =>
      tx.query(
        `insert into lending.related_person (entity_id, staff_id, person_id, relation) values ('320723', 'investigator', $1, 'sibling')`,
        [person.personId],
      ),
    );
    const page = await apply(bank, await enter(bank, { ...person, phone: '13800099998' }, await bank.channel()));
    const { items } = await bank.processes.work(bank.caller('investigator').session, workQuery.parse({ view: 'pool' }));
    expect(items.find(({ subject_id }) => subject_id === page.application_id)?.unassigned).toBe('all_barred');
  });

  test('only whoever has the task investigates or approves', async () => {
    const { page } = await referred();
    const body = { answers: {}, limit_fen: '5000000', opinion: null, place: null };
    expect(await codeOf(bank.lending.saveInvestigation(bank.caller('approver'), numberOf(page), body))).toBe('not_investigating');
    expect(
      await codeOf(bank.lending.saveApproval(bank.caller('head'), numberOf(page), { task_id: 'T1', limit_fen: '5000000', discount_bp: 0 })),
    ).toBe('not_approving');
    expect(await codeOf(bank.lending.application({ ...bank.caller('manager').session, scopes: ['320799'] }, numberOf(page)))).toBe(
      'application_unknown',
    );
    expect(await codeOf(bank.lending.saveInvestigation(bank.caller('investigator'), 999_999n, body))).toBe('application_unknown');
    const odd = { ...body, answers: { nonsense: 'x' } };
    expect(await codeOf(bank.lending.saveInvestigation(bank.caller('investigator'), numberOf(page), odd))).toBe('investigation_incomplete');
  });
});

describe('the door', () => {
  test('codes are forged, revoked, wrong, too many, and too old', async () => {
    const { portal } = bank.lending;
    const channel = await bank.channel();
    expect(await codeOf(portal.channel('000000000000'))).toBe('channel_unknown');
    const phone = '13911112222';
    await portal.askCode(channel, phone);
    expect(await codeOf(portal.askCode(channel, phone))).toBe('too_many_codes');
    const right = bank.codeFor(phone);
    const wrong = right === '000000' ? '000001' : '000000';
    for (let attempt = 0; attempt < 5; attempt += 1) expect(await codeOf(portal.enter(channel, phone, wrong))).toBe('code_wrong');
    expect(await codeOf(portal.enter(channel, phone, right))).toBe('code_locked');
    bank.clock.advance({ minutes: 6 });
    await portal.askCode(channel, phone);
    const late = bank.codeFor(phone);
    bank.clock.advance({ minutes: 6 });
    expect(await codeOf(portal.enter(channel, phone, late))).toBe('code_wrong');
    await bank.lending.revokeChannel(bank.caller('manager'), channel);
    expect(await codeOf(portal.channel(channel))).toBe('channel_unknown');
    expect(await codeOf(portal.askCode(channel, phone))).toBe('channel_unknown');
    expect(await codeOf(bank.lending.revokeChannel(bank.caller('manager'), '0123456789AB'))).toBe('channel_not_found');
    expect(await codeOf(bank.lending.revokeChannel(bank.caller('investigator'), await bank.channel()))).toBe('channel_not_yours');
    expect(
      await codeOf(bank.lending.addChannel(bank.caller('manager'), { kind: 'manager', product: 'zheng_cun_dai', staff_id: 'head' })),
    ).toBe('channel_not_yours');
    expect(await codeOf(bank.lending.addChannel(bank.caller('manager'), { kind: 'manager', product: 'nothing' }))).toBe('product_unknown');
  });

  test('tried by many at once, a code is wrong five times, and right once', async () => {
    const { portal } = bank.lending;
    const channel = await bank.channel();
    const tried = async (phone: string, typed: (right: string) => string): Promise<string[]> => {
      await portal.askCode(channel, phone);
      const code = typed(bank.codeFor(phone));
      return (await Promise.all(Array.from({ length: 8 }, () => codeOf(portal.enter(channel, phone, code))))).toSorted();
    };
    const wrong = await tried('13911112223', (right) => (right === '000000' ? '000001' : '000000'));
    expect(wrong).toEqual([...Array.from({ length: 3 }, () => 'code_locked'), ...Array.from({ length: 5 }, () => 'code_wrong')]);
    const once = await tried('13911112224', (right) => right);
    expect(once).toEqual([...Array.from({ length: 7 }, () => 'code_wrong'), 'done']);
  });

  test('a code counts once, a session ends, and everything is kept', async () => {
    const { portal } = bank.lending;
    const person = await bank.villager((villagers += 1));
    const channel = await bank.channel();
    await portal.askCode(channel, person.phone);
    const code = bank.codeFor(person.phone);
    const { token } = await portal.enter(channel, person.phone, code);
    expect(await codeOf(portal.enter(channel, person.phone, code))).toBe('code_wrong');
    await portal.identify(token, { name: person.name, residentId: person.idNo });
    bank.clock.advance({ minutes: 31 });
    expect(await codeOf(portal.page(token))).toBe('signed_out');
    const back = await enter(bank, person, channel);
    expect((await back.page()).step).toBe('consents');
    await portal.leave(back.token);
    expect(await codeOf(portal.page(back.token))).toBe('signed_out');
    expect(await codeOf(portal.page(undefined))).toBe('signed_out');
  });

  test('each step asks for the one before, and for what is right', async () => {
    const { portal } = bank.lending;
    const borrower = await scan();
    const { token, person } = borrower;
    expect(await codeOf(portal.submit(token))).toBe('wrong_step');
    expect(await codeOf(portal.accept(token, { offerId: 'O1', hash: 'f'.repeat(64) }))).toBe('wrong_step');
    expect(await codeOf(portal.identify(token, { name: person.name, residentId: '320723198501010011' }))).toBe('identity_invalid');
    expect(await codeOf(portal.identify(token, { name: person.name, residentId: withCheck('32072320150101001') }))).toBe('under_age');
    await portal.identify(token, { name: person.name, residentId: person.idNo });
    const consents = required(await borrower.page());
    expect(await codeOf(portal.agree(token, [{ text: 'credit_report@0', is_given: true }]))).toBe('text_changed');
    expect(
      await codeOf(
        portal.agree(
          token,
          consents.map((item) => ({ ...item, is_given: false })),
        ),
      ),
    ).toBe('consent_required');
    await portal.agree(token, consents);
    const text = (await borrower.page()).face?.consent.text ?? '';
    expect(await codeOf(portal.showFace(token, { text: 'face@0', token: null }))).toBe('text_changed');
    expect(await codeOf(portal.capture(token))).toBe('capture_elsewhere');
    bank.sources.face = 'different';
    expect(await codeOf(portal.showFace(token, { text, token: 'capture-0002' }))).toBe('face_mismatch');
    bank.sources.face = 'same';
    expect(await codeOf(portal.submit(token))).toBe('wrong_step');
    await portal.showFace(token, { text, token: null });
    expect(await codeOf(portal.answer(token, { nothing_of_the_kind: 'x' }))).toBe('answer_invalid');
    await portal.answer(token, { months: 12 });
    expect(await codeOf(portal.submit(token))).toBe('answers_missing');
  });

  test('one application under way for a person and a product, whatever the phone', async () => {
    const borrower = await scan();
    await bank.lending.portal.identify(borrower.token, { name: borrower.person.name, residentId: borrower.person.idNo });
    const other = await enter(bank, { ...borrower.person, phone: '13800011111' }, await bank.channel());
    const again = bank.lending.portal.identify(other.token, { name: borrower.person.name, residentId: borrower.person.idNo });
    expect(await codeOf(again)).toBe('application_open');
  });

  test('withdrawn at any time, and applied for anew at once', async () => {
    const borrower = await scan();
    const page = await apply(bank, borrower);
    expect(page.step).toBe('offer');
    await bank.lending.portal.withdraw(borrower.token, '不借了');
    expect((await borrower.page()).closed).toEqual({ why: 'withdrawn', reapply_on: '2026-11-23' });
    const again = await enter(bank, borrower.person, await bank.channel());
    expect((await again.page()).step).toBe('identity');
  });

  test('an offer that nobody takes lapses by the clock', async () => {
    const borrower = await scan();
    const page = await apply(bank, borrower);
    bank.clock.advance({ hours: 24 * 15 });
    await bank.processes.sweep();
    const again = await enter(bank, borrower.person, await bank.channel());
    expect((await again.page()).step).toBe('identity');
    const record = await bank.lending.application(bank.caller('risk').session, numberOf(page));
    expect([record.state, record.offer?.state]).toEqual(['expired', 'lapsed']);
    bank.clock.set('2026-11-23T01:00:00Z');
  });

  test('without a gateway nobody waits for a code in vain', async () => {
    bank.isGatewayDown = true;
    expect(await codeOf(bank.lending.portal.askCode(await bank.channel(), '13922223333'))).toBe('message_unavailable');
    bank.isGatewayDown = false;
  });
});
