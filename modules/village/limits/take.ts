/** What is taken of three limits, by the project's DMN. Pure: the same inputs give the same steps, years later too. */
import { compileDmn, parseDmn } from '#core/dmn/index.ts';
import type { FeelValue } from '#core/dmn/index.ts';

export interface TakeInputs {
  readonly EVALUATED: bigint | null;
  readonly MODEL: bigint | null;
  readonly INVESTIGATED: bigint | null;
  readonly IS_EXCLUDED: boolean;
  readonly IS_FLAGGED: boolean;
  readonly IS_DECLINED: boolean;
  readonly RULE: string;
  readonly MAX2_CAP: bigint;
  readonly PRODUCT_CAP: bigint;
  readonly PRODUCT_LEAST: bigint;
  readonly SEGMENT: string | null;
  readonly HOUSEHOLD_ROOM: bigint;
  readonly DEBT: bigint | null;
  readonly VILLAGE_ROOM: bigint | null;
}

/** In the order in which they are applied. `by_rule` begins, the others can only lower. */
export const takeSteps = ['by_rule', 'online', 'max2', 'product', 'segment', 'household', 'debt', 'village', 'rounded'] as const;
export type TakeStepName = (typeof takeSteps)[number];
export const takeOutcomes = ['taken', 'manual', 'excluded', 'rejected'] as const;
export type TakeOutcome = (typeof takeOutcomes)[number];

export interface TakeStep {
  readonly name: TakeStepName;
  /** Null: there was nothing to take. */
  readonly before: bigint | null;
  readonly after: bigint | null;
  /** The step that set what came out, before it was rounded. */
  readonly binding: boolean;
}

export interface Take {
  readonly outcome: TakeOutcome;
  /** Null: people decide. */
  readonly takenFen: bigint | null;
  readonly capFen: bigint;
  readonly reasons: readonly string[];
  readonly steps: readonly TakeStep[];
}

export type Taking = (inputs: TakeInputs) => Take;

const compiled = new Map<string, Taking>();

/** Compiled once a text. @throws DmnError naming the place */
export function takingBy(dmn: string): Taking {
  const known = compiled.get(dmn);
  if (known) return known;
  const model = compileDmn(parseDmn(dmn, { file: 'take.dmn' }));
  const [refused] = model.refused.values();
  if (refused) throw refused;
  const evaluate = model.evaluator([...takeSteps, 'outcome', 'taken', 'cap', 'reasons']);
  const taking: Taking = (inputs) => takeOf(evaluate({ ...inputs }));
  compiled.set(dmn, taking);
  return taking;
}

function takeOf(values: Record<string, FeelValue>): Take {
  const amounts = takeSteps.map((name) => amountOf(name, values[name]));
  const binding = bindingStep(amounts);
  const steps = takeSteps.map((name, index) => ({
    name,
    before: index === 0 ? null : (amounts[index - 1] ?? null),
    after: amounts[index] ?? null,
    binding: index === binding,
  }));
  const cap = amountOf('cap', values['cap']);
  if (cap === null) throw new Error('take.dmn: cap 不能为空 / cap must not be null');
  return {
    outcome: outcomeOf(values['outcome']),
    takenFen: amountOf('taken', values['taken']),
    capFen: cap < 0n ? 0n : cap,
    reasons: textsOf(values['reasons']),
    steps,
  };
}

/** The last step before the rounding that lowered the amount; where none did, the rule itself. -1: there is no amount. */
function bindingStep(amounts: readonly (bigint | null)[]): number {
  if (amounts[0] === null) return -1;
  const lowered = amounts.slice(0, -1).map((amount, index) => {
    const before = index === 0 ? null : amounts[index - 1];
    return amount !== null && before !== null && before !== undefined && amount < before;
  });
  return Math.max(0, lowered.lastIndexOf(true));
}

function amountOf(name: string, value: FeelValue | undefined): bigint | null {
  if (value === null) return null;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
  throw new Error(`take.dmn: ${name} 应是整数分，得到 ${JSON.stringify(value)} / should be whole fen`);
}

function outcomeOf(value: FeelValue | undefined): TakeOutcome {
  const found = takeOutcomes.find((outcome) => outcome === value);
  if (found === undefined)
    throw new Error(`take.dmn: outcome ${JSON.stringify(value)} 不在 ${takeOutcomes.join('、')} 里 / is none of them`);
  return found;
}

function textsOf(value: FeelValue | undefined): string[] {
  if (!Array.isArray(value)) throw new Error('take.dmn: reasons 应是文字列表 / reasons should be a list of texts');
  return value.map(String);
}
