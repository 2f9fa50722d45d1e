/** Forms that fields take in more than one protocol. */
import { parseYuan } from '#core/money/index.ts';
import { z } from 'zod';

/** `yyyy-MM-dd` */
export const wireDay = z.iso.date().transform((text) => Temporal.PlainDate.from(text));

/** Yuan with two decimals. */
export const wireYuan = z
  .string()
  .regex(/^-?\d{1,13}\.\d{2}$/)
  .transform((text, context) => {
    const fen = parseYuan(text);
    if (fen === null) context.addIssue({ code: 'custom', message: 'yuan' });
    return fen ?? z.NEVER;
  });

export const wireText = (length: number) =>
  z
    .string()
    .min(1)
    .max(length)
    .regex(/^[^\p{Cc}]*$/u);

const forms = {
  /** A caller's number of a question, where the other side keeps it as text. */
  id: /^[0-9A-Za-z-]{8,40}$/,
  idNo: /^\d{17}[\dX]$/,
  name: /^[^\p{Cc}\p{Cs}<>&]{1,60}$/u,
} as const;

/** Who is asked about. @throws RangeError that names the field: a question that was put together wrongly is the caller's bug */
export function requirePerson({ name, idNo }: { name: string; idNo: string }): void {
  if (!forms.name.test(name)) throw new RangeError('name: 姓名格式不合约定 / not of the agreed form');
  if (!forms.idNo.test(idNo)) throw new RangeError('idNo: 身份证号应为18位 / a resident ID has 18 characters');
}

/** @throws RangeError */
export function requireId(id: string, form: RegExp = forms.id): void {
  if (!form.test(id)) throw new RangeError(`id: 编号应合 / must match ${form.source}`);
}
