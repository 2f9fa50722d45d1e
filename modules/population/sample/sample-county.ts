/** Two legal entities for the tests, with the people, the grid and the ties of the first. */
import { personIdOf } from '../persons/person-id.ts';
import { samplePerson } from './sample-bank.ts';
import type { Row, SampleBank } from './sample-bank.ts';
import {
  baoshan,
  entity,
  everyone,
  groupOf,
  guiying,
  hao,
  householdOf,
  liguo,
  limin,
  otherEntity,
  personOf,
  sampleAsOf,
  sampleId,
  sampleKey,
  villages,
} from './sample-people.ts';
import type { Someone } from './sample-people.ts';
import { customerNo, customers, sampleDecisions, sampleSources } from './sample-sources.ts';

const personRow = (someone: Someone, entityId: string): Row =>
  samplePerson(entityId, {
    person_id: personOf(someone, entityId),
    household_id: householdOf(someone),
    grid_code: groupOf(someone),
    name: someone.name,
    id_no: sampleId(someone.birth, someone.sequence),
    phone: someone.phone ?? null,
    sex: someone.sex,
    birth_date: someone.birth,
    relation: someone.relation,
    member_no: someone.member,
    is_head: someone.relation === 'head',
    address: '江苏省灌云县杨集镇五福庄村3组41号',
    education: 'junior',
    trade: someone.trade,
    reside_type: 'village',
    health: 'good',
    hukou_local: true,
  });

const householdRow = (head: Someone, entityId: string): Row => ({
  entity_id: entityId,
  household_id: householdOf(head),
  grid_code: groupOf(head),
  village_code: head.village,
  group_no: '03',
  household_no: head.household,
  head_person_id: personOf(head, entityId),
  head_name: head.name,
  people: everyone.filter((member) => householdOf(member) === householdOf(head)).length,
  adults: 1,
  customers: 0,
  income_net_fen: head === liguo ? 11_600_000 : null,
  total_asset_fen: head === liguo ? 92_400_000 : null,
  total_debt_fen: head === liguo ? 28_650_000 : null,
  as_of: sampleAsOf,
});

const node = (entityId: string, code: string, parent: string | null, level: string, name: string): Row => ({
  entity_id: entityId,
  grid_code: code,
  parent_code: parent,
  level,
  name,
  people: 0,
  adults: 0,
  households: 0,
  customers: 0,
  as_of: sampleAsOf,
});

const pool = samplePerson(entity, {
  person_id: personIdOf(sampleKey, entity, sampleId('1988-08-08', 888)),
  household_id: null,
  grid_code: '320723000000',
  name: '周游',
  id_no: sampleId('1988-08-08', 888),
  sex: 'F',
  birth_date: '1988-08-08',
});
export const poolPersonId = String(pool['person_id']);

const family = (from: Someone, to: Someone, detail: string): Row => relation(from, 'family', { detail, other_person_id: personOf(to) });
const relation = (from: Someone, kind: string, more: Row): Row => ({
  entity_id: entity,
  person_id: personOf(from),
  grid_code: groupOf(from),
  kind,
  source: 'grid_roll',
  as_of: sampleAsOf,
  ...more,
});

export const sampleBank: SampleBank = {
  entityId: entity,
  asOf: sampleAsOf,
  persons: [...everyone.map((someone) => personRow(someone, entity)), pool],
  households: everyone.filter((someone) => someone.relation === 'head').map((head) => householdRow(head, entity)),
  nodes: [
    node(entity, '320723', null, 'county', '灌云县'),
    node(entity, '320723000000', '320723', 'pool', '未入册'),
    node(entity, '320723001', '320723', 'township', '杨集镇'),
    node(entity, '320723002', '320723', 'township', '图河镇'),
    node(entity, villages.wufu, '320723001', 'village', '五福庄村'),
    node(entity, `${villages.wufu}03`, villages.wufu, 'group', '3组'),
    node(entity, villages.xinhe, '320723001', 'village', '新河村'),
    node(entity, `${villages.xinhe}03`, villages.xinhe, 'group', '3组'),
    node(entity, villages.haitou, '320723002', 'village', '海头村'),
    node(entity, `${villages.haitou}03`, villages.haitou, 'group', '3组'),
  ],
  relations: [
    family(guiying, liguo, 'head'),
    family(liguo, guiying, 'spouse'),
    family(hao, liguo, 'head'),
    family(liguo, hao, 'son'),
    relation(liguo, 'guarantor_of', { detail: 'L-LIMIN', other_person_id: personOf(limin), source: 'guarantee' }),
    relation(limin, 'guaranteed_by', { detail: 'L-LIMIN', other_person_id: personOf(liguo), source: 'guarantee' }),
    relation(liguo, 'shared_phone', { other_person_id: personOf(baoshan), source: 'resolution' }),
    relation(guiying, 'owner', { detail: '100', other_ref: '92320799MA1XXXXX0K', other_name: '桂英超市', source: 'enterprise_person' }),
  ],
  customers: customers.map((someone) => ({
    entity_id: entity,
    customer_no: customerNo(someone),
    person_id: personOf(someone),
    grid_code: groupOf(someone),
  })),
  aliases: [{ entity_id: entity, person_id: 'P0000000000000aa', canonical_person_id: personOf(liguo), grid_code: groupOf(liguo) }],
  sources: sampleSources,
  decisions: sampleDecisions,
};

/** The same first household under another bank's roof. */
export const otherBank: SampleBank = {
  entityId: otherEntity,
  asOf: sampleAsOf,
  persons: [personRow(liguo, otherEntity)],
  households: [householdRow(liguo, otherEntity)],
  nodes: [node(otherEntity, '320723', null, 'county', '灌云县')],
  sources: {},
};
