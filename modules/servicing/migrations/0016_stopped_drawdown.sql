-- Since when a payment that may have left is not sent again, because its facility pays nothing out.
alter table servicing.drawdown add column stopped_on date;
