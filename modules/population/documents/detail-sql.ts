/**
 * How each part of a person's document comes out of the published sources, in DuckDB. A query may name `{source}` for the state of a source
 * (`stateQuery`); it gives `person_id` or `customer_no`, and the columns of its part under their names.
 */
import type { PartName } from './detail.ts';

export interface PartQuery {
  sources: readonly string[];
  /** The column that tells whose row it is. */
  by: 'person_id' | 'customer_no' | 'account_no' | 'loan_no' | 'household_id';
  sql: string;
  /** How several rows of one person and month become one: someone may hold several accounts under several customer numbers. */
  perMonth?: Readonly<Record<string, 'sum' | 'max'>>;
}

const yyyymm = (column: string): string => `(year(${column}) * 100 + month(${column}))::integer`;

export const partQueries: Record<PartName, PartQuery> = {
  customer: {
    sources: ['customer'],
    by: 'customer_no',
    sql: 'select customer_no, open_date as since, id_expiry, occupation, education from {customer}',
  },
  accounts: {
    sources: ['deposit_account'],
    by: 'customer_no',
    sql: `select customer_no, account_type as type, open_date as open_day, status, control_flag as controlled, balance
          from {deposit_account}`,
  },
  deposit: {
    sources: ['deposit_month'],
    by: 'account_no',
    sql: `select account_no, ${yyyymm('month_end')} as month, average_balance as average, in_amount as "in", out_amount as "out"
          from {deposit_month} where month_end > $from_13`,
    perMonth: { average: 'sum', in: 'sum', out: 'sum' },
  },
  pay: {
    sources: ['payroll'],
    by: 'customer_no',
    sql: `select customer_no, ${yyyymm('pay_date')} as month, case when kind = 'salary' then amount end as salary,
            case when kind = 'subsidy' then amount end as subsidy
          from {payroll} where pay_date > $from_13`,
    perMonth: { salary: 'sum', subsidy: 'sum' },
  },
  employer: {
    sources: ['payroll'],
    by: 'customer_no',
    sql: `select customer_no, arg_max(employer_name, (pay_date, employer_name)) as name
          from {payroll} where kind = 'salary' and employer_name is not null group by customer_no`,
  },
  qr: {
    sources: ['qr_month'],
    by: 'customer_no',
    sql: `select customer_no, ${yyyymm('month_end')} as month, amount, "count" from {qr_month} where month_end > $from_13`,
    perMonth: { amount: 'sum', count: 'sum' },
  },
  ebank: {
    sources: ['ebank_user'],
    by: 'customer_no',
    sql: 'select customer_no, mobile_flag as mobile from {ebank_user}',
  },
  logins: {
    sources: ['ebank_month'],
    by: 'customer_no',
    sql: `select customer_no, ${yyyymm('month_end')} as month, login_count as "count" from {ebank_month} where month_end > $from_13`,
    perMonth: { count: 'sum' },
  },
  loans: {
    sources: ['loan_account'],
    by: 'customer_no',
    sql: `select customer_no, loan_no as number, contract_no as contract, product, start_date as start, end_date as "end", principal, balance,
            limit_amount as "limit", rate as rate_ppm, class5, status, guarantee_type as guarantee, dpd, settle_date as settled,
            extension_date as extended
          from {loan_account}`,
  },
  dpd: {
    sources: ['loan_month'],
    by: 'loan_no',
    sql: `select loan_no, ${yyyymm('month_end')} as month, dpd_max as dpd, balance from {loan_month} where month_end > $from_24`,
    perMonth: { dpd: 'max', balance: 'sum' },
  },
  guarantees: {
    sources: ['guarantee'],
    by: 'person_id',
    sql: 'select person_id, amount, status, loan_no as loan from {guarantee}',
  },
  pboc: {
    sources: ['pboc_report'],
    by: 'person_id',
    // The latest report only: earlier ones are in the lake, for whoever computes indicators as of an earlier day.
    sql: `select person_id, report_date as day, thin_flag as thin, loan_balance as loans, unsecured_balance as unsecured,
            lender_count as lenders, small_loan_count as small_loans, monthly_due, card_limit, card_utilisation as card_use,
            overdue_current as overdue, overdue_max_terms_24m, overdue_count_24m, overdue_count_60m, dpd90_count_24m, worst_class5 as class5,
            query_loan_1m as query_1m, query_loan_3m as query_3m, query_loan_6m as query_6m, credit_age_months as age_months,
            guarantee_balance as guarantee, score
          from {pboc_report} qualify row_number() over (partition by person_id order by report_date desc, report_no desc) = 1`,
  },
  reviews: {
    sources: ['review'],
    by: 'person_id',
    sql: `select person_id, row_number() over (partition by person_id order by round, review_date, review_no) as reviewer, round,
            knows_flag as knows, limit_amount as "limit", exclusion_code as exclusion, reputation, channel, seconds, review_date as day
          from {review}`,
  },
  visits: {
    sources: ['visit'],
    by: 'person_id',
    sql: `select person_id, visit_date as day, result, survey_limit as "limit", gps_distance_m as metres, stay_minutes as minutes,
            photo_count as photos, manager_no as manager
          from {visit}`,
  },
  lists: {
    sources: ['name_list'],
    by: 'person_id',
    sql: 'select person_id, kind, type, from_date as "from", to_date as "to" from {name_list}',
  },
  property: {
    sources: ['real_estate'],
    by: 'person_id',
    sql: `select person_id, kind, grade, area_m2 as area, value, mortgage_flag as mortgaged, seal_flag as sealed
          from {real_estate}`,
  },
  vehicles: { sources: ['vehicle'], by: 'person_id', sql: 'select person_id, value from {vehicle}' },
  enterprises: {
    sources: ['enterprise_person', 'enterprise'],
    by: 'person_id',
    sql: `select person_id, firms.name, role, firms.kind, firms.status, industry, founded_date as founded, share_percent as share,
            tax_12m as tax, invoice_12m as invoices
          from (select person_id, uscc, role, share_percent from {enterprise_person}) join (select * from {enterprise}) as firms using (uscc)`,
  },
  contacts: {
    sources: ['contact'],
    by: 'person_id',
    sql: 'select person_id, contact_date as day, channel, response from {contact}',
  },
  consents: {
    sources: ['consent'],
    by: 'person_id',
    sql: 'select person_id, purpose, from_date as "from", to_date as "to" from {consent}',
  },
  applications: {
    sources: ['loan_application'],
    by: 'person_id',
    sql: 'select person_id, apply_date as day, product, result from {loan_application}',
  },
  court: {
    sources: ['court_record'],
    by: 'person_id',
    sql: 'select person_id, kind, amount, record_date as day, status from {court_record}',
  },
  social: {
    sources: ['social_security'],
    by: 'person_id',
    sql: 'select person_id, type, base, months_24 as months from {social_security}',
  },
  sunshine: {
    sources: ['sunshine_2017'],
    by: 'person_id',
    sql: 'select person_id, limit_amount as "limit", grade from {sunshine_2017}',
  },
  civil: {
    sources: ['civil_status'],
    by: 'person_id',
    sql: 'select person_id, marital, dibao_flag as allowance, capacity from {civil_status}',
  },
  farm: {
    sources: ['farmer'],
    by: 'household_id',
    sql: `select 'H' || village_code || '-' || household_no as household_id, survey_date as day, land_mu, flow_mu, crop, stock_head as stock,
            machinery_value as machinery, insurance_flag as insured, income_net as income, expense, labour_count as labour,
            household_size as size, out_work_count as out_work, student_count as students, coop_flag as cooperative, total_asset as assets,
            total_debt as debts
          from {farmer}`,
  },
};
