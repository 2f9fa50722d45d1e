/**
 * A strategy of realistic size for the decision benchmarks, made from a seed: a segment table, 12 families of rules that collect reason codes
 * (with a row for every unknown), 12 scorecards, 19 pricing tables, limits and an outcome.
 */
export interface RuleTable {
  readonly name: string;
  readonly inputs: readonly string[];
  /** One test an input, `-` for any. */
  readonly rules: readonly { readonly tests: readonly string[]; readonly output: string }[];
}

export interface BenchModel {
  readonly xml: string;
  readonly numberInputs: readonly string[];
  readonly families: readonly RuleTable[];
  readonly scorecards: readonly RuleTable[];
  readonly decisions: readonly string[];
}

export const segments = ['public_post', 'villager', 'resident', 'micro_owner', 'sole_trader'] as const;
const familyCount = 12;
const rulesPerFamily = 11;
const scorecardCount = 12;
const characteristics = 10;
const binsPerCharacteristic = 6;
const pricingTables = 19;
/** Inputs are whole numbers from 0 to this. */
export const largestValue = 1000;

/** A small generator with a fixed sequence a seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function benchModel(seed = 7): BenchModel {
  const random = seeded(seed);
  const whole = (limit: number): number => Math.floor(random() * limit);
  const numberInputs = Array.from({ length: 72 }, (_, index) => `X${String(index + 1).padStart(2, '0')}`);
  const pick = (count: number): string[] => numberInputs.toSorted(() => random() - 0.5).slice(0, count);

  const families = Array.from({ length: familyCount }, (_, family): RuleTable => {
    const inputs = pick(6);
    const rules = Array.from({ length: rulesPerFamily }, (__, rule) => {
      const column = rule % inputs.length;
      const unknown = rule >= inputs.length;
      const second = (column + 1) % inputs.length;
      const tests = inputs.map((___, at) => {
        if (at === column) return unknown ? 'null' : `> ${largestValue - 10 - whole(30)}`;
        return at === second && !unknown && rule % 3 === 0 ? `< ${400 + whole(400)}` : '-';
      });
      return { tests, output: `"F${family + 1}R${rule + 1}${unknown ? 'U' : ''}"` };
    });
    return { name: `Family ${family + 1}`, inputs, rules };
  });

  const scorecards = Array.from({ length: scorecardCount }, (_, card): RuleTable => {
    const inputs = pick(characteristics);
    const rules = inputs.flatMap((__, column) =>
      binsOf(whole).map((bin) => ({ tests: inputs.map((___, at) => (at === column ? bin : '-')), output: String(whole(60)) })),
    );
    return { name: `Score ${card + 1}`, inputs, rules };
  });

  const prices = Array.from({ length: pricingTables }, (_, index): RuleTable => {
    const [read = 'X01'] = pick(1);
    return {
      name: `Price ${index + 1}`,
      inputs: [read],
      rules: binsOf(whole).map((bin) => ({ tests: [bin], output: String(30 + whole(40)) })),
    };
  });

  const decisions = [
    table(
      'Segment',
      ['KIND'],
      segments.map((segment) => ({ tests: [`"${segment}"`], output: `"${segment}"` })).concat([{ tests: ['-'], output: '"resident"' }]),
      'FIRST',
      [],
    ),
    ...families.map((family) => table(family.name, family.inputs, family.rules, 'COLLECT', [])),
    literal(
      'Reasons',
      `concatenate(${families.map((family) => family.name).join(', ')})`,
      families.map((family) => family.name),
    ),
    ...scorecards.map((card) => table(card.name, card.inputs, card.rules, 'COLLECT" aggregation="SUM', [])),
    literal('Score', chain(scorecards.map((card) => card.name)), ['Segment', ...scorecards.map((card) => card.name)], ['KIND', 'X01']),
    ...prices.map((price) => table(price.name, price.inputs, price.rules, 'UNIQUE', [])),
    literal(
      'Rate',
      `round half up((${prices.map((price) => price.name).join(' + ')}) * 100 / ${pricingTables}, 0)`,
      prices.map((price) => price.name),
    ),
    literal(
      'Limit',
      'if Score = null then 0 else round down(min(max(Score * 100, 10000), X01 * 300 + X02 * 12.5), -3)',
      ['Score'],
      ['X01', 'X02'],
    ),
    table(
      'Outcome',
      ['count(Reasons)', 'Score'],
      [
        { tests: ['> 3', '-'], output: '"decline"' },
        { tests: ['-', '< 200'], output: '"decline"' },
        { tests: ['0', '>= 260'], output: '"approve"' },
        { tests: ['-', '-'], output: '"refer"' },
      ],
      'FIRST',
      ['Reasons', 'Score'],
    ),
  ];

  const inputs = [...numberInputs.map((name) => input(name, 'number')), input('KIND', 'string')];
  return {
    xml: `<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="bench" name="bench" namespace="urn:bench">${inputs.join('')}${decisions.join('\n')}</definitions>`,
    numberInputs,
    families,
    scorecards,
    decisions: ['Segment', 'Score', 'Rate', 'Limit', 'Reasons', 'Outcome'],
  };
}

function binsOf(whole: (limit: number) => number): string[] {
  const step = Math.floor(largestValue / binsPerCharacteristic);
  const cuts = Array.from({ length: binsPerCharacteristic - 1 }, (_, index) => (index + 1) * step - whole(50));
  const bins = cuts.map((cut, index) => (index === 0 ? `< ${cut}` : `[${cuts[index - 1]}..${cut})`));
  return [...bins, `>= ${cuts.at(-1)}`, 'null'];
}

/** One scorecard a segment and a half of X01, as strategies choose by segment and data class. */
function chain(names: readonly string[]): string {
  return names.reduceRight((rest, name, index) => {
    const segment = segments[index % segments.length] ?? 'resident';
    return `if Segment = "${segment}" and X01 ${index < names.length / 2 ? '<' : '>='} 500 then ${name} else ${rest}`;
  }, 'null');
}

function idOf(name: string): string {
  return `id-${name.replaceAll(' ', '-')}`;
}

function input(name: string, type: string): string {
  return `<inputData id="${idOf(name)}" name="${name}"><variable name="${name}" typeRef="${type}"/></inputData>`;
}

function requirements(decisions: readonly string[], inputs: readonly string[]): string {
  const reference = (kind: string, name: string): string =>
    `<informationRequirement><${kind} href="#${idOf(name)}"/></informationRequirement>`;
  return [...decisions.map((name) => reference('requiredDecision', name)), ...inputs.map((name) => reference('requiredInput', name))].join(
    '',
  );
}

function literal(name: string, expression: string, decisions: readonly string[], inputs: readonly string[] = []): string {
  return `<decision id="${idOf(name)}" name="${name}"><variable name="${name}"/>${requirements(decisions, inputs)}<literalExpression><text>${escape(expression)}</text></literalExpression></decision>`;
}

function table(name: string, inputs: readonly string[], rules: RuleTable['rules'], policy: string, decisions: readonly string[]): string {
  const columns = inputs.map((each) => `<input><inputExpression><text>${each}</text></inputExpression></input>`).join('');
  const rows = rules.map(
    (rule) =>
      `<rule>${rule.tests.map((test) => `<inputEntry><text>${escape(test)}</text></inputEntry>`).join('')}<outputEntry><text>${rule.output}</text></outputEntry></rule>`,
  );
  const read = inputs.filter((each) => /^(X\d+|KIND)$/.test(each));
  return `<decision id="${idOf(name)}" name="${name}"><variable name="${name}"/>${requirements(decisions, read)}<decisionTable hitPolicy="${policy}">${columns}<output/>${rows.join('')}</decisionTable></decision>`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
