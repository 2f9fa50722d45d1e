/** The indicator catalogue: YAML files, checked against the source contracts before anything is computed. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import type { Document, Node } from 'yaml';
import { z } from 'zod';
import { checkIndicators } from './check.ts';
import { indicatorType, sensitivity } from './contract.ts';
import type { IndicatorDefinition } from './contract.ts';
import type { Expression } from './expression.ts';
import { ExpressionError, parseExpression } from './expression.ts';
import { CatalogueError, findingOf } from './indicator.ts';
import type { Catalogue, CatalogueFinding, Grain, Indicator, Over } from './indicator.ts';
import { readSources } from './source.ts';
import type { Source } from './source.ts';

const words = z.strictObject({ zh: z.string().min(1), en: z.string().min(1) });
const grainText = /^(person|person_month|one|household|village|village_trade|(?:latest|each) [a-z][a-z0-9_]*)$/;
const overText =
  /^(?:(?<upTo>up to )?(?<ends>\d{1,3}) month ends(?: of (?<endColumn>[a-z][a-z0-9_]*))?|(?<length>\d{1,3}) (?<unit>months|days) of (?<column>[a-z][a-z0-9_]*))$/;

const indicatorText = z.strictObject({
  code: z.string().regex(/^[A-Z][A-Z0-9_]{1,31}$/, '大写字母、数字和下划线 / upper-case letters, digits and underscores'),
  name: words,
  type: indicatorType,
  unit: z.string().min(1).max(16),
  window: z
    .string()
    .regex(/^(cur|all|batch|20\d\d|\d{1,3}[md])$/, 'cur、all、batch、2017、6m、90d 之一 / one of cur, all, batch, 2017, 6m, 90d'),
  source: z.string(),
  grain: z.string().regex(grainText, '不认识的粒度 / not a known grain').default('person'),
  expression: z.string().min(1).optional(),
  where: z.string().min(1).optional(),
  over: z
    .string()
    .regex(overText, '应如 6 month ends、up to 6 month ends、12 months of visit_date、30 days of contact_date / such as those')
    .optional(),
  absent: z.union([z.string(), z.number(), z.boolean()]).optional(),
  null_meaning: words,
  owner: words.optional(),
  sensitivity: sensitivity.optional(),
  values: z
    .array(z.strictObject({ value: z.string(), name: words }))
    .min(1)
    .optional(),
});
const catalogueText = z.strictObject({
  class: z.string().regex(/^[a-z][a-z0-9_]{0,31}$/),
  name: words,
  owner: words,
  sensitivity,
  /** Wordings that several indicators of the file share, as YAML anchors. */
  wordings: z.array(words).optional(),
  indicators: z.array(indicatorText).min(1),
});

/** Reads `<bank>/indicators/*.yaml` beside `<bank>/sources/*.yaml`. Throws CatalogueError with every fault found. */
export async function readCatalogue(bankFolder: string): Promise<Catalogue> {
  const sources = await readSources(join(bankFolder, 'sources'));
  const folder = join(bankFolder, 'indicators');
  const names = (await readdir(folder)).filter((file) => file.endsWith('.yaml')).toSorted();
  const texts = await Promise.all(names.map(async (name) => ({ name, text: await readFile(join(folder, name), 'utf8') })));
  return parseCatalogue(texts, sources);
}

export function parseCatalogue(files: readonly { name: string; text: string }[], sources: ReadonlyMap<string, Source>): Catalogue {
  const findings: CatalogueFinding[] = [];
  const indicators = files.flatMap((file) => parseFile(file, findings));
  const byCode = new Map<string, Indicator>();
  for (const indicator of indicators) {
    const { code } = indicator.definition;
    const earlier = byCode.get(code);
    if (earlier) {
      findings.push({
        file: indicator.file,
        line: indicator.lineOf('code'),
        place: code,
        zh: `代码重复，已在 ${earlier.file}:${earlier.lineOf('code')} 定义`,
        en: `already defined at ${earlier.file}:${earlier.lineOf('code')}`,
      });
    } else byCode.set(code, indicator);
  }
  findings.push(...checkIndicators([...byCode.values()], sources));
  if (findings.length > 0) throw new CatalogueError(findings);
  const hash = createHash('sha256')
    .update(JSON.stringify([...byCode.values()].map((indicator) => indicator.definition)))
    .digest('hex')
    .slice(0, 16);
  return { indicators: [...byCode.values()], byCode, sources, hash };
}

function parseFile(file: { name: string; text: string }, findings: CatalogueFinding[]): Indicator[] {
  const lines = new LineCounter();
  const document = parseDocument(file.text, { lineCounter: lines, uniqueKeys: true });
  for (const error of document.errors) {
    const line = lines.linePos(error.pos[0]).line;
    findings.push({ file: file.name, line, place: 'YAML', zh: '语法有误', en: error.message.split('\n', 1)[0] ?? error.code });
  }
  if (document.errors.length > 0) return [];
  const lineAt = (path: readonly PropertyKey[]): number => Math.max(1, lines.linePos(offsetOf(document, path)).line);
  const parsed = catalogueText.safeParse(document.toJS());
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : issue.path;
      const [zh, en] = issue.message.includes(' / ') ? issue.message.split(' / ', 2) : ['不符合目录格式', issue.message];
      findings.push({ file: file.name, line: lineAt(path), place: path.map(String).join('.'), zh: zh ?? '', en: en ?? '' });
    }
    return [];
  }
  return parsed.data.indicators.map((text, index) => {
    const lineOf = (part: string): number => lineAt(['indicators', index, part]);
    const expression = (part: 'expression' | 'where'): Expression | null => {
      const source = text[part];
      if (source === undefined) return null;
      try {
        return parseExpression(source);
      } catch (error) {
        if (!(error instanceof ExpressionError)) throw error;
        findings.push(findingOf(error, file.name, lineOf(part), `${text.code} ${part}`));
        return null;
      }
    };
    return {
      definition: definitionOf(text, parsed.data),
      type: text.type,
      grain: grainOf(text.grain),
      expression: expression('expression'),
      where: expression('where'),
      over: text.over === undefined ? null : overOf(text.over),
      file: file.name,
      lineOf,
    };
  });
}

type IndicatorText = z.output<typeof indicatorText>;

function definitionOf(text: IndicatorText, file: z.output<typeof catalogueText>): IndicatorDefinition {
  return {
    code: text.code,
    name: text.name,
    class: file.class,
    class_name: file.name,
    type: text.type,
    unit: text.unit,
    window: text.window,
    source: text.source,
    grain: text.grain,
    expression: text.expression ?? '',
    where: text.where ?? null,
    over: text.over ?? null,
    absent: text.absent ?? null,
    null_meaning: text.null_meaning,
    owner: text.owner ?? file.owner,
    sensitivity: text.sensitivity ?? file.sensitivity,
    values: text.values ?? null,
  };
}

function grainOf(text: string): Grain {
  const [kind, column] = text.split(' ', 2);
  return column === undefined ? ({ kind } as Grain) : ({ kind, column } as Grain);
}

function overOf(text: string): Over {
  const groups = overText.exec(text)?.groups ?? {};
  if (groups['ends'] !== undefined) {
    return { kind: 'month_ends', count: Number(groups['ends']), upTo: groups['upTo'] !== undefined, column: groups['endColumn'] ?? null };
  }
  return { kind: groups['unit'] === 'days' ? 'days' : 'months', count: Number(groups['length']), column: groups['column'] ?? '' };
}

/** The deepest node of the path that exists: a missing key is shown at the map it is missing from. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true) as Node | undefined;
    const offset = node?.range?.[0];
    if (offset !== undefined) return offset;
  }
  return 0;
}
