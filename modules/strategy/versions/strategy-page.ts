import { refuse } from '#platform/http/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import { checkStrategy } from '../definition/check.ts';
import { refusals } from '../contract.ts';
import type { StrategyList, StrategyPage, Text } from '../contract.ts';
import { reasonOf } from '../definition/reasons.ts';
import type { Strategy } from '../definition/strategy.ts';
import { listVersions } from './versions.ts';
import type { CompiledVersions, VersionRow } from './versions.ts';
import { labelOf, unitOf } from '../definition/words.ts';

export async function listStrategies(tx: Tx, entityId: string): Promise<StrategyList> {
  const screened = await screenedDays(tx);
  const titles = await tx.query<{ name: string; version: string; title: string }>(
    "select name, version, files ->> 'strategy.yaml' as title from strategy.version where entity_id = $1 and state = 'current'",
    [entityId],
  );
  const byName = Map.groupBy(await listVersions(tx, entityId), (row) => row.name);
  const items = [...byName].map(([name, rows]) => {
    const source = titles.find((row) => row.name === name);
    return {
      name,
      title: titleIn(source?.title) ?? { zh: name, en: name },
      current_version: source?.version ?? null,
      versions: rows.length,
      screened_as_of: screened.get(name) ?? null,
    };
  });
  return { items, total: items.length, total_is_estimate: false };
}

async function screenedDays(tx: Tx): Promise<Map<string, string>> {
  const rows = await tx.query<{ strategy: string; as_of: string }>('select strategy, as_of from strategy.screening');
  return new Map(rows.map((row) => [row.strategy, row.as_of]));
}

/** @throws Problem strategy_unknown, strategy_version_unknown */
export async function readStrategyPage(
  tx: Tx,
  entityId: string,
  name: string,
  wanted: string | undefined,
  versions: CompiledVersions,
): Promise<StrategyPage> {
  const rows = (await listVersions(tx, entityId)).filter((row) => row.name === name);
  const current = rows.find((row) => row.state === 'current');
  const version = wanted ?? current?.version ?? rows[0]?.version;
  if (version === undefined) throw refuse(refusals, 'strategy_unknown', { zh: name, en: name });
  const strategy = await versions.get(tx, entityId, name, version);
  const { description, files } = strategy.definition;
  const compiled = await Promise.all(rows.map(async (row) => ({ row, strategy: await versions.get(tx, entityId, name, row.version) })));
  return {
    name,
    title: description.title,
    current_version: current?.version ?? null,
    versions: rows.length,
    screened_as_of: (await screenedDays(tx)).get(name) ?? null,
    version,
    effective_from: description.effective_from,
    versions_list: compiled.map(({ row, strategy: each }) => versionOf(row, each)),
    dmn_file: description.model,
    dmn: files.dmn,
    reasons: reasonsOf(strategy),
    inputs: strategy.inputs.map((input) => ({
      name: input.name,
      label: labelOf(strategy, input.name),
      unit: unitOf(strategy, input.name),
      type: input.type.kind,
    })),
    findings: checkStrategy(strategy),
  };
}

function versionOf(row: VersionRow, { rules, definition }: Strategy): StrategyPage['versions_list'][number] {
  const { version, effective_from, state, published_at, published_by } = row;
  const { limit, price } = definition.description;
  return {
    version,
    effective_from,
    state,
    published_at,
    published_by,
    rules: rules.length,
    limit_models: Object.keys(limit.models).length,
    price_models: Object.keys(price.models).length,
  };
}

function reasonsOf({ wording, effectOf, rules }: Strategy): StrategyPage['reasons'] {
  const ruleOf = new Map(rules.map((rule) => [rule.id, rule]));
  return [...wording.values()].flatMap((entry) => {
    const effect = effectOf.get(entry.code);
    if (!effect) return [];
    const rule = ruleOf.get(entry.rule);
    return [
      {
        ...reasonOf(entry, effect),
        family: entry.family,
        rule: rule?.name ?? null,
        stage: rule?.isForApplication ? ('apply' as const) : ('screen' as const),
      },
    ];
  });
}

/** The title line of a strategy.yaml, without compiling the strategy. */
function titleIn(source: string | undefined): Text | null {
  const found = /^title: \{ zh: (.+?), en: (.+?) \}$/m.exec(source ?? '');
  return found?.[1] && found[2] ? { zh: found[1], en: found[2] } : null;
}
