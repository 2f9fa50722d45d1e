/** A version comes into force only when a second person approves it. */
import type { ChangeKind } from '#modules/change/index.ts';
import type { Clock } from '#platform/clock/index.ts';
import { refuse } from '#platform/http/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import { z } from 'zod';
import { checkStrategy } from '../definition/check.ts';
import { refusals } from '../contract.ts';
import type { StrategyFinding } from '../contract.ts';
import { defineStrategy } from '../definition/definition.ts';
import type { StrategyFiles } from '../definition/definition.ts';
import { compileStrategy } from '../definition/strategy.ts';
import type { Strategy } from '../definition/strategy.ts';
import { StrategyError } from '../definition/strategy-error.ts';
import { addVersion, listVersions, makeCurrent } from './versions.ts';

export const releaseKind = 'strategy.publish';

/** What a proposal carries; the files themselves lie in `strategy.version`. */
const release = z.object({ name: z.string(), version: z.string() });
const subject = z.object({ version: z.string().nullable() });

export function releaseChange(clock: Clock): ChangeKind {
  const now = (): string => clock.now().toString();
  return {
    kind: releaseKind,
    name: { zh: '发布策略版本', en: 'Publish a strategy version' },
    permission: 'change.approve',
    async validate(tx, proposal) {
      const { name, version } = release.parse(proposal.after);
      const rows = await listVersions(tx, proposal.entityId);
      if (rows.some((row) => row.name === name && row.version === version)) return;
      throw refuse(refusals, 'strategy_version_unknown', { zh: `${name} ${version}`, en: `${name} ${version}` });
    },
    present: async (tx, proposal) => ({ version: await versionInForce(tx, proposal.entityId, release.parse(proposal.after).name) }),
    async apply(tx, proposal, decider) {
      const { name, version } = release.parse(proposal.after);
      await makeCurrent(tx, proposal.entityId, name, version, { by: decider.actorId, at: now() });
    },
  };
}

export async function versionInForce(tx: Tx, entityId: string, name: string): Promise<string | null> {
  const rows = await listVersions(tx, entityId);
  return rows.find((row) => row.name === name && row.state === 'current')?.version ?? null;
}

export type ReleaseSubject = z.infer<typeof subject>;

/**
 * Reads, compiles and checks files that somebody wants to publish.
 * @throws Problem strategy_invalid, with one fault a place
 */
export function acceptFiles(files: StrategyFiles, name: string): { strategy: Strategy; findings: StrategyFinding[] } {
  const strategy = compiledOrRefused(files, name);
  const findings = checkStrategy(strategy);
  const errors = findings.filter((finding) => finding.severity === 'error');
  if (strategy.name !== name) {
    errors.push({
      severity: 'error',
      code: 'name',
      element: 'strategy.yaml',
      line: null,
      message: { zh: `名称应为 ${name}`, en: `the name must be ${name}` },
    });
  }
  if (errors.length === 0) return { strategy, findings };
  throw refuse(
    refusals,
    'strategy_invalid',
    undefined,
    errors.map(({ element, line, message }) => ({ place: `${element ?? ''}${line === null ? '' : `:${line}`}`, ...message })),
  );
}

function compiledOrRefused(files: StrategyFiles, name: string): Strategy {
  try {
    return compileStrategy(defineStrategy(files, name));
  } catch (error) {
    if (!(error instanceof StrategyError)) throw error;
    const place = `${error.file}${error.line === null ? '' : `:${error.line}`}`;
    throw refuse(refusals, 'strategy_invalid', { zh: `${place} ${error.zh}`, en: `${place} ${error.en}` }, [
      { place, zh: error.zh, en: error.en },
    ]);
  }
}

/** The first version of a bank that is being set up, where there is nobody yet to be the second person. */
export async function installVersion(tx: Tx, entityId: string, strategy: Strategy, made: { by: string; at: string }): Promise<boolean> {
  if ((await listVersions(tx, entityId)).some((row) => row.name === strategy.name)) return false;
  await addVersion(tx, entityId, strategy.definition, made);
  await makeCurrent(tx, entityId, strategy.name, strategy.version, made);
  return true;
}
