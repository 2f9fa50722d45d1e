/** `dmn run`, `dmn check`, `dmn tck`: decision models from the command line. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { checkDmn, compileDmn, parseDmn, type DmnModel } from '#core/dmn/index.ts';
import { readTestFile, runTestFile, type CaseResult } from '#core/dmn/tck.ts';
import { parseXml } from '#core/dmn/xml.ts';

export const summary = '运行、检查决策模型 / run and check decision models';

export const usage = `qianmo dmn run MODEL.dmn --input FILE.json [--decision NAME] [--explain]
qianmo dmn check MODEL.dmn
qianmo dmn tck DIR`;

export async function run(args: string[]): Promise<number> {
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      input: { type: 'string' },
      decision: { type: 'string' },
      explain: { type: 'boolean' },
      json: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  const [verb, path] = positionals;
  if (values.help || verb === undefined || path === undefined) return print(usage, values.help ? 0 : 2);
  if (!existsSync(path)) return complain(`找不到 ${path} / there is no ${path}`);
  try {
    switch (verb) {
      case 'run':
        return runModel(path, values.input, values.decision, values.explain ?? false);
      case 'check':
        return checkModel(path);
      case 'tck':
        return runKit(path);
      default:
        return complain(`没有“dmn ${verb}” / there is no "dmn ${verb}"\n${usage}`);
    }
  } catch (error) {
    return complain(error instanceof Error ? error.message : String(error));
  }
}

function runModel(path: string, inputPath: string | undefined, decision: string | undefined, explain: boolean): number {
  if (inputPath === undefined) return complain('请用 --input 给出输入 / name the input with --input');
  const model = loadModel(path);
  const input: unknown = JSON.parse(readFileSync(inputPath, 'utf8'));
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    return complain(`${inputPath} 应为一个 JSON 对象 / must hold one JSON object`);
  const compiled = compileDmn(model);
  const names = decision === undefined ? model.decisions.map((each) => each.name) : [decision];
  if (explain && decision !== undefined) return print(compiled.explain(decision, input as never));
  return print(Object.fromEntries(names.map((name) => [name, compiled.interpret(name, input as never)])));
}

function checkModel(path: string): number {
  const findings = checkDmn(loadModel(path));
  print({ findings });
  return findings.some((finding) => finding.severity === 'error') ? 1 : 0;
}

/** Models beside a model, so that its imports can be found; read on demand, each once. */
function loadModel(path: string): DmnModel {
  const folder = dirname(path);
  const byNamespace = new Map<string, string>();
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.dmn'))) {
    const namespace = parseXml(readFileSync(join(folder, file), 'utf8'), file).attributes['namespace'];
    if (namespace !== undefined) byNamespace.set(namespace, join(folder, file));
  }
  const loaded = new Map<string, DmnModel>();
  const load = (file: string): DmnModel => {
    const xml = readFileSync(file, 'utf8');
    for (const each of parseXml(xml, file).children) {
      const namespace = each.attributes['namespace'] ?? '';
      const found = each.name === 'import' ? byNamespace.get(namespace) : undefined;
      if (found !== undefined && found !== file && !loaded.has(namespace)) loaded.set(namespace, load(found));
    }
    return parseDmn(xml, { file, imports: loaded });
  };
  return load(path);
}

function runKit(folder: string): number {
  const cases = testFiles(folder).flatMap((path) => runFile(path, relative(folder, path)));
  const count = (status: CaseResult['status']): number => cases.filter((each) => each.status === status).length;
  print({
    passed: count('passed'),
    failed: count('failed'),
    errors: count('error'),
    total: cases.length,
    cases: cases.map(({ id, status, detail }) => (detail === '' ? { id, status } : { id, status, detail })),
  });
  return count('passed') === cases.length ? 0 : 1;
}

function runFile(path: string, name: string): CaseResult[] {
  const test = readTestFile(readFileSync(path, 'utf8'), name);
  try {
    return runTestFile(test, loadModel(join(dirname(path), test.modelName)));
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return test.cases.map((each) => ({ id: `${name.replace(/\.xml$/, '')}#${each.attributes['id'] ?? ''}`, status: 'error', detail }));
  }
}

function testFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter(
      (entry) =>
        entry.isFile() && entry.name.endsWith('.xml') && readFileSync(join(entry.parentPath, entry.name), 'utf8').includes('testCases'),
    )
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

function print(result: unknown, code = 0): number {
  process.stdout.write(`${typeof result === 'string' ? result : JSON.stringify(result)}\n`);
  return code;
}

function complain(message: string): number {
  process.stderr.write(`${message}\n`);
  return 2;
}
