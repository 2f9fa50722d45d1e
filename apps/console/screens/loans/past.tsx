import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LoanPage } from '#modules/servicing/contract.ts';
import { Tabs } from '../../parts/tabs.tsx';
import { Collections } from './collections.tsx';
import { Events } from './events.tsx';
import { Statements } from './statements.tsx';

const views = ['events', 'collections', 'statements'] as const;

/** What has happened to the loan, in three views: what was done, what was collected, what each month came to. */
export function Past({
  loan,
  picked,
  onPick,
  onReverse,
  onSwitch,
}: {
  loan: LoanPage;
  picked: string | null;
  onPick: (event: string | null) => void;
  onReverse: (event: LoanPage['events'][number]) => void;
  onSwitch: () => void;
}) {
  const { t } = useTranslation();
  const [view, setView] = useState<(typeof views)[number]>('events');
  return (
    <section className="sec past">
      <Tabs tabs={views} open={view} nameOf={(one) => t(`credit.past.${one}`)} label={t('credit.past.title')} onOpen={setView}>
        <span className="unit">{t('unit.yuan')}</span>
      </Tabs>
      {view === 'events' && <Events loan={loan} picked={picked} onPick={onPick} onReverse={onReverse} />}
      {view === 'collections' && <Collections loan={loan} picked={picked} onPick={onPick} onSwitch={onSwitch} />}
      {view === 'statements' && <Statements loan={loan} />}
    </section>
  );
}
