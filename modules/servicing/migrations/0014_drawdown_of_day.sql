-- Reconciliation reads the drawdowns of a day.
create index drawdown_requested on servicing.drawdown (entity_id, requested_on);
