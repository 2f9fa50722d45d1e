/** Visits on the device, in the browser's own database: pictures are too large for anything smaller. Each belongs to who made it. */
import type { MakeVisit } from '#modules/village/contract.ts';
import type { Draft } from './draft.ts';

export interface KeptVisit {
  readonly key: string;
  readonly owner: string;
  readonly project: string;
  readonly household: string;
  /** As people call the household, for the list. */
  readonly name: string;
  readonly draft: Draft;
  /** Saved, on its way to the bank, and no longer changed. */
  readonly sending: MakeVisit | null;
  /** Why the bank did not take it: to be mended and saved again. */
  readonly refused: { readonly zh: string; readonly en: string } | null;
}

export const keyOf = (owner: string, project: string, household: string): string => `${owner} ${project} ${household}`;

export interface Shelf {
  /** False where the browser keeps nothing: what is written lasts as long as the page. */
  readonly lasts: boolean;
  all(owner: string): Promise<KeptVisit[]>;
  put(visit: KeptVisit): Promise<void>;
  remove(key: string): Promise<void>;
}

const table = 'visits';
let opened: Promise<Shelf> | undefined;

/** One for the page. */
export function openShelf(): Promise<Shelf> {
  opened ??= openDatabase().then(lasting, () => passing());
  return opened;
}

/** Some browsers refuse by throwing at once: asynchronous, so that it is a refusal like any other. */
async function openDatabase(): Promise<IDBDatabase> {
  const { promise, resolve, reject } = Promise.withResolvers<IDBDatabase>();
  const request = indexedDB.open('qianmo.visits', 1);
  request.addEventListener('upgradeneeded', () =>
    request.result.createObjectStore(table, { keyPath: 'key' }).createIndex('owner', 'owner'),
  );
  request.addEventListener('success', () => resolve(request.result));
  request.addEventListener('error', () => reject(request.error ?? new Error('indexedDB')));
  return promise;
}

/** Resolved when the browser says that it is on the disk. */
function done(transaction: IDBTransaction): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  transaction.addEventListener('complete', () => resolve());
  transaction.addEventListener('abort', () => reject(transaction.error ?? new Error('indexedDB')));
  return promise;
}

function lasting(database: IDBDatabase): Shelf {
  const write = (act: (store: IDBObjectStore) => void): Promise<void> => {
    const transaction = database.transaction(table, 'readwrite');
    act(transaction.objectStore(table));
    return done(transaction);
  };
  return {
    lasts: true,
    async all(owner) {
      const transaction = database.transaction(table, 'readonly');
      const request: IDBRequest<KeptVisit[]> = transaction.objectStore(table).index('owner').getAll(owner);
      await done(transaction);
      return request.result;
    },
    put: (visit) => write((store) => store.put(visit)),
    remove: (key) => write((store) => store.delete(key)),
  };
}

function passing(): Shelf {
  const visits = new Map<string, KeptVisit>();
  return {
    lasts: false,
    all: async (owner) => [...visits.values()].filter((visit) => visit.owner === owner),
    put: async (visit) => void visits.set(visit.key, visit),
    remove: async (key) => void visits.delete(key),
  };
}

/** For a device that has no room left: what is written from now on lasts as long as the page, what was written before is still there. */
export function beside(full: Shelf): Shelf {
  const newer = passing();
  return {
    lasts: false,
    async all(owner) {
      const [late, early] = [await newer.all(owner), await full.all(owner)];
      return [...late, ...early.filter(({ key }) => late.every((one) => one.key !== key))];
    },
    put: (visit) => newer.put(visit),
    async remove(key) {
      await newer.remove(key);
      await full.remove(key);
    },
  };
}
