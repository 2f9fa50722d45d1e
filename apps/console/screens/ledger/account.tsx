import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { acts } from '#core/loan/index.ts';
import { accountPage, addresses, type AccountPage } from '#modules/servicing/contract.ts';
import { useAddress, useWords } from '../../address.ts';
import { get } from '../../api/client.ts';
import { useCodes } from '../../codes.ts';
import { count, yuan } from '../../format.ts';
import { spoken } from '../../i18n.ts';
import { Docked } from '../../parts/drawer.tsx';
import type { Words } from '../../parts/list-words.ts';
import { OnwardList } from '../../parts/onward-list.tsx';
import { Figure, PageHead } from '../../parts/page.tsx';
import { Choice, Sentence, Word } from '../../parts/sentence.tsx';
import { Empty } from '../../parts/states.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { useAccountNames } from '../loans/postings.tsx';
import { checkOf } from './account-check.ts';
import { Voucher } from './voucher.tsx';
import './account.css';

type Posting = AccountPage['items'][number];

/** Which voucher of which loan, as one word of the address: L12.345, or L12.-20260115 for a night. */
const voucherWord = ({ loan_id, voucher }: Posting): string | null => (loan_id === null ? null : `${loan_id}.${voucher}`);

/** One account on one business date: what the trial balance says, the postings that make it, and what caused each. */
export function Account() {
  const { t } = useTranslation();
  const code = useCodes();
  const nameOf = useAccountNames();
  const navigate = useNavigate();
  const [date, account] = [useAddress('date'), useAddress('account')];
  const search = useWords('side', 'act', 'loan_id', 'open');
  const filter = { side: search.side, act: search.act, loan_id: search.loan_id };
  const change = (next: Words): void =>
    void navigate({ to: '/day-ends/$date/$account', params: { date, account }, search: { ...search, ...next }, replace: true });
  const list = useInfiniteQuery({
    queryKey: ['account', account, date, filter],
    queryFn: ({ pageParam }) => get(accountPage, addresses.account.replace(':account', account), { ...filter, date, after: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
  const first = list.data?.pages[0];
  const [loanId, voucher] = search.open?.split('.') ?? [];
  return (
    <div className="account">
      <PageHead
        way={[{ text: t('shell.nav.credit') }, { text: t('shell.nav.dayEnds'), to: '/day-ends', search: { date } }, { text: account }]}
        title={t('ledger.title', { account, name: first?.name[spoken()] ?? nameOf(account) })}
        notes={<span className="t3">{t('ledger.on', { date })}</span>}
      />
      {first !== undefined && <Turnover page={first} isFiltered={Object.values(filter).some((word) => word !== undefined)} />}
      <Filter search={search} change={change} />
      <Docked
        list={
          <OnwardList
            list={{
              rows: list.data?.pages.flatMap((page) => page.items) ?? [],
              asOf: null,
              isPending: list.isPending,
              isFetching: list.isFetching,
              error: list.error,
              hasMore: list.hasNextPage,
              more: () => {
                if (!list.isFetchingNextPage) void list.fetchNextPage();
              },
              retry: () => void list.refetch(),
            }}
            empty={<Empty title={t('ledger.none')}>{t('ledger.noneNext')}</Empty>}
          >
            {(rows) => (
              <Table
                label={t('ledger.found')}
                columns={columnsOf(t, code, nameOf, account)}
                rows={rows}
                rowKey={(row) => row.posting_id}
                openKey={rows.find((row) => voucherWord(row) === search.open)?.posting_id}
                onOpen={(row) => change({ open: voucherWord(row) ?? undefined })}
              />
            )}
          </OnwardList>
        }
        drawer={
          loanId === undefined || voucher === undefined ? null : (
            <Voucher key={search.open} loanId={loanId} voucher={voucher} account={account} onClose={() => change({ open: undefined })} />
          )
        }
      />
    </div>
  );
}

function Turnover({ page, isFiltered }: { page: AccountPage; isFiltered: boolean }) {
  const { t } = useTranslation();
  const { found, trial_balance: line } = page;
  const check = checkOf(page, isFiltered);
  const balance = line === null ? null : BigInt(line.balance_fen);
  return (
    <div className="figs">
      <Figure label={t('ledger.debit')} value={yuan(line?.debit_fen ?? found?.debit_fen)} unit={t('unit.yuan')} />
      <Figure label={t('ledger.credit')} value={yuan(line?.credit_fen ?? found?.credit_fen)} unit={t('unit.yuan')} />
      {balance !== null && (
        <Figure
          label={t('ledger.balance')}
          value={yuan(balance < 0n ? -balance : balance)}
          unit={t('unit.yuan')}
          note={balance === 0n ? undefined : t(balance < 0n ? 'ledger.onCredit' : 'ledger.onDebit')}
        />
      )}
      <Figure
        label={t('ledger.found')}
        value={count(found?.postings)}
        unit={t('ledger.postings')}
        note={
          <span className={check.is === 'equal' ? 'ok' : check.is === 'differs' ? 'bad' : 't3'} role="status">
            {check.is === 'differs'
              ? t('ledger.differs', { amount: yuan(check.byFen) })
              : t(`ledger.${check.is}`, { debit: yuan(found?.debit_fen), credit: yuan(found?.credit_fen) })}
          </span>
        }
      />
    </div>
  );
}

function Filter({ search, change }: { search: Words; change: (next: Words) => void }) {
  const { t } = useTranslation();
  const code = useCodes();
  const word = (value: string): string | undefined => (value === '' ? undefined : value);
  return (
    <Sentence>
      {t('ledger.sentence.side')}
      <Choice
        label={t('ledger.side')}
        value={search.side ?? ''}
        options={[
          { value: '', text: t('ledger.both') },
          ...(['debit', 'credit'] as const).map((value) => ({ value, text: t(`ledger.sides.${value}`) })),
        ]}
        onChange={(side) => change({ side: word(side), open: undefined })}
      />
      {t('ledger.sentence.act')}
      <Choice
        label={t('ledger.act')}
        value={search.act ?? ''}
        options={[{ value: '', text: t('list.any') }, ...acts.map((value) => ({ value, text: code('loanAct', value) }))]}
        onChange={(act) => change({ act: word(act), open: undefined })}
      />
      {t('ledger.sentence.loan')}
      <Word
        label={t('ledger.loan')}
        value={search.loan_id ?? ''}
        placeholder={t('list.any')}
        onChange={(loan) => change({ loan_id: word(/^\d+$/.test(loan) ? `L${loan}` : loan.toUpperCase()), open: undefined })}
      />
      <span className="t3">{t('ledger.sentence.order')}</span>
    </Sentence>
  );
}

function columnsOf(
  t: TFunction,
  code: ReturnType<typeof useCodes>,
  nameOf: (account: string) => string,
  account: string,
): Column<Posting>[] {
  const side = (name: 'debit' | 'credit'): Column<Posting> => ({
    key: name,
    head: t(`ledger.column.${name}`),
    unit: t('unit.yuan'),
    num: true,
    cell: (row) => (row[name] === account ? <b>{yuan(row.amount_fen)}</b> : ''),
  });
  const counter = (row: Posting): string => (row.debit === account ? row.credit : row.debit);
  return [
    { key: 'act', head: t('ledger.column.act'), cell: (row) => code('loanAct', row.act) },
    {
      key: 'counter',
      head: t('ledger.column.counter'),
      cell: (row) => (
        <>
          <span className="mono t3">{counter(row)}</span> {nameOf(counter(row))}
        </>
      ),
    },
    side('debit'),
    side('credit'),
    { key: 'loan', head: t('ledger.column.loan'), cell: (row) => <span className="mono">{row.loan_id}</span> },
    { key: 'person', head: t('ledger.column.person'), cell: (row) => row.person_name ?? '' },
    {
      key: 'voucher',
      head: t('ledger.column.voucher'),
      cell: (row) =>
        row.voucher.startsWith('-') ? <span className="t3">{t('ledger.night')}</span> : <span className="mono">{`E${row.voucher}`}</span>,
    },
  ];
}
