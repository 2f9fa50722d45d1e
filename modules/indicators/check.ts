/** The catalogue at the door: everything that would fail or mislead while computing is refused here, with file, line and reason. */
import type { CatalogueFinding, Grain, Indicator } from './indicator.ts';
import { findingOf } from './indicator.ts';
import { CircleError, Gathering, codeScope, levelsOf, populationScope } from './derive.ts';
import { ExpressionError } from './expression.ts';
import { ScanBuilder } from './scan.ts';
import type { Source, Subject } from './source.ts';
import { translate, typeText } from './translate.ts';
import type { Typed, ValueType } from './translate.ts';

/** Any day will do: what can be read does not depend on it. */
const someDay = '2026-01-31';

export function checkIndicators(indicators: readonly Indicator[], sources: ReadonlyMap<string, Source>): CatalogueFinding[] {
  const byCode = new Map(indicators.map((indicator) => [indicator.definition.code, indicator]));
  const findings = indicators.flatMap((indicator) => [
    ...faultsOf(indicator, sources).map(([part, zh, en]) => placed(indicator, part, zh, en)),
    ...expressionFaults(indicator, byCode, sources),
  ]);
  return [...findings, ...circleFaults(byCode)];
}

const placed = (indicator: Indicator, part: string, zh: string, en: string): CatalogueFinding => ({
  file: indicator.file,
  line: indicator.lineOf(part),
  place: `${indicator.definition.code} ${part}`,
  zh,
  en,
});

type Fault = [part: string, zh: string, en: string];

/** Columns of the table of persons; SQL does not tell upper from lower case. */
const reserved = ['pid', 'person_id', 'household_id', 'hid', 'hkey', 'grid_code', 'village'];

function faultsOf(indicator: Indicator, sources: ReadonlyMap<string, Source>): Fault[] {
  const { definition, type, over } = indicator;
  const faults: Fault[] = [];
  if (reserved.includes(definition.code.toLowerCase()))
    faults.push(['code', `${definition.code} 是保留名`, `${definition.code} is a reserved name`]);
  if ((type === 'money') !== (definition.unit === 'fen')) {
    faults.push(['unit', '金额的单位是 fen，其他类型不是', 'the unit of money is fen, and of nothing else']);
  }
  if (definition.values && type !== 'code') faults.push(['values', '只有代码型有 values', 'only codes have values']);
  faults.push(...absentFaults(indicator), ...sourceFaults(indicator, sources));
  if (over) {
    const length = `${over.count}${over.kind === 'days' ? 'd' : 'm'}`;
    if (definition.window !== length && definition.window !== 'cur') {
      faults.push(['window', `window 应为 ${length} 或 cur，与 over 一致`, `window must be ${length} or cur, as over says`]);
    }
  }
  return faults;
}

function absentFaults({ definition, type }: Indicator): Fault[] {
  const { absent } = definition;
  if (absent === null) return [];
  const fits: Record<string, boolean> = {
    money: typeof absent === 'number' && Number.isSafeInteger(absent),
    integer: typeof absent === 'number' && Number.isSafeInteger(absent),
    decimal: typeof absent === 'number',
    ratio: typeof absent === 'number',
    flag: typeof absent === 'boolean',
    code: typeof absent === 'string' && (definition.values === null || definition.values.some((entry) => entry.value === absent)),
    date: false,
  };
  if (fits[type]) return [];
  return [['absent', `${String(absent)} 不是此指标可有的值`, `${String(absent)} is not a value this indicator can have`]];
}

function sourceFaults({ definition, grain, over }: Indicator, sources: ReadonlyMap<string, Source>): Fault[] {
  const { source } = definition;
  if (source === 'none') {
    const empty = definition.expression === '' && definition.where === null && over === null && definition.absent === null;
    return empty ? [] : [['source', 'source: none 不能有取值', 'source: none can have no value']];
  }
  if (source === 'indicators' || source === 'population') {
    const grains = source === 'population' ? ['person'] : ['person', 'household', 'village', 'village_trade'];
    const faults: Fault[] = [];
    if (!grains.includes(grain.kind))
      faults.push(['grain', `${source} 的粒度只有 ${grains.join('、')}`, `grains of ${source} are ${grains.join(', ')}`]);
    if (definition.where !== null || over || definition.absent !== null) {
      faults.push(['source', `${source} 不用 where、over、absent`, `${source} takes no where, over or absent`]);
    }
    return faults;
  }
  const contract = sources.get(source);
  if (!contract) return [['source', `没有数据源 ${source}`, `there is no source ${source}`]];
  if (!grainsOf(contract.subject).includes(grain.kind)) {
    return [
      [
        'grain',
        `${source} 的行属于 ${contract.subject}，不能用粒度 ${grain.kind}`,
        `rows of ${source} have the subject ${contract.subject}; grain ${grain.kind} does not fit`,
      ],
    ];
  }
  if (over?.kind === 'month_ends' && contract.period !== 'month') {
    return [['over', `${source} 不是按月送达，不能用 month ends`, `${source} does not come by month; month ends do not fit`]];
  }
  return [];
}

/** Rows of a household are all its members', those of a village or of an outlet everybody's who lives in the village. */
function grainsOf(subject: Subject): readonly Grain['kind'][] {
  if (subject === 'household') return ['household'];
  if (subject === 'village' || subject === 'outlet') return ['village'];
  return ['person', 'person_month', 'each', 'one', 'latest'];
}

function expressionFaults(
  indicator: Indicator,
  byCode: ReadonlyMap<string, Indicator>,
  sources: ReadonlyMap<string, Source>,
): CatalogueFinding[] {
  const { definition } = indicator;
  if (definition.source === 'none') return [];
  if (definition.expression === '') return [placed(indicator, 'expression', '缺少 expression', 'expression is missing')];
  if (!indicator.expression || (definition.where !== null && !indicator.where)) return []; // Its text could not be parsed; that is a finding already.
  try {
    const value = valueOf(indicator, byCode, sources);
    return value ? typeFaults(indicator, value) : [];
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return [findingOf(error, indicator.file, indicator.lineOf('expression'), `${definition.code} expression`)];
  }
}

function valueOf(indicator: Indicator, byCode: ReadonlyMap<string, Indicator>, sources: ReadonlyMap<string, Source>): Typed | null {
  const { definition, expression, grain } = indicator;
  if (!expression) return null;
  if (definition.source === 'population') return translate(expression, populationScope(someDay));
  if (definition.source === 'indicators') {
    return grain.kind === 'person' ? translate(expression, codeScope(someDay, byCode)) : new Gathering('g', someDay, byCode).add(indicator);
  }
  const source = sources.get(definition.source);
  if (!source) return null;
  const window = () => ({ after: someDay, until: someDay, days: 1 });
  return new ScanBuilder({ asOf: someDay, sources, window }, source).add(indicator)?.value ?? null;
}

function typeFaults(indicator: Indicator, value: Typed): CatalogueFinding[] {
  const { definition, type } = indicator;
  const accepted: Record<typeof type, readonly ValueType[]> = {
    money: ['money', 'integer'],
    integer: ['integer'],
    decimal: ['decimal', 'integer'],
    ratio: ['decimal', 'integer'],
    flag: ['flag'],
    code: ['code'],
    date: ['date'],
  };
  if (!accepted[type].includes(value.type)) {
    return [
      placed(
        indicator,
        'expression',
        `得到${typeText[value.type].zh}，与 type: ${type} 不符`,
        `yields ${typeText[value.type].en}, which is not type: ${type}`,
      ),
    ];
  }
  const named = definition.values?.map((entry) => entry.value);
  const missing = named ? (value.values ?? []).filter((entry) => !named.includes(entry)) : [];
  if (missing.length === 0) return [];
  return [placed(indicator, 'values', `没有列出 ${missing.join('、')}`, `${missing.join(', ')} can occur and is not listed`)];
}

function circleFaults(byCode: ReadonlyMap<string, Indicator>): CatalogueFinding[] {
  try {
    levelsOf(byCode);
    return [];
  } catch (error) {
    if (!(error instanceof CircleError)) throw error;
    const [code] = error.circle;
    const indicator = byCode.get(code ?? '');
    return indicator ? [placed(indicator, 'expression', `循环引用：${error.message}`, `depends on itself: ${error.message}`)] : [];
  }
}
