import { textLiteral } from '#platform/warehouse/index.ts';
import { relationOf, type ResolveInput } from './resolve-records.ts';

/** More people than this on one phone or at one address say nothing about any two of them. */
const maxShared = 6;

/** Makes temp table `relation`, columns as `population.relation`; what holds between two persons stands once from each side. */
export async function makeRelations(input: ResolveInput): Promise<void> {
  const { session } = input;
  await session.run(
    `create or replace temp table tie (person_id varchar, other_person_id varchar, kind varchar, detail varchar, other_ref varchar, other_name varchar, source varchar)`,
  );
  await session.run(`insert into tie
    select m.person_id, h.head_person_id, 'family', 'head', null, null, 'grid_roll' from person m join household h using (household_id) where m.person_id <> h.head_person_id
    union all select h.head_person_id, m.person_id, 'family', coalesce(m.relation, 'other'), null, null, 'grid_roll' from person m join household h using (household_id) where m.person_id <> h.head_person_id`);
  await addGuarantees(input);
  await addEnterprises(input);
  await addShared(input, 'phone');
  await addShared(input, 'address');
  await session.run(`create or replace temp table relation as
    select p.entity_id, t.person_id, p.grid_code, t.kind, t.detail, t.other_person_id, t.other_ref, t.other_name, t.source, p.as_of
    from tie t join person p on p.person_id = t.person_id where t.other_person_id is null or t.other_person_id in (select person_id from person)`);
}

/** Who stands for whom: guarantor → due bill → borrower. */
async function addGuarantees(input: ResolveInput): Promise<void> {
  const guarantees = relationOf(input, 'guarantee', { person_id: 'varchar', loan_no: 'varchar', status: 'varchar' });
  const loans = relationOf(input, 'loan_account', { loan_no: 'varchar', customer_no: 'varchar' });
  await input.session.run(`
    create or replace temp table bond as select distinct coalesce(a.canonical_person_id, g.person_id) as guarantor, c.person_id as borrower, g.loan_no
      from (${guarantees}) g left join alias a on a.person_id = g.person_id join (${loans}) l using (loan_no) join customer c using (customer_no) where g.status = 'active';
    insert into tie select guarantor, borrower, 'guarantor_of', loan_no, null, null, 'guarantee' from bond where guarantor <> borrower
      union all select borrower, guarantor, 'guaranteed_by', loan_no, null, null, 'guarantee' from bond where guarantor <> borrower`);
}

/** Roles in enterprises, and the employer of the latest wage. */
async function addEnterprises(input: ResolveInput): Promise<void> {
  const roles = relationOf(input, 'enterprise_person', { person_id: 'varchar', uscc: 'varchar', role: 'varchar', share_percent: 'double' });
  const enterprises = relationOf(input, 'enterprise', { uscc: 'varchar', name: 'varchar' });
  const wages = relationOf(input, 'payroll', { customer_no: 'varchar', pay_date: 'date', kind: 'varchar', employer_name: 'varchar' });
  await input.session.run(`
    insert into tie select coalesce(a.canonical_person_id, r.person_id), null, r.role, cast(r.share_percent as varchar), r.uscc, e.name, 'enterprise_person'
      from (${roles}) r left join alias a on a.person_id = r.person_id left join (${enterprises}) e using (uscc);
    insert into tie select c.person_id, null, 'employer', cast(max(w.pay_date) as varchar), null, arg_max(w.employer_name, (w.pay_date, w.employer_name)), 'payroll'
      from (${wages}) w join customer c using (customer_no)
      where w.kind = 'salary' and w.employer_name is not null and w.pay_date > cast(date ${textLiteral(input.asOf)} - interval 3 month as date) group by c.person_id`);
}

/** Two persons of different households on one phone or at one address. */
async function addShared(input: ResolveInput, field: 'phone' | 'address'): Promise<void> {
  await input.session.run(`
    create or replace temp table sharing as select person_id, ${field} as place, coalesce(household_id, person_id) as home from person
      where ${field} is not null and hash(${field}) in (select hash(${field}) from person where ${field} is not null group by 1 having count(*) between 2 and ${maxShared});
    insert into tie select a.person_id, b.person_id, 'shared_${field}', null, null, null, 'resolution' from sharing a join sharing b on a.place = b.place and a.person_id <> b.person_id and a.home <> b.home`);
}
