/** Products: three layers, each stating its differences; resolved with where every value comes from; changed by four eyes, replayed by date. */
import type { Change } from '#modules/change/index.ts';
import { record } from '#platform/audit/index.ts';
import type { Clock } from '#platform/clock/index.ts';
import { withOwner, withSession } from '#platform/postgres/index.ts';
import type { Database, Session, Tx } from '#platform/postgres/index.ts';
import { layerChangeKind } from './contract.ts';
import type { Difference, Previewed, ProductList, ProductPage, ProductQuery, ProductWords, ProposeBody } from './contract.ts';
import { checkLayer } from './definition/check.ts';
import type { Surroundings } from './definition/check.ts';
import { readLayerText } from './definition/layer-text.ts';
import { readLayers, readLibrary, templateFolder } from './definition/library.ts';
import type { Library } from './definition/library.ts';
import { acceptLayer, layerRelease, presentLayer, sideOf } from './versions/release.ts';
import { addVersion, lockProducts, readVersions } from './versions/store.ts';
import { answerOf, listProducts, readDifference, readName, readProductPage, resolveProduct } from './views.ts';
import type { Sold } from './views.ts';

export { templateFolder } from './definition/library.ts';
export { addRoutes } from './routes.ts';
export type { Sold } from './views.ts';

export interface ProductsDeps {
  db: Database;
  clock: Clock;
  change: Change;
  /** Where the dictionary and the forms lie; the template's unless given. */
  folder?: string;
}

export type Products = ReturnType<typeof createProducts>;

export function createProducts({ db, clock, change, folder = templateFolder }: ProductsDeps) {
  let opened: Promise<Library> | null = null;
  /** The files of a running installation do not change. */
  const library = (): Promise<Library> => (opened ??= readLibrary(folder));
  const surroundings = async (tx: Tx, entityId: string): Promise<Surroundings> => ({
    library: await library(),
    strategies: await strategiesInForce(tx, entityId),
  });
  const deps = { clock, surroundings };
  change.register(layerRelease(deps));
  const dayOf = (on: string | undefined): Temporal.PlainDate => (on === undefined ? clock.today() : Temporal.PlainDate.from(on));

  return {
    /** At bank set-up: the folder's layers come into force, on the days they state, where the entity has none of that code yet. Answers how many did. */
    async install(entityId: string, from: string = folder): Promise<number> {
      const files = await readLayers(from);
      const made = { proposedBy: 'installation', approvedBy: 'installation', at: clock.now().round('millisecond').toString() };
      return withOwner(db, async (tx) => {
        await lockProducts(tx, entityId);
        const known = new Set((await readVersions(tx, entityId)).map((one) => one.layer.code));
        const missing = files.filter(({ layer }) => !known.has(layer.code));
        for (const { layer, content } of missing) {
          await addVersion(tx, { entityId, layer, content, effectiveFrom: layer.effective_from, ...made });
        }
        return missing.length;
      });
    },

    /**
     * The terms of a product on a day, with the version and the layer behind every value. In the caller's transaction.
     * @throws Problem product_unknown, product_not_sold, product_not_in_force
     */
    resolve: (tx: Tx, entityId: string, code: string, on: Temporal.PlainDate): Promise<Sold> => resolveProduct(tx, entityId, code, on),

    /**
     * What a product is called, whether it is sold today or not. Who has read the hash of its newest version along with something else gives it: a text
     * that was read before is not asked for again. @throws Problem product_unknown
     */
    nameOf: (tx: Tx, entityId: string, code: string, hash?: string | null): Promise<Sold['name']> => readName(tx, entityId, code, hash),

    /** Forms and words as the folder has them. */
    library,

    list: (session: Session, query: ProductQuery): Promise<ProductList> =>
      withSession(db, session, (tx) => listProducts(tx, session, query, clock.today())),

    /** @throws Problem product_unknown, product_not_in_force */
    one: (session: Session, code: string, on?: string): Promise<ProductPage> =>
      withSession(db, session, (tx) => readProductPage(tx, session, code, dayOf(on), clock.today())),

    /** @throws Problem product_unknown, product_version_unknown */
    difference: (session: Session, code: string, versions: { from: number; to: number }): Promise<Difference> =>
      withSession(db, session, (tx) => readDifference(tx, session, code, versions)),

    async words(session: Session): Promise<ProductWords> {
      const { dictionary, forms } = await library();
      const strategies = await withSession(db, session, (tx) => strategiesInForce(tx, session.entityId));
      const formRows = [...forms.values()].map((form) => ({
        code: form.$id,
        title: { zh: form.title, en: form['x-title-en'] },
        questions: Object.keys(form.properties).length,
      }));
      return { dictionary, forms: formRows, strategies: [...strategies] };
    },

    /** What a layer would be, and what is wrong with it and with everything that stands on it. Nothing is kept. */
    preview: (session: Session, content: string): Promise<Previewed> =>
      withSession(db, session, async (tx) => {
        const read = readLayerText(content);
        if ('findings' in read) return { resolution: null, findings: read.findings };
        const standing = await readVersions(tx, session.entityId);
        const around = await surroundings(tx, session.entityId);
        const { resolution, findings } = checkLayer(standing, read.layer, clock.today().toString(), around);
        return { resolution: resolution ? answerOf(resolution) : null, findings };
      }),

    /** @throws Problem product_invalid, product_moved, product_unchanged, subject_pending */
    propose: (session: Session, { content, reason }: ProposeBody, requestId?: string): Promise<{ proposal_id: string; code: string }> =>
      withOwner(db, async (tx) => {
        const { layer } = await acceptLayer(deps, tx, session.entityId, content);
        const proposalId = await change.propose(tx, session, {
          kind: layerChangeKind,
          subject: layer.code,
          before: presentLayer(await readVersions(tx, session.entityId), layer.code),
          after: sideOf(content, layer),
          reason,
          ...(requestId === undefined ? {} : { requestId }),
        });
        await record(tx, {
          entityId: session.entityId,
          actorId: session.actorId,
          action: 'product.propose',
          subjectKind: 'product',
          subjectId: layer.code,
          detail: { layer: layer.layer },
          requestId,
        });
        return { proposal_id: proposalId, code: layer.code };
      }),
  };
}

async function strategiesInForce(tx: Tx, entityId: string): Promise<Set<string>> {
  const rows = await tx.query<{ name: string }>(
    "select name from strategy.version where entity_id = $1 and state = 'current' order by name",
    [entityId],
  );
  return new Set(rows.map((row) => row.name));
}
