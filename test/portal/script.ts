/** What the scripted bank says at each step. Everybody in it is invented. */
import type { z } from 'zod';
import type {
  acceptOffer,
  consent,
  portalDraw,
  portalDrawPreview,
  portalLoans,
  portalRepay,
  portalRepayPreview,
} from '../../modules/lending/portal/contract.ts';
import type { ChannelPage, ConsentItem, PortalApplication, PortalOffer, Question, Step } from '../../modules/lending/portal/contract.ts';

const contact = { name: '周海涛', institution: '杨集支行', phone: '13851234567' };
const product = { code: 'zheng_cun_dai', name: { zh: '整村贷', en: 'Village loan' } };

export const channel: ChannelPage = {
  code: 'A1B2C3D4E5F6',
  bank: '灌云农商银行',
  product: {
    ...product,
    line: { zh: '给村里种地、养殖、做小生意的人家，不用抵押', en: 'For farming and small trade, without collateral' },
  },
  contact,
};

export interface Script {
  step: Step;
  name: string | null;
  agreed: z.output<typeof consent>['items'];
  answers: Record<string, Question['answer']>;
  looksBeforeDecided: number;
  decidesTo: Step;
  accepted: z.output<typeof acceptOffer> | null;
  offerHash: string;
  openedAt: Record<string, string>;
  confirmedAt: Record<string, string>;
  readingSeconds: number;
  spouse: NonNullable<PortalApplication['signing']>['spouse'];
  accounts: NonNullable<PortalApplication['ready']>['accounts'];
  draws: z.output<typeof portalDraw>[];
  hasLoan: boolean;
  daysPastDue: number;
  repaid: z.output<typeof portalRepay>[];
}

export const beginning = (): Script => ({
  step: 'identity',
  name: null,
  agreed: [],
  answers: {},
  looksBeforeDecided: 1,
  decidesTo: 'offer',
  accepted: null,
  offerHash: 'a'.repeat(64),
  openedAt: {},
  confirmedAt: {},
  readingSeconds: 8,
  spouse: null,
  accounts: [{ account_id: '62', masked: '****3317' }],
  draws: [],
  hasLoan: false,
  daysPastDue: 0,
  repaid: [],
});

/** Puts the script at a step, as if everything before had been done. */
export function standAt(script: Script, step: Step): void {
  Object.assign(script, beginning(), { step, name: '王德成' });
}

const done: Readonly<Record<Step, number>> = {
  identity: 0,
  consents: 1,
  face: 2,
  questions: 3,
  deciding: 4,
  manual: 4,
  supplement: 4,
  offer: 5,
  declined: 5,
  papers: 5,
  signing: 6,
  ready: 7,
  closed: 7,
};

export function applicationAt(script: Script): PortalApplication {
  const { step } = script;
  return {
    application_id: 'A1',
    step,
    product,
    bank: channel.bank,
    contact,
    name: script.name,
    phone_masked: '138****4567',
    progress: { done: done[step], of: 7 },
    consents: step === 'consents' ? consents : null,
    questions:
      step === 'questions' ? { items: questionsOf(script), is_complete: questionsOf(script).every(({ answer }) => answer !== null) } : null,
    face: step === 'face' ? { consent: face, is_needed: false } : null,
    manual:
      step === 'manual'
        ? { since: '2026-11-27T02:10:00Z', by: '2026-11-28T02:10:00Z', who: contact, awaited: [wording('人行征信', 'Credit report')] }
        : null,
    supplement: step === 'supplement' ? { text: '请补一下借款用途：买的是哪种机器，大概多少钱。', items: questionsOf(script) } : null,
    offer: step === 'offer' ? offerOf(script) : null,
    declined: step === 'declined' ? declined : null,
    papers: step === 'papers' ? papersOf(script) : null,
    signing: step === 'signing' ? { contract_id: 'K1', phone_masked: '138****4567', recording_needed: false, spouse: script.spouse } : null,
    ready: step === 'ready' ? { ...ready, accounts: script.accounts } : null,
    closed: step === 'closed' ? { why: 'withdrawn', reapply_on: null } : null,
    as_of: new Date().toISOString(),
  };
}

const wording = (zh: string, en: string) => ({ zh, en });
const item = (text: string, title: string, from: string, more: Partial<ConsentItem>): ConsentItem => ({
  text,
  title: wording(title, text),
  line: '',
  body: `您同意本行为审批您本次贷款申请，${from}。\n\n本行只用它判断能不能贷、贷多少、什么利率，不作他用，也不提供给别人。\n\n授权自您同意之日起六个月内有效，可以随时撤回；撤回后本行不再查询。`,
  sources: [wording(from.slice(1), 'the source')],
  refusing: wording('不同意不影响申请，额度可能少一些。', 'You may still apply; the limit may be lower.'),
  is_required: false,
  is_separate: false,
  given_at: null,
  ...more,
});
const needed = { is_required: true, refusing: wording('不同意就不能在网上办，可以到网点办。', 'Without it a branch can help you.') };
const consents = [
  item('application@1', '身份和法院公开信息', '向公安身份核查、法院公开信息', needed),
  item('credit_report@1', '个人信用报告', '向人民银行征信中心', { ...needed, is_separate: true }),
  item('social_security@1', '社会保险缴费', '向省政务数据平台', {}),
  item('real_estate@1', '不动产登记', '向不动产登记中心', {}),
];
const face = item('face@1', '人脸信息处理单独同意书', '向人脸核验服务', { is_separate: true });

const question = (name: string, kind: Question['kind'], zh: string, en: string, more: Partial<Question> = {}): Question => ({
  name,
  kind,
  unit: null,
  title: wording(zh, en),
  why: null,
  options: [],
  minimum: null,
  maximum: null,
  is_optional: false,
  answer: null,
  ...more,
});
const option = (value: string, zh: string, en: string) => ({ value, label: wording(zh, en) });
const asks = [
  question('amount', 'amount', '想借多少？', 'How much?', {
    unit: 'fen',
    minimum: 100_000,
    maximum: 30_000_000,
    why: wording('最后以批下来的为准', 'What is granted may be less'),
  }),
  question('months', 'number', '打算借多久？', 'For how long?', { unit: 'months', minimum: 1, maximum: 36 }),
  question('purpose', 'choice', '这笔钱用来做什么？', 'What for?', {
    options: [
      option('seed', '买种子化肥', 'Seed and fertiliser'),
      option('breeding', '养殖', 'Livestock'),
      option('machine', '买农机', 'Machines'),
      option('turnover', '做生意周转', 'Running a business'),
    ],
  }),
  question('income', 'several', '家里靠什么挣钱？', 'What do you live on?', {
    options: [
      option('land', '种地', 'Fields'),
      option('animals', '养殖', 'Animals'),
      option('wages', '打工', 'Wages'),
      option('shop', '开店', 'A shop'),
    ],
  }),
  question('spouse_knows', 'yes_no', '爱人知道要借钱吗？', 'Does your spouse know?', {
    why: wording('家里商量好了再借', 'Talk it over at home first'),
  }),
  question('note', 'text', '还有什么想告诉我们？', 'Anything else?', { is_optional: true }),
];
const questionsOf = ({ answers }: Script): Question[] => asks.map((one) => ({ ...one, answer: answers[one.name] ?? null }));

export function tellQuestions(script: Script, given: Record<string, Question['answer']>): void {
  Object.assign(script.answers, given);
}

const offerOf = ({ offerHash, answers }: Script): PortalOffer => ({
  offer_id: 'O1',
  hash: offerHash,
  limit_fen: '6500000',
  asked_fen: typeof answers['amount'] === 'number' ? String(answers['amount']) : null,
  rate_ppm: 52_000,
  is_revolving: true,
  valid_until: '2026-12-27',
  limit_until: '2027-12-02',
  methods: ['interest_only', 'equal_installment'],
  months: [6, 12],
  cost: {
    example: { principal_fen: '1000000', months: 12, method: 'interest_only' },
    interest_fen: '52000',
    items: [
      { name: wording('利息', 'Interest'), collector: wording('本行收', 'the bank'), amount_fen: '52000', yearly_ppm: 52_000 },
      {
        name: wording('手续费、担保费、保险费', 'Fees, guarantee, insurance'),
        collector: wording('没有', 'none'),
        amount_fen: '0',
        yearly_ppm: 0,
      },
      { name: wording('提前还款', 'Early repayment'), collector: wording('不收', 'free'), amount_fen: '0', yearly_ppm: 0 },
    ],
    total_fen: '52000',
    yearly_ppm: 52_000,
    late: [
      {
        name: wording('到期没还', 'Late'),
        standard: wording('没还的部分改按年利率 7.80% 算，并记入信用报告。', '7.80 % a year on what is late'),
      },
    ],
  },
  conditions: [],
});

const declined: NonNullable<PortalApplication['declined']> = {
  reason: wording('信用报告上，有一笔贷款还没有还清', 'A loan on the credit report is open'),
  code: 'P01',
  decided_on: '2026-11-27',
  ways: [
    {
      by: 'page',
      title: wording('补充资料再申请', 'Add papers'),
      text: wording('情况有变化，或有新的收入、经营资料，到期后可以再申请', 'Apply again later'),
    },
    { by: 'branch', title: wording('觉得记录不对', 'Object'), text: wording('可以提异议，20 天内给您答复', 'You hear within 20 days') },
    { by: 'call', title: wording('请人再看一遍', 'Ask a person'), text: wording('由支行的人复核，不收钱', 'Free of charge') },
  ],
  helps: [wording('把到期该还的先还上，以后按时还', 'Pay what is due and keep paying in time')],
  branch: {
    name: '灌云农商行侍庄支行',
    address: wording('伊山镇演示路 1 号', '1 Demonstration Road, Yishan'),
    hours: wording('周一至周五 8:30–17:00', 'Monday to Friday 8:30–17:00'),
  },
  reapply_on: '2026-12-27',
};

function papersOf(script: Script): NonNullable<PortalApplication['papers']> {
  const paper = (name: 'disclosure' | 'contract', title: string, pages: number) => ({
    name,
    title: wording(title, name),
    hash: `${name}-`.padEnd(32, '0'),
    pages,
    reading_seconds: script.readingSeconds,
    opened_at: script.openedAt[name] ?? null,
    confirmed_at: script.confirmedAt[name] ?? null,
  });
  return [paper('disclosure', '综合融资成本明示表', 1), paper('contract', '个人借款合同', 9)];
}

const ready: NonNullable<PortalApplication['ready']> = {
  contract_id: 'K1',
  facility_id: 'F1',
  available_fen: '6500000',
  limit_fen: '6500000',
  rate_ppm: 52_000,
  limit_until: '2027-12-02',
  methods: ['interest_only', 'equal_installment', 'revolving'],
  months: [6, 12],
  purposes: [
    { value: 'seed', label: wording('买种子化肥', 'Seed') },
    { value: 'breeding', label: wording('养殖', 'Livestock') },
    { value: 'machine', label: wording('买农机', 'Machines') },
  ],
  forbidden: [
    wording('买房', 'buying a house'),
    wording('炒股', 'shares'),
    wording('还别的贷款', 'other loans'),
    wording('借给别人', 'lending on'),
  ],
  accounts: [],
  entrusted_from_fen: '5000000',
};

/** Simple interest on the amount: the script is no schedule. */
export function drawPreviewOf({
  amount_fen: amount,
  months,
  method,
}: {
  amount_fen: string;
  months: number;
  method: string;
}): z.infer<typeof portalDrawPreview> {
  const principal = BigInt(amount);
  const share = method === 'equal_installment' ? 54n : 100n;
  const interest = (principal * 52_000n * BigInt(months) * share) / (12n * 1_000_000n * 100n);
  const each = interest / BigInt(months);
  return {
    interest_fen: interest.toString(),
    total_fen: (principal + interest).toString(),
    yearly_ppm: 52_000,
    lines: Array.from({ length: months }, (_, index) => {
      const isLast = index === months - 1;
      const part = method === 'equal_installment' ? principal / BigInt(months) : isLast ? principal : 0n;
      return {
        due_date: Temporal.PlainDate.from('2026-12-21').add({ months: index }).toString(),
        principal_fen: part.toString(),
        interest_fen: each.toString(),
        balance_fen: isLast ? '0' : (principal - part * BigInt(method === 'equal_installment' ? index + 1 : 0)).toString(),
      };
    }),
  };
}

export const loansOf = ({ draws, hasLoan, daysPastDue, repaid }: Script): z.infer<typeof portalLoans> => ({
  items: hasLoan
    ? [
        {
          loan_id: 'L1',
          principal_fen: '3000000',
          balance_fen: repaid.length > 0 ? '1000000' : '3000000',
          rate_ppm: 52_000,
          method: 'interest_only',
          start_date: '2026-03-16',
          maturity: '2027-03-16',
          due_fen: daysPastDue > 0 ? '12822' : '0',
          next_due: { date: '2026-12-21', amount_fen: '12822' },
          payoff_fen: '3012822',
          state: 'normal',
          days_past_due: daysPastDue,
        },
      ]
    : [],
  draws: draws.map((draw, index) => ({ drawdown_id: `D${index + 1}`, amount_fen: draw.amount_fen, state: 'reserved' })),
  as_of: '2026-11-27',
});

export function repayPreviewOf({ amount_fen: amount }: { amount_fen: string }): z.infer<typeof portalRepayPreview> {
  const principal = BigInt(amount) > 3_000_000n ? 3_000_000n : BigInt(amount);
  const left = 3_000_000n - principal;
  const after = (62_399n * left) / 3_000_000n;
  return {
    pays_fen: (principal + 8548n).toString(),
    principal_fen: principal.toString(),
    interest_fen: '8548',
    fee_fen: '0',
    interest_to_come_fen: '62399',
    interest_after_fen: after.toString(),
    saved_fen: (62_399n - after).toString(),
    balance_after_fen: left.toString(),
    next_due: left === 0n ? null : { date: '2026-12-21', amount_fen: '4274' },
    account_masked: '**** 3317',
  };
}
