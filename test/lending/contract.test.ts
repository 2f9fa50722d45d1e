import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { verifyPdf } from '#connectors/e-sign/index.ts';
import { residentIdCheckCharacter } from '#core/identifiers/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import { entityId } from './sample.ts';
import {
  accepted,
  askCode,
  askPoppler,
  bank,
  calm,
  change,
  closeSigningBank,
  codeOf,
  core,
  drawOf,
  later,
  noteIndicator,
  openSigningBank,
  packageOf,
  read,
  ready,
  sign,
  signed,
  simulator,
  told,
} from './signing-bank.ts';
import { numberOf } from './story.ts';

beforeAll(openSigningBank, 240_000);
afterAll(closeSigningBank);
afterEach(calm);

describe('a villager gets ¥50,000 and repays early', () => {
  test('from the papers to the money, and less interest than was to come', async () => {
    const borrower = await accepted();
    const page = await ready(borrower);
    expect(page.ready?.accounts).toEqual([{ account_id: expect.any(String), masked: '**** 3317' }]);
    const { token } = borrower;
    const { after } = bank.lending;
    const preview = await after.previewDraw(token, { amount_fen: '5000000', method: 'revolving', months: 12 });
    expect(preview.lines.reduce((sum, { principal_fen }) => sum + BigInt(principal_fen), 0n)).toBe(5_000_000n);
    const { state } = await after.draw(token, drawOf(page, { amount_fen: '5000000', said: '买化肥' }));
    expect(state).toBe('reserved');
    await bank.servicing.payOpen(entityId);
    const [loan] = (await after.loans(token)).items;
    if (!loan) throw new Error('no loan');
    expect(loan).toMatchObject({ principal_fen: '5000000', balance_fen: '5000000', rate_ppm: page.ready?.rate_ppm });
    // What leaves the core bank goes to the borrower's own account.
    expect([...core.booked.values()].at(-1)).toMatchObject({ account: '6228480000003317', accountName: borrower.person.name });
    // As previewed, line by line: interest of the loan is that of the preview.
    const loanId = BigInt(loan.loan_id.slice(1));
    const sides = await after.previewRepay(token, loanId, { amount_fen: '2000000', prepayment: 'shorten' });
    expect(sides.interest_to_come_fen).toBe(preview.interest_fen);
    expect(BigInt(sides.saved_fen)).toBe(BigInt(sides.interest_to_come_fen) - BigInt(sides.interest_after_fen));
    expect(BigInt(sides.saved_fen)).toBeGreaterThan(0n);
    const key = 'repay-key-1';
    const loans = await after.repay(token, loanId, { key, amount_fen: '2000000', prepayment: 'shorten' });
    expect([...core.booked.values()].at(-1)).toMatchObject({ amountFen: 2_000_000n, account: '6228480000003317' });
    expect(loans.items[0]?.balance_fen).toBe(sides.balance_after_fen);
    expect(await after.repay(token, loanId, { key, amount_fen: '2000000', prepayment: 'shorten' })).toEqual(loans);
  }, 120_000);
});

describe('papers', () => {
  test('are read to the clock of the bank and confirmed to the hash', async () => {
    const borrower = await accepted();
    const { after } = bank.lending;
    const [disclosure] = (await borrower.page()).papers ?? [];
    if (!disclosure) throw new Error('no papers');
    expect(disclosure).toMatchObject({ name: 'disclosure', reading_seconds: 10, opened_at: null, confirmed_at: null });
    const confirm = (hash: string) => codeOf(after.confirmPaper(borrower.token, { name: 'disclosure', hash }));
    expect(await confirm(disclosure.hash)).toBe('paper_not_read');
    const pdf = await after.openPaper(borrower.token, 'disclosure');
    expect(createHash('sha256').update(pdf).digest('hex')).toBe(disclosure.hash);
    later(9);
    expect(await confirm(disclosure.hash)).toBe('paper_not_read');
    // Opening it again does not begin anew.
    await after.openPaper(borrower.token, 'disclosure');
    later(1);
    expect(await confirm('f'.repeat(64))).toBe('paper_changed');
    expect(await confirm(disclosure.hash)).toBe('done');
    expect(await codeOf(after.openPaper(borrower.token, 'spouse'))).toBe('wrong_step');
    expect(await codeOf(after.confirmPaper(borrower.token, { name: 'authorisation', hash: disclosure.hash }))).toBe('wrong_step');
    expect(await codeOf(after.openPaper(undefined, 'disclosure'))).toBe('signed_out');
    expect((await borrower.page()).step).toBe('papers');
  });

  test('the form of all costs says every item of the offer', async () => {
    const borrower = await accepted();
    const text = askPoppler('pdftotext', await bank.lending.after.openPaper(borrower.token, 'disclosure'));
    const [row] = await withOwner(bank.database.db, async (tx) =>
      tx.query<{ content: { cost: { items: { name: { zh: string } }[]; yearly_ppm: number } } }>(
        'select content from lending.offer where application_id = $1',
        [numberOf(await borrower.page())],
      ),
    );
    if (text === null || !row) return;
    for (const { name } of row.content.cost.items) expect(text).toContain(name.zh);
    expect(text).toContain(`${(row.content.cost.yearly_ppm / 10_000).toFixed(4).replace(/0{1,2}$/, '')} %`);
    expect(text).toContain('个人贷款综合融资成本明示表');
  });

  test('another offer makes them anew: what was confirmed is shown and read again', async () => {
    const borrower = await accepted();
    const before = await read(borrower);
    expect(before.step).toBe('signing');
    const hashes = async () => ((await borrower.page()).papers ?? []).map(({ hash }) => hash);
    await change(
      `update lending.offer set content = content || '{"rate_ppm": 51000}', hash = repeat('e', 64) where application_id = $1 and state = 'accepted'`,
      [numberOf(before)],
    );
    const page = await borrower.page();
    expect([page.step, page.papers?.map(({ confirmed_at }) => confirmed_at)]).toEqual(['papers', [null, null]]);
    expect(await codeOf(bank.lending.after.askSigningCode(borrower.token))).toBe('paper_not_read');
    expect(await codeOf(sign(borrower, before, '000000'))).toBe('paper_not_read');
    const [first] = await hashes();
    // Asked again, they are the same papers.
    expect(await hashes()).toContain(first);
    expect((await read(borrower)).step).toBe('signing');
  });
});

describe('the signature', () => {
  test('two at once make one contract, which everybody can check; asked again it is the same', async () => {
    const borrower = await accepted();
    const page = await read(borrower);
    const code = await askCode(borrower);
    await Promise.all([sign(borrower, page, code), sign(borrower, page, code)]);
    const { contract, papers, evidence } = await packageOf(borrower);
    expect((await sign(borrower, page, code)).step).toBe('manual');
    expect((await packageOf(borrower)).contract).toEqual(contract);
    const { session } = bank.caller('manager');
    const asSigned = (await bank.lending.signedPaper(session, numberOf(page), 'contract')).equals(
      papers.find(({ name }) => name === 'contract')?.pdf ?? Buffer.alloc(0),
    );
    expect(asSigned).toBe(true);
    expect(await codeOf(bank.lending.signedPaper(session, numberOf(page), 'spouse'))).toBe('not_signed');
    expect(await codeOf(bank.lending.signedPaper({ ...session, scopes: ['320724'] }, numberOf(page), 'contract'))).toBe(
      'application_unknown',
    );
    const events = await change(`select 1 from lending.application_event where application_id = $1 and act = 'sign'`, [numberOf(page)]);
    expect(events).toHaveLength(1);
    expect(createHash('sha256').update(evidence).digest('hex')).toBe(contract.evidence_hash);
    expect(JSON.parse(evidence)).toMatchObject({ internet_loan: true, recording: null, contract: page.signing?.contract_id });
    const signedPaper = papers.find(({ name }) => name === 'contract');
    if (!signedPaper) throw new Error('no contract');
    const verified = await verifyPdf(signedPaper.pdf, [simulator.root]);
    expect(verified).toMatchObject({ isIntact: true, flaw: null });
    expect(verified.signatures.map(({ field, signerName }) => [field, signerName])).toEqual([
      ['borrower', borrower.person.name],
      ['bank', '灌云农村商业银行'],
    ]);
    const poppler = askPoppler('pdfsig', signedPaper.pdf);
    if (poppler !== null) expect(poppler.split('Signature is Valid.').length - 1).toBe(2);
    // One byte of what was signed, and it is another paper.
    const tampered = Buffer.from(signedPaper.pdf);
    tampered.writeUInt8(tampered.readUInt8(200) ^ 1, 200);
    expect((await verifyPdf(tampered, [simulator.root])).isIntact).toBe(false);
  });

  test('a wrong code counts, and after five the right one is late', async () => {
    const borrower = await accepted();
    const page = await read(borrower);
    const code = await askCode(borrower);
    const wrong = code === '000000' ? '000001' : '000000';
    const said: string[] = [];
    for (let time = 0; time < 6; time += 1) said.push(await codeOf(sign(borrower, page, wrong)));
    expect(said).toEqual([...Array.from({ length: 5 }, () => 'code_wrong'), 'code_locked']);
    expect(await codeOf(sign(borrower, page, code))).toBe('code_locked');
    // A code that signs is not one that enters, and not sent too often.
    expect(await codeOf(bank.lending.after.askSigningCode(borrower.token))).toBe('too_many_codes');
    later(61);
    bank.isGatewayDown = true;
    expect(await codeOf(bank.lending.after.askSigningCode(borrower.token))).toBe('message_unavailable');
  });

  test.each([
    ['the line is cut', 'line', 'signature_unavailable'],
    ['the process ends right after a signature', 'process_after_signature', 'fault'],
  ] as const)('%s: nothing is lost, and the same code ends it with one contract', async (_name, what, says) => {
    const borrower = await accepted();
    const page = await read(borrower);
    const code = await askCode(borrower);
    told.broken = what;
    expect(await codeOf(sign(borrower, page, code)).catch(() => 'fault')).toBe(says);
    expect((await borrower.page()).step).toBe('signing');
    told.broken = 'nothing';
    await sign(borrower, page, code);
    const { papers } = await packageOf(borrower);
    for (const { pdf } of papers) expect(await verifyPdf(pdf, [simulator.root])).toMatchObject({ isIntact: true });
  });

  test('an answer that is lost is asked about: one certificate, one signature', async () => {
    const borrower = await accepted();
    const page = await read(borrower);
    await simulator.plan({ fault: 'cut_answer', service: 'certificate' }, { fault: 'cut_answer', service: 'signature' });
    expect((await sign(borrower, page, await askCode(borrower))).step).toBe('manual');
    expect(bank.faults).toEqual([]);
  });

  test('a name that the authority does not find under the number', async () => {
    const borrower = await accepted();
    const page = await read(borrower);
    await change(`update lending.application set name = '不符某' where application_id = $1`, [numberOf(page)]);
    expect(await codeOf(sign(borrower, page, await askCode(borrower)))).toBe('identity_mismatch');
  });

  test.each<[string, string, string]>([
    ['the offer is too old', `update lending.offer set valid_until = '2026-11-01' where application_id = $1`, 'offer_expired'],
    [
      'a condition is open',
      `update lending.offer set content = jsonb_set(content, '{conditions}', '[{"code":"other","text":{"zh":"其他","en":"other"}}]') where application_id = $1`,
      'condition_open',
    ],
    [
      'the cap on internet loans has come down',
      `update lending.application set terms = jsonb_set(terms, '{caps}', terms->'caps' ||
         '[{"id":"consumer_internet_later","of":"limit_max_fen","most":"100000","effective_from":"2026-01-01","effective_to":null,"rule":{"zh":"规定","en":"rule"}}]')
       where application_id = $1`,
      'no_longer_eligible',
    ],
  ])('%s', async (_name, sql, says) => {
    const borrower = await accepted();
    const page = await read(borrower);
    await change(sql, [numberOf(page)]);
    expect(await codeOf(bank.lending.after.askSigningCode(borrower.token))).toBe(says);
    expect(await codeOf(sign(borrower, page, '123456'))).toBe(says);
    expect((await borrower.page()).step).toBe('signing');
  });

  test.each([
    ['black', 'BL_HIT', '1'],
    ['grey', 'GL_HIT', '1'],
    ['anti-money-laundering', 'AML_LEVEL', 'high'],
  ])('who has come onto the %s list since the decision does not sign', async (_name, code, value) => {
    const borrower = await accepted();
    const page = await read(borrower);
    const sent = await askCode(borrower);
    await noteIndicator(borrower, code, value);
    expect(await codeOf(bank.lending.after.askSigningCode(borrower.token))).toBe('no_longer_eligible');
    expect(await codeOf(sign(borrower, page, sent))).toBe('no_longer_eligible');
    expect((await borrower.page()).step).toBe('signing');
  });

  test('what must be recorded is, by somebody of the bank; then it is no internet loan', async () => {
    const borrower = await accepted();
    const page = await read(borrower);
    await change('update lending.contract set needs_recording = true where application_id = $1', [numberOf(page)]);
    const code = await askCode(borrower);
    expect(await codeOf(sign(borrower, page, code))).toBe('recording_missing');
    expect(await codeOf(sign(borrower, page, code, { recordingId: 'typed-in' }))).toBe('recording_missing');
    await bank.lending.noteRecording(bank.caller('manager'), numberOf(page), { recording_id: 'REC-1', hash: 'a'.repeat(64) });
    expect(await codeOf(bank.lending.noteRecording(bank.caller('manager'), 999_999n, { recording_id: 'R', hash: 'a' }))).toBe(
      'application_unknown',
    );
    await sign(borrower, page, code, { recordingId: 'REC-1' });
    expect(JSON.parse((await packageOf(borrower)).evidence)).toMatchObject({ recording: 'REC-1', internet_loan: false });
  });

  test('the spouse signs with the own phone what the spouse agrees to', async () => {
    const borrower = await accepted({}, 8_000_000);
    let page = await read(borrower);
    expect(page.signing?.spouse).toEqual({ phone_masked: null });
    const { after } = bank.lending;
    expect(await codeOf(after.askSigningCode(borrower.token))).toBe('condition_open');
    const body = '32072319860202123';
    const spouse = { name: '李桂芳', residentId: body + residentIdCheckCharacter(body), phone: '13700001234' };
    const refused = (changes: Partial<typeof spouse>) => codeOf(after.nameSpouse(borrower.token, { ...spouse, ...changes }));
    expect(await refused({ residentId: '320723198602021230' })).toBe('identity_invalid');
    expect(await refused({ phone: borrower.person.phone })).toBe('identity_mismatch');
    expect(await refused({ residentId: borrower.person.idNo })).toBe('identity_mismatch');
    const young = '32072320100202123';
    expect(await refused({ residentId: young + residentIdCheckCharacter(young) })).toBe('under_age');
    page = await after.nameSpouse(borrower.token, spouse);
    expect([page.step, page.papers?.map(({ name }) => name)]).toEqual(['papers', ['disclosure', 'contract', 'spouse']]);
    page = await read(borrower);
    expect(page.signing?.spouse?.phone_masked).toMatch(/1234$/);
    const code = await askCode(borrower);
    expect(await codeOf(sign(borrower, page, code))).toBe('code_wrong');
    await after.askSigningCode(borrower.token, 'spouse');
    await sign(borrower, page, code, { spouseCode: bank.codeFor(spouse.phone) });
    const { papers } = await packageOf(borrower);
    const consent = papers.find(({ name }) => name === 'spouse');
    const { signatures, isIntact } = await verifyPdf(consent?.pdf ?? Buffer.alloc(0), [simulator.root]);
    expect([isIntact, signatures.map(({ signerName }) => signerName)]).toEqual([true, ['李桂芳']]);
  });

  test('nothing but the page says when: no draw before a signature, no paper after', async () => {
    const borrower = await accepted();
    const page = await borrower.page();
    const { after } = bank.lending;
    expect(await codeOf(after.loans(borrower.token))).toBe('no_contract');
    expect(await codeOf(after.draw(borrower.token, drawOf(page)))).toBe('no_contract');
    expect(await codeOf(after.giveAccount(borrower.token, '6228480000003317'))).toBe('no_contract');
    await signed(borrower);
    expect(await codeOf(after.confirmPaper(borrower.token, { name: 'contract', hash: 'f'.repeat(64) }))).toBe('wrong_step');
    expect(await codeOf(after.askSigningCode(borrower.token))).toBe('wrong_step');
  });
});
