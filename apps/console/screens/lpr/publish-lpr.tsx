import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { addresses, proposed, type LprPage, type PublishLpr } from '#modules/servicing/contract.ts';
import { send } from '../../api/client.ts';
import { percentOfPpm } from '../../format.ts';
import { AskDrawer } from '../../parts/ask.tsx';
import { BeforeAfterTable } from '../../parts/before-after.tsx';
import { DateField, isReason, ReasonField, TypedField } from '../../parts/field.tsx';
import { useRefused } from '../../parts/refused.ts';
import { ppmTyped } from '../../parts/typed-amount.ts';

const places = { published_on: 'on', one_year_ppm: 'one', five_year_ppm: 'five' } as const;
const percent = (ppm: number | null | undefined): string | null => (ppm === null || ppm === undefined ? null : `${percentOfPpm(ppm)} %`);

/** A published LPR, beside the last one before it. A second person decides; published again for a day, it replaces that day's. */
export function PublishLprDrawer({ page, onClose, onDone }: { page: LprPage; onClose: () => void; onDone: (proposalId: string) => void }) {
  const { t } = useTranslation();
  const [on, setOn] = useState(page.as_of);
  const [one, setOne] = useState('');
  const [five, setFive] = useState('');
  const [reason, setReason] = useState('');
  const [oneYear, fiveYear] = [ppmTyped(one), ppmTyped(five)];
  const same = page.items.find((item) => item.published_on === on);
  const before = same ?? page.items.find((item) => item.published_on < on);
  const publish = useMutation({
    mutationFn: (request: PublishLpr) => send(proposed, 'POST', addresses.lpr, request),
    onSuccess: ({ proposal_id }) => onDone(proposal_id),
  });
  const refused = useRefused(publish.error, places);
  const field = (name: 'one' | 'five', value: string, ppm: number | null) => {
    const isWrong = refused.at(name) !== undefined || (value !== '' && ppm === null);
    return { value, isWrong, hint: refused.at(name) ?? (isWrong ? t('amend.wrong.rate') : undefined) };
  };
  return (
    <AskDrawer
      title={t('lpr.publish')}
      says={t('lpr.says')}
      foot={t('ask.fourEyes')}
      submit={t('ask.propose')}
      isReady={on !== '' && oneYear !== null && fiveYear !== null && isReason(reason)}
      isBusy={publish.isPending}
      refused={refused.rest}
      onSubmit={() => {
        if (oneYear !== null && fiveYear !== null) {
          publish.mutate({ published_on: on, one_year_ppm: oneYear, five_year_ppm: fiveYear, reason: reason.trim() });
        }
      }}
      onClose={onClose}
    >
      <DateField
        id="lpr-on"
        label={t('lpr.published')}
        value={on}
        isWrong={refused.at('on') !== undefined}
        hint={refused.at('on') ?? (same === undefined ? undefined : t('lpr.replaces'))}
        autoFocus
        onChange={setOn}
      />
      <div className="typed-grid">
        <TypedField id="lpr-one" label={t('lpr.oneYear')} unit="%" {...field('one', one, oneYear)} onChange={setOne} />
        <TypedField id="lpr-five" label={t('lpr.fiveYear')} unit="%" {...field('five', five, fiveYear)} onChange={setFive} />
      </div>
      <BeforeAfterTable
        label={t('amend.compare')}
        rows={[
          { name: t('lpr.published'), before: before?.published_on ?? null, after: on === '' ? null : on },
          { name: t('lpr.oneYear'), before: percent(before?.one_year_ppm), after: percent(oneYear) },
          { name: t('lpr.fiveYear'), before: percent(before?.five_year_ppm), after: percent(fiveYear) },
        ]}
      />
      <ReasonField id="lpr-reason" label={t('ask.reason')} example={t('lpr.example')} value={reason} onChange={setReason} />
    </AskDrawer>
  );
}
