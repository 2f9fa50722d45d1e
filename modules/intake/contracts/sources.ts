import { refuse } from '#platform/http/index.ts';
import { withSession, type Database, type Session } from '#platform/postgres/index.ts';
import { refusals, type Source } from '../contract.ts';
import { parseContract, type SourceContract } from './contract-schema.ts';
import { contractTexts } from './source-contracts.ts';

export async function listSources(db: Database, session: Session): Promise<{ items: Source[] }> {
  return withSession(db, session, async (tx) => {
    const texts = await contractTexts(tx);
    const days = await tx.query<{ source: string; day: string }>(
      `select source, max(file_date)::date as day from intake.file where state in ('published', 'unchanged') group by source`,
    );
    const latest = new Map(days.map((row) => [row.source, row.day]));
    return {
      items: texts.map((text) => {
        const contract = parseContract(text.yaml, text.source);
        return sourceOf(contract, {
          version: text.version,
          published_at: text.published_at,
          published_by: text.published_by,
          latest: latest.get(text.source) ?? null,
        });
      }),
    };
  });
}

/** Column types that hold what identifies or reaches a person. */
const personalTypes = new Set(['person_name', 'resident_id', 'phone']);

function sourceOf(contract: SourceContract, version: Pick<Source, 'version' | 'published_at' | 'published_by' | 'latest'>): Source {
  return {
    source: contract.source,
    class: contract.class,
    name: contract.name,
    channel: contract.channel,
    subject: contract.subject,
    priority: contract.priority,
    encodings: [...new Set(contract.files.map((file) => (file.format === 'delimited' ? file.encoding : 'xlsx')))],
    modes: contract.load.modes,
    key: contract.load.key,
    columns: contract.columns.map(({ field, as, type, required }) => ({
      field,
      as,
      type,
      required,
      personal: personalTypes.has(type) || as === 'address',
    })),
    ...version,
  };
}

export async function readSourceText(
  db: Database,
  session: Session,
  source: string,
): Promise<{ source: string; version: number; yaml: string }> {
  return withSession(db, session, async (tx) => {
    const text = (await contractTexts(tx)).find((each) => each.source === source);
    if (!text) throw refuse(refusals, 'not_found');
    return { source, version: text.version, yaml: text.yaml };
  });
}
