import type { workbench as zh } from '../zh/workbench.ts';

export const workbench: typeof zh = {
  hello: 'Workbench of {{name}}',
  waiting: 'Waiting for me',
  nothing: 'nothing',
  toApprove: 'changes to approve',
  refused: 'loads with refusals or failures',
  quarantined: 'rows in quarantine (last load)',
  ofRows: '{{id}}, {{rows}} rows',
  pairs: 'pairs that may be one person',
  pairsHint: 'takes effect with the next publication',
  referred: 'people referred',
  referredHint: 'list and reasons',
  approved: 'people approved',
  approvedHint: '{{percent}} % of their households draw',
  limits: 'Limits on offer',
  outcomes: '{{approved}} approved · {{referred}} referred · {{declined}} declined',
  lastLoads: 'Last loads',
  allLoads: 'All',
};
