import type { DemonstrationSignIns } from '#modules/organization/contract.ts';
import { roles } from '#modules/organization/index.ts';
import type { Foundation } from '#modules/organization/index.ts';

/** The invented bank of a first start: its people are synthetic and their password is published, so it must never hold real data. */
const password = 'footpaths-2026';

export const demonstrationCounty = {
  entity: '320723',
  people: 60_000,
  seed: 7,
  /** 侍庄街道 and 燕尾港镇. */
  townships: ['320723001', '320723103'],
} as const;

const { entity } = demonstrationCounty;
const [town, port] = demonstrationCounty.townships;

type Role = keyof typeof roles;
const person = (staff_id: string, login: string, name: string, institution_id: string, role: Role, grid_codes: string[]) => ({
  staff_id,
  login,
  name,
  institution_id,
  grid_codes,
  password,
  roles: [role],
  must_change_password: false,
});

export const demonstrationBank: Foundation = {
  entities: [
    {
      entity_id: entity,
      name: '灌云农村商业银行（演示）',
      short_name: '灌云农商行',
      root_grid_code: entity,
      institutions: [
        { institution_id: 'HQ', parent_id: null, kind: 'head_office', name: '总行' },
        { institution_id: 'B01', parent_id: 'HQ', kind: 'branch', name: '侍庄支行' },
        { institution_id: 'B02', parent_id: 'HQ', kind: 'branch', name: '燕尾港支行' },
      ],
      staff: [
        person('A001', 'analyst', '周明远', 'HQ', 'analyst', [entity]),
        person('A002', 'reviewer', '沈静', 'HQ', 'risk_head', [entity]),
        person('A003', 'operations', '顾晓岚', 'HQ', 'operations', [entity]),
        person('I001', 'investigator', '赵启明', 'HQ', 'investigator', [entity]),
        person('P001', 'approver', '何静', 'HQ', 'approver', [entity]),
        person('P002', 'approver.second', '刘洋', 'HQ', 'approver', [entity]),
        person('P003', 'approver.third', '马素云', 'HQ', 'approver', [entity]),
        person('D001', 'drawdown', '徐静怡', 'HQ', 'drawdown_officer', [entity]),
        person('B101', 'branch', '孙立国', 'B01', 'branch_head', [town]),
        person('B201', 'branch.port', '陈海生', 'B02', 'branch_head', [port]),
        person('M101', 'manager', '王秀兰', 'B01', 'manager', [`${town}201`]),
        person('M102', 'manager.next', '刘建军', 'B01', 'manager', [`${town}200`]),
        person('U001', 'auditor', '何敬之', 'HQ', 'auditor', [entity]),
        person('T001', 'admin', '郑工', 'HQ', 'administrator', []),
        person('T002', 'admin.second', '吴工', 'HQ', 'administrator_second', []),
      ],
    },
  ],
};

/** What the sign-in page and the first start's last lines show. */
export const demonstrationSignIns: DemonstrationSignIns['items'] = demonstrationBank.entities.flatMap(({ institutions, staff }) =>
  staff.map(({ login, name, institution_id, roles: [role] }) => {
    const institution = institutions.find((one) => one.institution_id === institution_id)?.name ?? '';
    const post = roles[role as Role].name;
    return { login, password, name, post: { zh: `${institution} · ${post.zh}`, en: post.en } };
  }),
);
