/** Rules of legal entities that share one database: nothing of one leads to another, and none sees another. */
import type { Tx } from '#platform/postgres/index.ts';
import type { Rule, Violation } from './rule.ts';

/** Loans that something happened to: what hangs on the others was looked at when it came. */
const touched = '(select distinct loan_id from simulation.new_event where loan_id is not null) touched';

/** What is in scope beside what it hangs on: both must name the same legal entity. */
const hung = [
  `select 'F' || f.facility_id || ' in grid ' || f.grid_code as what, f.entity_id as own, left(f.grid_code, 6) as other
   from simulation.facility_scope join servicing.facility f using (facility_id)`,
  `select 'F' || f.facility_id || ' of ' || f.person_id, f.entity_id, p.entity_id
   from simulation.facility_scope join servicing.facility f using (facility_id)
   left join population.person p on (p.entity_id, p.person_id) = (f.entity_id, f.person_id)`,
  `select 'L' || l.loan_id || ' on F' || l.facility_id, l.entity_id, f.entity_id
   from simulation.loan_scope join servicing.loan l using (loan_id) join servicing.facility f using (facility_id)`,
  `select 'L' || l.loan_id || ' after L' || l.previous_loan_id, l.entity_id, p.entity_id
   from simulation.loan_scope join servicing.loan l using (loan_id) join servicing.loan p on p.loan_id = l.previous_loan_id`,
  `select 'L' || l.loan_id || ' line ' || i.number, l.entity_id, i.entity_id
   from ${touched} join servicing.loan l using (loan_id) join servicing.instalment i using (loan_id)`,
  `select 'D' || d.drawdown_id || ' on F' || d.facility_id, d.entity_id, f.entity_id
   from simulation.drawdown_scope join servicing.drawdown d using (drawdown_id) join servicing.facility f using (facility_id)`,
  `select 'E' || e.event_id || ' ' || e.kind, e.entity_id, coalesce(l.entity_id, f.entity_id)
   from simulation.new_event e left join servicing.loan l using (loan_id) left join servicing.facility f on f.facility_id = e.facility_id`,
  `select 'C' || c.collection_id || ' of L' || c.loan_id, c.entity_id, l.entity_id
   from simulation.collection_scope join servicing.collection c using (collection_id) join servicing.loan l using (loan_id)`,
  `select 'statement of L' || l.loan_id || ' number ' || s.number, s.entity_id, l.entity_id
   from ${touched} join servicing.loan l using (loan_id) join servicing.statement s using (loan_id)`,
  `select 'mandate of L' || l.loan_id, m.entity_id, l.entity_id
   from ${touched} join servicing.loan l using (loan_id) join servicing.mandate m using (loan_id)`,
  `select 'posting ' || p.posting_id || ' of L' || p.loan_id, p.entity_id, l.entity_id
   from simulation.new_posting p join servicing.loan l using (loan_id)`,
  `select 'subsidy of L' || s.loan_id || ' line ' || s.number, s.entity_id, l.entity_id
   from ${touched} join servicing.loan l using (loan_id) join servicing.subsidy s using (loan_id)`,
  `select 'core payment ' || c.sequence || ' of D' || d.drawdown_id, c.entity_id, d.entity_id
   from simulation.core_day join simulation.core_payment c using (core_date) join servicing.drawdown d on d.core_sequence = c.sequence`,
  `select 'core collection ' || c.sequence || ' of L' || o.loan_id, c.entity_id, o.entity_id
   from simulation.core_day join simulation.core_payment c using (core_date) join servicing.collection o on o.core_sequence = c.sequence`,
];

export const entityRules: readonly Rule[] = [
  {
    name: 'nothing_crosses',
    sql: `select what || ': ' || own || ' and ' || coalesce(other, 'nothing') as detail from (${hung.join(' union all ')}) hung
      where own is distinct from other or own <> all ($1::text[])`,
  },
];

export const sightRule = 'each_sees_its_own';

/** Tables that a member of staff may read. */
const seen = [
  'facility',
  'drawdown',
  'loan',
  'instalment',
  'event',
  'posting',
  'subsidy',
  'collection',
  'statement',
  'business_day',
  'day_end',
  'trial_balance',
  'lpr',
];

/** Reads every table as the staff of these legal entities, in this transaction: its own rows, all of them, and no others. */
export async function strayedRows(tx: Tx, entities: readonly string[]): Promise<Violation[]> {
  const owned = await tx.query<Counted>(
    seen
      .map((name) => `select '${name}' as name, entity_id as entity, count(*)::int as rows from servicing.${name} group by 2`)
      .join(' union all '),
  );
  const violations: Violation[] = [];
  for (const entity of entities) {
    await tx.query(
      `select set_config('qianmo.owner', '', true), set_config('qianmo.entity', $1, true), set_config('qianmo.scopes', $1, true)`,
      [entity],
    );
    await tx.query('set local role qianmo_app');
    const read = await tx.query<{ name: string; own: number; others: number }>(sightSql, [entity]);
    await tx.query('reset role');
    await tx.query(`select set_config('qianmo.owner', 'on', true)`);
    for (const { name, own, others } of read) {
      const wanted = owned.find((one) => one.name === name && one.entity === entity)?.rows ?? 0;
      if (own !== wanted || others > 0)
        violations.push({ rule: sightRule, detail: `${entity} ${name}: ${own} of ${wanted}, and ${others} of others` });
    }
  }
  return violations;
}

interface Counted {
  readonly name: string;
  readonly entity: string;
  readonly rows: number;
}

const sightSql = seen
  .map(
    (name) =>
      `select '${name}' as name, count(*) filter (where entity_id = $1)::int as own, count(*) filter (where entity_id <> $1)::int as others from servicing.${name}`,
  )
  .join(' union all ');
