import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { parseYuan } from '#core/money/index.ts';
import type { Form } from '#core/product/index.ts';
import { addresses, type CorrectVisit, type VisitSheet } from '#modules/village/contract.ts';
import { send } from '../../api/client.ts';
import { instant } from '../../format.ts';
import { spoken } from '../../i18n.ts';
import { AskDrawer } from '../../parts/ask.tsx';
import { BeforeAfterTable } from '../../parts/before-after.tsx';
import { isReason, ReasonField, TypedField } from '../../parts/field.tsx';
import { useRefused } from '../../parts/refused.ts';
import { SchemaForm } from '../../parts/schema-form.tsx';
import { answersOf, typedOf } from '../../parts/typed-answers.ts';
import { useChangedRows } from './changed-rows.ts';
import { formFaults } from './draft.ts';

export type KeptVisit = VisitSheet['visits'][number];

interface CorrectProps {
  form: Form;
  visit: KeptVisit;
  person: KeptVisit['people'][number];
  name: string;
  onDone: () => void;
  onClose: () => void;
}

/** What a visit says of one person, corrected for a reason: what stood before stays beside it, with who and when. */
export function Correct({ form, visit, person, name, onDone, onClose }: CorrectProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const rowsOf = useChangedRows(form);
  const [typed, setTyped] = useState(() => typedOf(form, person.answers));
  const [yuan, setYuan] = useState(() => yuanOf(person.investigated_fen));
  const [reason, setReason] = useState('');
  const [isAsked, setAsked] = useState(false);
  const { answers } = answersOf(form, typed);
  const faults = formFaults(form, typed);
  const isOfLimit = person.investigated_fen !== null;
  const fen = parseYuan(yuan.replaceAll(/[,，\s]/g, ''));
  const isLimitWrong = isOfLimit && fen === null;
  const found = { answers, investigated_fen: isOfLimit ? String(fen ?? '') : null };
  const rows = isLimitWrong ? [] : rowsOf(person, found);
  const correct = useMutation({
    mutationFn: (body: CorrectVisit) => send(z.unknown(), 'POST', addresses.correction.replace(':visit', visit.visit_id), body),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['visits'] });
      onDone();
    },
  });
  const refused = useRefused(correct.error, { limit_uneven: 'limit', investigated_fen: 'limit', reason: 'reason' });
  const submit = (): void => {
    setAsked(true);
    if (faults.length === 0) correct.mutate({ person_id: person.person_id, ...found, reason: reason.trim() });
  };
  return (
    <AskDrawer
      title={t('visits.correct.title', { name })}
      notes={<span className="t3">{instant(visit.started_at)}</span>}
      says={t('visits.correct.says')}
      foot={t('visits.correct.foot')}
      submit={t('visits.correct.submit')}
      isReady={rows.length > 0 && !isLimitWrong && isReason(reason)}
      isBusy={correct.isPending}
      refused={refused.rest ?? refused.at('reason')}
      onSubmit={submit}
      onClose={onClose}
    >
      <SchemaForm
        form={form}
        typed={typed}
        wrong={new Map(isAsked ? faults.map((one) => [one.place, one[spoken()]]) : [])}
        prefix="correct"
        onChange={setTyped}
      />
      {isOfLimit && (
        <TypedField
          id="correct-limit"
          label={t('granting.column.investigated')}
          unit={t('unit.yuan')}
          value={yuan}
          isWrong={isLimitWrong || refused.at('limit') !== undefined}
          hint={isLimitWrong ? t('visits.correct.noAmount') : refused.at('limit')}
          onChange={(text) => {
            correct.reset();
            setYuan(text);
          }}
        />
      )}
      {rows.length === 0 ? (
        <p className="t3 sm">{t('visits.correct.same')}</p>
      ) : (
        <BeforeAfterTable label={t('visits.correct.changes')} rows={rows} />
      )}
      <ReasonField
        id="correct-reason"
        label={t('visits.correct.reason')}
        example={t('visits.correct.example')}
        value={reason}
        onChange={setReason}
      />
    </AskDrawer>
  );
}

const yuanOf = (fen: string | null): string => (fen === null ? '' : String(BigInt(fen) / 100n));
