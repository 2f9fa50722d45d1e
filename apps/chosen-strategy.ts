import { openStoredStrategy, openStrategy, templateFolder } from '#modules/strategy/index.ts';
import type { Strategy } from '#modules/strategy/index.ts';
import { dataFolder } from '#platform/files/index.ts';
import { connectDatabase, hasDatabase } from '#platform/postgres/index.ts';

/** How a command says which strategy it runs: `--version template` is the delivered one whatever is installed. */
const delivered = 'template';
export const versionUsage = `--version  a stored version (1.0.0 or 1.0.0+hash), or ${delivered} for the delivered one; by default the version in force at the
           legal entity, and the delivered one where nothing is installed`;

export interface StrategyChoice {
  name: string;
  entityId?: string | undefined;
  version?: string | undefined;
}

export interface ChosenStrategy {
  strategy: Strategy;
  /** Name, version and where it comes from, for people. */
  told: string;
}

/**
 * The strategy of the installation named by QIANMO_DATA and DATABASE_URL. Reads it only: no database is made, none is brought up to date.
 * @throws Problem strategy_unknown, strategy_version_unknown, entity_ambiguous
 */
export async function openChosenStrategy(choice: StrategyChoice, environment: NodeJS.ProcessEnv = process.env): Promise<ChosenStrategy> {
  const place = { dataFolder: dataFolder(environment), databaseUrl: environment['DATABASE_URL'] };
  if (choice.version === delivered) return openDelivered(choice.name);
  if (hasDatabase(place)) return (await openInstalled(place, choice)) ?? openDelivered(choice.name);
  if (choice.version === undefined) return openDelivered(choice.name);
  throw new Error(
    `--version ${choice.version}: ${place.dataFolder} 中没有安装，可用 --version ${delivered} / nothing is installed there; use --version ${delivered}`,
  );
}

async function openInstalled(
  place: { dataFolder: string; databaseUrl: string | undefined },
  choice: StrategyChoice,
): Promise<ChosenStrategy | null> {
  const connection = await connectDatabase({ ...place, max: 1 });
  try {
    const stored = await openStoredStrategy(connection.db, choice);
    if (stored === null) return null;
    const { strategy, entityId, state } = stored;
    const { zh, en } = states[state];
    return { strategy, told: `${strategy.name} ${strategy.version}，法人 ${entityId} ${zh} / ${en} at ${entityId}` };
  } finally {
    await connection.close();
  }
}

async function openDelivered(name: string): Promise<ChosenStrategy> {
  const strategy = await openStrategy(templateFolder, name);
  return { strategy, told: `${name} ${strategy.version}，随附模板 / as delivered` };
}

const states = {
  current: { zh: '生效版本', en: 'in force' },
  proposed: { zh: '待批准版本', en: 'proposed' },
  retired: { zh: '已停用版本', en: 'retired' },
};
