/**
 * Every number that shapes the synthetic county, with where it comes from.
 *
 * Sources: `census` is the seventh national census (2020) for Guanyun county, in data/census_ages.csv. `published` is a figure a bank or an
 * authority has made public. `estimate` is a professional judgement without a public source; replace it when a bank's own figure is known.
 * Shares are of the base named in each comment.
 */
export const parameters = {
  /** Published by the bank of Guanyun: 869,554 customer records in 355 villages and 2,725 groups. Published by the county: its area. */
  county: { code: '320723', address: '江苏省连云港市灌云县', people: 869_554, villages: 355, groups: 2_725, areaKm2: 1_840 },
  /** Area code of the resident IDs: 320799 was never assigned to any county, so no number made here belongs to anybody. */
  idArea: '320799',

  /** Persons of a village: lognormal, clipped (estimate); groups of a village (estimate). */
  village: { sigma: 0.35, minimum: 600, maximum: 6_000, groupsMinimum: 4, groupsMaximum: 14, communityFactor: 1.5 },

  /**
   * Outlets (estimate): one at each township's seat, and a sub-branch to so many villages, at most `besideKm` from the seat or the committee it
   * stands by; shares of sub-branches that have closed and that are still to open.
   */
  outlet: { headOfficeTownship: '320723100', villagesPerSubBranch: 12, besideKm: 0.4, closed: 0.12, planned: 0.06 },

  /** Broad ages of registered persons (estimate); inside each band ages and sexes follow the census. */
  ageBands: [
    { from: 0, to: 17, share: 0.19 },
    { from: 18, to: 35, share: 0.21 },
    { from: 36, to: 50, share: 0.2 },
    { from: 51, to: 60, share: 0.17 },
    { from: 61, to: 70, share: 0.13 },
    { from: 71, to: 99, share: 0.1 },
  ],
  /** Men among all persons (estimate; census 0.512). */
  men: 0.51,
  /** Registered household size, 6 stands for six and more (estimate). */
  householdSize: { 1: 0.1, 2: 0.18, 3: 0.22, 4: 0.23, 5: 0.16, 6: 0.11 },
  /** Years between mother and child, and between husband and wife (estimate); both kept inside the limits. */
  motherhood: { mean: 26.5, sd: 4, minimum: 19, maximum: 43 },
  fatherhood: { minimum: 19, maximum: 44 },
  spouses: { mean: 2, sd: 2, wifeOlder: 8, wifeYounger: 12 },
  /** Children who bear the father's surname (estimate). */
  fathersSurname: 0.96,

  /** Adults by schooling (estimate, for registered adults; census residents are close). */
  education: { primary: 0.38, junior: 0.42, senior: 0.13, college: 0.07 },
  /** Households by main trade (estimate). */
  trade: {
    grain: 0.05,
    livestock: 0.04,
    aquaculture: 0.02,
    shop: 0.04,
    transport: 0.02,
    building: 0.03,
    ecommerce: 0.01,
    factory: 0.01,
    wage: 0.55,
    farm: 0.18,
    none: 0.05,
  },
  /** Wage households whose earner holds a public post (estimate). */
  publicPostOfWage: 0.09,
  /** Persons of 18 to 60 away for work at least six months, and where (estimate). */
  workOut: { share: 0.33, to: { county: 0.25, city: 0.12, province: 0.23, other_province: 0.38, abroad: 0.02 } },
  /** Households registered without home or land; adults who cannot be reached; adults with a valid phone (estimate). */
  emptyHousehold: 0.045,
  unreachable: 0.08,
  phone: 0.82,
  health: { good: 0.8, fair: 0.13, ill: 0.045, disabled: 0.025 },
  hukouLocal: 0.985,

  /** Correlation of the latent risk within a household (estimate). Everything good or bad about a person leans on this risk. */
  householdRho: 0.35,
  /** Loading of the 12-month outcome on the latent risk; the rest is luck (estimate). */
  defaultLoading: 0.72,
  /** 12-month default by segment (estimate: 0.9–1.4 % villagers, 0.5 % public posts, 1.8 % micro owners). */
  default12m: { public_post: 0.005, villager: 0.0115, resident: 0.01, micro_owner: 0.018, sole_trader: 0.018 },

  /** Net household income a year in yuan: lognormal (estimate). */
  income: { median: 62_000, sigma: 0.7, loading: 0.45 },
  /** Wage of a public post a year in yuan: lognormal (estimate). */
  publicWage: { median: 78_000, sigma: 0.22 },
  /** Households with an account here; with more than 1,000 yuan; their balance in yuan: lognormal (estimate). */
  deposit: { household: 0.6, above1000: 0.45, median: 14_000, sigma: 1.6, loading: 0.35, adultOfHousehold: 0.72 },
  /** Of customers: mobile bank, payroll; of customer households: farm subsidy paid into the account (estimate). */
  mobileBank: 0.38,
  payroll: 0.12,
  subsidyAccount: 0.85,
  /** Merchants with the bank's QR code among customers of trading households (estimate). */
  qrMerchant: 0.55,

  /** Customers of 20 to 65 with a due bill now, and with settled ones only (estimate, near the published book of the neighbouring county). */
  loan: {
    active: 0.17,
    settledOnly: 0.06,
    medianYuan: 80_000,
    sigma: 0.75,
    rateOverLprBp: { public: 75, wage: 190, villager: 290, micro: 220 },
  },
  /** One-year loan prime rate in percent (published, 2026-08-20). */
  lprPercent: 3,
  /** Share of loans entering arrears a month, and curing per stage (estimate: cure 85 % from 1–30, 45 % from 31–60, 22 % from 61–90). */
  arrears: { entry: 0.011, loading: 1.0, cure: [0.85, 0.45, 0.22], writeOffAfterMonths: 10 },

  /** Adults with a PBoC report queried under consent; with a credit file; of adults with the entry named (estimate). */
  pboc: { queried: 0.7, file: 0.48, loanElsewhere: 0.22, card: 0.15, overdueNow: 0.018, overdue30In24m: 0.035, loading: 0.65 },
  /** Adults (estimate): dishonest debtor, court case within three years, bank black list, grey list. */
  court: { dishonest: 0.009, enforced: 0.014, suit36m: 0.024, penalty: 0.006, loading: 0.6 },
  lists: { black: 0.008, grey: 0.03, fraud: 0.0006, amlMedium: 0.02, amlHigh: 0.001, loading: 0.55 },

  /**
   * Back-to-back review: reviewed persons of all persons (published: 244,479 of 869,554), valid reviewers per person, reviewer knows the person,
   * coefficient of variation of the suggested limit, persons flagged and the share of flags that is true (estimate).
   */
  review: { persons: 0.28, reviewers: { 3: 0.8, 4: 0.15, 5: 0.05 }, knows: 0.88, noiseCv: 0.25, flagged: 0.055, flagTrue: 0.6 },
  /** Reviewed persons visited within twelve months, and visits that overturn the roll (estimate). */
  visit: { ofReviewed: 0.45, overturned: 0.06 },
  sunshine2017: 0.27,

  /** Registers (estimate; car households by the census long form 0.38). */
  register: {
    civil: 0.96,
    dead: 0.004,
    dibao: 0.03,
    socialEmployee: 0.16,
    socialResident: 0.66,
    villageHouse: 0.7,
    townFlat: 0.18,
    shop: 0.02,
    car: 0.38,
    farmer: 0.92,
    enterpriseOfTrade: 0.55,
  },
  consent: { data: 0.55, marketing: 0.3, expired: 0.04 },
  contact90d: 0.12,
  application12m: 0.05,

  /**
   * Shares that come out of the rest of the generator. They turn shares of everybody into shares of a part; the tests measure them again.
   */
  derived: {
    publicPostOfAdults: 0.046,
    wageOfAdults: 0.44,
    fitToLeave: 0.675,
    borrowersOfFiles: 0.67,
    ownArrears24m: 0.003,
    ownArrearsNow: 0.006,
  },

  /**
   * What is wrong with the files, as a share of rows, and what a careful reader makes of such a row (estimate: core systems and rolls of
   * small banks show each of these). Month files are written by machines and have the factor's share only.
   */
  dirt: {
    bad_check_digit: { share: 0.0012, effect: 'quarantined' },
    old_15_digit_id: { share: 0.003, effect: 'accepted' },
    other_spelling: { share: 0.006, effect: 'accepted' },
    missing_birth_date: { share: 0.006, effect: 'accepted' },
    missing_id: { share: 0.004, effect: 'accepted' },
    invalid_bytes: { share: 0.0003, effect: 'quarantined' },
    other_encoding: { share: 0.0002, effect: 'quarantined' },
    truncated: { share: 0.0004, effect: 'quarantined' },
    future_date: { share: 0.0005, effect: 'quarantined' },
    duplicate: { share: 0.001, effect: 'merged' },
    /** Of villages and outlets: a longitude in the place of the latitude, and none at all. */
    swapped_coordinates: { share: 0.006, effect: 'quarantined' },
    missing_coordinates: { share: 0.008, effect: 'accepted' },
  },
  dirtOfMonthFiles: 0.05,
  /** Rows of the two re-sent files that must be refused whole: one with a wrong control count, one in the wrong encoding. */
  resentRows: 500,
} as const;
