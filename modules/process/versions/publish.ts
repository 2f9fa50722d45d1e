/** A process comes into force, and running cases move to another version, only by a second person. */
import { checkProcess, hasErrors, parseProcess } from '#core/bpmn/index.ts';
import type { Definition, Finding as Found } from '#core/bpmn/index.ts';
import type { ChangeKind } from '#modules/change/index.ts';
import { refuse } from '#platform/http/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import { z } from 'zod';
import { permissions, refusals } from '../contract.ts';
import type { Finding } from '../contract.ts';
import type { Registry } from '../registry.ts';
import { planMigration, moveCases } from './migrate.ts';
import type { Versions } from './versions.ts';

export const publishKind = 'process.publish';
export const migrateKind = 'process.migrate';

const published = z.object({ process: z.string(), version: z.int() });
const migrated = z.object({ process: z.string(), from: z.int(), to: z.int() });

export interface Checked {
  readonly findings: Finding[];
  /** Null when it cannot be published. */
  readonly definition: Definition | null;
}

/** Reads and checks a drawing as it would run here. Never throws for what is wrong with it. */
export async function checkXml(registry: Registry, roles: readonly string[], xml: string): Promise<Checked> {
  const { definition, findings: read } = await parseProcess(xml);
  if (!definition) return { findings: read.map(tellFinding), definition: null };
  const findings = [...read, ...checkProcess(definition, registry.known(roles))];
  return { findings: findings.map(tellFinding), definition: hasErrors(findings) ? null : definition };
}

const tellFinding = ({ code, level, element, name, what, cure }: Found): Finding => ({ code, level, element, name, what, cure });

/** Refuses: process_invalid, with one fault a finding. */
export async function acceptXml(
  registry: Registry,
  roles: readonly string[],
  xml: string,
): Promise<{ definition: Definition; findings: Finding[] }> {
  const { definition, findings } = await checkXml(registry, roles, xml);
  if (definition) return { definition, findings };
  const errors = findings.filter(({ level }) => level === 'error');
  throw refuse(
    refusals,
    'process_invalid',
    undefined,
    errors.map(({ element, name, what, cure }) => ({
      place: name === '' ? element : `${element} ${name}`,
      zh: `${what.zh}；${cure.zh}`,
      en: `${what.en}; ${cure.en}`,
    })),
  );
}

export function publishChange(now: () => string): ChangeKind {
  return {
    kind: publishKind,
    name: { zh: '发布流程版本', en: 'Publish a process version' },
    permission: permissions.approve,
    async validate(tx, { entityId, after }) {
      const { process, version } = published.parse(after);
      const rows = await tx.query('select 1 from process.version where entity_id = $1 and process = $2 and version = $3', [
        entityId,
        process,
        version,
      ]);
      if (rows.length === 0) throw refuse(refusals, 'version_unknown', { zh: `${process} ${version}`, en: `${process} ${version}` });
    },
    present: async (tx, { entityId, after }) => ({ version: await inForce(tx, entityId, published.parse(after).process) }),
    async apply(tx, { entityId, after }, decider) {
      const { process, version } = published.parse(after);
      await tx.query(
        `update process.version set state = 'published', published_at = $4, published_by = $5
         where entity_id = $1 and process = $2 and version = $3 and state = 'proposed'`,
        [entityId, process, version, now(), decider.actorId],
      );
    },
  };
}

export async function inForce(tx: Tx, entityId: string, process: string): Promise<number | null> {
  const [row] = await tx.query<{ version: number | null }>(
    `select max(version) as version from process.version where entity_id = $1 and process = $2 and state = 'published'`,
    [entityId, process],
  );
  return row?.version ?? null;
}

export function migrateChange(versions: Versions, now: () => string): ChangeKind {
  return {
    kind: migrateKind,
    name: { zh: '在办案件改走新版本', en: 'Move running cases to another version' },
    permission: permissions.approve,
    async validate(tx, { entityId, after }) {
      const plan = await planMigration(versions, tx, entityId, migrated.parse(after), true);
      if (plan.blocked.length > 0) throw refuse(refusals, 'migration_blocked');
    },
    async apply(tx, { entityId, after }, decider) {
      const { process, from, to } = migrated.parse(after);
      await moveCases(tx, entityId, { process, from, to }, { actorId: decider.actorId, at: now() });
    },
  };
}
