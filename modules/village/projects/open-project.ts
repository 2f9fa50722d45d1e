import { refuse } from '#platform/http/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import type { VillageConfiguration } from '../configuration.ts';
import { projectRefusals } from './contract.ts';
import { keptConfiguration } from './kept-configuration.ts';

export interface ProjectRow {
  project_id: bigint;
  entity_id: string;
  name: string;
  batch_no: string;
  product: string;
  /** Hash of the configuration it was set up with. */
  configuration: string;
  starts_on: string;
  ends_on: string;
  rounds: number;
  reviewers: number;
  weighs_reviewers: boolean;
  /** Per mille of households, by stage. */
  targets: Record<'filed' | 'granted' | 'used', number>;
  take_rule: string;
  state: 'draft' | 'open' | 'closed';
  made_by: string;
  made_at: string;
  opened_at: string | null;
  closed_at: string | null;
}

export interface Project extends ProjectRow {
  /** What it was set up with, its own rounds, reviewers, targets and take rule in place of the bank's. */
  readonly rules: VillageConfiguration;
}

/** A project in any state. @throws Problem project_unknown */
export async function readProject(tx: Tx, entityId: string, projectId: bigint): Promise<Project> {
  const [row] = await tx.prepared<ProjectRow>('select * from village.project where entity_id = $1 and project_id = $2', [
    entityId,
    projectId,
  ]);
  if (!row) throw refuse(projectRefusals, 'project_unknown');
  return { ...row, rules: withOwnTerms(await keptConfiguration(tx, entityId, row.configuration), row) };
}

function withOwnTerms(
  rules: VillageConfiguration,
  { rounds, reviewers, weighs_reviewers, targets, take_rule }: ProjectRow,
): VillageConfiguration {
  const { settings } = rules;
  const own = {
    rounds,
    weighs_reviewers,
    targets,
    panel: { ...settings.panel, reviewers },
    limits: { ...settings.limits, rule: take_rule },
  };
  return { ...rules, settings: { ...settings, ...own } };
}

/** A project that work is done in, with the configuration it was opened with. @throws Problem project_unknown, project_not_open */
export async function openProject(tx: Tx, entityId: string, projectId: bigint): Promise<Project> {
  const project = await readProject(tx, entityId, projectId);
  if (project.state !== 'open') throw refuse(projectRefusals, 'project_not_open');
  return project;
}
