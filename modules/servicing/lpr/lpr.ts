import { refuse, route } from '#platform/http/index.ts';
import type { Api } from '#platform/http/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import { addresses, lprPage, permissions, refusals } from '../contract.ts';
import type { LprPage } from '../contract.ts';
import type { Servicing } from '../index.ts';

export function addLprRoutes(api: Api, servicing: Servicing): void {
  route(api, {
    method: 'GET',
    path: addresses.lpr,
    summary: { zh: '已发布的 LPR 与即将重定价的借据', en: 'Published LPR, and the loans that take it next' },
    tag: 'servicing',
    permission: permissions.read,
    answer: lprPage,
    handle: async ({ session }) => servicing.lpr(session),
  });
}

interface NextRow {
  loan_id: bigint;
  person_id: string;
  person_name: string | null;
  left_fen: bigint;
  rate_ppm: number;
  spread_ppm: number;
  is_long: boolean;
  reprice_on: string;
}

/** Whatever was published, newest first, and the reader's floating loans by the day on which they take a rate. Refuses: not_open. */
export async function readLpr(tx: Tx, { entityId }: Session): Promise<LprPage> {
  const [open] = await tx.query<{ open_date: string }>('select open_date from servicing.business_day where entity_id = $1', [entityId]);
  if (!open) throw refuse(refusals, 'not_open');
  const items = await tx.query<LprPage['items'][number]>(
    'select published_on, one_year_ppm, five_year_ppm from servicing.lpr where entity_id = $1 order by published_on desc limit 120',
    [entityId],
  );
  const next = await tx.query<NextRow>(
    `select l.loan_id, l.person_id, p.name as person_name, l.normal_principal_fen + l.overdue_principal_fen as left_fen, l.rate_ppm,
       l.lpr_spread_ppm as spread_ppm, l.start_date + interval '5 years' < l.first_maturity as is_long, l.reprice_on
     from servicing.loan l left join population.person p on p.entity_id = l.entity_id and p.person_id = l.person_id
     where l.entity_id = $1 and l.state = 'active' and l.reprice_on < l.maturity and l.lpr_spread_ppm is not null
     order by l.reprice_on, l.loan_id limit 200`,
    [entityId],
  );
  return {
    as_of: open.open_date,
    items,
    next: next.map(({ loan_id, left_fen, ...row }) => ({ ...row, loan_id: `L${loan_id}`, left_fen: String(left_fen) })),
  };
}

export async function installLpr(
  tx: Tx,
  entityId: string,
  items: readonly { published_on: string; one_year_ppm: number; five_year_ppm: number }[],
): Promise<void> {
  await tx.query(
    `insert into servicing.lpr (entity_id, published_on, one_year_ppm, five_year_ppm)
     select $1, published_on, one_year_ppm, five_year_ppm
     from jsonb_to_recordset($2) as item (published_on date, one_year_ppm integer, five_year_ppm integer)
     where not exists (select 1 from servicing.lpr where entity_id = $1)`,
    [entityId, JSON.stringify(items)],
  );
}
