/** What every question to an outside system may end as, besides being answered. */

export const unavailableReasons = {
  not_reached: { zh: '无法连接对方系统，请求未发出', en: 'the other side cannot be reached; nothing was sent' },
  timeout: { zh: '对方未在时限内应答', en: 'no answer in time' },
  connection_lost: { zh: '连接在应答前中断', en: 'the connection broke before the answer' },
  unreadable_answer: { zh: '应答无法读懂', en: 'the answer cannot be read' },
  contradictory_answer: { zh: '应答与所问不符', en: 'the answer contradicts the question' },
  refused: {
    zh: '对方不受理本方请求，请核对用户、授权与参数',
    en: 'the other side does not take the request; check operator, consent and parameters',
  },
  try_later: { zh: '对方暂不能受理，请稍后再试', en: 'the other side cannot answer now; ask again later' },
  cancelled: { zh: '本方已取消', en: 'cancelled on this side' },
  closed: { zh: '本方已关闭连接', en: 'closed on this side' },
} as const satisfies Record<string, { zh: string; en: string }>;

export type UnavailableReason = keyof typeof unavailableReasons;

/** No answer to build on: UNKNOWN, and never a word against the person asked about. `detail` is for staff and holds no personal data. */
export interface Unavailable {
  outcome: 'unavailable';
  reason: UnavailableReason;
  detail: string;
}

/** How a caller gives up early; the client itself gives up at its own time limit. */
export interface Asking {
  signal?: AbortSignal;
}

/** What a client counted since it was opened. */
export interface WireFigures {
  connections: number;
  asked: number;
  answered: number;
  unavailable: number;
  /** Answers that nobody waited for: late, doubled, or of another question. */
  dropped: number;
}
