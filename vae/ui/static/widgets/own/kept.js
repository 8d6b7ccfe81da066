// @ts-check
/** Pictures of somebody's own, kept in this browser by what the address calls them. They are sent nowhere else. */

const NAME = "continuum";
const STORE = "pictures";
const MOST = 60; // that are kept, the newest

/** @typedef {{key: string, file: Blob, name: string, at: number}} Kept */

/** What this page has added, for a browser that keeps nothing. @type {Map<string, Kept>} */
const here = new Map();

/** Keep a picture. @param {string} key @param {Blob} file @param {string} name */
export async function keep(key, file, name) {
  const kept = { key, file, name, at: Date.now() };
  here.set(key, kept);
  await inStore("readwrite", (store) => {
    store.put(kept);
    const keys = store.index("at").getAllKeys();
    keys.onsuccess = () => {
      for (const old of keys.result.slice(0, Math.max(0, keys.result.length - MOST))) store.delete(old);
    };
    return keys;
  });
}

/** The picture of that key, or null where this browser has none. @param {string} key @returns {Promise<Kept|null>} */
export async function find(key) {
  return here.get(key) ?? (await inStore("readonly", (store) => store.get(key))) ?? null;
}

/** Keep a picture no longer. @param {string} key */
export async function forget(key) {
  here.delete(key);
  await inStore("readwrite", (store) => store.delete(key));
}

/**
 * What a request to the store gives; undefined where the browser lets no page keep anything.
 * @template T
 * @param {IDBTransactionMode} mode @param {(store: IDBObjectStore) => IDBRequest<T>} ask
 * @returns {Promise<T|undefined>}
 */
async function inStore(mode, ask) {
  try {
    const database = await settled(opening());
    try {
      return await settled(ask(database.transaction(STORE, mode).objectStore(STORE)));
    } finally {
      database.close();
    }
  } catch {
    return undefined;
  }
}

function opening() {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "key" }).createIndex("at", "at");
  return request;
}

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
const settled = (request) =>
  new Promise((resolve, reject) => {
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error));
    request.addEventListener("blocked", () => reject(new Error("another page holds the store")));
  });
