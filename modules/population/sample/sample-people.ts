/** The people of the tests: a village with one well-known household, a second village full of ties, one man in another township. */
import { residentIdCheckCharacter } from '#core/identifiers/index.ts';
import { personIdOf } from '../persons/person-id.ts';

export const sampleKey = 'ab'.repeat(32);
export const sampleAsOf = '2026-11-20';
export const entity = '320723';
export const otherEntity = '320724';
export const villages = { wufu: '320723001201', xinhe: '320723001202', haitou: '320723002201' } as const;

/** Area code 320799 was never assigned. */
export function sampleId(birth: string, sequence: number): string {
  const first17 = `320799${birth.replaceAll('-', '')}${String(sequence).padStart(3, '0')}`;
  return first17 + residentIdCheckCharacter(first17);
}

export interface Someone {
  name: string;
  birth: string;
  sequence: number;
  village: string;
  household: string;
  member: number;
  relation: string;
  sex: 'M' | 'F';
  trade: string;
  phone?: string;
}

export const personOf = (someone: Someone, entityId = entity): string =>
  personIdOf(sampleKey, entityId, sampleId(someone.birth, someone.sequence));
export const householdOf = (someone: Someone): string => `H${someone.village}-${someone.household}`;

const wufu = { village: villages.wufu, household: '0127' };
export const liguo: Someone = {
  ...wufu,
  name: '孙立国',
  birth: '1980-03-04',
  sequence: 441,
  member: 1,
  relation: 'head',
  sex: 'M',
  trade: 'grain',
  phone: '13812342046',
};
export const guiying: Someone = {
  ...wufu,
  name: '刘桂英',
  birth: '1981-07-09',
  sequence: 262,
  member: 2,
  relation: 'spouse',
  sex: 'F',
  trade: 'shop',
  phone: '15112347730',
};
export const hao: Someone = {
  ...wufu,
  name: '孙浩',
  birth: '2004-05-01',
  sequence: 381,
  member: 3,
  relation: 'son',
  sex: 'M',
  trade: 'wage',
  phone: '18712340159',
};
export const xiulan: Someone = {
  ...wufu,
  name: '王秀兰',
  birth: '1955-01-20',
  sequence: 204,
  member: 4,
  relation: 'mother',
  sex: 'F',
  trade: 'none',
};
export const limin: Someone = {
  village: villages.wufu,
  household: '0128',
  name: '孙立民',
  birth: '1983-11-30',
  sequence: 115,
  member: 1,
  relation: 'head',
  sex: 'M',
  trade: 'transport',
  phone: '13812349999',
};
export const shouyi: Someone = {
  village: villages.wufu,
  household: '0126',
  name: '孙守义',
  birth: '1970-02-28',
  sequence: 317,
  member: 1,
  relation: 'head',
  sex: 'M',
  trade: 'grain',
};
export const baoshan: Someone = {
  village: villages.haitou,
  household: '0001',
  name: '=张宝山',
  birth: '1975-06-06',
  sequence: 513,
  member: 1,
  relation: 'head',
  sex: 'M',
  trade: 'building',
  phone: '13712345678',
};

/** Sixty people of one name, age and balance in the second village, each a household of one. */
export const twins: Someone[] = Array.from({ length: 60 }, (_, index) => ({
  village: villages.xinhe,
  household: String(index + 1).padStart(4, '0'),
  name: '陈静',
  birth: '1990-10-10',
  sequence: index * 2 + 2,
  member: 1,
  relation: 'head',
  sex: 'F',
  trade: index % 2 === 0 ? 'factory' : 'farm',
}));

export const everyone: Someone[] = [liguo, guiying, hao, xiulan, limin, shouyi, baoshan, ...twins];
export const groupOf = (someone: Someone): string => `${someone.village}03`;
