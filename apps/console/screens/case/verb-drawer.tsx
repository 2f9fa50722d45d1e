import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Definition } from '#core/bpmn/index.ts';
import type { CasePage } from '#modules/process/contract.ts';
import { useAct } from '../../api/cases.ts';
import { AskDrawer } from '../../parts/ask.tsx';
import { ChosenField, isReason, ReasonField } from '../../parts/field.tsx';
import { useRefused } from '../../parts/refused.ts';
import { Candidates } from './candidates.tsx';
import { needsOf, type Action } from './next-action.ts';

/** One verb with all that it needs: a step, a person, a reason. */
export function VerbDrawer({
  page,
  task,
  action,
  definition,
  face,
  onClose,
  onDone,
}: {
  page: CasePage;
  task: CasePage['tasks'][number] | null;
  action: Action;
  definition: Definition | undefined;
  face: string;
  onClose: () => void;
  onDone: (() => void) | undefined;
}) {
  const { t } = useTranslation();
  const act = useAct();
  const [reason, setReason] = useState('');
  const [staff, setStaff] = useState<string | null>(null);
  const steps = action.verb === 'jump' ? stepsOf(definition) : (task?.returnable ?? []);
  const [node, setNode] = useState(steps[0]?.node ?? '');
  const [comesBack, setComesBack] = useState(false);
  const needs = needsOf(action);
  const refused = useRefused(act.error, {});
  const isReady =
    (!needs.includes('reason') || isReason(reason)) &&
    (!needs.includes('staff') || staff !== null) &&
    (!needs.includes('node') || node !== '');
  const submit = (): void =>
    act.mutate(
      {
        verb: action.verb,
        caseId: page.case_id,
        taskId: task?.task_id ?? null,
        body: {
          ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
          ...(action.outcome === undefined ? {} : { outcome: action.outcome.value }),
          ...(needs.includes('node') ? { node, resume: comesBack } : {}),
          ...(needs.includes('staff') && staff !== null ? { staff_id: staff } : {}),
        },
      },
      {
        onSuccess: () => {
          onClose();
          onDone?.();
        },
      },
    );
  return (
    <AskDrawer
      title={face}
      notes={<span className="t2">{`${page.title} ${task?.name ?? ''}`}</span>}
      says={t(`cases.says.${action.verb}`)}
      foot={t('cases.foot')}
      submit={face}
      isReady={isReady}
      isBusy={act.isPending}
      isGrave={action.verb === 'cancel' || action.outcome?.value === 'refuse'}
      refused={refused.rest}
      onSubmit={submit}
      onClose={onClose}
    >
      {needs.includes('node') && (
        <>
          <ChosenField
            id="act-node"
            label={t('cases.needs.node')}
            value={node}
            options={steps.map((step) => ({ value: step.node, text: step.name || step.node }))}
            onChange={setNode}
          />
          {action.verb === 'return' && (
            <label className="check">
              <input type="checkbox" checked={comesBack} onChange={(event) => setComesBack(event.target.checked)} />{' '}
              {t('cases.needs.resume')}
            </label>
          )}
        </>
      )}
      {needs.includes('staff') && task !== null && <Candidates taskId={task.task_id} chosen={staff} onChoose={setStaff} />}
      <ReasonField
        id="act-reason"
        label={t(needs.includes('reason') ? 'cases.needs.reason' : 'cases.needs.opinion')}
        example={needs.includes('reason') ? t('cases.needs.example') : ''}
        value={reason}
        autoFocus={!needs.includes('node') && !needs.includes('staff')}
        onChange={setReason}
      />
    </AskDrawer>
  );
}

/** Steps that a case may be moved to: those somebody or something does, in the order they are drawn. */
function stepsOf(definition: Definition | undefined): { node: string; name: string }[] {
  const kinds: ReadonlySet<string> = new Set(['user', 'service', 'rule', 'receive', 'send']);
  return (definition?.nodes ?? [])
    .filter(({ kind, scope }) => kinds.has(kind) && scope === undefined)
    .map(({ id, name }) => ({ node: id, name }));
}
