import type { LoanTermsRequest } from '#modules/servicing/contract.ts';

/** What becomes of an invented borrower's loan until the demonstration's business date. */
export interface Story {
  /** Days before the business date on which the money is drawn. */
  readonly drawnBefore: number;
  readonly method: LoanTermsRequest['method'];
  readonly months: number;
  /** The day of the month on which instalments fall due; the business date's own makes one due today. */
  readonly due: 'today' | 'later';
  /** Part of the limit that is drawn, in percent. */
  readonly share: number;
  readonly purpose: string;
  /** Instalments paid on their day; the ones after stay unpaid. */
  readonly pays: number;
  /** Days after the draw on which part of the principal, or everything, is repaid early. */
  readonly early?: { readonly after: number; readonly what: 'part' | 'all' };
  /** Drawn on the facility of the story at this place, which was opened before. */
  readonly on?: number;
  /** The account does not take the money: the drawdown fails. */
  readonly isRefused?: true;
}

const always = Number.POSITIVE_INFINITY;
const story = (
  drawnBefore: number,
  method: Story['method'],
  months: number,
  share: number,
  purpose: string,
  rest: Partial<Story> = {},
): Story => ({
  drawnBefore,
  method,
  months,
  due: 'later',
  share,
  purpose,
  pays: always,
  ...rest,
});

/** Most borrowers pay on their day; the rest are what a loan book has: due today, a little late, long late, settled, refused. */
export const stories: readonly Story[] = [
  story(136, 'equal_installment', 12, 40, '购买化肥、种子'),
  story(131, 'equal_installment', 24, 80, '购置插秧机'),
  story(125, 'interest_only', 12, 100, '承包鱼塘，购买虾苗'),
  story(122, 'equal_principal', 12, 60, '大棚改造', { due: 'today' }),
  story(134, 'equal_installment', 12, 70, '超市进货', { pays: 0 }),
  story(112, 'equal_installment', 18, 90, '购买运输车辆', { pays: 2 }),
  story(75, 'interest_only', 12, 100, '收购稻谷', { pays: 1 }),
  story(70, 'equal_principal', 12, 50, '购买饲料', { pays: 1 }),
  story(128, 'equal_principal', 12, 50, '养殖场扩建', { early: { after: 70, what: 'part' } }),
  story(130, 'equal_installment', 12, 40, '装修农房', { early: { after: 95, what: 'all' } }),
  story(120, 'bullet', 6, 60, '秋播备耕', { early: { after: 100, what: 'all' } }),
  story(61, 'equal_installment', 12, 100, '养猪场周转', { due: 'today' }),
  story(52, 'interest_only', 6, 80, '海产品收购'),
  story(47, 'equal_principal', 24, 70, '购买联合收割机'),
  story(44, 'equal_installment', 12, 60, '家电门店进货'),
  story(38, 'equal_installment', 18, 75, '购买三轮车与冷柜'),
  story(33, 'interest_only', 12, 90, '收购大蒜', { due: 'today' }),
  story(27, 'equal_installment', 12, 60, '建材门店进货'),
  story(21, 'bullet', 12, 50, '外出务工周转'),
  story(16, 'equal_principal', 36, 85, '新建仓房'),
  story(12, 'equal_installment', 36, 100, '购买冷藏车'),
  story(9, 'equal_installment', 12, 45, '子女学费'),
  story(6, 'interest_only', 12, 40, '年货备货'),
  story(2, 'equal_installment', 12, 80, '购买化肥'),
  story(64, 'interest_only', 12, 20, '收购稻谷', { on: 0 }),
  story(29, 'equal_installment', 12, 15, '维修农机', { on: 0, isRefused: true }),
  story(28, 'equal_installment', 12, 15, '维修农机', { on: 0 }),
];

/** Facilities on which nothing has been drawn yet. */
export const idleFacilities = 5;
