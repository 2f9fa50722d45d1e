/** What the door says in Chinese where a schema refuses a value; the schemas' own words are English. */

/** One refusal of a schema, as the framework hands it on. */
export interface SchemaFault {
  /** The schema library's code of it, such as `too_small`. */
  readonly keyword: string;
  readonly message?: string | undefined;
  readonly params: Readonly<Record<string, unknown>>;
}

const typeWords: Readonly<Record<string, string>> = {
  string: '文字',
  number: '数字',
  int: '整数',
  boolean: ' true、false',
  array: '列表',
  object: '对象',
  record: '对象',
  date: '日期',
  null: ' null',
};

const formatWords: Readonly<Record<string, string>> = {
  date: '日期，如 2026-11-20',
  datetime: '带时区的时间，如 2026-11-20T09:30:00Z',
  time: '时间，如 09:30',
  uuid: 'UUID',
  base64: 'Base64',
  url: '网址',
  email: '电子邮箱',
};

/** What is counted, by what the bound is on; numbers are not counted. */
const unitWords: Readonly<Record<string, string>> = { string: ' 个字', array: ' 项', set: ' 项', map: ' 项', record: ' 项' };

/**
 * The same as a schema's message, in Chinese and in English. A rule of our own (`refine`) says both itself, as `中文 / English`; one that says only
 * English is quoted.
 */
export function faultWords({ keyword, message, params }: SchemaFault): { zh: string; en: string } {
  const en = message ?? 'does not fit';
  if (keyword === 'custom') {
    const [zh, english] = en.split(' / ', 2);
    return english === undefined ? { zh: `不符合要求（${en}）`, en } : { zh: zh ?? en, en: english };
  }
  return { zh: inChinese(keyword, params) ?? `不符合要求（${en}）`, en };
}

function inChinese(keyword: string, params: Readonly<Record<string, unknown>>): string | null {
  const text = (name: string): string => String(params[name]);
  switch (keyword) {
    case 'invalid_type':
      return `缺少，或不是${typeWords[text('expected')] ?? text('expected')}`;
    case 'invalid_value':
      return `只能是 ${listOf(params['values'])}`;
    case 'invalid_format':
      return text('format') === 'regex' ? `写法不对，应符合 ${text('pattern')}` : `应为${formatWords[text('format')] ?? text('format')}`;
    case 'too_small':
      return bound(params, 'minimum', ['至少', '不能小于', '应大于']);
    case 'too_big':
      return bound(params, 'maximum', ['至多', '不能大于', '应小于']);
    case 'not_multiple_of':
      return `应为 ${text('divisor')} 的倍数`;
    case 'unrecognized_keys':
      return `没有这些字段：${listOf(params['keys'])}`;
    case 'invalid_union':
      return '与可用的几种写法都不符';
    case 'invalid_key':
      return '键名不符合要求';
    default:
      return null;
  }
}

function bound(
  params: Readonly<Record<string, unknown>>,
  name: 'minimum' | 'maximum',
  [counted, inclusive, exclusive]: [string, string, string],
): string {
  const unit = unitWords[String(params['origin'])];
  const limit = String(params[name]);
  if (unit !== undefined) return `${counted} ${limit}${unit}`;
  return `${params['inclusive'] === false ? exclusive : inclusive} ${limit}`;
}

const listOf = (values: unknown): string => (Array.isArray(values) ? values.map(String).join('、') : String(values));
