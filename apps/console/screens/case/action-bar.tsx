import { useNavigate } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ApplicationPage } from '#modules/lending/contract.ts';
import type { CasePage } from '#modules/process/contract.ts';
import { useMe } from '../../api/session.ts';
import { wan } from '../../format.ts';
import { spoken } from '../../i18n.ts';
import { useKeys } from '../../parts/keys.ts';
import { Menu } from '../../parts/menu.tsx';
import { ApproveDrawer } from './approve.tsx';
import { formOf, isSigned, useDefinition } from './definition.ts';
import { offeredOf, type Action, type Offered } from './next-action.ts';
import { VerbDrawer } from './verb-drawer.tsx';

/** Forms that ask for more than an outcome. */
export const investigationForm = 'lending.investigation';
const approvalForm = 'lending.approval';

interface Standing {
  readonly page: CasePage;
  readonly application: ApplicationPage | undefined;
  /** After an act: the case has moved on. */
  readonly onDone?: () => void;
}

/** The next action, always at the same place and saying its amount; the other verbs beside it and in a menu. `A` takes the next action. */
export function ActionBar({ page, application, onDone }: Standing) {
  const { t } = useTranslation();
  const me = useMe();
  const navigate = useNavigate();
  const definition = useDefinition(page);
  const [asked, setAsked] = useState<Action | null>(null);
  const offered = offeredOf(page, (permission) => me.may(permission), { isSigned: (node) => isSigned(definition, node) });
  const { task, first, beside, more } = offered;
  const form = formOf(definition, task?.node);
  const faceOf = useFace(page, form);
  const begin = (action: Action): void => {
    if (action.outcome?.value === 'submit' && form === investigationForm)
      void navigate({ to: '/cases/$id', params: { id: page.case_id }, search: { show: 'investigate' } });
    else setAsked(action);
  };
  // The reader of drawings comes after the case: until then the form of the step is not known.
  const isReady = definition !== undefined || page.tasks.length === 0;
  useKeys(first === null || !isReady || asked !== null ? {} : { a: () => begin(first), A: () => begin(first) });
  const close = (): void => setAsked(null);
  return (
    <>
      <p>{saidOf(page, offered, me.staffId, t)}</p>
      {more.length > 0 && (
        <Menu label={t('cases.verbs')} face={t('cases.verbs')} className="btn">
          {(shut) =>
            more.map((verb) => (
              <button
                key={verb}
                type="button"
                onClick={() => {
                  shut();
                  setAsked({ verb });
                }}
              >
                {t(`cases.verb.${verb}`)}
              </button>
            ))
          }
        </Menu>
      )}
      <span className="grow" />
      {beside.map((action) => (
        <button
          key={action.outcome?.value ?? action.verb}
          type="button"
          className={action.outcome?.value === 'refuse' ? 'btn no' : 'btn'}
          onClick={() => setAsked(action)}
        >
          {faceOf(action)}
        </button>
      ))}
      {first !== null && (
        <button type="button" className="btn pri" disabled={!isReady} onClick={() => begin(first)}>
          {faceOf(first)} <kbd>A</kbd>
        </button>
      )}
      {asked !== null &&
        (form === approvalForm && asked.outcome?.value === 'agree' && application !== undefined && task !== null ? (
          <ApproveDrawer
            page={page}
            application={application}
            taskId={task.task_id}
            outcome={asked.outcome}
            onClose={close}
            onDone={onDone}
          />
        ) : (
          <VerbDrawer page={page} task={task} action={asked} definition={definition} face={faceOf(asked)} onClose={close} onDone={onDone} />
        ))}
    </>
  );
}

/** What a button says: the next step's word, with the amount where one is agreed to. */
function useFace(page: CasePage, form: string | null): (action: Action) => string {
  const { t } = useTranslation();
  const language = spoken();
  return ({ verb, outcome }) => {
    if (outcome === undefined) return t(`cases.verb.${verb}`);
    if (form === investigationForm && outcome.value === 'submit') return t('cases.next.investigate');
    if (outcome.value === 'agree' && page.proposed_fen !== null) return t('cases.next.agree', { amount: wan(page.proposed_fen) });
    return outcome.name[language];
  };
}

function saidOf(page: CasePage, { task, first }: Offered, staffId: string, t: TFunction): string {
  if (page.status === 'ended' || page.status === 'cancelled') return t('cases.next.over');
  if (page.status === 'suspended') return t('cases.stopped');
  if (page.status === 'stuck') return t('cases.stuck');
  if (task === null || task.state !== 'open')
    return first === null || task === null ? t('cases.next.machine') : t(`cases.says.${first.verb}`);
  if (task.assignee === null) return first?.verb === 'claim' ? t('cases.says.claim') : t('cases.next.waitPool');
  return task.assignee.staff_id === staffId ? task.name : t('cases.next.waitFor', { who: task.assignee.name });
}
