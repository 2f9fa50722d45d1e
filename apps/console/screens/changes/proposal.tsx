import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { proposal, proposalSummary, type ProposalPage } from '#modules/change/contract.ts';
import { get, send } from '../../api/client.ts';
import { instant } from '../../format.ts';
import { spoken } from '../../i18n.ts';
import { Drawer } from '../../parts/drawer.tsx';
import { Bones, Failure } from '../../parts/states.tsx';
import { subjectOf } from '../../parts/proposal-subject.ts';
import { Refusal } from '../../parts/wrong.tsx';
import { ProposalTag } from './proposal-tag.tsx';
import { LayerChange } from './layer-change.tsx';
import { ProcessChange } from './process-change.tsx';
import { ServicingChange } from './servicing-change.tsx';
import { VillageChange } from './village-change.tsx';
import { differenceOf, fold, linesOf } from './line-difference.ts';

export function Proposal({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation();
  const page = useQuery({ queryKey: ['change', id], queryFn: () => get(proposal, `/api/v1/changes/${id}`) });
  const data = page.data;
  return (
    <Drawer
      title={data === undefined ? id : subjectOf(data)}
      notes={data !== undefined && <span className="t2">{data.kind_name[spoken()]}</span>}
      links={<span className="mono">{id}</span>}
      onClose={onClose}
      {...(data?.state === 'proposed' ? { actions: <Decide page={data} /> } : {})}
    >
      {page.isError && <Failure problem={page.error} retry={() => void page.refetch()} inside />}
      {page.isPending && <Bones rows={8} />}
      {data !== undefined && (
        <>
          <dl className="kv proposal-facts">
            <dt>{t('loads.column.state')}</dt>
            <dd>
              <ProposalTag state={data.state} />
              {data.state === 'proposed' && <span className="t3 sm"> {t('changes.until', { at: instant(data.expires_at) })}</span>}
            </dd>
            <dt>{t('changes.maker')}</dt>
            <dd>
              {data.maker.name} <span className="t3">{instant(data.proposed_at)}</span>
            </dd>
            <dt>{t('changes.reason')}</dt>
            <dd>{data.reason}</dd>
            {data.decider !== null && (
              <>
                <dt>{t('changes.decider')}</dt>
                <dd>
                  {data.decider.name} <span className="t3">{instant(data.decided_at)}</span> {data.decision_reason}
                </dd>
              </>
            )}
          </dl>
          <LayerChange
            page={data}
            otherwise={
              <ServicingChange
                page={data}
                otherwise={<ProcessChange page={data} otherwise={<VillageChange page={data} otherwise={<Difference page={data} />} />} />}
              />
            }
          />
        </>
      )}
    </Drawer>
  );
}

/** A structure of texts (the files of a strategy) is shown file by file; anything else as one text. */
function partsOf(before: unknown, after: unknown): { name: string; before: unknown; after: unknown }[] {
  const record = (side: unknown): Record<string, unknown> | null =>
    side !== null && typeof side === 'object' && !Array.isArray(side) ? (side as Record<string, unknown>) : null;
  const [left, right] = [record(before), record(after)];
  const isFiles = right !== null && Object.values(right).some((value) => typeof value === 'string' && value.includes('\n'));
  if (!isFiles) return [{ name: '', before, after }];
  const names = [...new Set([...Object.keys(left ?? {}), ...Object.keys(right)])];
  return names.map((name) => ({ name, before: left?.[name] ?? null, after: right[name] ?? null }));
}

function Difference({ page }: { page: ProposalPage }) {
  const { t } = useTranslation();
  const parts = useMemo(
    () =>
      partsOf(page.before, page.after).map((part) => ({
        name: part.name,
        lines: fold(differenceOf(linesOf(part.before), linesOf(part.after))),
      })),
    [page],
  );
  return (
    <>
      {parts.map((part) => {
        const changed = part.lines.filter((line) => line.kind === 'gone' || line.kind === 'new').length;
        return (
          <section key={part.name}>
            <h3>
              {part.name === '' ? t('changes.difference') : part.name}
              <small>
                {changed === 0
                  ? t('changes.unchanged')
                  : page.before === null
                    ? t('changes.isNew')
                    : t('changes.lines', { count: changed })}
              </small>
            </h3>
            {changed > 0 && (
              <pre className="diff" tabIndex={0}>
                {part.lines.map((line, index) =>
                  line.kind === 'fold' ? (
                    <span key={`f${index}`} className="fold">
                      {t('changes.folded', { count: line.count })}
                    </span>
                  ) : (
                    <span key={`${line.before}-${line.after}`} className={line.kind}>
                      <i>{line.before ?? ''}</i>
                      <i>{line.after ?? ''}</i>
                      {line.kind === 'gone' ? '−' : line.kind === 'new' ? '+' : ' '} {line.text}
                    </span>
                  ),
                )}
              </pre>
            )}
          </section>
        );
      })}
    </>
  );
}

const acts = ['approve', 'reject', 'withdraw'] as const;

function Decide({ page }: { page: ProposalPage }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [reason, setReason] = useState('');
  const decide = useMutation({
    mutationFn: (act: (typeof acts)[number]) =>
      send(proposalSummary, 'POST', `/api/v1/changes/${page.proposal_id}/${act}`, { reason: reason.trim() }),
    onSuccess: () => client.invalidateQueries({ predicate: (query) => query.queryKey[0] !== 'session' }),
  });
  const { may } = page;
  if (!may.approve && !may.reject && !may.withdraw) return <p>{t('changes.mayNot')}</p>;
  const said = reason.trim().length >= 4;
  return (
    <>
      <label htmlFor="decision-reason" className="unseen">
        {t('changes.why')}
      </label>
      <textarea
        id="decision-reason"
        className="area"
        rows={2}
        maxLength={500}
        placeholder={t('changes.why')}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
      <Refusal problem={decide.error} />
      <span className="grow" />
      {may.withdraw && (
        <button type="button" className="btn" disabled={!said || decide.isPending} onClick={() => decide.mutate('withdraw')}>
          {t('changes.withdraw')}
        </button>
      )}
      {may.reject && (
        <button type="button" className="btn no" disabled={!said || decide.isPending} onClick={() => decide.mutate('reject')}>
          {t('changes.reject')}
        </button>
      )}
      {may.approve && (
        <button type="button" className="btn pri" disabled={decide.isPending} onClick={() => decide.mutate('approve')}>
          {t('changes.approve')}
        </button>
      )}
    </>
  );
}
