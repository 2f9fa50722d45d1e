import { refuse } from '#platform/http/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import { refusals } from '../contract.ts';
import type { ProcessList, ProcessPage } from '../contract.ts';

const isRunning = `status in ('open', 'suspended', 'stuck')`;

/** Every process with its version in force and what runs on it. Runs as the reader: cases are those of the reader's scope. */
export async function listProcesses(tx: Tx): Promise<ProcessList> {
  const items = await tx.query<ProcessList['items'][number]>(
    `with newest as (
       select process, max(version) as version, count(*)::int as versions from process.version where state = 'published' group by process
     ), running as (
       select process, version, count(*)::int as cases from process.case_state where ${isRunning} group by process, version
     )
     select n.process, v.title, n.version, n.versions, v.published_at,
       coalesce((select sum(cases) from running r where r.process = n.process), 0)::int as open_cases,
       coalesce((select sum(cases) from running r where r.process = n.process and r.version < n.version), 0)::int as earlier_cases
     from newest n join process.version v using (process, version) order by n.process`,
  );
  return { items };
}

/** One version, by default the one in force, with what waits at its steps. Refuses: process_unknown, version_unknown. */
export async function readProcess(
  tx: Tx,
  process: string,
  version: number | undefined,
  at: Temporal.Instant,
): Promise<Omit<ProcessPage, 'findings'>> {
  const versions = await tx.query<ProcessPage['versions'][number] & { title: ProcessPage['title']; xml: string }>(
    `select v.version, v.state, v.created_by, v.published_at, v.title, v.xml,
       (select count(*)::int from process.case_state c where c.process = v.process and c.version = v.version and c.${isRunning}) as open_cases
     from process.version v where v.process = $1 order by v.version desc`,
    [process],
  );
  const wanted = version ?? versions.find(({ state }) => state === 'published')?.version ?? versions[0]?.version;
  if (wanted === undefined) throw refuse(refusals, 'process_unknown', { zh: process, en: process });
  const shown = versions.find((row) => row.version === wanted);
  if (!shown) throw refuse(refusals, 'version_unknown', { zh: `${process} ${wanted}`, en: `${process} ${wanted}` });
  const standing = await tx.query<ProcessPage['standing'][number]>(
    `select t.node, count(distinct t.case_id)::int as cases, count(distinct t.case_id) filter (where t.due_at < $3)::int as overdue
     from process.task t join process.case_state c using (case_id)
     where c.process = $1 and c.version = $2 and t.state = 'open' group by t.node order by t.node`,
    [process, wanted, at.toString()],
  );
  return {
    process,
    title: shown.title,
    version: wanted,
    xml: shown.xml,
    versions: versions.map(({ version: number, state, created_by, published_at, open_cases }) => ({
      version: number,
      state,
      created_by,
      published_at,
      open_cases,
    })),
    standing,
  };
}
