import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { layerKinds, repaymentMethods, segments } from '#core/product/index.ts';
import { addresses, productList, type ProductRow } from '#modules/product/contract.ts';
import { useWords } from '../../address.ts';
import { get } from '../../api/client.ts';
import { percentOfPpm, wan } from '../../format.ts';
import { useListView } from '../../parts/list-view.tsx';
import type { Words } from '../../parts/list-words.ts';
import { PageHead } from '../../parts/page.tsx';
import { Choice, Sentence, Word } from '../../parts/sentence.tsx';
import { Bones, Empty, Failure } from '../../parts/states.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { saidCode, type Saying } from './said.ts';
import { useSaying } from './words.ts';
import './products.css';

const kept = ['q', 'base', 'layer', 'segment', 'method'] as const;

/** Every product, each under the layer it stands on. */
export function Products() {
  const { t } = useTranslation();
  const saying = useSaying();
  const navigate = useNavigate();
  const search = useWords(...kept, 'view', 'columns');
  const { q, base, layer, segment, method } = search;
  const list = useQuery({
    queryKey: ['products', q, base, layer, segment, method],
    queryFn: () => get(productList, addresses.list, { q, base, layer, segment, method }),
    placeholderData: (before) => before,
  });
  const all = useQuery({ queryKey: ['products', 'bases'], queryFn: () => get(productList, addresses.list, { layer: 'base' }) });
  const open = (next: Words): void => void navigate({ to: '/products', search: next, replace: true });
  const change = (next: Words): void => open({ ...search, ...next });
  const view = useListView<ProductRow>({
    list: 'products',
    columns: columnsOf(saying),
    words: kept,
    search,
    onChange: change,
    onOpen: open,
  });
  const any = { value: '', text: t('list.any') };
  const data = list.data;
  return (
    <>
      <PageHead title={t('shell.nav.products')} notes={<span className="t2">{t('products.lead')}</span>} />
      <Sentence
        right={
          <>
            {data !== undefined && (
              <span>
                {data.total === data.sold
                  ? t('products.total', { count: data.sold })
                  : t('products.matched', { total: data.total, sold: data.sold })}
              </span>
            )}
            {view.control}
          </>
        }
      >
        {t('products.sentence.find')}
        <Word
          label={t('products.column.name')}
          value={q ?? ''}
          placeholder={t('products.sentence.any')}
          onChange={(next) => change({ q: next || undefined })}
        />
        {t('products.sentence.base')}
        <Choice
          label={t('products.layer.base')}
          value={base ?? ''}
          options={[any, ...(all.data?.items ?? []).map((row) => ({ value: row.code, text: row.name[saying.language] }))]}
          onChange={(next) => change({ base: next || undefined })}
        />
        {t('products.sentence.layer')}
        <Choice
          label={t('products.sentence.layer')}
          value={layer ?? ''}
          options={[any, ...layerKinds.map((value) => ({ value, text: t(`products.layer.${value}`) }))]}
          onChange={(next) => change({ layer: next || undefined })}
        />
        {t('products.sentence.segment')}
        <Choice
          label={t('products.column.segments')}
          value={segment ?? ''}
          options={[any, ...segments.map((value) => ({ value, text: saidCode('segments', value, saying) }))]}
          onChange={(next) => change({ segment: next || undefined })}
        />
        {t('products.sentence.method')}
        <Choice
          label={t('products.column.methods')}
          value={method ?? ''}
          options={[any, ...repaymentMethods.map((value) => ({ value, text: saidCode('methods', value, saying) }))]}
          onChange={(next) => change({ method: next || undefined })}
        />
      </Sentence>
      <div className="wl">
        <section className="list" tabIndex={0}>
          {list.isError && <Failure problem={list.error} retry={() => void list.refetch()} />}
          {list.isPending && <Bones rows={12} />}
          {data?.items.length === 0 && <Empty title={t('products.none')}>{t('products.noneNext')}</Empty>}
          {data !== undefined && data.items.length > 0 && (
            <Table
              label={t('shell.nav.products')}
              columns={view.shown}
              rows={data.items}
              rowKey={(row) => row.code}
              onOpen={(row) => void navigate({ to: '/products/$code', params: { code: row.code } })}
            />
          )}
        </section>
      </div>
    </>
  );
}

const listed = (parts: readonly string[] | null, family: string, saying: Saying): string =>
  parts === null ? '' : parts.map((one) => saidCode(family, one, saying)).join(saying.language === 'zh' ? '、' : ', ');

function columnsOf(saying: Saying): Column<ProductRow>[] {
  const { t, language } = saying;
  return [
    {
      key: 'name',
      head: t('products.column.name'),
      fixed: true,
      wrap: true,
      className: 'product-name',
      cell: (row) => (
        <span className={`layer-${row.layer}`}>
          <b>{row.name[language]}</b> <span className="mono t3">{row.code}</span>
          {row.is_pending && <span className="tag warn">{t('products.waiting')}</span>}
          {row.is_sold ? <small>{row.plain?.[language]}</small> : <small>{t('products.baseNote')}</small>}
        </span>
      ),
    },
    { key: 'segments', head: t('products.column.segments'), wrap: true, cell: (row) => listed(row.segments, 'segments', saying) },
    {
      key: 'limit',
      head: t('products.column.limit'),
      unit: t('unit.wan'),
      num: true,
      cell: (row) => (row.limit_max_fen === null ? '' : `${wan(row.limit_min_fen)} – ${wan(row.limit_max_fen)}`),
    },
    {
      key: 'rate',
      head: t('products.column.rate'),
      unit: '%',
      num: true,
      cell: (row) => (row.price_cap_ppm === null ? '' : `${percentOfPpm(row.price_floor_ppm)} – ${percentOfPpm(row.price_cap_ppm)}`),
    },
    { key: 'months', head: t('products.column.months'), unit: t('unit.months'), num: true, cell: (row) => row.longest_months ?? '' },
    { key: 'methods', head: t('products.column.methods'), wrap: true, cell: (row) => listed(row.methods, 'methods', saying) },
    {
      key: 'process',
      head: t('products.column.process'),
      cell: (row) => (row.process === null ? '' : saidCode('processes', row.process, saying)),
    },
    { key: 'own', head: t('products.column.own'), num: true, cell: (row) => row.own_terms },
    { key: 'version', head: t('products.column.version'), num: true, cell: (row) => row.version },
    { key: 'since', head: t('products.since'), spare: true, cell: (row) => row.effective_from },
  ];
}
