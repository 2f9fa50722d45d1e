import type { whitelist as zh } from '../zh/whitelist.ts';

export const whitelist: typeof zh = {
  total: '{{amount}} × 100m yuan in all',
  allocatedTotal: '{{amount}} × 100m yuan together',
  allocatedTotalWhy:
    'Approved members of a household share its room, which counts once; the limits of each person alone add up to {{amount}} × 100m yuan.',
  allocated: 'Allocated',
  notAllocated: 'Only the approved are allocated household room',
  mean: '{{amount}} × 10k each',
  limits: 'Limits',
  rates: 'Yearly rates',
  click: 'click to filter',
  segments: 'Segments',
  approvedOf: 'approved / all, allocated 10k',
  topReasons: 'Most frequent reasons',
  reason: 'Reason',
  reasons: 'Reasons',
  never: 'Not screened yet',
  neverNext: 'After loading and computing indicators, run a screening; the list appears here.',
  none: 'Nobody fits',
  noneNext: 'Widen the filter or choose another place.',
  sentence: { look: 'List of', outcome: 'with outcome', segment: ', segment', reason: ', reason', limit: ', limit', rate: ', rate' },
};
