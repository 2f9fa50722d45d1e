import type { households as zh } from '../zh/households.ts';

export const households: typeof zh = {
  lead: 'One household, one colour; exposure counts loans, undrawn limits and guarantees of all members',
  of: 'Household of {{name}}',
  noHead: 'Head unknown',
  none: 'No household fits',
  noneNext: 'Choose another place or widen the filter. Households appear here once a roll is loaded.',
  overCap: 'over the cap',
  underCap: 'within the cap',
  sentence: {
    look: 'Households of',
    with: "whose head's name starts with",
    head: "Head's name starts with",
    outcome: ', somebody',
    outcomeLabel: 'Outcome of at least one member',
    cap: ', exposure',
    capLabel: 'Exposure against the household cap',
  },
  column: {
    head: 'Household',
    place: 'Grid',
    members: 'Members',
    adults: 'Adults',
    deposit_fen: 'Deposits',
    loan_fen: 'Loans',
    guarantee_fen: 'Guarantees',
    exposure_fen: 'Exposure',
    approved: 'Approved',
    limit_fen: 'Limits on offer',
  },
};
