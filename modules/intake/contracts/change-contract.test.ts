import { afterAll, beforeAll, expect, it } from 'vitest';
import { createChange } from '#modules/change/index.ts';
import type { Caller } from '#platform/http/index.ts';
import { deliver, openSampleBank, row, type SampleBank } from '../deliveries/sample-delivery.ts';
import { createIntake } from '../index.ts';

let bank: SampleBank;
let intake: ReturnType<typeof createIntake>;
let change: ReturnType<typeof createChange>;
const day = '2026-11-19';
const caller = (actorId: string): Caller => ({
  session: { entityId: '320723', actorId, roles: [], scopes: ['320723'] },
  permissions: new Set(['change.read', 'change.approve']),
  csrf: '',
  mustChangePassword: false,
});
const [maker, second] = [caller('A001'), caller('A002')];

beforeAll(async () => {
  bank = await openSampleBank();
  await bank.query("insert into organization.institution values ('320723', 'HQ', null, 'head_office', '总行')");
  for (const [id, login] of [
    ['A001', 'analyst'],
    ['A002', 'reviewer'],
  ]) {
    await bank.query(
      'insert into organization.staff (entity_id, staff_id, institution_id, name, login, roles) values ($1, $2, $3, $2, $4, $5)',
      ['320723', id, 'HQ', login, []],
    );
  }
  change = createChange({ db: bank.db, clock: bank.clock });
  intake = createIntake({ ...bank.deps, change });
  deliver(bank.delivery, { source: 'name_list', date: day, rows: [row('name_list', 1), row('name_list', 2, { kind: 'purple' })] });
  await intake.runLoad(bank.delivery);
});
afterAll(() => bank.close());

const propose = async (edit: (yaml: string) => string, source = 'name_list') => {
  const { yaml } = await intake.sourceText(maker.session, source);
  return intake.proposeContract(maker.session, { source, yaml: edit(yaml), reason: '名单新增一类' });
};

it('refuses a wrong contract with line and reason', async () => {
  await expect(propose((yaml) => yaml.replace('type: resident_id', 'type: id_card'))).rejects.toMatchObject({
    code: 'contract_invalid',
    faults: [{ place: expect.stringMatching(/^body\.yaml:20:/) }],
  });
  await expect(propose((yaml) => yaml.replace('source: name_list', 'source: other'))).rejects.toMatchObject({ code: 'contract_invalid' });
  await expect(intake.proposeContract(maker.session, { source: 'nothing', yaml: 'x', reason: '没有这个来源' })).rejects.toMatchObject({
    code: 'not_found',
  });
});

it('a contract changes when a second person approves, and files are read by it from then on', async () => {
  const { proposal_id } = await propose((yaml) =>
    yaml.replace('values: [black, grey, fraud, aml]', 'values: [black, grey, fraud, aml, purple]'),
  );
  await expect(change.approve(maker, proposal_id, '同意')).rejects.toMatchObject({ code: 'own_proposal' });
  expect(await intake.runLoad(bank.delivery)).toMatchObject({ state: 'unchanged' });
  await change.approve(second, proposal_id, '同意');
  expect((await intake.sources(maker.session)).items.find((source) => source.source === 'name_list')).toMatchObject({
    version: 2,
    published_by: 'A002',
  });
  expect(await intake.runLoad(bank.delivery)).toMatchObject({ state: 'published', published: 2, quarantined: 0 });
  expect(await bank.query('select state from intake.quarantine')).toEqual([{ state: 'superseded' }]);
});
