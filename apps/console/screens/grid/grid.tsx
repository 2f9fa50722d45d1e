import { Link, Navigate, useNavigate } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAddress } from '../../address.ts';
import type { CountFigure, GridNode, GridSheet, MoneyFigure } from '#modules/population/contract.ts';
import { useGridNode } from '../../api/grid.ts';
import { useMe } from '../../api/session.ts';
import { useCodes } from '../../codes.ts';
import { count, percentOne, wan } from '../../format.ts';
import { useKeys } from '../../parts/keys.ts';
import { Figure, PageHead, Section } from '../../parts/page.tsx';
import { RateBar, RateSheet } from '../../parts/rate.tsx';
import { Bones, Empty, Failure } from '../../parts/states.tsx';
import { Table, type Column, type Order } from '../../parts/table.tsx';
import { Known, Unknown } from '../../parts/unknown.tsx';
import { remember } from '../../shell/scope.ts';
import { HouseholdTable } from '../households/household-table.tsx';
import './grid.css';

/** The grid opens where the reader's own scope begins. */
export function GridHome() {
  const me = useMe();
  return <Navigate to="/grid/$code" params={{ code: me.home }} replace />;
}

export function Grid() {
  const code = useAddress('code');
  const node = useGridNode(code);
  useEffect(() => remember(code), [code]);
  if (node.isError) return <Failure problem={node.error} retry={() => void node.refetch()} />;
  if (node.data === undefined) {
    return (
      <div className="sec">
        <Bones rows={14} />
      </div>
    );
  }
  return <Sheet node={node.data} />;
}

function Sheet({ node }: { node: GridNode }) {
  const { t } = useTranslation();
  const code = useCodes();
  const navigate = useNavigate();
  const me = useMe();
  const way = node.path.map((place) =>
    place.code === node.code || place.code.length < me.home.length ? { text: place.name } : { text: place.name, to: `/grid/${place.code}` },
  );
  const parent = node.path.at(-2);
  useKeys(
    parent !== undefined && parent.code.length >= me.home.length
      ? { Escape: () => void navigate({ to: '/grid/$code', params: { code: parent.code } }) }
      : {},
  );
  const { figures, rates } = node;
  const title = (
    <>
      {node.name} <span className="tag">{code('level', node.level)}</span>
    </>
  );
  return (
    <>
      <PageHead
        way={way}
        title={title}
        notes={figures.people.as_of !== null && <span className="t3 sm">{t('list.asOf', { at: figures.people.as_of })}</span>}
        actions={
          <>
            <Link className="btn" to="/households" search={{ grid: node.code }}>
              {t('grid.toHouseholds')}
            </Link>
            <Link className="btn" to="/persons" search={{ grid: node.code }}>
              {t('grid.toPersons')}
            </Link>
            <Link className="btn" to="/whitelist" search={{ grid: node.code }}>
              {t('grid.toWhitelist')}
            </Link>
          </>
        }
      />
      <div className="top4">
        <div className="lead">
          <Figure
            label={t('grid.people')}
            value={<CountOf figure={figures.people} />}
            note={t('grid.peopleNote', { households: count(figures.households.value), adults: count(figures.adults.value) })}
          />
        </div>
        <RateSheet label={t('grid.filing')} rate={rates.filing} stage="filed" />
        <RateSheet label={t('grid.cover')} rate={rates.cover} stage="granted" />
        <RateSheet label={t('grid.use')} rate={rates.use} stage="used" />
      </div>
      <Counts node={node} />
      {node.level === 'group' || node.level === 'pool' ? <Members code={node.code} /> : <Children node={node} />}
    </>
  );
}

function CountOf({ figure }: { figure: CountFigure }) {
  return <Known value={figure.value} write={count} why={figure.reason} />;
}
function MoneyOf({ figure }: { figure: MoneyFigure }) {
  return <Known value={figure.value} write={wan} why={figure.reason} />;
}

const people = ['ebank_users', 'qr_merchants', 'social_security', 'approved', 'referred', 'declined'] as const;
const money = ['deposit_fen', 'loan_fen', 'limit_fen'] as const;

/** The level's sheet: one line of counts and one of amounts, each with its unit. */
function Counts({ node }: { node: GridNode }) {
  const { t } = useTranslation();
  return (
    <dl className="counts">
      {money.map((key) => (
        <div key={key}>
          <dt>{t(`grid.figure.${key}`)}</dt>
          <dd>
            <MoneyOf figure={node.figures[key]} />
            <small>{t('unit.wan')}</small>
          </dd>
        </div>
      ))}
      {people.map((key) => (
        <div key={key}>
          <dt>{t(`grid.figure.${key}`)}</dt>
          <dd>
            <CountOf figure={node.figures[key]} />
            <small>{t('unit.people')}</small>
          </dd>
        </div>
      ))}
    </dl>
  );
}

type SortKey = 'name' | 'people' | 'households' | 'deposit' | 'loan' | 'filing' | 'cover' | 'use' | 'limit';
const amount = (value: string | null): number => (value === null ? -1 : Number(value));
const by: Record<SortKey, (sheet: GridSheet) => number | string> = {
  name: (sheet) => sheet.code,
  people: (sheet) => sheet.figures.people.value ?? -1,
  households: (sheet) => sheet.figures.households.value ?? -1,
  deposit: (sheet) => amount(sheet.figures.deposit_fen.value),
  loan: (sheet) => amount(sheet.figures.loan_fen.value),
  filing: (sheet) => sheet.rates.filing.ppm ?? -1,
  cover: (sheet) => sheet.rates.cover.ppm ?? -1,
  use: (sheet) => sheet.rates.use.ppm ?? -1,
  limit: (sheet) => amount(sheet.figures.limit_fen.value),
};

function sorted(sheets: readonly GridSheet[], order: Order): GridSheet[] {
  const key = by[order.by as SortKey];
  const sign = order.direction === 'asc' ? 1 : -1;
  return sheets.toSorted((a, b) => {
    const [x, y] = [key(a), key(b)];
    return x < y ? -sign : x > y ? sign : 0;
  });
}

function Children({ node }: { node: GridNode }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [order, setOrder] = useState<Order>({ by: 'name', direction: 'asc' });
  const first = node.children[0];
  if (first === undefined) return <Empty title={t('grid.noChildren')}>{t('grid.noChildrenNext')}</Empty>;
  const columns = columnsOf(t);
  const known = node.children.filter((child) => child.rates.cover.ppm !== null);
  const reached = known.filter((child) => (child.rates.cover.ppm ?? 0) >= child.rates.cover.target_ppm).length;
  const level = t(`codes.level.${first.level}`);
  const finding =
    known.length === 0
      ? t('grid.childrenUnscreened', { all: node.children.length, level })
      : t('grid.childrenReached', { all: node.children.length, level, reached, percent: percentOne(first.rates.cover.target_ppm) });
  return (
    <div className="row grid-children">
      <Section title={finding} note={t('grid.ticks')} right={t('grid.openRow')}>
        <Table
          label={finding}
          columns={columns}
          rows={sorted(node.children, order)}
          rowKey={(row) => row.code}
          order={order}
          onOrder={setOrder}
          onOpen={(row) => void navigate({ to: '/grid/$code', params: { code: row.code } })}
        />
      </Section>
    </div>
  );
}

function columnsOf(t: TFunction): Column<GridSheet>[] {
  const rate = (key: 'filing' | 'cover' | 'use', stage: 'filed' | 'granted' | 'used'): Column<GridSheet>[] => [
    {
      key,
      head: t(`grid.${key}`),
      unit: '%',
      num: true,
      sort: key,
      cell: (row) => (
        <b
          className={row.rates[key].ppm !== null && row.rates[key].ppm < row.rates[key].target_ppm * 0.75 ? 'warn' : ''}
          title={`${count(row.rates[key].numerator)} / ${count(row.rates[key].denominator)}`}
        >
          <Known value={row.rates[key].ppm} write={percentOne} why={row.rates[key].reason} />
        </b>
      ),
    },
    { key: `${key}-bar`, head: '', className: 'barcell', cell: (row) => <RateBar rate={row.rates[key]} stage={stage} /> },
  ];
  return [
    {
      key: 'name',
      head: t('grid.name'),
      sort: 'name',
      cell: (row) => (
        <Link to="/grid/$code" params={{ code: row.code }} onClick={(event) => event.stopPropagation()}>
          {row.name}
        </Link>
      ),
    },
    { key: 'people', head: t('grid.people'), num: true, sort: 'people', cell: (row) => <CountOf figure={row.figures.people} /> },
    {
      key: 'households',
      head: t('grid.households'),
      num: true,
      sort: 'households',
      cell: (row) => <CountOf figure={row.figures.households} />,
    },
    {
      key: 'deposit',
      head: t('grid.figure.deposit_fen'),
      unit: t('unit.wan'),
      num: true,
      sort: 'deposit',
      cell: (row) => <MoneyOf figure={row.figures.deposit_fen} />,
    },
    {
      key: 'loan',
      head: t('grid.figure.loan_fen'),
      unit: t('unit.wan'),
      num: true,
      sort: 'loan',
      cell: (row) => <MoneyOf figure={row.figures.loan_fen} />,
    },
    ...rate('filing', 'filed'),
    ...rate('cover', 'granted'),
    ...rate('use', 'used'),
    {
      key: 'limit',
      head: t('grid.figure.limit_fen'),
      unit: t('unit.wan'),
      num: true,
      sort: 'limit',
      cell: (row) => <MoneyOf figure={row.figures.limit_fen} />,
    },
  ];
}

/** The last level: its households, straight on the sheet. */
function Members({ code }: { code: string }) {
  const { t } = useTranslation();
  return (
    <div className="row grid-children">
      <Section title={t('grid.groupHouseholds')} note={t('grid.openRow')}>
        <HouseholdTable filter={{ grid: code }} empty={<Unknown why="not_on_file" />} />
      </Section>
    </div>
  );
}
