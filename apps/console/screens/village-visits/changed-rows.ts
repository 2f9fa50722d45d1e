import { useTranslation } from 'react-i18next';
import type { Form } from '#core/product/index.ts';
import { wan } from '../../format.ts';
import type { BeforeAfter } from '../../parts/before-after.tsx';
import { changedAnswers, type Found } from './correction.ts';
import { titleOf, wordOf } from './form-words.ts';

/** The changes as people read them, question by question, the investigated limit last. */
export function useChangedRows(form: Form): (before: Found, after: Found) => BeforeAfter[] {
  const { t } = useTranslation();
  const words = { yes: t('list.yes'), no: t('list.no'), comma: t('list.comma') };
  const said = (field: string, value: unknown): string | null => (value === undefined ? null : wordOf(form, field, value, words));
  const amount = (fen: string | null): string | null => (fen === null ? null : `${wan(fen)} ${t('unit.wan')}`);
  return (before, after) => {
    const answers = changedAnswers(form, before, after).map((one) => ({
      name: titleOf(form, one.field),
      before: said(one.field, one.before),
      after: said(one.field, one.after),
    }));
    if (before.investigated_fen === after.investigated_fen) return answers;
    const limit = { before: amount(before.investigated_fen), after: amount(after.investigated_fen) };
    return [...answers, { name: t('granting.column.investigated'), ...limit }];
  };
}
