/** What a borrower may ask for about a loan, as paper or workbook: the plan, what has happened, and that it is settled. */
import ExcelJS from 'exceljs';
import { formatPercent, formatYuan } from '#core/money/index.ts';
import { methodNames, methods } from '#core/schedule/index.ts';
import { printPaper } from '#platform/documents/index.ts';
import type { PaperColumn, Part } from '#platform/documents/index.ts';
import { refuse } from '#platform/http/index.ts';
import { refusals, settledBeforePlan } from '../contract.ts';
import type { LoanPage, SettledEarly } from '../contract.ts';
import type { PeriodOfLoan } from '../statements/read.ts';

export interface Issuer {
  /** The legal entity's name. */
  readonly bank: string;
  readonly madeAt: string;
  /** Who asked for it. */
  readonly actorId: string;
}

const yuan = (fen: string | null): string => (fen === null ? '—' : formatYuan(BigInt(fen), true));

const kindNames: Record<string, string> = {
  'drawdown.confirm': '放款',
  repayment: '还款',
  'repayment.reverse': '冲正还款',
  renewal: '无还本续贷',
  reprice: '利率重定价',
  subsidy: '财政贴息',
  recovery: '核销后收回',
  'auto_debit.on': '开通代扣',
  'auto_debit.off': '停止代扣',
  'amend.rate': '调整利率',
  'amend.extension': '展期',
  'amend.restructuring': '重组',
  'amend.misuse': '认定挪用',
  'amend.cost': '计收清收费用',
  'amend.waiver': '减免罚息复利',
  'amend.write_off': '核销',
};

const isMethod = (text: string): text is (typeof methods)[number] => methods.some((method) => method === text);
const methodName = (method: string): string => (isMethod(method) ? methodNames[method].zh : method);

function facts(loan: LoanPage): Part {
  return {
    kind: 'facts',
    facts: [
      ['借款人', loan.person_name ?? '—'],
      ['借据号', loan.loan_id],
      ['产品', loan.product],
      ['借款本金（元）', yuan(loan.principal_fen)],
      ['起息日', loan.start_date],
      ['到期日', loan.maturity],
      ['年利率（单利）', `${formatPercent(BigInt(loan.rate_ppm))} %`],
      ['还款方式', methodName(loan.method)],
      ['计息基准', loan.day_count],
      ['数据日期', loan.business_date],
    ],
  };
}

const sumOf = (values: readonly string[]): string =>
  formatYuan(
    values.reduce((sum, value) => sum + BigInt(value), 0n),
    true,
  );
const footOf = (issuer: Issuer): string => `${issuer.bank} · ${issuer.madeAt.slice(0, 19).replace('T', ' ')} UTC · ${issuer.actorId}`;

/** Amounts are text on paper and numbers in a workbook. */
type LoanColumn = PaperColumn & { readonly isYuan?: true };
const inYuan = (title: string, share: number): LoanColumn => ({ title: `${title}（元）`, share, align: 'right', isYuan: true });

const planColumns: readonly LoanColumn[] = [
  { title: '期次', share: 1, align: 'right' },
  { title: '还款日', share: 2, align: 'left' },
  { title: '天数', share: 1, align: 'right' },
  inYuan('本金', 2.2),
  inYuan('利息', 2.2),
  inYuan('合计', 2.2),
  { title: '状态', share: 1.4, align: 'left' },
];
const stateNames = { planned: '未到期', billed: '待还', paid: '已还' } as const;

const planRows = (loan: LoanPage): string[][] =>
  settledRows(loan) ??
  loan.instalments.map((line) => [
    String(line.number),
    line.due_date,
    String(line.days),
    yuan(line.principal_fen),
    yuan(line.interest_fen),
    sumOf([line.principal_fen, line.interest_fen]),
    stateNames[line.state],
  ]);

/** Of a loan that was settled before its first instalment: the one line of what was paid. */
function settledRows(loan: LoanPage): string[][] | null {
  const early = settledBeforePlan(loan);
  return early === null ? null : [['—', early.on, '—', yuan(loan.principal_fen), '—', yuan(early.paid_fen), '已结清']];
}

const settledText = ({ on, paid_fen: paid }: SettledEarly): Part => ({
  kind: 'text',
  lines: [`本借据在第一期还款日之前，已于 ${on} 结清，共还 ${yuan(paid)} 元（本金及截至当日的利息、费用），没有后续期次。`],
});

/** 还款计划表 */
export function planPaper(loan: LoanPage, issuer: Issuer): Promise<Buffer> {
  const early = settledBeforePlan(loan);
  const [principal, interest] = [loan.instalments.map((line) => line.principal_fen), loan.instalments.map((line) => line.interest_fen)];
  const total = ['合计', '', '', sumOf(principal), sumOf(interest), sumOf([...principal, ...interest]), ''];
  return printPaper({
    title: '还款计划表',
    foot: footOf(issuer),
    madeAt: new Date(issuer.madeAt),
    parts: [
      facts(loan),
      ...(early === null ? [] : [settledText(early)]),
      { kind: 'table', columns: planColumns, rows: planRows(loan), ...(early === null ? { total } : {}) },
    ],
  });
}

const statementColumns: readonly LoanColumn[] = [
  { title: '日期', share: 1.6, align: 'left' },
  { title: '业务', share: 2.4, align: 'left' },
  inYuan('金额', 2),
  { title: '交易号', share: 1.6, align: 'left' },
  { title: '备注', share: 1.6, align: 'left' },
];

const statementRows = ({ events }: Pick<LoanPage, 'events'>): string[][] =>
  events
    .toReversed()
    .map((event) => [
      event.business_date,
      kindNames[event.kind] ?? event.kind,
      yuan(event.amount_fen),
      event.event_id,
      event.is_reversed ? '已冲正' : '',
    ]);

/** 对账单: what has happened to the loan, and what is owed now. */
export function statementPaper(loan: LoanPage, issuer: Issuer): Promise<Buffer> {
  const owed: Part = {
    kind: 'facts',
    facts: [
      ['未到期本金（元）', yuan(loan.normal_principal_fen)],
      ['逾期本金（元）', yuan(loan.overdue_principal_fen)],
      ['应计利息（元）', yuan(loan.accrued_interest_fen)],
      ['到期未付利息（元）', yuan(loan.due_interest_fen)],
      ['罚息（元）', yuan(loan.penalty_fen)],
      ['复利（元）', yuan(loan.compound_fen)],
      ['当前应还（元）', yuan(loan.due_fen)],
      ['全部结清需付（元）', yuan(loan.payoff_fen)],
    ],
  };
  return printPaper({
    title: '贷款对账单',
    foot: footOf(issuer),
    madeAt: new Date(issuer.madeAt),
    parts: [facts(loan), { kind: 'table', columns: statementColumns, rows: statementRows(loan) }, owed],
  });
}

/** 一期对账单: what the loan did in a month, and what was owed when it ended. */
export function periodPaper(loan: LoanPage, { statement, events }: PeriodOfLoan, issuer: Issuer): Promise<Buffer> {
  const { opening, accrued, paid, relieved, closing } = statement;
  const rows = [
    ['本金', opening.principal_fen, statement.drawn_fen, paid.principal_fen, relieved.principal_fen, closing.principal_fen],
    ['利息', opening.interest_fen, accrued.interest_fen, paid.interest_fen, relieved.interest_fen, closing.interest_fen],
    ['罚息', opening.penalty_fen, accrued.penalty_fen, paid.penalty_fen, relieved.penalty_fen, closing.penalty_fen],
    ['复利', opening.compound_fen, accrued.compound_fen, paid.compound_fen, relieved.compound_fen, closing.compound_fen],
    ['清收费用', opening.costs_fen, statement.charged_costs_fen, paid.costs_fen, relieved.costs_fen, closing.costs_fen],
    ['提前还款费', '0', statement.fee_fen, statement.fee_fen, '0', '0'],
  ] as const;
  const about: Part = {
    kind: 'facts',
    facts: [
      ['对账单期号', String(statement.number)],
      ['起止日期', `${statement.period_from} 至 ${statement.period_to}`],
    ],
  };
  return printPaper({
    title: '贷款对账单',
    foot: footOf(issuer),
    madeAt: new Date(issuer.madeAt),
    parts: [
      facts(loan),
      about,
      { kind: 'table', columns: periodColumns, rows: rows.map(([name, ...amounts]) => [name, ...amounts.map(yuan)]) },
      { kind: 'table', columns: statementColumns, rows: statementRows({ events }) },
    ],
  });
}

const periodColumns: readonly LoanColumn[] = [
  { title: '项目', share: 1.4, align: 'left' },
  inYuan('期初', 2),
  inYuan('本期增加', 2),
  inYuan('本期偿还', 2),
  inYuan('减免、贴息、核销', 2.2),
  inYuan('期末', 2),
];

/** 结清证明. Refuses: not_settled. */
export function settlementPaper(loan: LoanPage, issuer: Issuer): Promise<Buffer> {
  if (loan.state !== 'settled') throw refuse(refusals, 'not_settled');
  return printPaper({
    title: '贷款结清证明',
    foot: footOf(issuer),
    madeAt: new Date(issuer.madeAt),
    parts: [
      facts(loan),
      {
        kind: 'text',
        lines: [
          `兹证明借款人 ${loan.person_name ?? '—'} 在我行的借款（借据号 ${loan.loan_id}，本金人民币 ${yuan(loan.principal_fen)} 元）已于 ${loan.accrued_to} 全部结清，本息无欠。`,
          '特此证明。',
        ],
      },
      {
        kind: 'facts',
        facts: [
          ['出具机构', issuer.bank],
          ['出具日期', loan.business_date],
        ],
      },
    ],
  });
}

/** The plan and the statement as sheets of one workbook; amounts are numbers in yuan with two places. */
export async function loanWorkbook(loan: LoanPage): Promise<Buffer> {
  const book = new ExcelJS.Workbook();
  const sheets = [
    ['还款计划', planColumns, planRows(loan)],
    ['对账单', statementColumns, statementRows(loan)],
  ] as const;
  for (const [name, columns, rows] of sheets) {
    const sheet = book.addWorksheet(name, { views: [{ state: 'frozen', ySplit: 1 }] });
    sheet.columns = columns.map(({ title, share, align }) => ({
      header: title,
      width: share * 8,
      style: { alignment: { horizontal: align } },
    }));
    for (const row of rows) {
      const cells = row.map((cell, index) => (columns[index]?.isYuan && cell !== '—' ? Number(cell.replaceAll(',', '')) : cell));
      const added = sheet.addRow(cells);
      for (const [index, column] of columns.entries()) if (column.isYuan) added.getCell(index + 1).numFmt = '#,##0.00';
    }
  }
  return Buffer.from(await book.xlsx.writeBuffer());
}
