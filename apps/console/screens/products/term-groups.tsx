import { useTranslation } from 'react-i18next';
import { Link } from '@tanstack/react-router';
import { fieldNames, fieldOf, groups, type FieldName, type Group, type Source } from '#core/product/index.ts';
import type { ProductPage } from '#modules/product/contract.ts';
import { capsOf, saidTerm, type Saying } from './said.ts';

export interface ShownTerm {
  readonly name: FieldName;
  readonly value: unknown;
  readonly source: Source | null;
}

/** Terms by group, each with the layer it comes from. `own`: the code of the layer that is looked at. */
export function TermGroups({
  terms,
  caps,
  own,
  chain,
  saying,
}: {
  terms: readonly ShownTerm[];
  caps: unknown;
  own: string;
  chain: ProductPage['chain'];
  saying: Saying;
}) {
  const { t } = useTranslation();
  const shown = groups.filter((group) => terms.some((term) => fieldOf(term.name).group === group));
  return (
    <div className="term-groups">
      {shown.map((group) => (
        <GroupTable
          key={group}
          group={group}
          terms={terms.filter((term) => fieldOf(term.name).group === group)}
          {...{ caps, own, chain, saying }}
          label={t(`products.group.${group}`)}
        />
      ))}
    </div>
  );
}

function GroupTable({
  label,
  terms,
  caps,
  own,
  chain,
  saying,
}: {
  group: Group;
  label: string;
  terms: readonly ShownTerm[];
  caps: unknown;
  own: string;
  chain: ProductPage['chain'];
  saying: Saying;
}) {
  return (
    <section className="term-group">
      <h2 className="h2">{label}</h2>
      <table className="dt flush" aria-label={label}>
        <colgroup>
          <col className="term-name" />
          <col />
          <col className="term-from" />
        </colgroup>
        <thead className="unseen">
          <tr>
            <th>{saying.t('products.term')}</th>
            <th>{saying.t('products.value')}</th>
            <th>{saying.t('products.from')}</th>
          </tr>
        </thead>
        <tbody>
          {terms.map(({ name, value, source }) => (
            <tr key={name} className={source?.kind === 'layer' && source.code === own ? 'own' : undefined}>
              <td>{fieldOf(name).name[saying.language]}</td>
              <td className="wrap">{saidTerm(name, value, saying)}</td>
              <td className="from">
                <From source={source} own={own} chain={chain} caps={caps} saying={saying} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function From({
  source,
  own,
  chain,
  caps,
  saying,
}: {
  source: Source | null;
  own: string;
  chain: ProductPage['chain'];
  caps: unknown;
  saying: Saying;
}) {
  const { t, language } = saying;
  if (source === null || source.kind === 'default') return <span className="t3">{t('products.fallback')}</span>;
  const layer = chain.find((one) => one.layer.code === source.code)?.layer;
  const cap = source.cap === undefined ? undefined : capsOf(caps).find((one) => one.id === source.cap);
  return (
    <>
      {source.code === own ? (
        <span className="tag ok">{t('products.own')}</span>
      ) : (
        <Link to="/products/$code" params={{ code: source.code }}>
          {layer?.name[language] ?? source.code}
        </Link>
      )}
      {cap !== undefined && <small>{t('products.capped', { rule: cap.rule[language] })}</small>}
    </>
  );
}

/** What a layer states itself, in the order of the table of terms. */
export function ownTerms(terms: Readonly<Record<string, unknown>>): ShownTerm[] {
  return fieldNames.flatMap((name) => (terms[name] === undefined ? [] : [{ name, value: terms[name], source: null }]));
}
