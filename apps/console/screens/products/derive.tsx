import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fieldNames, fieldOf, writeLayer, type FieldName, type LayerKind } from '#core/product/index.ts';
import { addresses, productPage, proposed, type ProductPage } from '#modules/product/contract.ts';
import { useAddress, useWords } from '../../address.ts';
import { get, Problem, send } from '../../api/client.ts';
import { useMe } from '../../api/session.ts';
import { TypedField } from '../../parts/field.tsx';
import { useKeys } from '../../parts/keys.ts';
import { PageHead, Section } from '../../parts/page.tsx';
import { Bones, Empty, Failure } from '../../parts/states.tsx';
import { Proposed } from '../../parts/waiting.tsx';
import type { Saying } from './said.ts';
import { TermEditor } from './term-editor.tsx';
import { TermGroups } from './term-groups.tsx';
import { chainOf, judge, layerOf, type Judged, type TypedLayer } from './typed-layer.ts';
import { useSaying } from './words.ts';
import './products.css';

/** A new layer on this one, or a new version of it: only what differs, judged as one types. */
export function Derive() {
  const code = useAddress('code');
  const { as } = useWords('as');
  const page = useQuery({ queryKey: ['product', code, undefined], queryFn: () => get(productPage, addresses.one.replace(':code', code)) });
  if (page.isError) return <Failure problem={page.error} retry={() => void page.refetch()} />;
  if (page.data === undefined) {
    return (
      <div className="sec">
        <Bones rows={12} />
      </div>
    );
  }
  return <Desk key={`${code} ${as ?? ''}`} page={page.data} isChange={as === 'change'} />;
}

const kindBelow: Record<LayerKind, LayerKind> = { base: 'product', product: 'programme', programme: 'programme' };

function Desk({ page, isChange }: { page: ProductPage; isChange: boolean }) {
  const { t } = useTranslation();
  const me = useMe();
  const saying = useSaying();
  const navigate = useNavigate();
  const own = page.chain.at(-1);
  if (own === undefined) throw new Error('a product page without its layer');
  const { layer } = own;
  const [typed, setTyped] = useState<TypedLayer>(() => (isChange ? typedOf(page, me.businessDate) : emptyLayer(me.businessDate)));
  useKeys({ Escape: () => void navigate({ to: '/products/$code', params: { code: layer.code } }) });
  const kind = isChange ? layer.layer : kindBelow[layer.layer];
  const chain = useMemo(() => chainOf(page), [page]);
  const above = isChange ? chain.slice(0, -1) : chain;
  const written = layerOf(typed, kind, isChange ? layer.from : layer.code);
  const judged = judge(written, above, isChange ? own.version + 1 : 1, saying.words);
  return (
    <div className="product">
      <PageHead
        way={[
          { text: t('shell.nav.products'), to: '/products' },
          { text: layer.name[saying.language], to: `/products/${layer.code}` },
          { text: t(isChange ? 'products.change' : 'products.derive') },
        ]}
        title={
          isChange
            ? t('products.changing', { name: layer.name[saying.language] })
            : t('products.derived', { name: layer.name[saying.language], layer: t(`products.layer.${kind}`) })
        }
        notes={<span className="t2">{t('products.deriveLead')}</span>}
      />
      <div className="row derive-body">
        <Section title={t('products.changed', { count: Object.keys(typed.terms).length })}>
          <Frame typed={typed} isChange={isChange} onChange={setTyped} />
          <Differences typed={typed} above={aboveValues(page, isChange)} saying={saying} onChange={setTyped} />
        </Section>
        <div className="product-side">
          <Checked judged={judged} saying={saying} />
          <Preview judged={judged} page={page} saying={saying} />
        </div>
      </div>
    </div>
  );
}

const emptyLayer = (today: string): TypedLayer => ({ code: '', zh: '', en: '', from: today, to: '', terms: {} });

function typedOf(page: ProductPage, today: string): TypedLayer {
  const layer = page.chain.at(-1)?.layer;
  if (layer === undefined) return emptyLayer(today);
  return { code: layer.code, zh: layer.name.zh, en: layer.name.en, from: today, to: layer.effective_to ?? '', terms: layer.terms };
}

/** What the layers above say of each term, as they state it: lists that only grow hold everything above. */
function aboveValues(page: ProductPage, isChange: boolean): Readonly<Partial<Record<FieldName, unknown>>> {
  const above = isChange ? page.chain.slice(0, -1) : page.chain;
  const values: Partial<Record<FieldName, unknown>> = {};
  for (const { layer } of above) {
    for (const name of fieldNames) {
      const value = layer.terms[name];
      if (value === undefined) continue;
      const { change } = fieldOf(name);
      const before = values[name];
      values[name] = (before !== undefined && change.kind === 'narrow' ? change.merge?.(value, before) : undefined) ?? value;
    }
  }
  return values;
}

function Frame({ typed, isChange, onChange }: { typed: TypedLayer; isChange: boolean; onChange: (next: TypedLayer) => void }) {
  const { t } = useTranslation();
  const field = (key: 'code' | 'zh' | 'en' | 'from' | 'to', label: string, hint?: string) => (
    <TypedField
      id={`layer-${key}`}
      label={label}
      value={typed[key]}
      hint={hint}
      decimal={false}
      onChange={(value) => onChange({ ...typed, [key]: value })}
    />
  );
  return (
    <div className="typed-grid derive-frame">
      {field('zh', t('products.nameZh'))}
      {field('en', t('products.nameEn'))}
      {!isChange && field('code', t('products.code'), t('products.codeHint'))}
      {field('from', t('products.effective'))}
      {field('to', t('products.effectiveTo'))}
    </div>
  );
}

function Differences({
  typed,
  above,
  saying,
  onChange,
}: {
  typed: TypedLayer;
  above: Readonly<Partial<Record<FieldName, unknown>>>;
  saying: Saying;
  onChange: (next: TypedLayer) => void;
}) {
  const { t, language } = saying;
  const isOpen = (name: FieldName): boolean =>
    typed.terms[name] === undefined && name !== 'caps' && (fieldOf(name).change.kind !== 'fixed' || above[name] === undefined);
  const stated = fieldNames.filter((name) => typed.terms[name] !== undefined);
  const { terms } = typed;
  return (
    <>
      {stated
        .filter((name) => name !== 'caps')
        .map((name) => (
          <TermEditor
            key={name}
            name={name}
            value={terms[name]}
            upper={above[name]}
            saying={saying}
            onChange={(value) => onChange({ ...typed, terms: { ...terms, [name]: value } })}
            onRemove={() => onChange({ ...typed, terms: Object.fromEntries(Object.entries(terms).filter(([one]) => one !== name)) })}
          />
        ))}
      <p className="typed add-term">
        <label htmlFor="add-term">{t('products.addTerm')}</label>
        <span className="entry">
          <select
            id="add-term"
            value=""
            onChange={(event) => {
              const name = fieldNames.find((one) => one === event.target.value);
              if (name !== undefined)
                onChange({ ...typed, terms: { ...terms, [name]: above[name] ?? fieldOf(name).fallback ?? startingValue(name) } });
            }}
          >
            <option value="">{t('products.chooseTerm')}</option>
            {fieldNames.filter(isOpen).map((name) => (
              <option key={name} value={name}>
                {fieldOf(name).name[language]}
              </option>
            ))}
          </select>
        </span>
      </p>
    </>
  );
}

/** Where a term that nobody has stated begins: what its field holds when it is empty. */
function startingValue(name: FieldName): unknown {
  const { unit } = fieldOf(name);
  if (unit === 'fen') return '0';
  if (unit === 'codes' || unit === 'months_list') return [];
  if (name === 'facility_kind') return 'revolving';
  return unit === 'ppm' || unit === 'months' || unit === 'days' ? 1 : '';
}

function Checked({ judged, saying }: { judged: Judged; saying: Saying }) {
  const { t, language } = saying;
  const [reason, setReason] = useState('');
  const propose = useMutation({
    mutationFn: (content: string) => send(proposed, 'POST', addresses.propose, { content, reason: reason.trim() }),
  });
  const { layer, findings } = judged;
  const mayPropose = layer !== null && findings.length === 0 && reason.trim().length >= 4 && !propose.isPending;
  if (propose.isSuccess) return <Proposed id={propose.data.proposal_id} what={t('products.proposed')} />;
  const refused = propose.error instanceof Problem ? propose.error.faults : [];
  const shown = findings.length > 0 ? findings : refused;
  return (
    <Section
      title={t('products.check')}
      right={
        shown.length === 0 ? (
          <span className="tag ok">{t('products.clean')}</span>
        ) : (
          <span className="tag warn">{t('products.findings', { count: shown.length })}</span>
        )
      }
    >
      <ul className="finding-list" aria-live="polite">
        {shown.map((one) => (
          <li key={`${one.place} ${one.en}`}>
            {one[language]} <span className="mono t3">{one.place}</span>
          </li>
        ))}
      </ul>
      {propose.isError && refused.length === 0 && <Failure problem={propose.error} inside />}
      <label htmlFor="derive-reason" className="unseen">
        {t('products.reason')}
      </label>
      <textarea
        id="derive-reason"
        className="area"
        rows={2}
        maxLength={500}
        placeholder={t('products.reason')}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
      <p className="derive-acts">
        <button
          type="button"
          className="btn pri"
          disabled={!mayPropose}
          onClick={() => layer !== null && propose.mutate(writeLayer(layer))}
        >
          {t('products.propose')}
        </button>
      </p>
    </Section>
  );
}

function Preview({ judged: { layer, resolution }, page, saying }: { judged: Judged; page: ProductPage; saying: Saying }) {
  const { t } = saying;
  if (layer === null || resolution === null) {
    return (
      <Section title={t('products.preview')}>
        <Empty title={t('products.previewNone')} inside />
      </Section>
    );
  }
  const terms = fieldNames.map((name) => ({ name, value: resolution.terms[name], source: resolution.provenance[name] }));
  return (
    <Section title={t('products.preview')}>
      <TermGroups terms={terms} caps={resolution.terms.caps} own={layer.code} chain={page.chain} saying={saying} />
    </Section>
  );
}
