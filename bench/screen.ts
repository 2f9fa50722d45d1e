/**
 * The delivered strategy over a county of Guanyun size: screening as SQL, deciding as closures, and both held against each other on everybody.
 * Beside them, in the same run: DuckDB's bare scan of the columns that are read, and gorules' engine on the same rule tables.
 */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findIndicators, openStrategy, screen, screenedInputs, templateFolder, tracerOf, withScene } from '#modules/strategy/index.ts';
import type { IndicatorFile, Inputs, Strategy } from '#modules/strategy/index.ts';
import { nameLiteral, openLake, openWarehouse, textLiteral } from '#platform/warehouse/index.ts';
import type { WarehouseSession } from '#platform/warehouse/index.ts';
import { median, secondsOf, type Figure } from './figure.ts';
import { benchFolder, guanyunCounty, runQianmo } from './guanyun.ts';
import { evaluateTables, translateTables } from './peers/zen-tables.ts';

const sampleSize = 20_000;
const checkedWithZen = 500;

export async function run(): Promise<Figure[]> {
  const strategy = await openStrategy(templateFolder, 'retail');
  const indicators = await guanyunIndicators();
  const out = join(benchFolder(), 'screened.parquet');
  mkdirSync(benchFolder(), { recursive: true });
  const warehouse = await openWarehouse({ threads: 2 });
  try {
    return await warehouse.session(async (session) => [
      ...(await timeScreening(session, strategy, indicators, out)),
      ...(await compareEverybody(session, strategy, indicators, out)),
      ...(await timeDeciding(session, strategy, indicators)),
    ]);
  } finally {
    warehouse.close();
    rmSync(out, { force: true });
  }
}

/** The indicator file of the county in the benchmark's own lake, made by the command line if it is not there. */
async function guanyunIndicators(): Promise<IndicatorFile> {
  const lake = openLake(join(benchFolder(), 'bank'));
  const entityId = '320723';
  if (!existsSync(join(lake.folder(entityId), 'indicators'))) {
    await runQianmo(['load', await guanyunCounty()]);
    await runQianmo(['indicators', '--as-of', '2026-11-20']);
  }
  return findIndicators(lake, { entityId });
}

async function timeScreening(session: WarehouseSession, strategy: Strategy, { path, asOf }: IndicatorFile, out: string): Promise<Figure[]> {
  const columns = ['person_id', ...screenedInputs(strategy)].map((name) => `count(${nameLiteral(name)})`);
  const scan = `select ${columns.join(', ')} from read_parquet(${textLiteral(path)})`;
  const seconds = median(await secondsOf(3, async () => void (await screen(session, { strategy, indicators: path, asOf, out }))));
  const floor = median(await secondsOf(3, () => session.run(scan)));
  return [
    {
      name: 'screen.seconds',
      value: seconds,
      unit: 's',
      peer: 'DuckDB scan of the same columns',
      peer_value: floor,
      limit: '6 s on 2 cores',
      limit_value: 6,
    },
  ];
}

/** Every person again through closures; answers how many differ in any field. */
async function compareEverybody(
  session: WarehouseSession,
  strategy: Strategy,
  { path, asOf }: IndicatorFile,
  out: string,
): Promise<Figure[]> {
  const { answers } = strategy.definition.description;
  const evaluator = strategy.compiled.rowEvaluator(Object.values(answers));
  const names = evaluator.columns.map((column) => column.name);
  const present = new Set(screenedInputs(strategy));
  const inputs = names.map((name) => (present.has(name) ? `i.${nameLiteral(name)}` : 'null'));
  const fields = ['segment', 'outcome', 'limit_fen', 'rate_ppm', 'score', 'reasons'].map((name) => `s.${name}`);
  const query = `select i.person_id = s.person_id, ${fields.join(', ')}, ${inputs.join(', ')}
    from read_parquet(${textLiteral(path)}) as i positional join read_parquet(${textLiteral(out)}) as s`;
  const scene: Record<string, string> = { AS_OF: asOf, STAGE: 'screen' };
  const result = await session.connection.stream(query);
  let people = 0;
  let differing = 0;
  for await (const rows of result.yieldRowsJs()) {
    for (const row of rows) {
      const values = names.map((name, index) => scene[name] ?? plain(row[index + 7]));
      const decided = evaluator.evaluate(values);
      const screened = row.slice(1, 7).map(plain);
      people += 1;
      if (row[0] !== true || JSON.stringify(decided) !== JSON.stringify(screened)) differing += 1;
    }
  }
  return [
    { name: 'screen.people', value: people, unit: 'persons' },
    { name: 'screen.differing', value: differing, unit: 'persons', limit: 'SQL and closures differ for nobody', limit_value: 0 },
  ];
}

function plain(value: unknown): never {
  if (typeof value === 'bigint') return Number(value) as never;
  if (value instanceof Date) return value.toISOString().slice(0, 10) as never;
  return (value ?? null) as never;
}

async function timeDeciding(session: WarehouseSession, strategy: Strategy, { path, asOf }: IndicatorFile): Promise<Figure[]> {
  const columns = screenedInputs(strategy).map(nameLiteral).join(', ');
  const rows = await session.rows<Inputs>(
    `select ${columns} from read_parquet(${textLiteral(path)}) using sample reservoir(${sampleSize} rows) repeatable (7)`,
  );
  const people = rows.map((row) => withScene(row, asOf, 'screen'));
  const deciding = median(await secondsOf(7, () => people.forEach((person) => strategy.answer(person))));
  const zen = translateTables(strategy);
  try {
    const own = strategy.compiled.evaluator(zen.tables);
    const traced = people.slice(0, checkedWithZen).map((person) => ({ ...person, ...tracerOf(strategy)(person).values }) as Inputs);
    const differing = await differingTables(strategy, zen, traced);
    const tables = median(await secondsOf(7, () => people.forEach((person) => own(person))));
    const theirs = median(
      await secondsOf(3, async () => {
        for (const person of traced) await evaluateTables(zen, person);
      }),
    );
    const rate = (count: number, seconds: number): number => Math.round(count / seconds);
    return [
      { name: 'decide.rate', value: rate(people.length, deciding), unit: 'decisions/s', limit: '50,000 on one core', limit_value: 50_000 },
      {
        name: 'decide.tables',
        value: rate(people.length, tables),
        unit: 'evaluations/s',
        peer: `gorules zen on the same ${zen.tables.length} tables`,
        peer_value: rate(traced.length, theirs),
      },
      {
        name: 'decide.tables.differing',
        value: differing,
        unit: 'persons',
        peer: `of ${traced.length} against gorules zen`,
        limit_value: 0,
      },
    ];
  } finally {
    zen.close();
  }
}

/** People for whom the two engines give different rows; score cards are summed here and listed there. */
async function differingTables(strategy: Strategy, zen: ReturnType<typeof translateTables>, people: readonly Inputs[]): Promise<number> {
  const own = strategy.compiled.evaluator(zen.tables);
  let differing = 0;
  for (const person of people) {
    const theirs = await evaluateTables(zen, person);
    const ours = own(person);
    const same = zen.tables.every((name, index) => {
      const value = ours[name];
      const rows = theirs[index] ?? [];
      return Array.isArray(value)
        ? JSON.stringify(value) === JSON.stringify(rows)
        : value === rows.reduce<number>((sum, row) => sum + Number(row), 0);
    });
    if (!same) differing += 1;
  }
  return differing;
}
