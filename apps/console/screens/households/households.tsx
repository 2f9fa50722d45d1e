import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useWords } from '../../address.ts';
import type { HouseholdRow } from '#modules/population/contract.ts';
import { outcomes } from '#modules/population/contract.ts';
import { useGridNode } from '../../api/grid.ts';
import { useMe } from '../../api/session.ts';
import { useListView } from '../../parts/list-view.tsx';
import type { Words } from '../../parts/list-words.ts';
import { PageHead } from '../../parts/page.tsx';
import { Choice, Sentence, Word } from '../../parts/sentence.tsx';
import { Empty } from '../../parts/states.tsx';
import type { Order } from '../../parts/table.tsx';
import { useScope } from '../../shell/scope.ts';
import { HouseholdTable, householdColumns } from './household-table.tsx';

const kept = ['outcome', 'over_cap', 'sort', 'direction'] as const;
type Search = Partial<Record<(typeof kept)[number] | 'grid' | 'head' | 'view' | 'columns', string | undefined>>;

export function Households() {
  const { t } = useTranslation();
  const me = useMe();
  const navigate = useNavigate();
  const search = useWords('grid', 'head', ...kept, 'view', 'columns');
  const grid = useScope(me.home);
  const place = useGridNode(grid);
  const open = (next: Words): void => void navigate({ to: '/households', search: { grid, ...next }, replace: true });
  const change = (next: Search): void => open({ ...search, ...next });
  const view = useListView<HouseholdRow>({
    list: 'households',
    columns: householdColumns(t),
    words: kept,
    search,
    onChange: change,
    onOpen: open,
  });
  const order: Order = { by: search.sort ?? 'grid', direction: search.direction === 'desc' ? 'desc' : 'asc' };
  const anyOutcome = [
    { value: '', text: t('list.any') },
    ...[...outcomes, 'none' as const].map((value) => ({ value, text: t(`codes.outcome.${value}`) })),
  ];
  return (
    <>
      <PageHead title={t('shell.nav.households')} notes={<span className="t2">{t('households.lead')}</span>} />
      <Sentence right={view.control}>
        {t('households.sentence.look')} <b className="place">{place.data?.name ?? grid}</b> {t('households.sentence.with')}
        <Word
          label={t('households.sentence.head')}
          value={search.head ?? ''}
          placeholder={t('list.any')}
          onChange={(head) => change({ head })}
        />
        {t('households.sentence.outcome')}
        <Choice
          label={t('households.sentence.outcomeLabel')}
          value={search.outcome ?? ''}
          options={anyOutcome}
          onChange={(outcome) => change({ outcome })}
        />
        {t('households.sentence.cap')}
        <Choice
          label={t('households.sentence.capLabel')}
          value={search.over_cap ?? ''}
          options={[
            { value: '', text: t('list.any') },
            { value: 'true', text: t('households.overCap') },
            { value: 'false', text: t('households.underCap') },
          ]}
          onChange={(over) => change({ over_cap: over })}
        />
      </Sentence>
      <div className="wl">
        <section className="list" tabIndex={0}>
          <HouseholdTable
            filter={{
              grid,
              head: search.head,
              outcome: search.outcome,
              over_cap: search.over_cap,
              sort: order.by,
              direction: order.direction,
            }}
            order={order}
            onOrder={(next) => change({ sort: next.by, direction: next.direction })}
            columns={view.shown}
            empty={
              <Empty
                title={t('households.none')}
                action={
                  <button type="button" className="btn" onClick={() => open({})}>
                    {t('list.clear')}
                  </button>
                }
              >
                {t('households.noneNext')}
              </Empty>
            }
          />
        </section>
      </div>
    </>
  );
}
