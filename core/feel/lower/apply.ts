/** Picking the typed form of an operator or builtin. */
import type { CompiledForm } from '../builtins/record.ts';
import { refusal } from '../error.ts';
import type { Ir } from '../ir.ts';
import type { Span } from '../syntax/source.ts';
import { sameType, typeText, type FeelType } from '../types.ts';
import { constant, isNullConstant, outside, type Lowering } from './lowering.ts';
import { guarded, mayOverflow } from './magnitude.ts';

/** Calls the one form whose types fit; a bare null argument makes the whole null. */
export function applyForm(name: string, forms: readonly CompiledForm[], args: readonly Ir[], at: Span): Ir {
  const form = forms.find((each) => each.takes.length === args.length && each.takes.every((type, index) => fits(args[index], type)));
  if (!form) {
    const given = args.map((arg) => typeText(arg.type)).join(', ');
    throw refusal(at, `“${name}”不能用于 (${given})`, `"${name}" does not take (${given})`, 'type_clash');
  }
  if (args.some(isNullConstant)) return constant(form.returns, null);
  for (const [index, check] of Object.entries(form.literals ?? {})) {
    const arg = args[Number(index)];
    if (arg?.op !== 'constant' || !check(arg.value))
      throw outside(
        at,
        `“${name}”的第 ${Number(index) + 1} 个参数须是合适的字面量`,
        `argument ${Number(index) + 1} of "${name}" must be a fitting literal`,
      );
  }
  return { op: 'call', type: form.returns, name, form, args };
}

function fits(arg: Ir | undefined, type: FeelType): boolean {
  return arg !== undefined && (arg.type.kind === 'null' || sameType(arg.type, type));
}

export function bounded(result: Ir, into: Lowering): Ir {
  if (result.op !== 'call' || result.type.kind !== 'number' || !mayOverflow(into.magnitude(result))) return result;
  return { ...result, form: guarded(result.form), args: result.args.map((arg) => into.bind(arg)) };
}
