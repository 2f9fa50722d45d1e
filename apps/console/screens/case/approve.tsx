import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { isTerms } from '#core/product/index.ts';
import type { Terms } from '#core/product/index.ts';
import { addresses, type ApplicationPage, type SaveApproval } from '#modules/lending/contract.ts';
import type { CasePage } from '#modules/process/contract.ts';
import { useAct } from '../../api/cases.ts';
import { send } from '../../api/client.ts';
import { useCodes } from '../../codes.ts';
import { percentOfPpm, wan, yuan } from '../../format.ts';
import { AskDrawer } from '../../parts/ask.tsx';
import { BeforeAfterTable } from '../../parts/before-after.tsx';
import { ReasonField, TypedField } from '../../parts/field.tsx';
import { useRefused } from '../../parts/refused.ts';
import { fenTyped, wholeTyped } from '../../parts/typed-amount.ts';
import type { Outcome } from './next-action.ts';

const places = {
  limit_fen: 'limit',
  above_proposal: 'limit',
  above_product: 'limit',
  below_product: 'limit',
  discount_bp: 'discount',
  discount_too_large: 'discount',
} as const;

const yuanTyped = (fen: string): string => yuan(fen).replaceAll(',', '').replace(/\.00$/, '');

/** An approver's word: how much, and what off the price. It is kept and counted in one go. */
export function ApproveDrawer({
  page,
  application,
  taskId,
  outcome,
  onClose,
  onDone,
}: {
  page: CasePage;
  application: ApplicationPage;
  taskId: string;
  outcome: Outcome;
  onClose: () => void;
  onDone: (() => void) | undefined;
}) {
  const { t } = useTranslation();
  const investigated = application.investigations.findLast((one) => one.limit_fen !== null)?.limit_fen ?? null;
  const saved = application.approvals.find((one) => one.task_id === taskId);
  const [limit, setLimit] = useState(() => yuanTyped(saved?.limit_fen ?? page.proposed_fen ?? investigated ?? '0'));
  const [discount, setDiscount] = useState(() => String(saved?.discount_bp ?? 0));
  const [reason, setReason] = useState(saved?.reason ?? '');
  const act = useAct();
  const fen = fenTyped(limit);
  const points = wholeTyped(discount, 0, 500);
  const word = useMutation({
    mutationFn: async (body: SaveApproval) => {
      await send(z.unknown(), 'PUT', addresses.approval.replace(':id', application.application_id), body);
      return act.mutateAsync({
        verb: 'complete',
        caseId: page.case_id,
        taskId,
        body: { outcome: outcome.value, ...(body.reason === undefined ? {} : { reason: body.reason }) },
      });
    },
    onSuccess: () => {
      onClose();
      onDone?.();
    },
  });
  const refused = useRefused(word.error, places);
  const limitSays =
    refused.at('limit') ??
    (fen === null ? t('cases.approve.wrong') : investigated === null ? undefined : t('cases.approve.most', { amount: wan(investigated) }));
  const terms = isTerms(application.terms) ? application.terms : null;
  const change = (set: (text: string) => void) => (text: string) => {
    word.reset();
    set(text);
  };
  return (
    <AskDrawer
      title={t('cases.approve.title')}
      notes={<span className="t2">{`${page.title} ${page.product ?? ''}`}</span>}
      says={t('cases.approve.says')}
      foot={t('cases.foot')}
      submit={fen === null ? t('cases.next.agreePlain') : t('cases.approve.submit', { amount: wan(fen) })}
      isReady={fen !== null && points !== null}
      isBusy={word.isPending}
      refused={refused.rest}
      onSubmit={() =>
        word.mutate({
          task_id: taskId,
          limit_fen: String(fen),
          discount_bp: points ?? 0,
          ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
        })
      }
      onClose={onClose}
    >
      <div className="typed-grid">
        <TypedField
          id="approve-limit"
          label={t('cases.approve.limit')}
          unit={t('unit.yuan')}
          value={limit}
          autoFocus
          isWrong={fen === null || refused.at('limit') !== undefined}
          hint={limitSays}
          onChange={change(setLimit)}
        />
        <TypedField
          id="approve-discount"
          label={t('cases.approve.discount')}
          unit={t('cases.approve.discountUnit')}
          value={discount}
          isWrong={points === null || refused.at('discount') !== undefined}
          hint={refused.at('discount') ?? (points === null ? t('cases.approve.discountWrong') : undefined)}
          onChange={change(setDiscount)}
        />
      </div>
      {terms !== null && <Granted application={application} terms={terms} fen={fen} points={points ?? 0} proposedFen={page.proposed_fen} />}
      <ReasonField id="approve-reason" label={t('cases.approve.reason')} example="" value={reason} onChange={setReason} />
    </AskDrawer>
  );
}

/** Limit and price as proposed and as they would be granted, and what posts may take off. */
function Granted({
  application,
  terms,
  fen,
  points,
  proposedFen,
}: {
  application: ApplicationPage;
  terms: Terms;
  fen: bigint | null;
  points: number;
  proposedFen: string | null;
}) {
  const { t } = useTranslation();
  const code = useCodes();
  const price = application.machine?.rate_ppm ?? terms.price_cap_ppm;
  const after = Math.max(price - points * 100, terms.price_floor_ppm);
  const posts = Object.entries(terms.discounts_bp);
  return (
    <>
      <BeforeAfterTable
        label={t('cases.approve.title')}
        rows={[
          {
            name: `${t('cases.approve.limit')}，${t('unit.wan')}`,
            before: proposedFen === null ? null : wan(proposedFen),
            after: fen === null ? null : wan(fen),
          },
          { name: `${t('cases.rate')}，%`, before: percentOfPpm(price), after: percentOfPpm(after) },
        ]}
      />
      <p className="t3 sm">
        {posts.length === 0
          ? t('cases.approve.none')
          : t('cases.approve.may', {
              words: posts.map(([post, most]) => `${code('post', post)} ${most} ${t('cases.approve.discountUnit')}`).join(t('list.comma')),
            })}{' '}
        {after === terms.price_floor_ppm && points > 0 && t('cases.approve.floor', { rate: percentOfPpm(terms.price_floor_ppm) })}
      </p>
    </>
  );
}
