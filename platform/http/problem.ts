import { z } from 'zod';

/** Code → HTTP status and wording; every module's contract carries such a table as `refusals`. */
export interface Refusal {
  readonly status: number;
  readonly zh: string;
  readonly en: string;
}
export type Refusals = Readonly<Record<string, Refusal>>;

/** One wrong place in what was sent: `place` is a path such as `body.limit`. */
export interface Fault {
  place: string;
  zh: string;
  en: string;
}

/** What a refusal looks like on the wire (RFC 9457), content type `application/problem+json`. */
export const problemBody = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string(),
    detail_en: z.string(),
    instance: z.string(),
    request_id: z.string(),
    errors: z.array(z.object({ place: z.string(), zh: z.string(), en: z.string() })).optional(),
  })
  .meta({ id: 'Problem', description: 'A refusal: a stable code, and what happened in Chinese and English' });
export type ProblemBody = z.infer<typeof problemBody>;

/** A refusal on its way to the caller. Thrown by routes, turned into problem+json at the door; anything else thrown is a fault of ours. */
export class Problem extends Error {
  readonly code: string;
  readonly refusal: Refusal;
  readonly faults: readonly Fault[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: string, refusal: Refusal, more: { faults?: readonly Fault[]; headers?: Record<string, string>; cause?: unknown } = {}) {
    super(`${code}: ${refusal.en}`, { cause: more.cause });
    this.name = 'Problem';
    this.code = code;
    this.refusal = refusal;
    this.faults = more.faults ?? [];
    this.headers = more.headers ?? {};
  }
}

/** `throw refuse(refusals, 'not_found')`; `place` adds what exactly, in both languages, after the general wording. */
export function refuse<Table extends Refusals>(
  table: Table,
  code: keyof Table & string,
  place?: { zh: string; en: string },
  faults?: readonly Fault[],
): Problem {
  const general = table[code];
  if (!general) throw new Error(`refusal code ${code} is not in its table`);
  const wording = place ? { ...general, zh: `${general.zh}：${place.zh}`, en: `${general.en}: ${place.en}` } : general;
  return new Problem(code, wording, faults ? { faults } : {});
}

/** What the door itself refuses, in the order in which it looks. */
export const doorRefusals = {
  address_malformed: { status: 400, zh: '网址格式有误', en: 'The address is malformed' },
  not_found: { status: 404, zh: '没有这个地址', en: 'There is nothing at this address' },
  method_not_allowed: { status: 405, zh: '此地址不支持该方法', en: 'This address does not take that method' },
  too_many_requests: { status: 429, zh: '请求过于频繁，请稍后再试', en: 'Too many requests; try again later' },
  signed_out: { status: 401, zh: '请先登录', en: 'Sign in first' },
  cross_site: { status: 403, zh: '拒绝来自其他网站的请求', en: 'Requests from other sites are refused' },
  csrf: { status: 403, zh: '页面已过期，请刷新后重试', en: 'The page has expired; reload it and try again' },
  password_change_required: { status: 403, zh: '请先修改密码', en: 'Change your password first' },
  permission: { status: 403, zh: '您没有这项权限', en: 'You do not hold the permission for this' },
  media_type: { status: 415, zh: '内容类型不支持，请用 application/json', en: 'The content type is not supported; send application/json' },
  body_too_large: { status: 413, zh: '内容过大', en: 'The body is too large' },
  body_malformed: { status: 400, zh: '内容不是有效的 UTF-8 JSON', en: 'The body is not valid UTF-8 JSON' },
  text_malformed: { status: 400, zh: '文字中含有无效字符', en: 'A text contains characters that cannot be stored' },
  invalid: { status: 400, zh: '内容不符合要求', en: 'What was sent does not fit' },
  value_out_of_range: { status: 400, zh: '有数值超出可接受的范围', en: 'A value is outside what can be handled' },
  busy: { status: 503, zh: '系统繁忙，请稍后再试', en: 'The system is busy; try again shortly' },
  unready: { status: 503, zh: '数据库暂不可用', en: 'The database does not answer' },
  fault: { status: 500, zh: '系统内部错误，已记录', en: 'Something failed on our side; it has been recorded' },
} as const satisfies Refusals;
export type DoorRefusal = keyof typeof doorRefusals;

export function door(
  code: DoorRefusal,
  more: { faults?: readonly Fault[]; headers?: Record<string, string>; cause?: unknown } = {},
): Problem {
  return new Problem(code, doorRefusals[code], more);
}

export type Language = 'zh' | 'en';

/** Chinese unless English is asked for before it. */
export function languageOf(acceptLanguage: string | undefined): Language {
  const first = acceptLanguage?.split(',').find((part) => /^\s*(zh|en)\b/i.test(part));
  return first?.trim().toLowerCase().startsWith('en') ? 'en' : 'zh';
}

export function bodyOf(problem: Problem, place: { instance: string; requestId: string; language: Language }): ProblemBody {
  const { status, zh, en } = problem.refusal;
  return {
    type: `/api/docs#problem-${problem.code}`,
    title: place.language === 'en' ? en : zh,
    status,
    code: problem.code,
    detail: zh,
    detail_en: en,
    instance: place.instance,
    request_id: place.requestId,
    ...(problem.faults.length > 0 ? { errors: [...problem.faults] } : {}),
  };
}
