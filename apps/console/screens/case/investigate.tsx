import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { answerFaults, isTerms, readForm } from '#core/product/index.ts';
import type { Form } from '#core/product/index.ts';
import { addresses, type ApplicationPage, type SaveInvestigation } from '#modules/lending/contract.ts';
import type { CasePage } from '#modules/process/contract.ts';
import { useAct } from '../../api/cases.ts';
import { send } from '../../api/client.ts';
import { useMe } from '../../api/session.ts';
import { instant, wan, yuan } from '../../format.ts';
import { spoken } from '../../i18n.ts';
import { TypedField } from '../../parts/field.tsx';
import { Section } from '../../parts/page.tsx';
import { useRefused } from '../../parts/refused.ts';
import { SchemaForm } from '../../parts/schema-form.tsx';
import { Empty } from '../../parts/states.tsx';
import { fenTyped } from '../../parts/typed-amount.ts';
import { answersOf, typedOf, type Typed } from '../../parts/typed-answers.ts';
import { Wrong } from '../../parts/wrong.tsx';
import { AbilityField } from './ability-field.tsx';
import { PlaceField, type Place } from './place-field.tsx';
import './investigate.css';

/** Where a product states no usual term, a year. */
const usualMonths = 12;
const noForm: Form = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'none',
  type: 'object',
  title: '—',
  'x-title-en': '—',
  additionalProperties: false,
  required: [],
  properties: {},
};

function formIn(written: unknown): Form | null {
  if (written === null || written === undefined) return null;
  const read = readForm(written);
  return 'form' in read ? read.form : null;
}

interface Draft {
  typed: Typed;
  limit: string;
  opinion: string;
  place: Place | null;
}

/** The investigator's sheet: the product's form, where they stood, what the household can repay, and what is proposed. */
export function Investigate({ page, application, taskId }: { page: CasePage; application: ApplicationPage; taskId: string | null }) {
  const { t } = useTranslation();
  const me = useMe();
  const form = formIn(application.investigation_form);
  const latest = application.investigations.at(-1);
  const isMine = taskId !== null;
  const [draft, setDraft] = useState<Draft>(() => ({
    typed: form === null ? {} : typedOf(form, latest?.answers ?? {}),
    limit: latest?.limit_fen == null ? '' : yuan(latest.limit_fen).replaceAll(',', ''),
    opinion: latest?.opinion ?? '',
    place: latest?.sent_at === null && latest.investigator.staff_id === me.staffId ? latest.place : null,
  }));
  if (!isMine && latest === undefined) return <Empty title={t('cases.investigation.empty')}>{t('cases.investigation.notYours')}</Empty>;
  return (
    <Sheet
      page={page}
      application={application}
      form={form}
      taskId={taskId}
      draft={isMine ? draft : { ...draft, place: latest?.place ?? null }}
      onChange={setDraft}
    />
  );
}

function Sheet({
  page,
  application,
  form,
  taskId,
  draft,
  onChange,
}: {
  page: CasePage;
  application: ApplicationPage;
  form: Form | null;
  taskId: string | null;
  draft: Draft;
  onChange: (draft: Draft) => void;
}) {
  const { t } = useTranslation();
  const [isTried, setTried] = useState(false);
  const isReadOnly = taskId === null;
  const terms = isTerms(application.terms) ? application.terms : null;
  const { answers, unread } = answersOf(form ?? noForm, draft.typed);
  const faults = form === null ? [] : answerFaults(form, answers).filter(({ place }) => !unread.includes(place));
  const limit = fenTyped(draft.limit);
  const wrong = wrongOf(isTried ? faults : [], unread, t('cases.investigation.unread'));
  const body: SaveInvestigation = {
    answers,
    limit_fen: limit === null ? null : String(limit),
    opinion: draft.opinion.trim() === '' ? null : draft.opinion.trim(),
    place: draft.place,
  };
  const set = (next: Partial<Draft>): void => onChange({ ...draft, ...next });
  const latest = application.investigations.at(-1);
  const asked = application.answers['months'];
  const isWrongLimit = draft.limit !== '' && limit === null;
  return (
    <>
      <div className="row investigation">
        <Section
          title={form === null ? t('cases.investigation.form') : spoken() === 'en' ? form['x-title-en'] : form.title}
          note={latest === undefined ? undefined : saidOf(latest, t)}
        >
          {form === null ? (
            <p className="t3">{t('cases.investigation.noForm')}</p>
          ) : (
            <SchemaForm form={form} typed={draft.typed} wrong={wrong} isReadOnly={isReadOnly} onChange={(typed) => set({ typed })} />
          )}
        </Section>
        <Section title={t('cases.investigation.limit')}>
          <TypedField
            id="investigation-limit"
            label={t('cases.investigation.limit')}
            unit={t('unit.yuan')}
            value={draft.limit}
            isWrong={isWrongLimit || (isTried && limit === null)}
            hint={
              isWrongLimit
                ? t('cases.approve.wrong')
                : terms === null
                  ? undefined
                  : t('cases.investigation.limitHint', { least: wan(terms.limit_min_fen), most: wan(terms.limit_max_fen) })
            }
            onChange={(text) => set({ limit: text })}
          />
          {!isReadOnly && (
            <>
              <h3>{t('cases.investigation.ability')}</h3>
              <AbilityField
                ratePpm={application.machine?.rate_ppm ?? terms?.price_cap_ppm ?? 0}
                usualMonths={typeof asked === 'number' ? asked : usualMonths}
                onUse={(fen) => set({ limit: yuan(fen).replaceAll(',', '').replace(/\.00$/, '') })}
              />
            </>
          )}
          <h3>{t('cases.investigation.place')}</h3>
          <PlaceField place={draft.place} isReadOnly={isReadOnly} onChange={(place) => set({ place })} />
          <h3 id="opinion">{t('cases.investigation.opinion')}</h3>
          <textarea
            className="area"
            rows={4}
            maxLength={1000}
            disabled={isReadOnly}
            aria-labelledby="opinion"
            placeholder={t('cases.investigation.opinionExample')}
            value={draft.opinion}
            onChange={(event) => set({ opinion: event.target.value })}
          />
        </Section>
      </div>
      {taskId !== null && (
        <SheetBar
          page={page}
          application={application}
          taskId={taskId}
          body={body}
          missing={faults.length + (limit === null ? 1 : 0)}
          hasUnread={unread.length > 0}
          onTry={() => setTried(true)}
        />
      )}
    </>
  );
}

function saidOf(latest: ApplicationPage['investigations'][number], t: TFunction): string {
  const { investigator, saved_at: saved, sent_at: sent } = latest;
  return sent === null
    ? t('cases.investigation.by', { name: investigator.name, at: instant(saved) })
    : t('cases.investigation.sent', { name: investigator.name, at: instant(sent) });
}

function wrongOf(faults: ReturnType<typeof answerFaults>, unread: readonly string[], unreadWords: string): ReadonlyMap<string, string> {
  const language = spoken();
  return new Map([
    ...faults.map((fault) => [fault.place, fault[language]] as const),
    ...unread.map((name) => [name, unreadWords] as const),
  ]);
}

/** Save and send, at the place of the next action. What was typed is saved before it is sent. */
function SheetBar({
  page,
  application,
  taskId,
  body,
  missing,
  hasUnread,
  onTry,
}: {
  page: CasePage;
  application: ApplicationPage;
  taskId: string;
  body: SaveInvestigation;
  missing: number;
  hasUnread: boolean;
  onTry: () => void;
}) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const act = useAct();
  const [saved, setSaved] = useState<{ text: string; at: string } | null>(null);
  const write = (): Promise<unknown> => send(z.unknown(), 'PUT', addresses.investigation.replace(':id', application.application_id), body);
  const save = useMutation({
    mutationFn: write,
    onSuccess: () => {
      setSaved({ text: JSON.stringify(body), at: new Date().toISOString() });
      void client.invalidateQueries({ queryKey: ['application', application.application_id] });
    },
  });
  const submit = useMutation({
    mutationFn: async () => {
      await write();
      return act.mutateAsync({ verb: 'complete', caseId: page.case_id, taskId, body: { outcome: 'submit' } });
    },
  });
  const refused = useRefused(save.error ?? submit.error, {});
  const isSaved = saved?.text === JSON.stringify(body);
  const isBusy = save.isPending || submit.isPending;
  const sendOn = (): void => {
    onTry();
    save.reset();
    if (missing === 0 && !hasUnread) submit.mutate();
  };
  return (
    <div className="act">
      <Wrong>{refused.rest}</Wrong>
      <p role="status">
        {hasUnread
          ? t('cases.investigation.unread')
          : missing > 0
            ? t('cases.investigation.faults', { count: missing })
            : isSaved
              ? t('cases.investigation.saved', { at: instant(saved?.at).slice(11) })
              : t('cases.investigation.unsaved')}
      </p>
      <span className="grow" />
      <button type="button" className="btn" disabled={isBusy || hasUnread} onClick={() => save.mutate()}>
        {t('cases.investigation.save')}
      </button>
      <button type="button" className="btn pri" disabled={isBusy} onClick={sendOn}>
        {body.limit_fen === null ? t('cases.next.submit') : t('cases.next.submitAmount', { amount: wan(body.limit_fen) })}
      </button>
    </div>
  );
}
