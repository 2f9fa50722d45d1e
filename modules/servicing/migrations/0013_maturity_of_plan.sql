-- Loans that were shortened by an early repayment kept their first maturity; core/loan ends the term with the last date of the plan since.
update servicing.loan l set maturity = plan.ends
from (select loan_id, max(due_date) as ends from servicing.instalment group by loan_id) plan
where plan.loan_id = l.loan_id and l.state = 'active' and plan.ends < l.maturity;
