/** Whole-village credit as it is asked for and told over HTTP: each part's contract, gathered. Browser-safe. */
import { evaluationRefusals } from './evaluation/contract.ts';
import { reviewRefusals } from './evaluation/page/contract.ts';
import { visitAddresses, visitRefusals } from './visits/contract.ts';
import { noticeAddresses, noticeRefusals } from './notices/contract.ts';
import { grantAddresses, grantRefusals } from './grants/contract.ts';
import { limitAddresses, limitRefusals } from './limits/contract.ts';
import { progressAddresses, progressRefusals } from './progress/contract.ts';
import { poolAddresses, poolRefusals } from './pool/contract.ts';
import { projectAddresses, projectRefusals } from './projects/contract.ts';

export * from './values/contract.ts';
export * from './pool/contract.ts';
export * from './projects/contract.ts';
export * from './visits/contract.ts';
export * from './limits/contract.ts';
export * from './grants/contract.ts';
export * from './notices/contract.ts';
export * from './progress/contract.ts';

export const addresses = {
  ...projectAddresses,
  ...poolAddresses,
  ...visitAddresses,
  ...limitAddresses,
  ...grantAddresses,
  ...noticeAddresses,
  ...progressAddresses,
} as const;

export const refusals = {
  ...projectRefusals,
  ...poolRefusals,
  // Their addresses and shapes are imported from the part itself.
  ...evaluationRefusals,
  ...reviewRefusals,
  ...visitRefusals,
  ...limitRefusals,
  ...grantRefusals,
  ...noticeRefusals,
  ...progressRefusals,
} as const;
export type RefusalCode = keyof typeof refusals;

export const permissions = {
  /** Projects, pool, progress. */
  read: 'village.read',
  /** Set up and open projects; reviewers, panels, acceptance; claim, assign, exclude; determine. */
  run: 'village.run',
  /** Claim and visit households, hand a device to a reviewer, key in what reviewers said. */
  work: 'village.work',
  /** Roll in and out as files. */
  roll: 'village.roll',
  /** Who said what of whom: head office and audit only. */
  answers: 'village.answers',
  /** Propose a batch of limits. */
  grant: 'village.grant',
  /** The second person of a project or a batch. */
  approve: 'village.approve',
} as const;
