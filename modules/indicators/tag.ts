/** Tags: FEEL conditions over indicators, compiled once to closures for one person and to SQL for all. */
import { readFile } from 'node:fs/promises';
import { LineCounter, parseDocument } from 'yaml';
import type { Node } from 'yaml';
import { z } from 'zod';
import { compileDmn, DmnError, parseDmn } from '#core/dmn/index.ts';
import type { CompiledModel, FeelType, FeelValue } from '#core/dmn/index.ts';
import { boolean, date, number, string } from '#core/feel/index.ts';
import { tagCode, wording } from './contract.ts';
import { CatalogueError } from './indicator.ts';
import type { Catalogue, CatalogueFinding, Indicator } from './indicator.ts';

const tagsText = z.strictObject({
  tags: z.array(z.strictObject({ tag: tagCode, name: wording, meaning: wording, rule: z.string().min(1).max(1000) })).min(1),
});
export type Tag = z.infer<typeof tagsText>['tags'][number];

export interface Tags {
  list: readonly Tag[];
  /** Codes each tag reads. */
  reads: ReadonlyMap<string, readonly string[]>;
  /** The tags of one person's values; UNKNOWN carries none. */
  of(values: Readonly<Record<string, FeelValue | bigint>>): string[];
  /** DuckDB: the columns of `from` named in `keep`, and one nullable BOOLEAN a tag. */
  sql(from: string, keep: readonly string[]): string;
}

const feelTypes: Record<Indicator['type'], FeelType> = {
  money: number,
  integer: number,
  decimal: number,
  ratio: number,
  flag: boolean,
  code: string,
  date,
};

/** Reads `<bank>/tags.yaml`. Throws CatalogueError with file, line and reason. */
export async function readTags(file: string, catalogue: Catalogue): Promise<Tags> {
  return parseTags(await readFile(file, 'utf8'), file.slice(file.lastIndexOf('/') + 1), catalogue);
}

export function parseTags(text: string, file: string, catalogue: Catalogue): Tags {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const refused = (place: string, path: readonly PropertyKey[], zh: string, en: string): CatalogueFinding => {
    const node = document.getIn(path, true) as Node | undefined;
    return { file, line: Math.max(1, lines.linePos(node?.range?.[0] ?? 0).line), place, zh, en };
  };
  const [syntax] = document.errors;
  if (syntax)
    throw new CatalogueError([{ file, line: lines.linePos(syntax.pos[0]).line, place: 'YAML', zh: '语法有误', en: syntax.message }]);
  const parsed = tagsText.safeParse(document.toJS());
  if (!parsed.success) {
    throw new CatalogueError(
      parsed.error.issues.map((issue) => refused(issue.path.map(String).join('.'), issue.path, '不符合标签格式', issue.message)),
    );
  }
  const { tags } = parsed.data;
  const findings = tags.flatMap((tag, index) => {
    const path = ['tags', index, 'rule'];
    if (tags.findIndex((other) => other.tag === tag.tag) < index) return [refused(tag.tag, ['tags', index], '标签重复', 'defined twice')];
    try {
      modelOf([tag], catalogue);
      return [];
    } catch (error) {
      if (!(error instanceof DmnError)) throw error;
      return [refused(`${tag.tag} rule`, path, error.zh, error.en)];
    }
  });
  if (findings.length > 0) throw new CatalogueError(findings);
  return compiled(tags, modelOf(tags, catalogue));
}

function compiled(tags: readonly Tag[], model: CompiledModel): Tags {
  const names = tags.map((tag) => tag.tag);
  const evaluate = model.evaluator(names);
  return {
    list: tags,
    reads: new Map(names.map((name) => [name, model.decision(name).inputs.map((input) => input.name)])),
    of(values) {
      const found = evaluate(values);
      return names.filter((name) => found[name] === true);
    },
    sql: (from, keep) => model.toSql({ decisions: names, from, keep }),
  };
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Each tag as a decision with one literal expression, so that tags and strategies share one compiler. */
function modelOf(tags: readonly Tag[], catalogue: Catalogue): CompiledModel {
  const codes = [...new Set(tags.flatMap((tag) => tag.rule.match(/[A-Z][A-Z0-9_]+/g) ?? []))].filter((code) => catalogue.byCode.has(code));
  const inputs = codes.map(
    (code) => `<inputData id="in_${code}" name="${code}"><variable name="${code}" typeRef="${typeName(catalogue, code)}"/></inputData>`,
  );
  const decisions = tags.map((tag) => {
    const used = codes.filter((code) => new RegExp(`\\b${code}\\b`).test(tag.rule));
    const needs = used.map(
      (code, index) => `<informationRequirement id="need_${tag.tag}_${index}"><requiredInput href="#in_${code}"/></informationRequirement>`,
    );
    return `<decision id="tag_${tag.tag}" name="${tag.tag}"><variable name="${tag.tag}" typeRef="boolean"/>${needs.join('')}<literalExpression><text>${escaped(tag.rule)}</text></literalExpression></decision>`;
  });
  const xml = `<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="tags" name="tags" namespace="https://qianmo/tags">${inputs.join('')}${decisions.join('')}</definitions>`;
  const model = compileDmn(parseDmn(xml, { file: 'tags' }));
  for (const tag of tags) {
    const error = model.refused.get(tag.tag);
    if (error) throw error;
  }
  return model;
}

function typeName(catalogue: Catalogue, code: string): string {
  const indicator = catalogue.byCode.get(code);
  return indicator ? feelTypes[indicator.type].kind : 'string';
}
