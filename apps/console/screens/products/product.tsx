import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { fieldNames, isTerms, type LayerKind } from '#core/product/index.ts';
import { addresses, productPage, type ProductPage } from '#modules/product/contract.ts';
import { useAddress, useWords } from '../../address.ts';
import { get } from '../../api/client.ts';
import { useMe } from '../../api/session.ts';
import { useKeys } from '../../parts/keys.ts';
import { PageHead, Section } from '../../parts/page.tsx';
import { Bones, Failure } from '../../parts/states.tsx';
import { Waiting } from '../../parts/waiting.tsx';
import { ExampleCost } from './example-cost.tsx';
import { ownTerms, TermGroups, type ShownTerm } from './term-groups.tsx';
import { Versions } from './versions.tsx';
import { useSaying } from './words.ts';
import type { Saying } from './said.ts';
import './products.css';

/** One product: what it says and where from, what a borrower pays, its versions. */
export function Product() {
  const code = useAddress('code');
  const { on } = useWords('on');
  const navigate = useNavigate();
  useKeys({ Escape: () => void navigate({ to: '/products' }) });
  const page = useQuery({
    queryKey: ['product', code, on],
    queryFn: () => get(productPage, addresses.one.replace(':code', code), { on }),
  });
  if (page.isError) return <Failure problem={page.error} retry={() => void page.refetch()} />;
  if (page.data === undefined) {
    return (
      <div className="sec">
        <Bones rows={14} />
      </div>
    );
  }
  return <Sheet key={code} code={code} page={page.data} />;
}

/** What may stand on a layer. */
const derivable: Record<LayerKind, LayerKind | null> = { base: 'product', product: 'programme', programme: null };

function Sheet({ code, page }: { code: string; page: ProductPage }) {
  const { t } = useTranslation();
  const me = useMe();
  const saying = useSaying();
  const { on = me.businessDate, show } = useWords('on', 'show');
  const own = page.chain.at(-1);
  if (own === undefined) throw new Error('a product page without its layer');
  const { layer } = own;
  const way = page.chain.slice(0, -1).map((one) => ({ text: one.layer.name[saying.language], to: `/products/${one.layer.code}` }));
  const below = derivable[layer.layer];
  const { resolution } = page;
  const terms = resolution !== null && isTerms(resolution.terms) ? resolution.terms : null;
  return (
    <div className="product">
      <PageHead
        way={[{ text: t('shell.nav.products'), to: '/products' }, ...way, { text: layer.code }]}
        title={layer.name[saying.language]}
        notes={
          <>
            <span className="tag line">{t(`products.layer.${layer.layer}`)}</span>
            <span className="t2">{t('products.version', { version: resolution?.version ?? own.version })}</span>
            <span className="t3 sm">{t('products.onDay', { day: resolution?.on ?? on })}</span>
          </>
        }
        actions={
          me.may('product.propose') && (
            <>
              <Link className="btn" to="/products/$code/derive" params={{ code }} search={{ as: 'change' }}>
                {t('products.change')}
              </Link>
              {below !== null && (
                <Link className="btn pri" to="/products/$code/derive" params={{ code }}>
                  {t(below === 'product' ? 'products.deriveProduct' : 'products.derive')}
                </Link>
              )}
            </>
          )
        }
      />
      <Waiting subject={code} />
      <div className="row product-body">
        <Terms code={code} page={page} isShort={show === 'own'} saying={saying} />
        <div className="product-side">
          {terms !== null && <ExampleCost terms={terms} page={page} on={resolution?.on ?? on} saying={saying} />}
          <Versions code={code} versions={page.versions} saying={saying} />
          <Below page={page} saying={saying} />
        </div>
      </div>
    </div>
  );
}

function Terms({ code, page, isShort, saying }: { code: string; page: ProductPage; isShort: boolean; saying: Saying }) {
  const { t } = useTranslation();
  const own = page.chain.at(-1)?.layer.terms ?? {};
  const resolved = page.resolution;
  const all: ShownTerm[] =
    resolved === null
      ? ownTerms(own).map((term) => ({ ...term, source: { kind: 'layer', code, version: page.chain.at(-1)?.version ?? 1 } }))
      : fieldNames.map((name) => ({ name, value: resolved.terms[name], source: sourceOf(resolved, name) }));
  const stated = all.filter(({ name }) => own[name] !== undefined);
  const shown = isShort ? stated : all;
  return (
    <Section
      title={resolved === null ? t('products.ownOnly') : t('products.ownCount', { own: stated.length, rest: all.length - stated.length })}
      right={
        resolved !== null && (
          <Link to="/products/$code" params={{ code }} search={isShort ? {} : { show: 'own' }} replace>
            {t(isShort ? 'products.allTerms' : 'products.ownOnly')}
          </Link>
        )
      }
    >
      <p className="product-plain">{plainOf(page, saying)}</p>
      <TermGroups
        terms={shown.filter(({ name }) => name !== 'plain')}
        caps={resolved?.terms['caps'] ?? own['caps']}
        own={code}
        chain={page.chain}
        saying={saying}
      />
    </Section>
  );
}

/** A cap that is left out of the answer is left out here, too. */
function sourceOf(resolution: NonNullable<ProductPage['resolution']>, name: string): ShownTerm['source'] {
  const found = resolution.provenance[name];
  if (found === undefined || found.kind === 'default') return { kind: 'default' };
  const { code, version, cap } = found;
  return { kind: 'layer', code, version, ...(cap === undefined ? {} : { cap }) };
}

function plainOf({ resolution, chain }: ProductPage, { language }: Saying): string {
  const plain: unknown = resolution?.terms['plain'] ?? chain.at(-1)?.layer.terms['plain'];
  const said: unknown = plain !== null && typeof plain === 'object' ? Reflect.get(plain, language) : undefined;
  return typeof said === 'string' ? said : '';
}

function Below({ page, saying: { t, language } }: { page: ProductPage; saying: Saying }) {
  if (page.chain.at(-1)?.layer.layer === 'programme') return null;
  return (
    <Section title={t('products.below')}>
      {page.below.length === 0 ? (
        <p className="t3 sm">{t('products.belowNone')}</p>
      ) : (
        <ul className="below-list">
          {page.below.map((one) => (
            <li key={one.code}>
              <Link to="/products/$code" params={{ code: one.code }}>
                {one.name[language]}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
