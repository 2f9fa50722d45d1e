import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { parseYuan } from '#core/money/index.ts';
import { addresses, limitPage, takeReasons, type LimitPage } from '#modules/village/contract.ts';
import { get, send } from '../../api/client.ts';
import { useMe } from '../../api/session.ts';
import { instant, wan } from '../../format.ts';
import { Drawer } from '../../parts/drawer.tsx';
import { TypedField } from '../../parts/field.tsx';
import { Unread } from '../../parts/states.tsx';
import { Refusal } from '../../parts/wrong.tsx';
import { usePlainRule } from '../village/words.ts';
import type { At } from './grants.tsx';

/** Three limits, how one was taken of them step by step, and the branch's word. */
export function LimitDrawer({ at, personId }: { at: At; personId: string }) {
  const { t } = useTranslation();
  const close = (): void => at.change({ open: undefined });
  const page = useQuery({
    queryKey: ['limits', at.projectId, 'person', personId],
    queryFn: () => get(limitPage, addresses.limit.replace(':id', at.projectId).replace(':person', personId)),
  });
  if (page.data === undefined) {
    return (
      <Drawer title={t('granting.threeLimits')} onClose={close}>
        <Unread of={page} what="limit" inside />
      </Drawer>
    );
  }
  return <Shown at={at} page={page.data} onClose={close} />;
}

function Shown({ at, page, onClose }: { at: At; page: LimitPage; onClose: () => void }) {
  const { t } = useTranslation();
  const me = useMe();
  return (
    <Drawer
      title={page.name}
      notes={<span className={page.outcome === 'taken' ? 'tag ok' : 'tag warn'}>{t(`granting.outcome.${page.outcome}`)}</span>}
      links={
        <Link to="/persons/$id" params={{ id: page.person_id }}>
          {t('granting.person')}
        </Link>
      }
      onClose={onClose}
    >
      <dl className="kv">
        {(['evaluated', 'model', 'investigated'] as const).map((kind) => (
          <Limit key={kind} page={page} kind={kind} />
        ))}
      </dl>
      <Waterfall page={page} />
      {page.reasons.length > 0 && <p className="t2">{page.reasons.map((reason) => reasonText(t, reason)).join(' · ')}</p>}
      {me.may('village.run') && <Determine key={page.computed_at} at={at} page={page} />}
      {page.determinations.map((word) => (
        <p key={word.determined_at} className="t2">
          {t('granting.word', { amount: wan(word.determined_fen), name: word.determined_by.name, at: instant(word.determined_at) })}
          {word.remark !== null && ` · ${word.remark}`}
        </p>
      ))}
    </Drawer>
  );
}

function reasonText(t: TFunction, reason: string): string {
  const known = takeReasons.find((one) => one === reason);
  return known === undefined ? reason : t(`granting.takeReason.${known}`);
}

function Limit({ page, kind }: { page: LimitPage; kind: 'evaluated' | 'model' | 'investigated' }) {
  const { t } = useTranslation();
  const fen = page[`${kind}_fen`];
  const newest = page.records.find((record) => record.kind === kind);
  return (
    <>
      <dt>{t(`granting.column.${kind}`)}</dt>
      <dd>
        {fen === null ? t('granting.none') : `${wan(fen)} ${t('unit.wan')}`}
        {newest !== undefined && <small className="t3"> {instant(newest.recorded_at)}</small>}
      </dd>
    </>
  );
}

/** Two steps belong to some rules and people only; where they change nothing they are not told. */
const isTold = ({ name, before, after }: LimitPage['steps'][number]): boolean => (name !== 'online' && name !== 'max2') || before !== after;

/** Each step a bar as long as what it leaves; the binding one is marked. */
function Waterfall({ page }: { page: LimitPage }) {
  const { t } = useTranslation();
  const taking = t('granting.taking', { rule: usePlainRule()(page.rule) });
  const most = Math.max(1, ...page.steps.map((step) => Number(step.after ?? 0)));
  return (
    <>
      <h3>{taking}</h3>
      <ol className="take-steps" aria-label={taking}>
        {page.steps.filter(isTold).map((step) => (
          <li key={step.name} className={step.binding ? 'binding' : ''}>
            <span>{t(`granting.step.${step.name}`)}</span>
            <i style={{ width: `${(Number(step.after ?? 0) / most) * 100}%` }} />
            <b>{wan(step.after)}</b>
          </li>
        ))}
      </ol>
      <p className="t3 sm">{t('granting.capIs', { amount: wan(page.cap_fen) })}</p>
    </>
  );
}

function Determine({ at, page }: { at: At; page: LimitPage }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [typed, setTyped] = useState(page.taken_fen === null ? '' : String(BigInt(page.taken_fen) / 100n));
  const [remark, setRemark] = useState('');
  const fen = parseYuan(typed);
  const differs = fen === null || String(fen) !== page.taken_fen;
  const determine = useMutation({
    mutationFn: (amount: bigint) =>
      send(z.unknown(), 'POST', addresses.determination.replace(':id', at.projectId).replace(':person', page.person_id), {
        determined_fen: String(amount),
        ...(remark.trim() === '' ? {} : { remark: remark.trim() }),
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['limits', at.projectId] }),
  });
  return (
    <div className="later">
      <h3>{t('granting.determine')}</h3>
      <TypedField id="determined" label={t('granting.determinedYuan')} value={typed} onChange={setTyped} />
      {differs && (
        <p className="typed">
          <label htmlFor="remark">{t('granting.remark')}</label>
          <textarea
            id="remark"
            className="area"
            rows={2}
            maxLength={300}
            value={remark}
            onChange={(event) => setRemark(event.target.value)}
          />
        </p>
      )}
      <Refusal inline problem={determine.error} />
      <button
        type="button"
        className="btn pri"
        disabled={fen === null || (differs && remark.trim().length < 2) || determine.isPending}
        onClick={() => fen !== null && determine.mutate(fen)}
      >
        {t('granting.save')}
      </button>
    </div>
  );
}
