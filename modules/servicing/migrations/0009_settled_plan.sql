-- Settled loans kept dates to come on which nothing was to be paid; core/loan closes them since.
update servicing.instalment i set state = 'paid'
from servicing.loan l
where l.loan_id = i.loan_id and l.state = 'settled' and i.state = 'planned' and i.unpaid_principal_fen = 0 and i.unpaid_interest_fen = 0;
