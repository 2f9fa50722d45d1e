/**
 * The borrower's page and what it asks of the bank. Browser-safe: zod only. Amounts are fen as digit strings, rates millionths a year.
 * One resource says where an application stands and what comes next; every act answers it anew, so that leaving and coming back loses nothing.
 */
import { z } from 'zod';

const wording = z.object({ zh: z.string(), en: z.string() });
const instant = z.iso.datetime();
const day = z.iso.date();
const fen = z.string().regex(/^\d{1,18}$/);
const positiveFen = z.string().regex(/^[1-9]\d{0,14}$/);

/** Nine of a random number and three that prove it is the bank's: a forged code is refused without a look into the database. */
export const channelCode = z.string().regex(/^[0-9A-HJKMNP-TV-Z]{12}$/);
export const applicationId = z.string().regex(/^A[1-9]\d{0,14}$/);
export const offerId = z.string().regex(/^O[1-9]\d{0,14}$/);
export const contractId = z.string().regex(/^K[1-9]\d{0,14}$/);
const phone = z.string().regex(/^1[3-9]\d{9}$/);

/** A person of the bank who may be called, shown on every screen. */
const contact = z.object({ name: z.string(), institution: z.string(), phone: z.string().nullable() });

export const channelPage = z.object({
  code: channelCode,
  bank: z.string(),
  product: z.object({ code: z.string(), name: wording, line: wording }),
  contact: contact.nullable(),
});
export type ChannelPage = z.infer<typeof channelPage>;

// ── sign-in by phone ─────────────────────────────────────────────────────────

export const askCode = z.object({ channel_code: channelCode, phone });
export const codeAsked = z.object({
  resend_after_seconds: z.int(),
  valid_seconds: z.int(),
  /** In a demonstration, where nobody has a phone; else null. */
  demonstration_code: z.string().nullable(),
});
/** A capture of the face, made by a demonstration in place of a phone. */
export const faceCaptured = z.object({ face_token: z.string() });
export const giveCode = z.object({ channel_code: channelCode, phone, code: z.string().regex(/^\d{6}$/) });

// ── where an application stands ──────────────────────────────────────────────

export const consentItem = z.object({
  /** Text and version, as agreed to: `credit_report@1`. */
  text: z.string(),
  title: wording,
  /** What is looked up and why, in one sentence; the whole text is behind it. */
  line: z.string(),
  body: z.string(),
  /** From whom. */
  sources: z.array(wording),
  /** What becomes of the application without it. */
  refusing: wording,
  is_required: z.boolean(),
  /** Sensitive information is agreed to by itself, with its own text before one's eyes. */
  is_separate: z.boolean(),
  given_at: instant.nullable(),
});
export type ConsentItem = z.infer<typeof consentItem>;

/** One screen. `choice` offers its options as buttons; amounts are asked in yuan and sent in fen. */
export const question = z.object({
  name: z.string(),
  kind: z.enum(['choice', 'several', 'amount', 'number', 'text', 'day', 'yes_no']),
  unit: z.string().nullable(),
  title: wording,
  why: wording.nullable(),
  options: z.array(z.object({ value: z.string(), label: wording })),
  /** Amounts in fen. */
  minimum: z.int().nullable(),
  maximum: z.int().nullable(),
  is_optional: z.boolean(),
  answer: z.union([z.string(), z.boolean(), z.int(), z.array(z.string())]).nullable(),
});
export type Question = z.infer<typeof question>;

/** All-in cost of an example, every item, nothing beside it (综合融资成本明示表). */
const cost = z.object({
  example: z.object({ principal_fen: fen, months: z.int(), method: z.string() }),
  interest_fen: fen,
  items: z.array(z.object({ name: wording, collector: wording, amount_fen: fen, yearly_ppm: z.int() })),
  total_fen: fen,
  yearly_ppm: z.int(),
  late: z.array(z.object({ name: wording, standard: wording })),
});
export const portalOffer = z.object({
  offer_id: offerId,
  /** What is accepted is exactly this: sent back with the acceptance. */
  hash: z.string(),
  limit_fen: fen,
  asked_fen: fen.nullable(),
  rate_ppm: z.int(),
  is_revolving: z.boolean(),
  valid_until: day,
  limit_until: day,
  methods: z.array(z.enum(['equal_installment', 'equal_principal', 'interest_only', 'bullet', 'revolving'])),
  months: z.array(z.int()),
  cost,
  /** What has to be there before signing. */
  conditions: z.array(z.object({ code: z.string(), text: wording })),
});
export type PortalOffer = z.infer<typeof portalOffer>;

export const paper = z.object({
  name: z.enum(['disclosure', 'contract', 'spouse', 'authorisation']),
  title: wording,
  hash: z.string(),
  pages: z.int(),
  /** How long it must have been open, by the bank's clock, before it can be confirmed. */
  reading_seconds: z.int(),
  opened_at: instant.nullable(),
  confirmed_at: instant.nullable(),
});

export const steps = [
  'identity',
  'face',
  'consents',
  'questions',
  'deciding',
  'manual',
  'supplement',
  'offer',
  'declined',
  'papers',
  'signing',
  'ready',
  'closed',
] as const;
export type Step = (typeof steps)[number];

/** What the borrower reads next. Only the part that belongs to `step` is there. */
export const portalApplication = z.object({
  application_id: applicationId,
  step: z.enum(steps),
  product: z.object({ code: z.string(), name: wording }),
  bank: z.string(),
  contact: contact.nullable(),
  name: z.string().nullable(),
  phone_masked: z.string(),
  /** Steps done and steps in all, for the stage strip. */
  progress: z.object({ done: z.int(), of: z.int() }),
  consents: z.array(consentItem).nullable(),
  /** All that are asked now; those without an answer and not optional keep the application from being sent. */
  questions: z.object({ items: z.array(question), is_complete: z.boolean() }).nullable(),
  face: z.object({ consent: consentItem, is_needed: z.boolean() }).nullable(),
  /** `awaited`: sources that did not answer and are asked again by the machine. */
  manual: z.object({ since: instant, by: instant.nullable(), who: contact.nullable(), awaited: z.array(wording).nullable() }).nullable(),
  supplement: z.object({ text: z.string(), items: z.array(question) }).nullable(),
  offer: portalOffer.nullable(),
  declined: z
    .object({
      reason: wording,
      code: z.string(),
      decided_on: day,
      /** What the person can do about it, in the order of use. */
      ways: z.array(z.object({ by: z.enum(['page', 'branch', 'call']), title: wording, text: wording })),
      /** What would help, in words that tell no more than the reason does. */
      helps: z.array(wording),
      /** Where the bank receives people; address and hours where they are known. */
      branch: z.object({ name: z.string(), address: wording.nullable(), hours: wording.nullable() }),
      reapply_on: day.nullable(),
    })
    .nullable(),
  papers: z.array(paper).nullable(),
  signing: z
    .object({
      contract_id: contractId,
      phone_masked: z.string(),
      recording_needed: z.boolean(),
      /** Null: nobody signs beside the borrower. Without a phone the spouse is not named yet. */
      spouse: z.object({ phone_masked: z.string().nullable() }).nullable(),
    })
    .nullable(),
  ready: z
    .object({
      contract_id: contractId,
      facility_id: z.string(),
      available_fen: fen,
      limit_fen: fen,
      rate_ppm: z.int(),
      limit_until: day,
      methods: portalOffer.shape.methods,
      months: z.array(z.int()),
      purposes: z.array(z.object({ value: z.string(), label: wording })),
      forbidden: z.array(wording),
      accounts: z.array(z.object({ account_id: z.string(), masked: z.string() })),
      /** Above this the money goes to the seller, not to the borrower. */
      entrusted_from_fen: fen.nullable(),
    })
    .nullable(),
  closed: z.object({ why: z.enum(['withdrawn', 'expired', 'cancelled']), reapply_on: day.nullable() }).nullable(),
  as_of: instant,
});
export type PortalApplication = z.infer<typeof portalApplication>;

// ── acts ─────────────────────────────────────────────────────────────────────

export const identify = z.object({ name: z.string().trim().min(2).max(60), resident_id: z.string().regex(/^\d{17}[\dXx]$/) });
/** The token of a face session that the phone's own recorder made with the face service; the picture never comes here. */
/** Left out: the person does not want it and goes on without; a person of the bank will check. */
export const showFace = z.object({ text: z.string().max(60), face_token: z.string().min(8).max(200).nullable() });
export const consent = z.object({
  items: z
    .array(z.object({ text: z.string().max(60), is_given: z.boolean() }))
    .min(1)
    .max(30),
});
export const answerQuestions = z.object({
  answers: z.record(
    z.string().max(40),
    z.union([z.string().max(500), z.boolean(), z.int(), z.array(z.string().max(60)).max(40), z.null()]),
  ),
});
export const acceptOffer = z.object({ offer_id: offerId, hash: z.string().min(16).max(128) });
export const paperName = paper.shape.name;
export const confirmPaper = z.object({ hash: z.string().min(16).max(128) });
export const signContract = z.object({
  contract_id: contractId,
  code: z.string().regex(/^\d{6}$/),
  recording_id: z.string().max(80).optional(),
  /** Sent to the spouse's own phone, where the spouse signs as well. */
  spouse_code: z
    .string()
    .regex(/^\d{6}$/)
    .optional(),
});
/** Who signs beside the borrower. */
export const nameSpouse = identify.extend({ phone });
/** One's own account at the bank, where none is known; given once. */
export const giveAccount = z.object({ account: z.string().regex(/^\d{8,32}$/) });
/** What goes to the core bank with the order: no control characters, and not the mark that parts the fields of its files. */
const orderText = z
  .string()
  .trim()
  .regex(/^(?:(?!\|@)[^\p{Cc}\p{Cs}\uFFFE\uFFFF])+$/u);
export const portalDraw = z.object({
  key: z.string().regex(/^[\w.:-]{8,100}$/),
  amount_fen: positiveFen,
  method: portalOffer.shape.methods.element,
  months: z.int().min(1).max(360),
  purpose: z.string().max(40),
  /** What it is for, in one's own words. */
  said: orderText.max(80).optional(),
  account_id: z.string().max(60),
  payee: z.object({ name: orderText.min(2).max(60), account: z.string().regex(/^\d{8,32}$/) }).optional(),
});
export type PortalDraw = z.output<typeof portalDraw>;
/** What is known while methods are still compared. */
export const previewPortalDraw = portalDraw.pick({ amount_fen: true, method: true, months: true });
export type PreviewPortalDraw = z.output<typeof previewPortalDraw>;
/** What a draw would cost, before it is asked for. */
export const portalDrawPreview = z.object({
  interest_fen: fen,
  total_fen: fen,
  yearly_ppm: z.int(),
  lines: z.array(z.object({ due_date: day, principal_fen: fen, interest_fen: fen, balance_fen: fen })),
});
export type PortalDrawPreview = z.infer<typeof portalDrawPreview>;
export const portalDrawn = z.object({ drawdown_id: z.string(), state: z.string() });
export type PortalDrawn = z.infer<typeof portalDrawn>;

export const portalLoan = z.object({
  loan_id: z.string(),
  principal_fen: fen,
  balance_fen: fen,
  rate_ppm: z.int(),
  method: z.string(),
  start_date: day,
  maturity: day,
  due_fen: fen,
  next_due: z.object({ date: day, amount_fen: fen }).nullable(),
  payoff_fen: fen,
  state: z.string(),
  days_past_due: z.int(),
});
export const portalLoans = z.object({
  items: z.array(portalLoan),
  draws: z.array(z.object({ drawdown_id: z.string(), amount_fen: fen, state: z.string() })),
  as_of: day,
});
export type PortalLoans = z.infer<typeof portalLoans>;
export const portalRepay = z.object({
  key: z.string().regex(/^[\w.:-]{8,100}$/),
  amount_fen: positiveFen,
  prepayment: z.enum(['shorten', 'lower']),
});
export type PortalRepay = z.output<typeof portalRepay>;
export const previewPortalRepay = portalRepay.omit({ key: true });
/** Two real schedules side by side: as it is, and after paying today. */
export const portalRepayPreview = z.object({
  pays_fen: fen,
  principal_fen: fen,
  interest_fen: fen,
  fee_fen: fen,
  interest_to_come_fen: fen,
  interest_after_fen: fen,
  saved_fen: fen,
  balance_after_fen: fen,
  next_due: z.object({ date: day, amount_fen: fen }).nullable(),
  /** Where the money would be taken from, when it is the account that the draw named. */
  account_masked: z.string().nullable(),
});
export type PortalRepayPreview = z.infer<typeof portalRepayPreview>;
export const withdrawApplication = z.object({ reason: z.string().trim().max(200).optional() });

export const portalAddresses = {
  channel: '/api/v1/portal/channels/:code',
  codes: '/api/v1/portal/codes',
  sessions: '/api/v1/portal/sessions',
  session: '/api/v1/portal/session',
  application: '/api/v1/portal/application',
  identity: '/api/v1/portal/application/identity',
  face: '/api/v1/portal/application/face',
  capture: '/api/v1/portal/application/face-capture',
  consents: '/api/v1/portal/application/consents',
  answers: '/api/v1/portal/application/answers',
  supplement: '/api/v1/portal/application/supplement',
  submission: '/api/v1/portal/application/submission',
  acceptance: '/api/v1/portal/application/acceptance',
  paper: '/api/v1/portal/application/papers/:name',
  paperFile: '/api/v1/portal/application/papers/:name/file.pdf',
  signingCode: '/api/v1/portal/application/signing-code',
  signature: '/api/v1/portal/application/signature',
  withdrawal: '/api/v1/portal/application/withdrawal',
  drawPreview: '/api/v1/portal/draws/preview',
  draws: '/api/v1/portal/draws',
  loans: '/api/v1/portal/loans',
  repaymentPreview: '/api/v1/portal/loans/:id/repayments/preview',
  repayments: '/api/v1/portal/loans/:id/repayments',
} as const;

/** For contracts that two sign, and for whoever's account the bank does not know. */
export const signerAddresses = {
  spouse: '/api/v1/portal/application/spouse',
  spouseCode: '/api/v1/portal/application/spouse-code',
  accounts: '/api/v1/portal/accounts',
} as const;

/** In the order in which they are looked for. Texts are for the borrower: plain, neutral, with the way on. */
export const portalRefusals = {
  channel_unknown: {
    status: 404,
    zh: '这个二维码无效或已停用，请向客户经理要新的',
    en: 'This code is not valid any more; ask your manager for a new one',
  },
  signed_out: { status: 401, zh: '请用手机号重新进入，已填的都还在', en: 'Enter with your phone again; nothing is lost' },
  too_many_codes: {
    status: 429,
    zh: '验证码发得太勤，请一小时后再试，或打电话给客户经理',
    en: 'Too many codes; try again in an hour or call your manager',
  },
  message_unavailable: {
    status: 503,
    zh: '短信暂时发不出去，请稍后再试，或打电话给客户经理',
    en: 'Messages cannot be sent now; try later or call your manager',
  },
  code_wrong: { status: 400, zh: '验证码不对或已过期，请重新获取', en: 'The code is wrong or too old; ask for a new one' },
  code_locked: { status: 429, zh: '验证码输错次数过多，请重新获取', en: 'Too many wrong codes; ask for a new one' },
  wrong_step: { status: 409, zh: '现在还不能办这一步，请按页面提示办理', en: 'This step is not open now; follow the page' },
  identity_invalid: { status: 400, zh: '身份证号不对，请核对后再填', en: 'The ID number is not valid; check it' },
  identity_mismatch: { status: 409, zh: '姓名和身份证号对不上，请核对后再填', en: 'Name and ID number do not match; check both' },
  identity_unavailable: {
    status: 503,
    zh: '身份核查暂时连不上，已为您存好，请稍后再试',
    en: 'The ID check cannot be reached; everything is kept, try again later',
  },
  under_age: { status: 409, zh: '未满十八周岁不能申请', en: 'Applicants must be eighteen' },
  application_open: { status: 409, zh: '您已有一笔在办的申请', en: 'You have an application under way' },
  reapply_later: { status: 409, zh: '暂时还不能再次申请', en: 'It is too early to apply again' },
  capture_elsewhere: {
    status: 409,
    zh: '请用手机上的人脸核验，或跳过这一步到网点核对',
    en: 'Use your phone’s face check, or skip it and be checked at a branch',
  },
  face_mismatch: { status: 409, zh: '人脸没有通过，请在光亮处再试一次', en: 'The face check did not pass; try again in good light' },
  consent_required: { status: 409, zh: '少了必须同意的一项，没有它办不了', en: 'One required consent is missing' },
  text_changed: { status: 409, zh: '授权文本已更新，请重新看一遍', en: 'The text has changed; read it again' },
  answers_missing: { status: 409, zh: '还有没答的问题', en: 'Some questions are not answered yet' },
  answer_invalid: { status: 400, zh: '有一项填得不对，请看提示', en: 'One answer is not valid' },
  offer_expired: { status: 409, zh: '额度已过有效期，请重新申请', en: 'The offer has expired; apply again' },
  offer_changed: { status: 409, zh: '额度或利率有变化，请重新看一遍再定', en: 'The offer has changed; look again before you decide' },
  offer_paused: {
    status: 409,
    zh: '银行正在再看这份报价，看完后这里有结果',
    en: 'The bank looks at this offer once more; the result will be here',
  },
  paper_not_read: { status: 409, zh: '请先打开看完规定的时间', en: 'Read the paper for the time that is set first' },
  paper_changed: { status: 409, zh: '文件有变化，请重新看一遍', en: 'The paper has changed; read it again' },
  condition_open: { status: 409, zh: '还有一项没有办好，办好后才能签', en: 'One condition is still open' },
  recording_missing: {
    status: 409,
    zh: '这笔须录音录像，请到网点或与客户经理当面签',
    en: 'This contract must be recorded; sign with your manager',
  },
  signature_unavailable: {
    status: 503,
    zh: '签约系统暂时连不上，已为您存好，请稍后再试',
    en: 'Signing cannot be reached; everything is kept, try again later',
  },
  no_contract: { status: 409, zh: '还没有签好的合同', en: 'There is no signed contract' },
  account_unknown: { status: 404, zh: '没有这个收款账户，请重新选择', en: 'There is no such account; choose again' },
  draw_too_small: { status: 409, zh: '低于每次最少借款金额', en: 'Below the least amount of a draw' },
  method_not_offered: { status: 400, zh: '该产品没有这种还款方式或期限', en: 'The product has no such method or term' },
  purpose_forbidden: { status: 409, zh: '借款不能用于该用途', en: 'The money may not be used for that' },
  entrusted_needed: { status: 409, zh: '超过自主支付金额，须付给卖方账户', en: 'Above the threshold the money goes to the seller' },
  draw_split: {
    status: 409,
    zh: '三十天内同一用途合计已超过自主支付金额',
    en: 'Draws for the same purpose add up above the threshold within thirty days',
  },
  repayment_unavailable: {
    status: 503,
    zh: '扣款暂时没有结果，请稍后用同一笔再试，不会重复扣',
    en: 'The money has not been taken yet; try the same again later, it is taken once',
  },
  repayment_refused: { status: 409, zh: '账户扣款没有成功，请核对余额', en: 'The account could not be debited; check its balance' },
  no_longer_eligible: { status: 409, zh: '情况有变化，暂时不能借款，请联系客户经理', en: 'Something has changed; call your manager' },
} as const;
export type PortalRefusalCode = keyof typeof portalRefusals;
