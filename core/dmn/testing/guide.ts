/** The profile guide, printed from the corpus, the builtin records and the constructs, so that it cannot say what is not tested. */
import { builtins } from '#core/feel/builtins/index.ts';
import { isStructural, isUnsupported, type Builtin } from '#core/feel/builtins/record.ts';
import { typeText } from '#core/feel/types.ts';
import { boxedConstructs } from './boxed-constructs.ts';
import { constructs } from './constructs.ts';

export interface CorpusLine {
  readonly topic: string;
  readonly rule: string;
  readonly expression: string;
  readonly input: string;
  readonly expected: string;
}

/** `topic;rule;expression;input;expected`, the last two as JSON. */
export function readCorpus(csv: string): CorpusLine[] {
  return csv
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => {
      const [topic = '', rule = '', expression = '', input = '', expected = '', ...more] = line.split(';');
      if (expected === '' || more.length > 0) throw new Error(`not five fields: ${line}`);
      return { topic, rule, expression, input, expected };
    });
}

export function profileGuide(corpus: readonly CorpusLine[]): string {
  return [introduction, semantics(corpus), constructList(), supportMatrix(), outside].join('\n\n').concat('\n');
}

const introduction = `# The compilable FEEL profile

Printed by \`vitest run core/dmn/guide -u\` from \`core/feel/corpus/semantics.csv\`, the records in \`core/feel/builtins/\` and \`core/dmn/testing/constructs.ts\`; edit those.

A strategy runs in three engines: the reference interpreter (explanations, \`dmn run\`), closures (single decisions) and one DuckDB SELECT (screening).
Inside this profile all three give the same answer to the last bit; outside it closures and SQL refuse, with file, line, column and reason.
The interpreter covers FEEL beyond the profile. Every line of the tables below is a test.

**Inputs.** Numbers must be finite and at most 2^53 in size, in JavaScript and in SQL (integer columns are cast to DOUBLE when read); anything else is refused.
Dates are \`YYYY-MM-DD\`, DATE in SQL. "Today" is an input. Money enters as integer fen.

**Cells.** A test of a cell is two-valued: a test that is null does not hold, so \`> 5\` is false on null and \`not(> 5)\` is true on null. \`null\` asks for null, \`not(null)\` for a value.
A boolean expression in a cell is a condition only where it mentions \`?\`; otherwise the cell asks for equality.

**Hit policies.** U A F P R O C C+ C< C> C#. No hit: the default output, else null for U A F P C+ C< C>, an empty list for C R O, 0 for C#.
A null among the outputs of C+ C< C> makes the answer null. Two hits of UNIQUE, or two different outputs of ANY, are an error in every engine; the SQL guard is left out where the rules are proven to exclude one another.
Decisions that are read once are evaluated only in the branch that reads them, so such an error in a branch not taken stays silent in closures and SQL, while the interpreter, which makes every required decision, reports it.`;

function semantics(corpus: readonly CorpusLine[]): string {
  const topics = [...new Set(corpus.map((line) => line.topic))];
  const sections = topics.map((topic) => {
    const rows = corpus
      .filter((line) => line.topic === topic)
      .map(
        (line) => `| ${line.rule} | ${code(line.expression)} | ${line.input === '{}' ? '' : code(line.input)} | ${code(line.expected)} |`,
      );
    return `### ${topic}\n\n| rule | expression | input | answer |\n|---|---|---|---|\n${rows.join('\n')}`;
  });
  return `## What it means\n\n${sections.join('\n\n')}`;
}

const constructsHead = `## Constructs held equal on random rows

Inputs: numbers N M K, texts S T, booleans B C, dates D E. Rows hold nulls, inputs that equal or adjoin one another, ties of rounding, and in every
column every literal below with the doubles, or days, just before and after it. A builtin, operator, kind of expression, comparison or hit policy
that is in none of them fails \`core/dmn/coverage.test.ts\`. A duration is shown by SQL as its size, in months or seconds.`;

function constructList(): string {
  const families = [...new Set(constructs.map((construct) => construct.family))];
  const lines = families.map(
    (family) =>
      `- **${family}**: ${constructs
        .filter((construct) => construct.family === family)
        .map((construct) => code(construct.expression))
        .join(' · ')}`,
  );
  const boxed = Map.groupBy(boxedConstructs, (construct) => construct.family);
  for (const [family, own] of boxed) lines.push(`- **${family}**: ${own.map((construct) => construct.name).join(' · ')}`);
  return `${constructsHead}\n\n${lines.join('\n')}`;
}

function supportMatrix(): string {
  const rows = builtins
    .toSorted((a, b) => a.name.localeCompare(b.name, 'en'))
    .map((builtin) => `| ${code(builtin.name)} | ${compiledText(builtin)} |`);
  return `## Builtins\n\nAll are in the interpreter. Closures and SQL:\n\n| builtin | compiled |\n|---|---|\n${rows.join('\n')}`;
}

function compiledText({ compiled }: Builtin): string {
  if (isUnsupported(compiled)) return `no: ${compiled.en}`;
  if (isStructural(compiled)) return 'yes, over values and lists written out (see above)';
  return compiled
    .map((form) => {
      const types = form.takes.map((type, index) => `${typeText(type)}${form.literals?.[index] ? ' literal' : ''}`);
      return `(${types.join(', ')}) → ${typeText(form.returns)}${form.inexact ? ', to be rounded before it is compared or shown' : ''}`;
    })
    .join('; ');
}

function code(text: string): string {
  return `\`${text.replaceAll('|', '\\|')}\``;
}

const outside = `## Outside, by intent

- Filters, iterations over anything but a written list, function values, run-time type tests, times of day and zones, regular expressions, case mapping, numbers from and to text: engines differ, or the shape is not known when compiling.
- \`today()\` and \`now()\`: a decision must be replayable. They answer null in the interpreter.
- Powers other than 2, 3, 4, and exp or log that are not rounded: 4–10 % of such results differ in their last bits between JavaScript and DuckDB.
  Rounding takes that away only while it leaves fewer than fifteen significant digits: bound what goes into exp, as in \`exp(min(N, 500) / 100)\`.
- Calls of decision services as functions, imported models, functions in Java: the interpreter runs services and imports; Java functions answer null.`;
