import { createHash } from 'node:crypto';
import type { Tx } from '#platform/postgres/index.ts';

interface Figures {
  facilities: number;
  drawdowns: number;
  loans: number;
  repayments: number;
  events: Record<string, number>;
  postings: number;
  digest: string;
}

/** What a box has come to, by its own tables. */
export async function readFigures(tx: Tx): Promise<Figures> {
  const [figures] = await tx.query<Omit<Figures, 'digest' | 'events'>>(
    `select (select count(*)::int from servicing.facility) as facilities, (select count(*)::int from servicing.drawdown) as drawdowns,
       (select count(*)::int from servicing.loan) as loans, (select count(*)::int from servicing.event where kind = 'repayment') as repayments,
       (select count(*)::int from servicing.posting) as postings`,
  );
  const kinds = await tx.query<{ kind: string; count: number }>(
    'select kind, count(*)::int as count from servicing.event group by 1 order by 1',
  );
  const lines = await tx.query<{ line: string }>(
    `select concat_ws(' ', l.entity_id, l.person_id, l.start_date, l.principal_fen, l.state, l.rate_ppm, l.normal_principal_fen, l.overdue_principal_fen,
       l.accrued_interest_fen, l.due_interest_fen, l.penalty_fen, l.compound_fen, l.costs_fen, l.interest_numerator, count(p.posting_id), sum(p.amount_fen)) as line
     from servicing.loan l left join servicing.posting p using (loan_id) group by l.loan_id order by line`,
  );
  if (!figures) throw new Error('no figures');
  const digest = createHash('sha256')
    .update(lines.map(({ line }) => line).join('\n'))
    .digest('hex')
    .slice(0, 16);
  return { ...figures, events: Object.fromEntries(kinds.map(({ kind, count }) => [kind, count])), digest };
}
