import { refuse } from '#platform/http/index.ts';
import { refusals } from '../contract.ts';
import type { Inputs, Strategy } from './strategy.ts';

const fault = (place: string, zh: string, en: string) => ({ place: `inputs.${place}`, zh, en });

/**
 * Values given by a person or a file, checked against what the strategy reads. Amounts may be decimal strings.
 * @throws Problem inputs_unknown, inputs_type: naming each wrong input
 */
export function checkInputs(strategy: Strategy, given: Readonly<Record<string, unknown>>): Inputs {
  const types = new Map(strategy.inputs.map((input) => [input.name, input.type.kind]));
  const strange = Object.keys(given).filter((name) => !types.has(name));
  if (strange.length > 0) {
    const place = { zh: strange.join('、'), en: strange.join(', ') };
    throw refuse(
      refusals,
      'inputs_unknown',
      place,
      strange.map((name) => fault(name, '策略不读这一项', 'the strategy does not read it')),
    );
  }
  const checked: Record<string, Inputs[string]> = {};
  const wrong: { name: string; kind: string }[] = [];
  for (const [name, value] of Object.entries(given)) {
    const kind = types.get(name) ?? '';
    const entered = enter(value, kind);
    if (entered === undefined) wrong.push({ name, kind });
    else checked[name] = entered;
  }
  if (wrong.length === 0) return checked;
  const place = wrong.map(({ name, kind }) => `${name} (${kind})`).join(', ');
  throw refuse(
    refusals,
    'inputs_type',
    { zh: place, en: place },
    wrong.map(({ name, kind }) => fault(name, `应为 ${kind}`, `must be ${kind}`)),
  );
}

function enter(value: unknown, kind: string): Inputs[string] | undefined {
  if (value === null) return null;
  switch (kind) {
    case 'number': {
      const amount = typeof value === 'string' && /^-?\d{1,16}(\.\d{1,9})?$/.test(value) ? Number(value) : value;
      return typeof amount === 'number' && Math.abs(amount) <= Number.MAX_SAFE_INTEGER ? amount : undefined;
    }
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined;
    case 'date':
      return typeof value === 'string' && isDay(value) ? value : undefined;
    default:
      return typeof value === 'string' && value.length <= 64 ? value : undefined;
  }
}

/** `YYYY-MM-DD` that the calendar has. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  try {
    Temporal.PlainDate.from(text, { overflow: 'reject' });
    return true;
  } catch {
    return false;
  }
}
