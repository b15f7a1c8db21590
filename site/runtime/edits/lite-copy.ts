/** A notebook with the reader's code, put where JupyterLite keeps what is saved in it. */

import type { Notebook } from './notebook';

const STORE = 'files';

/**
 * Saves `notebook` as a file of the JupyterLite below `lite`, unless a file of this name is there:
 * the reader may have gone on with it. Rejects where the browser keeps no database for the site.
 */
export async function saveInLite(lite: URL, name: string, notebook: Notebook): Promise<void> {
  const database = await openDatabase(`JupyterLite Storage - ${lite.pathname}`);
  try {
    const store = database.transaction(STORE, 'readwrite').objectStore(STORE);
    if (await answer(store.getKey(name))) return;
    const now = new Date().toISOString();
    await answer(store.put(fileOf(name, now, notebook), name));
  } finally {
    database.close();
  }
}

/** The name of the copy of a notebook with these edits: other edits, another copy. */
export function copyName(book: string, edits: ReadonlyMap<string, string>): string {
  let hash = 2166136261;
  for (const character of JSON.stringify([...edits])) hash = Math.imul(hash ^ character.codePointAt(0)!, 16777619) >>> 0;
  return book.replace(/(\.ipynb)?$/, `-yours-${hash.toString(16).padStart(8, '0')}.ipynb`);
}

/** A file as JupyterLite's storage has it. */
function fileOf(name: string, now: string, content: Notebook): Record<string, unknown> {
  const { length } = JSON.stringify(content);
  return {
    name,
    path: name,
    created: now,
    last_modified: now,
    format: 'json',
    mimetype: 'application/json',
    content,
    size: length,
    writable: true,
    type: 'notebook',
  };
}

/** Opens the database as localforage does, which JupyterLite uses: a store that is missing is made in a new version. */
async function openDatabase(name: string): Promise<IDBDatabase> {
  const found = await answer(opening(name));
  if (found.objectStoreNames.contains(STORE)) return found;
  const next = found.version + 1;
  found.close();
  return answer(opening(name, next));
}

function opening(name: string, version?: number): IDBOpenDBRequest {
  const request = indexedDB.open(name, version);
  request.onupgradeneeded = () => {
    if (!request.result.objectStoreNames.contains(STORE)) request.result.createObjectStore(STORE);
  };
  return request;
}

function answer<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('the database did not open'));
    if ('onblocked' in request) request.onblocked = () => reject(new Error('another tab with a notebook keeps the database; close it'));
  });
}
