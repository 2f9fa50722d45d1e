/** Consents, questions to outside sources on the strength of them, and what a decision may use of the answers. */
import type { Indicators } from '#modules/indicators/index.ts';
import { record, recordMade } from '#platform/audit/index.ts';
import type { Clock } from '#platform/clock/index.ts';
import { refuse } from '#platform/http/index.ts';
import { withOwner, withSession } from '#platform/postgres/index.ts';
import type { Database, Session, Tx } from '#platform/postgres/index.ts';
import type { Vault } from '#platform/vault/index.ts';
import { askSources, decideToAsk, decideToAskAgreed } from './ask/ask.ts';
import type { AskAgreed, AskDeps, Asked, AskRequest } from './ask/ask.ts';
import { readBreakers } from './ask/book.ts';
import { closed } from './ask/breaker.ts';
import { reachOf } from './ask/reach.ts';
import type { Reach } from './ask/reach.ts';
import { agreedSources, giveConsents, numbersOfGiven, withdrawConsents } from './consents/store.ts';
import type { Agreed, Given, Giving } from './consents/store.ts';
import { refusals } from './contract.ts';
import type { ConsentList, InquiryList, InquiryQuery, SourceBoard, WithdrawBody } from './contract.ts';
import type { Ports } from './sources/connect.ts';
import { readLibrary, templateFolder } from './sources/source-text.ts';
import type { ConsentText, InquiryLibrary, Source } from './sources/source-text.ts';
import { checkIndicators } from './values/answer-values.ts';
import { forgetPast } from './retention.ts';
import type { Forgotten } from './retention.ts';
import { readFacts } from './values/facts.ts';
import type { Facts } from './values/facts.ts';
import { readBoard, readConsentList, readInquiryList } from './views.ts';

export type { Asked, AskRequest, KnownAnswer } from './ask/ask.ts';
export { askRefusals, heldReasons } from './ask/judge.ts';
export type { AskRefusal, HeldReason } from './ask/judge.ts';
export type { Reach } from './ask/reach.ts';
export type { Agreed, ConsentItem, Giving } from './consents/store.ts';
export { addRoutes } from './routes.ts';
export { portsTo } from './sources/connect.ts';
export type { Connected, Ports } from './sources/connect.ts';
export type { ConsentText, Source } from './sources/source-text.ts';
export type { Facts, Overlaid } from './values/facts.ts';

export interface InquiryDeps {
  db: Database;
  clock: Clock;
  vault: Vault;
  indicators: Pick<Indicators, 'catalogue' | 'valuesIn'>;
  /** The systems that are connected; a source without one is unavailable. */
  ports?: Ports;
  /** Folder with sources and `texts/`; the template's unless given. */
  folder?: string;
  /** From 0 to 1, anew each time: spreads repeated attempts. */
  chance: () => number;
  pause: (ms: number) => Promise<void>;
}

export interface Withdrawing {
  entityId: string;
  personId: string;
  purpose: string;
  source: string;
  channel: string;
  actorId: string;
  at: string;
}

export type Inquiry = ReturnType<typeof createInquiry>;

export function createInquiry({ indicators, folder = templateFolder, ports = {}, ...deps }: InquiryDeps) {
  const { db, clock } = deps;
  let opened: Promise<AskDeps> | null = null;
  const open = (): Promise<AskDeps> => (opened ??= openSources());
  const openSources = async (): Promise<AskDeps> => {
    const [library, catalogue] = [await readLibrary(folder), await indicators.catalogue()];
    // What cannot be read out of an answer is found here, not when a person waits.
    for (const source of library.sources.values()) checkIndicators(source, catalogue);
    return { ...deps, ports, library, catalogue };
  };
  const library = async (): Promise<InquiryLibrary> => (await open()).library;

  const giveEach = async (tx: Tx, givings: readonly (Giving & { actorId: string })[]): Promise<Pick<Given, 'ids'>> => {
    const given = giveConsents(tx, await library(), givings);
    const notes = givings.map(({ entityId, actorId, personId, channel, items }) => ({
      entityId,
      actorId,
      action: 'consent.give',
      subjectKind: 'person',
      subjectId: personId,
      detail: { channel, items: items.map(({ purpose, source, text }) => `${purpose} ${source} ${text}`) },
    }));
    recordMade(tx, notes, { text: numbersOfGiven, values: [JSON.stringify(given.rows)] });
    return given;
  };

  const withdraw = async (tx: Tx, asked: Withdrawing): Promise<number> => {
    const { entityId, actorId, personId, purpose, source, channel } = asked;
    const count = await withdrawConsents(tx, asked);
    if (count === 0) throw refuse(refusals, 'no_consent');
    const detail = { channel, purpose, source, withdrawn: count };
    await record(tx, { entityId, actorId, action: 'consent.withdraw', subjectKind: 'person', subjectId: personId, detail });
    return count;
  };

  return {
    /** Every version of every text that people may be shown. */
    texts: async (): Promise<ConsentText[]> => [...(await library()).texts.values()],

    /** What every source is called. */
    names: async (): Promise<ReadonlyMap<string, Source['name']>> =>
      new Map([...(await library()).sources.values()].map(({ source, name }) => [source, name])),

    /** In the transaction of the act that gives it (as owner); answers the consents' numbers. Refuses: source_unknown, text_unknown, text_other, separate_only. */
    give: async (tx: Tx, giving: Giving & { actorId: string }): Promise<bigint[]> => (await (await giveEach(tx, [giving])).ids()).flat(),

    /** Several acts of giving at once, each by itself as with `give`; they go along with what the transaction says next. Refuses the same. */
    giveEach,

    /** Effective at once, for everything agreed to for this purpose and source. Refuses: no_consent. */
    withdraw,

    /** At the counter, for a person whom the member of staff may see. Refuses: inquiry_person_not_found, no_consent. */
    async withdrawAtCounter(session: Session, personId: string, body: WithdrawBody): Promise<number> {
      await withSession(db, session, async (tx) => readConsentList(tx, await library(), personId, clock.now()));
      const { entityId, actorId } = session;
      const at = clock.now().toString();
      return withOwner(db, (tx) => withdraw(tx, { entityId, actorId, personId, ...body, channel: 'counter', at }));
    },

    /** Asks a source about a person. Nothing leaves without a consent that is effective at that instant; what is unavailable is UNKNOWN. */
    async ask(entityId: string, request: AskRequest): Promise<Asked> {
      const [asked] = await askSources(await open(), entityId, [request]);
      if (!asked) throw new Error(`nothing came of a question to ${request.source}`);
      return asked;
    },

    /** Several sources about one person at once, each by itself as with `ask`; answers in the order of the requests. */
    askEach: async (entityId: string, requests: readonly AskRequest[]): Promise<Asked[]> => askSources(await open(), entityId, requests),

    /** Every source: whether a question to it would leave now. As owner; nothing is asked and nothing is written down. */
    async reach(tx: Tx, entityId: string): Promise<ReadonlyMap<string, Reach>> {
      const [{ sources }, breakers] = [await library(), await readBreakers(tx, entityId)];
      const now = clock.now();
      return new Map(
        [...sources.values()].map((source) => {
          const standing = { breaker: breakers.get(source.source) ?? closed, isConnected: ports[source.connector] !== undefined };
          return [source.source, reachOf(source, standing, now)];
        }),
      );
    },

    /** The same as `askEach`, decided and written down in the transaction of whoever asks (as owner); what it answers asks, once that transaction is committed. */
    decideToAsk: async (tx: Tx, entityId: string, requests: readonly AskRequest[]): Promise<() => Promise<Asked[]>> =>
      decideToAsk(await open(), tx, entityId, requests),

    /** The same for every source that the person agrees to be asked about for the purpose, without the excepted; answers what came of each, by source. */
    decideToAskAgreed: async (tx: Tx, entityId: string, asked: AskAgreed): Promise<() => Promise<ReadonlyMap<string, Asked>>> =>
      decideToAskAgreed(await open(), tx, entityId, asked),

    /** Sources that the person agrees to be asked about for a purpose, now; as owner of anybody, on a roll or not. */
    agreedTo: (tx: Tx, entityId: string, personId: string, purpose: string): Promise<Agreed[]> =>
      agreedSources(tx, entityId, personId, purpose, clock.now().toString()),

    /** Indicators of the person overlaid by what consented sources answered and is valid at `at`. In the transaction of a session. */
    factsFor: (tx: Tx, personId: string, at: string): Promise<Facts> => readFacts(tx, indicators, personId, at),

    consents: async (session: Session, personId: string): Promise<ConsentList> => {
      const known = await library();
      return withSession(db, session, (tx) => readConsentList(tx, known, personId, clock.now()));
    },

    inquiries: async (session: Session, personId: string, query: InquiryQuery): Promise<InquiryList> => {
      const known = await library();
      return withSession(db, session, (tx) => readInquiryList(tx, known, personId, query));
    },

    board: async (session: Session): Promise<SourceBoard> => {
      const known = await library();
      return withSession(db, session, (tx) => readBoard(tx, known, ports, clock.today().toString()));
    },

    /** What lies past its day is removed: raw answers first, then the rows themselves. Answers how much of each. */
    forget: (entityId: string): Promise<Forgotten> => withOwner(db, async (tx) => forgetPast(tx, await library(), entityId, clock.today())),
  };
}
