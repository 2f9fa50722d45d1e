import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { addresses, loanList, loanTotals, type LoanList, type LoanSummary, type LoanTotals } from '#modules/servicing/contract.ts';
import { useWords } from '../../address.ts';
import { get, Problem } from '../../api/client.ts';
import { useOnward } from '../../api/onward.ts';
import { useCodes } from '../../codes.ts';
import { count, wan } from '../../format.ts';
import { useListView } from '../../parts/list-view.tsx';
import { filtersOf, type Words } from '../../parts/list-words.ts';
import { OnwardScreen } from '../../parts/onward-screen.tsx';
import { PageHead } from '../../parts/page.tsx';
import { Choice, Word } from '../../parts/sentence.tsx';
import { Empty } from '../../parts/states.tsx';
import { loanColumns } from './columns.tsx';

const kept = ['state', 'past_due', 'collection'] as const;
const states = ['active', 'settled', 'written_off'] as const;
const collections = ['failed', 'collected'] as const;

/** Every loan the reader may see: which, and how late; a row opens the loan. */
export function Loans() {
  const { t } = useTranslation();
  const code = useCodes();
  const navigate = useNavigate();
  const search = useWords(...kept, 'view', 'columns');
  const open = (next: Words): void => void navigate({ to: '/loans', search: next, replace: true });
  const change = (next: Words): void => open({ ...search, ...next });
  const list = useOnward<LoanSummary, LoanList>('loans', loanList, addresses.loans, filtersOf(search, kept));
  const totals = useQuery({ queryKey: ['loan-totals'], queryFn: () => get(loanTotals, addresses.loanTotals) });
  const view = useListView<LoanSummary>({
    list: 'loans',
    columns: loanColumns(t, code, { person: true }),
    words: kept,
    search,
    onChange: change,
    onOpen: open,
  });
  const hasBegun = !(list.error instanceof Problem && list.error.code === 'not_open');
  if (!hasBegun) return <NotBegun title={t('shell.nav.loans')} />;
  return (
    <OnwardScreen
      title={t('shell.nav.loans')}
      notes={totals.data !== undefined && <Totals totals={totals.data} />}
      sentence={
        <>
          {t('credit.loans.sentence.state')}
          <Choice
            label={t('credit.loans.state')}
            value={search.state ?? ''}
            options={[{ value: '', text: t('list.all') }, ...states.map((value) => ({ value, text: code('loanState', value) }))]}
            onChange={(state) => change({ state: state === '' ? undefined : state })}
          />
          {t('credit.loans.sentence.pastDue')}
          <Word
            label={t('credit.loans.pastDue_label')}
            value={search.past_due ?? ''}
            placeholder={t('list.any')}
            number
            onChange={(days) => change({ past_due: days === '' ? undefined : days })}
          />
          {t('credit.loans.sentence.days')}
          <Choice
            label={t('credit.loans.collection')}
            value={search.collection ?? ''}
            options={[
              { value: '', text: t('list.any') },
              ...collections.map((value) => ({ value, text: t(`credit.loans.collections.${value}`) })),
            ]}
            onChange={(collection) => change({ collection: collection === '' ? undefined : collection })}
          />
          <span className="t3">{t('credit.loans.sentence.order')}</span>
        </>
      }
      control={view.control}
      list={list}
      columns={view.shown}
      none={t('credit.loans.none')}
      noneNext={t('credit.loans.noneNext')}
      onClear={() => open({})}
      rowKey={(row) => row.loan_id}
      onOpen={(row) => void navigate({ to: '/loans/$id', params: { id: row.loan_id } })}
      drawer={null}
    />
  );
}

/** The legal entity lends nothing yet. */
export function NotBegun({ title }: { title: string }) {
  const { t } = useTranslation();
  return (
    <>
      <PageHead title={title} />
      <Empty title={t('credit.loans.never')}>{t('credit.loans.neverNext')}</Empty>
    </>
  );
}

function Totals({ totals: { active, past_due: late, settled } }: { totals: LoanTotals }) {
  const { t } = useTranslation();
  return (
    <>
      <span className="t2">{t('credit.loans.active', { loans: count(active.loans), amount: wan(active.principal_fen) })}</span>
      {late.loans > 0 && (
        <span className="bad">{t('credit.loans.pastDue', { loans: count(late.loans), amount: wan(late.principal_fen) })}</span>
      )}
      <span className="t3">{t('credit.loans.settled', { loans: count(settled.loans) })}</span>
    </>
  );
}
