/** Why a value is unknown and why a request is refused, with the wording for people. Browser-safe. */

/** Why a value is unknown. The wording for people is in `unknownReasonText`. */
export const unknownReasons = [
  'source_missing',
  'not_on_file',
  'not_computed',
  'not_screened',
  'no_denominator',
  'not_granted',
  'too_few_reviews',
  'need_to_know',
] as const;
export type UnknownReason = (typeof unknownReasons)[number];
export const unknownReasonText: Record<UnknownReason, { zh: string; en: string }> = {
  source_missing: { zh: '该数据源尚未送达', en: 'The source has not been delivered' },
  not_on_file: { zh: '没有登记', en: 'Nothing is on file' },
  not_computed: { zh: '指标尚未计算', en: 'Indicators have not been computed' },
  not_screened: { zh: '尚未批量决策', en: 'Not screened yet' },
  no_denominator: { zh: '没有可比的总数', en: 'There is nothing to divide by' },
  not_granted: { zh: '尚未批量授信', en: 'Not granted yet' },
  too_few_reviews: { zh: '有效评议不足两份', en: 'Fewer than two valid reviews' },
  need_to_know: { zh: '需授权查看', en: 'Needs a permission you do not hold' },
};

/** Code → HTTP status and wording. An id that does not exist and an id out of scope give the same answer. */
export const refusals = {
  not_found: { status: 404, zh: '没有这条记录，或不在您的管辖范围内', en: 'There is no such record, or it is outside your scope' },
  cursor_invalid: { status: 400, zh: '翻页标记无效，请从第一页重新打开', en: 'The cursor is not valid; open the first page again' },
  number_in_address: {
    status: 400,
    zh: '证件号和手机号不能写在网址里，请改用查号（POST）',
    en: 'Resident IDs and phone numbers may not stand in an address; use the lookup (POST)',
  },
  number_in_reason: { status: 400, zh: '事由中不要写证件号或手机号', en: 'The reason may not hold a resident ID or a phone number' },
  number_invalid: {
    status: 400,
    zh: '请输入 18 位或 15 位身份证号，或 11 位手机号',
    en: 'Give an 18- or 15-digit resident ID or an 11-digit mobile number',
  },
  age_range: { status: 400, zh: '年龄下限不能大于上限', en: 'The lower age may not exceed the upper' },
  reveal_limit: { status: 429, zh: '查看明文过于频繁，请稍后再试', en: 'Too many plain values in a short time; try again later' },
} as const;
export type RefusalCode = keyof typeof refusals;
