import type { Wording } from './contract.ts';

/** What a role is called and what it may do. A permission is `<area>.<act>`; the modules' routes ask for them by these names. */
interface Role {
  name: Wording;
  permissions: readonly string[];
}

const reading = [
  'population.read',
  'indicators.read',
  'strategy.read',
  'whitelist.read',
  'organization.read',
  'servicing.read',
  'product.read',
  'process.read',
  'lending.read',
  'inquiry.read',
  'village.read',
];

/**
 * The posts of a rural bank. Three separations are built in: whoever proposes a change of rules does not hold the approval of it (and nobody approves
 * their own proposal whatever they hold); whoever runs the system sees no persons; whoever audits changes nothing.
 */
export const roles = {
  analyst: {
    name: { zh: '总行产品/风险', en: 'Head office, product and risk' },
    permissions: [
      ...reading,
      'intake.read',
      'intake.load',
      'intake.correct',
      'intake.reveal',
      'intake.identity',
      'intake.propose',
      'strategy.decide',
      'strategy.propose',
      'product.propose',
      'process.propose',
      'indicators.restricted',
      'change.read',
      'inquiry.sources',
    ],
  },
  risk_head: {
    name: { zh: '总行风险复核', en: 'Head office, second person for rules' },
    permissions: [
      ...reading,
      'intake.read',
      'strategy.decide',
      'indicators.restricted',
      'change.read',
      'change.approve',
      'servicing.approve',
      'servicing.release',
      'process.approve',
      'process.work',
      'process.supervise',
      'process.jump',
      'servicing.ledger',
      'inquiry.sources',
      'village.approve',
    ],
  },
  operations: {
    name: { zh: '总行运营/远程银行', en: 'Head office, operations' },
    permissions: [
      ...reading,
      'intake.read',
      'population.reveal',
      'population.export',
      'whitelist.export',
      'change.read',
      'servicing.repay',
      'servicing.amend',
      'servicing.release',
      'servicing.day_end',
      'servicing.reconcile',
      'process.work',
      'process.supervise',
      'servicing.ledger',
      'inquiry.sources',
      'inquiry.withdraw',
      'village.grant',
      'village.roll',
      'village.answers',
    ],
  },
  branch_head: {
    name: { zh: '支行行长', en: 'Branch head' },
    permissions: [
      ...reading,
      'population.reveal',
      'population.export',
      'population.sensitive',
      'whitelist.export',
      'strategy.decide',
      'change.read',
      'servicing.open',
      'lending.work',
      'lending.channels',
      'process.work',
      'process.supervise',
      'servicing.amend',
      'inquiry.withdraw',
      'village.run',
      'village.work',
      'village.roll',
    ],
  },
  manager: {
    name: { zh: '客户经理', en: 'Customer manager' },
    permissions: [...reading, 'population.reveal', 'strategy.decide', 'process.work', 'lending.work', 'lending.channels', 'village.work'],
  },
  investigator: {
    name: { zh: '授信调查', en: 'Investigator' },
    permissions: [
      ...reading,
      'population.reveal',
      'population.sensitive',
      'strategy.decide',
      'process.work',
      'lending.work',
      'lending.channels',
      'village.work',
    ],
  },
  approver: {
    name: { zh: '审批', en: 'Approver' },
    permissions: [...reading, 'population.sensitive', 'indicators.restricted', 'strategy.decide', 'process.work', 'lending.work'],
  },
  drawdown_officer: {
    name: { zh: '放款', en: 'Drawdown officer' },
    permissions: [
      'population.read',
      'population.reveal',
      'organization.read',
      'servicing.read',
      'process.read',
      'lending.read',
      'process.work',
      'servicing.draw',
      'servicing.repay',
      'servicing.reverse',
    ],
  },
  evaluator: { name: { zh: '评议员', en: 'Village evaluator' }, permissions: [] },
  engineer: { name: { zh: '科技部', en: 'Bank engineer' }, permissions: ['intake.read', 'intake.load', 'organization.read'] },
  administrator: {
    name: { zh: '系统管理员', en: 'Administrator' },
    permissions: ['organization.read', 'organization.manage', 'change.read'],
  },
  administrator_second: {
    name: { zh: '管理复核', en: 'Second person for staff' },
    permissions: ['organization.read', 'organization.approve', 'change.read'],
  },
  auditor: {
    name: { zh: '审计', en: 'Auditor' },
    permissions: [...reading, 'intake.read', 'change.read', 'audit.read', 'servicing.ledger', 'inquiry.sources', 'village.answers'],
  },
} as const satisfies Record<string, Role>;

export type RoleName = keyof typeof roles;

export const isRole = (name: string): name is RoleName => Object.hasOwn(roles, name);

/** Everything the roles together allow. A role that is not in the table allows nothing. */
export function permissionsOf(names: readonly string[]): Set<string> {
  return new Set(names.flatMap((name): readonly string[] => (isRole(name) ? roles[name].permissions : [])));
}
