/**
 * IR → one DuckDB SELECT. Steps become columns of chained sub-selects, a step in the first stage in which all it reads is there, so that
 * nothing is evaluated twice. A rule list is a set of bits in BIGINT columns until it is shown.
 */
import { slotsIn, type Case, type Ir, type Program, type Step } from './ir.ts';
import { bitsPerMask, chunks, column, literal, quote, reference, slotOf, sqlType, text } from './sql-text.ts';
import { splitWords, wordsOf } from './sql-words.ts';
import type { FeelType } from './types.ts';

/** Largest whole number that a double holds exactly: 2^53. Larger inputs are refused. */
const largestWhole = '9007199254740992';

export interface SelectOptions {
  /** Names of results, as keys of the program's results, in the order of the columns. */
  readonly results: readonly string[];
  /** A table, view or table function call, such as `read_parquet('x.parquet')`. */
  readonly from: string;
  /** Columns of `from` to pass through unchanged. */
  readonly keep: readonly string[];
}

export function toSelect(program: Program, { results, from, keep }: SelectOptions): string {
  const writer = new Writer();
  const shown = results.map((name) => {
    const ir = program.results.get(name);
    if (!ir) throw new Error(`no result "${name}"`);
    return { name, ir };
  });
  const used = usedSlots(
    program,
    shown.map(({ ir }) => ir),
  );
  const steps = program.steps.filter((step) => used.has(step.slot)).flatMap((step) => writer.columns(step));
  const outputs = shown.map(({ name, ir }) => ({ name: quote(name), text: writer.value(ir) }));
  const placed = inlineText(steps, outputs);
  const inputs = program.inputs.flatMap((input, slot) =>
    used.has(slot) ? [`${readInput(input.path, input.type)} AS ${column(slot)}`] : [],
  );
  const stages = [`SELECT ${[...keep.map(quote), ...inputs].join(',\n  ') || '1 AS __one'}\nFROM ${from}`];
  for (const level of levels(placed.steps)) {
    stages.push(`SELECT *,\n  ${level.map(({ name, text: body }) => `${body} AS ${name}`).join(',\n  ')}\nFROM __${stages.length - 1}`);
  }
  const ctes = stages.map((stage, index) => `__${index} AS NOT MATERIALIZED (${stage})`);
  const columns = [...keep.map(quote), ...placed.outputs.map(({ name, text: body }) => `${body} AS ${name}`)];
  const select = `WITH ${ctes.join(',\n')}\nSELECT ${columns.join(',\n  ')}\nFROM __${stages.length - 1}`;
  return select.replace(reference, '__s$1');
}

interface Column {
  readonly name: string;
  readonly text: string;
}

/**
 * Columns read once move into their reader: DuckDB evaluates a branch of CASE only for the rows that take it, and a column of its own for
 * all rows.
 */
function inlineText(steps: readonly Column[], outputs: readonly Column[]): { steps: Column[]; outputs: Column[] } {
  const reads = new Map<string, number>();
  for (const { text: body } of [...steps, ...outputs])
    for (const [name] of body.matchAll(reference)) reads.set(name, (reads.get(name) ?? 0) + 1);
  const moved = new Map<string, string>();
  const settle = ({ name, text: body }: Column): Column => ({ name, text: body.replace(reference, (found) => moved.get(found) ?? found) });
  const kept: Column[] = [];
  for (const step of steps) {
    const settled = settle(step);
    if (reads.get(step.name) === 1) moved.set(step.name, `(${settled.text})`);
    else kept.push(settled);
  }
  return { steps: kept, outputs: outputs.map(settle) };
}

/** Columns by the first stage in which all they read is there. */
function levels(steps: readonly Column[]): Column[][] {
  const levelOf = new Map<string, number>();
  const stages: Column[][] = [];
  for (const step of steps) {
    let level = 0;
    for (const [name] of step.text.matchAll(reference)) level = Math.max(level, (levelOf.get(name) ?? -1) + 1);
    levelOf.set(step.name, level);
    (stages[level] ??= []).push(step);
  }
  return stages;
}

function readInput(path: readonly string[], type: FeelType): string {
  const [root = '', ...rest] = path;
  const raw = rest.reduce((of, name) => `struct_extract(${of}, ${text(name)})`, quote(root));
  switch (type.kind) {
    case 'number':
      return `CASE WHEN ${raw} BETWEEN -${largestWhole} AND ${largestWhole} THEN CAST(${raw} AS DOUBLE) WHEN ${raw} IS NULL THEN NULL ELSE error(${text(
        `${path.join('.')}: 数值不是有限数或超过 2^53 / not finite or beyond 2^53`,
      )}) END`;
    case 'years and months duration':
    case 'days and time duration':
      return `CAST(${raw} AS DOUBLE)`;
    default:
      return raw;
  }
}

/** Slots that the results need, directly or through steps. */
export function usedSlots(program: Program, results: readonly Ir[]): Set<number> {
  const used = new Set<number>();
  for (const ir of results) slotsIn(ir, used);
  for (const step of program.steps.toReversed()) if (used.has(step.slot)) slotsIn(step.ir, used);
  return used;
}

class Writer {
  columns(step: Step): Column[] {
    if (step.ir.op !== 'rows') return [{ name: column(step.slot), text: this.value(step.ir) }];
    const { rows, groups } = step.ir;
    return chunks(rows).map((_, chunk) => ({ name: column(step.slot, chunk), text: this.mask(rows, groups, chunk) }));
  }

  /** The bits of one chunk of rows: one CASE a group, since at most one of its rows holds. */
  private mask(rows: readonly Ir[], groups: readonly (readonly number[])[], chunk: number): string {
    const terms = groups.flatMap((group) => {
      const here = group.filter((row) => Math.floor(row / bitsPerMask) === chunk);
      if (here.length === 0) return [];
      const cases = here.map((row) => `WHEN ${this.truth(rows[row] as Ir)} THEN ${2n ** BigInt(row % bitsPerMask)}::BIGINT`);
      return [`CASE ${cases.join(' ')} ELSE 0::BIGINT END`];
    });
    return `(${terms.join('\n   + ') || '0::BIGINT'})`;
  }

  value(ir: Ir): string {
    switch (ir.op) {
      case 'constant':
        return literal(ir.value, ir.type);
      case 'slot':
        return column(ir.slot);
      case 'call':
        return ir.form.sql(
          ir.args.map((arg) => this.value(arg)),
          ir.args.map((arg) => (arg.op === 'constant' ? arg.value : undefined)),
        );
      case 'compare':
        return this.comparison(ir);
      case 'isNull':
        return `(${this.value(ir.of)} IS NULL)`;
      case 'and':
        return `(${ir.items.map((item) => this.value(item)).join(' AND ')})`;
      case 'or':
        return `(${ir.items.map((item) => this.value(item)).join(' OR ')})`;
      case 'not':
        return `(NOT ${this.value(ir.of)})`;
      case 'holds':
        return `coalesce(${this.value(ir.of)}, FALSE)`;
      case 'oneOf':
        return `coalesce(${this.truth(ir)}, FALSE)`;
      case 'contains':
        return this.contains(ir);
      case 'cases':
        return this.cases(ir.cases, this.value(ir.otherwise));
      case 'hit':
        return this.hit(ir);
      case 'choose':
        return this.choose(ir);
      case 'aggregate':
        return this.aggregate(ir);
      case 'rows':
        throw new Error('a row set is read through its slot');
      case 'items':
        return this.items(ir);
      case 'list':
        return ir.items.length === 0 ? `CAST([] AS ${sqlType(ir.type)})` : `[${ir.items.map((item) => this.value(item)).join(', ')}]`;
      case 'concat':
        return this.concat(ir);
      case 'count':
        return this.count(ir.of);
      case 'context': {
        const struct = `{${Object.entries(ir.entries)
          .map(([name, entry]) => `${text(name)}: ${this.value(entry)}`)
          .join(', ')}}`;
        return ir.present ? `CASE WHEN ${this.truth(ir.present)} THEN ${struct} END` : struct;
      }
    }
  }

  /** A condition in which NULL counts as false. */
  private truth(ir: Ir): string {
    switch (ir.op) {
      case 'holds':
        return this.truth(ir.of);
      case 'and':
        return `(${ir.items.map((item) => this.truth(item)).join(' AND ')})`;
      case 'or':
        return `(${ir.items.map((item) => this.truth(item)).join(' OR ')})`;
      case 'compare':
        if (ir.operator === '=' && !bothMayBeNull(ir)) return `${this.value(ir.left)} = ${this.value(ir.right)}`;
        return this.comparison(ir);
      case 'oneOf':
        return `${this.value(ir.value)} IN (${ir.among.map((value) => literal(value, ir.value.type)).join(', ')})`;
      default:
        return this.value(ir);
    }
  }

  private comparison(ir: Extract<Ir, { op: 'compare' }>): string {
    const [left, right] = [this.value(ir.left), this.value(ir.right)];
    if (ir.operator === '=') return bothMayBeNull(ir) ? `(${left} IS NOT DISTINCT FROM ${right})` : `coalesce(${left} = ${right}, FALSE)`;
    if (ir.operator === '!=') return `(${left} IS DISTINCT FROM ${right})`;
    return `(${left} ${ir.operator} ${right})`;
  }

  private cases(cases: readonly Case[], otherwise: string): string {
    if (cases.length === 0) return otherwise;
    return `CASE ${cases.map((each) => `WHEN ${this.truth(each.test)} THEN ${this.value(each.value)}`).join('\n    ')} ELSE ${otherwise} END`;
  }

  private hit(ir: Extract<Ir, { op: 'hit' }>): string {
    const first = `CASE ${ir.rows.map((row, index) => `WHEN ${this.truth(row)} THEN ${index}`).join('\n    ')} ELSE -1 END`;
    if (ir.rows.length === 0) return '-1';
    if (!ir.exclusive) return first;
    const count = ir.rows.map((row) => `CASE WHEN ${this.truth(row)} THEN 1 ELSE 0 END`).join(' + ');
    const message = `${ir.exclusive.code} ${ir.exclusive.place}: 多条规则同时命中 / several rules hold together`;
    return `CASE WHEN ${count} > 1 THEN error(${text(message)}) ELSE ${first} END`;
  }

  private choose(ir: Extract<Ir, { op: 'choose' }>): string {
    if (ir.options.length === 0) return this.value(ir.otherwise);
    const index = this.value(ir.index);
    return `CASE ${index} ${ir.options.map((option, at) => `WHEN ${at} THEN ${this.value(option)}`).join(' ')} ELSE ${this.value(ir.otherwise)} END`;
  }

  private aggregate(ir: Extract<Ir, { op: 'aggregate' }>): string {
    const cases = ir.groups.flat();
    if (cases.length === 0) return this.value(ir.otherwise);
    const neutral = { '+': '0.0::DOUBLE', '#': '0.0::DOUBLE', '<': 'NULL', '>': 'NULL' }[ir.how];
    const groups = ir.groups.map((group) => this.cases(group, neutral));
    const combine = {
      '+': groups.join('\n  + '),
      '#': groups.join('\n  + '),
      '<': `least(${groups.join(', ')})`,
      '>': `greatest(${groups.join(', ')})`,
    }[ir.how];
    const unknown = cases.filter((each) => each.value.op !== 'constant' || each.value.value === null);
    const guards: string[] = [];
    if (unknown.length > 0 && ir.how !== '#')
      guards.push(
        `WHEN ${unknown.map((each) => `(${this.truth(each.test)} AND ${this.value(each.value)} IS NULL)`).join(' OR ')} THEN NULL`,
      );
    const any = cases.map((each) => this.truth(each.test)).join(' OR ');
    if (ir.how === '#' && ir.otherwise.op === 'constant' && ir.otherwise.value === 0) return `(${combine})`;
    const last = ir.always ? `ELSE ${combine}` : `WHEN ${any} THEN ${combine} ELSE ${this.value(ir.otherwise)}`;
    return ir.always && guards.length === 0 ? `(${combine})` : `CASE ${guards.join(' ')} ${last} END`;
  }

  private items(ir: Extract<Ir, { op: 'items' }>): string {
    if (ir.items.length === 0) return `CAST([] AS ${sqlType(ir.type)})`;
    const words = wordsOf(ir);
    if (words) return splitWords(words);
    const parts = chunks(ir.items).map((items, chunk) => this.decode(column(slotOf(ir.rows), chunk), items, ir.type));
    return parts.length === 1 ? (parts[0] ?? '') : `list_concat(${parts.join(', ')})`;
  }

  /** The items whose bits are set. Most masks are zero: those cost one comparison. */
  private decode(mask: string, items: readonly Ir[], type: FeelType): string {
    const all = `[${items.map((item) => this.value(item)).join(', ')}]`;
    const empty = `CAST([] AS ${sqlType(type)})`;
    return `CASE WHEN ${mask} = 0 THEN ${empty} ELSE list_select(${all}, list_filter(range(1, ${items.length + 1}), lambda i: (${mask} >> CAST(i - 1 AS INTEGER)) & 1 = 1)) END`;
  }

  private concat(ir: Extract<Ir, { op: 'concat' }>): string {
    const words = wordsOf(ir);
    if (words) return splitWords(words);
    const lists = ir.lists.map((list) => this.value(list));
    if (lists.length === 0) return `CAST([] AS ${sqlType(ir.type)})`;
    const nullable = ir.lists.filter((list) => list.op === 'slot').map((list) => `${this.value(list)} IS NULL`);
    const joined = lists.reduce((left, right) => `list_concat(${left}, ${right})`);
    return nullable.length === 0 ? joined : `CASE WHEN ${nullable.join(' OR ')} THEN NULL ELSE ${joined} END`;
  }

  private count(of: Ir): string {
    return `CAST(${this.size(of)} AS DOUBLE)`;
  }

  private size(of: Ir): string {
    switch (of.op) {
      case 'items':
        return `(${
          chunks(of.items)
            .map((_, chunk) => `bit_count(${column(slotOf(of.rows), chunk)})`)
            .join(' + ') || '0'
        })`;
      case 'list':
        return String(of.items.length);
      case 'concat':
        return `(${of.lists.map((list) => this.size(list)).join(' + ')})`;
      default:
        return `len(${this.value(of)})`;
    }
  }

  /** Membership in a rule list asks the bits of the rules that give the item. */
  private contains(ir: Extract<Ir, { op: 'contains' }>): string {
    return `(${this.membership(ir.list, ir.item)})`;
  }

  private membership(list: Ir, item: Ir): string {
    if (list.op === 'concat') return list.lists.map((each) => this.membership(each, item)).join(' OR ') || 'FALSE';
    if (list.op === 'list')
      return list.items.map((each) => `${this.value(each)} IS NOT DISTINCT FROM ${this.value(item)}`).join(' OR ') || 'FALSE';
    if (list.op === 'items') {
      const tests = chunks(list.items).flatMap((items, chunk) => this.bitTests(column(slotOf(list.rows), chunk), items, item));
      return tests.join(' OR ') || 'FALSE';
    }
    return `coalesce(list_contains(${this.value(list)}, ${this.value(item)}), FALSE)`;
  }

  private bitTests(mask: string, items: readonly Ir[], wanted: Ir): string[] {
    if (wanted.op === 'constant' && items.every((item) => item.op === 'constant')) {
      const bits = items.reduce(
        (sum, item, bit) => (item.op === 'constant' && item.value === wanted.value ? sum + 2n ** BigInt(bit) : sum),
        0n,
      );
      return bits === 0n ? [] : [`(${mask} & ${bits}::BIGINT) <> 0`];
    }
    return items.map(
      (item, bit) => `((${mask} & ${2n ** BigInt(bit)}::BIGINT) <> 0 AND ${this.value(item)} IS NOT DISTINCT FROM ${this.value(wanted)})`,
    );
  }
}

function bothMayBeNull(ir: Extract<Ir, { op: 'compare' }>): boolean {
  return [ir.left, ir.right].every((side) => side.op !== 'constant' || side.value === null);
}
