import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { differenceOf, fieldOf, readLayer, type Layer } from '#core/product/index.ts';
import type { ProposalPage } from '#modules/change/contract.ts';
import { layerChange, layerChangeKind } from '#modules/product/contract.ts';
import { BeforeAfterTable } from '../../parts/before-after.tsx';
import { saidTerm, type Saying } from '../products/said.ts';
import { useSaying } from '../products/words.ts';

/** A proposed layer of a product term by term: what it says now, what it would say. `otherwise` for any other proposal. */
export function LayerChange({ page, otherwise }: { page: ProposalPage; otherwise: ReactNode }) {
  const after = page.kind === layerChangeKind ? layerIn(page.after) : null;
  return after === null ? <>{otherwise}</> : <Told before={layerIn(page.before)} after={after} />;
}

function layerIn(side: unknown): Layer | null {
  const change = layerChange.safeParse(side);
  const read = change.success ? readLayer(change.data.layer) : null;
  return read !== null && 'layer' in read ? read.layer : null;
}

function Told({ before, after }: { before: Layer | null; after: Layer }) {
  const saying = useSaying();
  const { t, language } = saying;
  return (
    <>
      <dl className="kv proposal-about">
        <dt>{t('products.column.name')}</dt>
        <dd>
          {before === null ? (
            after.name[language]
          ) : (
            <Link to="/products/$code" params={{ code: after.code }}>
              {after.name[language]}
            </Link>
          )}{' '}
          {after.from !== null && before === null && (
            <span className="t2">{t('products.isNew', { layer: t(`products.layer.${after.layer}`), from: after.from })}</span>
          )}
        </dd>
        <dt>{t('products.since')}</dt>
        <dd>
          {after.effective_from}
          {after.effective_to !== null && <> – {after.effective_to}</>}
        </dd>
      </dl>
      <h3>{t('changes.difference')}</h3>
      <BeforeAfterTable label={t('changes.difference')} rows={rowsOf(before, after, saying)} isNew={before === null} />
    </>
  );
}

function rowsOf(before: Layer | null, after: Layer, saying: Saying) {
  const { t, language } = saying;
  const names = before !== null && before.name[language] !== after.name[language];
  return [
    ...(names ? [{ name: t('products.column.name'), before: before.name[language], after: after.name[language] }] : []),
    ...differenceOf(before, after).map(({ field, before: was, after: next }) => ({
      name: fieldOf(field).name[language],
      before: was === undefined ? t('products.notStated') : saidTerm(field, was, saying),
      after: next === undefined ? t('products.notStated') : saidTerm(field, next, saying),
    })),
  ];
}
